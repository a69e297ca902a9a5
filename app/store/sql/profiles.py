"""The records of what trips share, put together from what each trip says of them."""

from collections.abc import Callable
from typing import Any

from app.domain import entities, shapes
from app.domain.collections import PARTICIPANTS
from app.domain.countries import country_name
from app.domain.documents import AnyShape, served_evidence
from app.domain.names import fold
from app.domain.records import Profile, Resource
from app.domain.shared_collections import CITIES, ORGANIZATIONS, SOURCES, TOPICS
from app.domain.tripfile import EvidencePart
from app.store.sql.writer import Writer

MAX_MEETINGS_SHOWN = 1000
"""How many meeting ids a participant's document holds; the rest are a request away."""

MAX_APPEARANCES_SHOWN = 1000
"""How many appearances a participant's document holds."""

_LATEST_COMPARED = 50
"""How many trips, the last by first day, are compared to find the latest."""

_OFFICE = (
    "SELECT a.trip_key, t.id, t.start_date, t.end_date, a.title, a.country_code,"
    " o.id, o.name, a.note FROM appearance AS a JOIN trip AS t ON t.key = a.trip_key"
    " LEFT JOIN organization AS o ON o.key = a.organization_key WHERE a.participant_key = ?"
)


class SharedShapes:
    """Builds the served form of shared records from the tables."""

    def __init__(self, connection: Writer, count_meetings: Callable[[int], int]) -> None:
        """Take the connection of the load's transaction, and what counts a person's meetings."""
        self._connection = connection
        self._count_meetings = count_meetings

    def record(self, key: int, resource: Resource) -> Any:
        """Return the record with this key, as the filters of its collection read it."""
        row = self._row(resource.table, key)
        common: dict[str, Any] = {
            "other_names": self._other_names(key),
            "identifiers": self._identifiers(key),
            "updated_at": self._updated_at(key),
        }
        if resource is PARTICIPANTS:
            return self._profile(key, row, common)
        if resource is CITIES:
            common["country"] = _country(row["country_code"])
        kinds: dict[str, type[shapes.Shape]] = {
            CITIES.name: entities.CityShape,
            TOPICS.name: entities.TopicShape,
            ORGANIZATIONS.name: entities.OrganizationShape,
            SOURCES.name: entities.SourceShape,
        }
        return _shape(kinds[resource.name], row, **common)

    def _row(self, table: str, key: int) -> dict[str, Any]:
        cursor = self._connection.execute(f"SELECT * FROM {table} WHERE key = ?", (key,))
        names = [column[0] for column in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))

    def _list(self, statement: str, *parameters: Any) -> list[Any]:
        return [value for (value,) in self._connection.execute(statement, parameters)]

    def _other_names(self, key: int) -> list[str]:
        names = self._list("SELECT DISTINCT name FROM other_name WHERE record_key = ?", key)
        return sorted(names, key=lambda name: (fold(name), name))

    def _identifiers(self, key: int) -> dict[str, str]:
        # Where two files give two ids of one register, the same is shown whichever came first.
        return dict(
            self._connection.execute(
                "SELECT scheme, min(value) FROM identifier WHERE record_key = ?"
                " GROUP BY scheme ORDER BY scheme",
                (key,),
            ).fetchall()
        )

    def _updated_at(self, key: int) -> str:
        (latest,) = self._connection.execute(
            "SELECT max(t.updated_at) FROM mention AS m JOIN trip AS t ON t.key = m.trip_key"
            " WHERE m.shared_key = ?",
            (key,),
        ).fetchone()
        return str(latest)

    def _profile(self, key: int, row: dict[str, Any], common: dict[str, Any]) -> Profile:
        latest = self._latest(key)
        appearances = [
            entities.AppearanceShape.model_construct(
                trip=trip,
                title=title,
                country=_country(code),
                organization=_organization(id_, name),
            )
            for _, trip, _, _, title, code, id_, name, _ in self._connection.execute(
                f"{_OFFICE} ORDER BY t.start_date, t.end_date, t.id LIMIT ?"
                if self._has_few_appearances(key)
                else f"{_OFFICE} ORDER BY a.trip_key LIMIT ?",
                (key, MAX_APPEARANCES_SHOWN),
            )
        ]
        meetings = self._list(
            "SELECT m.id FROM presence AS p JOIN meeting AS m ON m.key = p.record_key"
            " WHERE p.participant_key = ? ORDER BY p.sort, p.record_key LIMIT ?",
            key, MAX_MEETINGS_SHOWN,
        )  # fmt: skip
        _, _, _, _, title, code, organization_id, organization_name, note = latest
        shape = _shape(
            entities.ParticipantShape,
            row,
            **common,
            note=note or self._note(key),
            title=title,
            country=_country(code),
            organization=_organization(organization_id, organization_name),
            appearances=appearances,
            meetings=meetings,
            meetings_total=self._count_meetings(key),
            evidence=self._evidence(key),
        )
        return Profile(
            shape,
            self._distinct(key, "a.country_code"),
            self._distinct(key, "o.id"),
            self._distinct(key, "a.title"),
            self._list(
                "SELECT DISTINCT s.id FROM evidence AS e JOIN source AS s ON s.key = e.source_key"
                " WHERE e.record_key = ?",
                key,
            ),
        )

    def _has_few_appearances(self, key: int) -> bool:
        ((number,),) = self._connection.execute(
            "SELECT count(*) FROM"
            " (SELECT 1 FROM appearance WHERE participant_key = ? LIMIT ?) AS a",
            (key, MAX_APPEARANCES_SHOWN + 1),
        )
        return bool(number <= MAX_APPEARANCES_SHOWN)

    def _latest(self, key: int) -> tuple[Any, ...]:
        # Keys follow the first days of trips, so that the latest are found without reading all.
        rows = self._connection.execute(
            f"{_OFFICE} ORDER BY a.trip_key DESC LIMIT ?", (key, _LATEST_COMPARED)
        ).fetchall()
        return max(rows, key=lambda row: (row[2], row[3], row[1]))

    def _distinct(self, key: int, column: str) -> list[str]:
        return self._list(
            f"SELECT DISTINCT {column} FROM appearance AS a"
            " LEFT JOIN organization AS o ON o.key = a.organization_key"
            f" WHERE a.participant_key = ? AND {column} IS NOT NULL ORDER BY 1",
            key,
        )

    def _note(self, key: int) -> str | None:
        """Return the note of the latest trip that has any on a participant."""
        notes = self._list(
            "SELECT note FROM appearance WHERE participant_key = ? AND note IS NOT NULL"
            " ORDER BY trip_key DESC LIMIT 1",
            key,
        )
        return notes[0] if notes else None

    def _evidence(self, key: int) -> list[shapes.EvidenceShape]:
        """Return the evidence of the latest trip that has any of a participant."""
        rows = self._connection.execute(
            "SELECT s.id, s.url, e.text_start, e.text_end, e.prefix, e.suffix, e.page, e.locator"
            " FROM evidence AS e JOIN source AS s ON s.key = e.source_key WHERE e.record_key = ?"
            " AND e.trip_key = (SELECT max(trip_key) FROM evidence WHERE record_key = ?)"
            " ORDER BY e.position",
            (key, key),
        ).fetchall()
        passages = [
            EvidencePart.model_construct(
                source=source, text_start=start, text_end=end, prefix=prefix, suffix=suffix,
                page=page, locator=locator,
            )
            for source, _, start, end, prefix, suffix, page, locator in rows
        ]  # fmt: skip
        return served_evidence(passages, {row[0]: row[1] for row in rows})


def _shape(shape: type[AnyShape], row: dict[str, Any], **resolved: Any) -> AnyShape:
    """Return a shape with the resolved fields, and a row's columns for the others."""
    values = {**row, **resolved}
    return shape.model_validate(
        {name: values[name] for name in shape.model_fields if name in values}
    )


def _country(code: str | None) -> shapes.CountryShape | None:
    if code is None:
        return None
    return shapes.CountryShape.model_construct(code=code, name=country_name(code))


def _organization(id_: str | None, name: str | None) -> shapes.Reference | None:
    if id_ is None or name is None:
        return None
    return shapes.Reference.model_construct(id=id_, name=name)
