"""Trip files into the database: all of them, in one transaction, or none."""

import datetime
import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.database import writing
from app.loading.indexing import Index
from app.loading.reading import (
    Complaint,
    ReadTrip,
    TripFileError,
    find_trip_files,
    read_trip_file,
)
from app.loading.records import TripRecords
from app.loading.rows import Insert
from app.loading.shared import SharedRecords
from app.loading.tripfile import EvidencePart, RecordPart, TripFile
from app.models import (
    FIRST_TRIP_NUMBER,
    RECORD_BITS,
    Agreement,
    AgreementParty,
    Appearance,
    Evidence,
    InferredField,
    Meeting,
    MeetingParticipant,
    Mention,
    Quote,
    RecordTopic,
    Stop,
    Trip,
)
from app.resources import CITIES, PARTICIPANTS, RESOURCES, SOURCES, TOPICS

_insert_trip = Insert(
    Trip, "key", "id", "title", "summary", "start_date", "end_date", "digest"
)  # fmt: skip
_insert_mention = Insert(Mention, "trip_key", "shared_key")
_insert_appearance = Insert(Appearance, "trip_key", "participant_key", "title", "travels")
_insert_stop = Insert(
    Stop, "trip_key", "position", "city_key", "arrival_date", "departure_date"
)  # fmt: skip
_insert_meeting = Insert(
    Meeting, "key", "id", "trip_key", "title", "summary", "format", "date", "earliest_date",
    "latest_date", "city_key",
)  # fmt: skip
_insert_meeting_participant = Insert(
    MeetingParticipant, "meeting_key", "participant_key", "position"
)
_insert_quote = Insert(
    Quote, "key", "id", "trip_key", "speaker_key", "text", "occasion_when", "meeting_key",
    "audience", "date", "earliest_date", "latest_date", "city_key",
)  # fmt: skip
_insert_agreement = Insert(
    Agreement, "key", "id", "trip_key", "meeting_key", "title", "summary", "kind", "target_year"
)
_insert_party = Insert(AgreementParty, "agreement_key", "country_code")
_insert_topic = Insert(RecordTopic, "record_key", "topic_key")
_insert_inferred = Insert(InferredField, "record_key", "field")
_insert_evidence = Insert(
    Evidence, "record_key", "trip_key", "position", "source_key", "text_start", "text_end"
)

# In the order in which rows can go: those that point before those that are pointed at.
_DELETE_A_TRIP = (
    "DELETE FROM evidence WHERE trip_key = :trip",
    "DELETE FROM inferred_field WHERE record_key BETWEEN :trip AND :last",
    "DELETE FROM record_topic WHERE record_key BETWEEN :trip AND :last",
    "DELETE FROM agreement_party WHERE agreement_key BETWEEN :trip AND :last",
    "DELETE FROM agreement WHERE key BETWEEN :trip AND :last",
    "DELETE FROM quote WHERE key BETWEEN :trip AND :last",
    "DELETE FROM meeting_participant WHERE meeting_key BETWEEN :trip AND :last",
    "DELETE FROM meeting WHERE key BETWEEN :trip AND :last",
    "DELETE FROM stop WHERE trip_key = :trip",
    "DELETE FROM appearance WHERE trip_key = :trip",
    "DELETE FROM mention WHERE trip_key = :trip",
    "DELETE FROM trip WHERE key = :trip",
    "DELETE FROM document WHERE key BETWEEN :trip AND :last",
)


@dataclass(frozen=True)
class LoadResult:
    """What a load did: ids of trips, and the revision that is served from now on."""

    added: list[str]
    changed: list[str]
    unchanged: list[str]
    revision: str


def load(
    database: Path,
    paths: Sequence[Path],
    report: Callable[[Path], None] = lambda _: None,
) -> LoadResult:
    """Load trip files, and those in folders, into a database that has been migrated.

    Every trip among them ends up exactly as its file says; other trips stay as they are. `report`
    is called with each file that has been read. Raises `TripFileError` with every fault of every
    file, and `DatabaseUnavailable`; then nothing has changed.
    """
    files = find_trip_files(paths)
    with writing(database) as connection:
        return _Load(connection).run(files, report)


class _Load:
    """One load, within its transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._index = Index(connection)
        self._shared = SharedRecords(connection, self._index)
        self._paths: dict[str, Path] = {}
        self._waiting: list[tuple[ReadTrip, int, str]] = []
        self._complaints: list[Complaint] = []
        self._added: list[str] = []
        self._changed: list[str] = []
        self._unchanged: list[str] = []
        (self._next_trip,) = connection.execute(
            "SELECT max(coalesce(max(key) >> ?, 0) + 1, ?) FROM trip",
            (RECORD_BITS, FIRST_TRIP_NUMBER),
        ).fetchone()

    def run(self, files: Sequence[Path], report: Callable[[Path], None]) -> LoadResult:
        for file in files:
            try:
                read = read_trip_file(file)
            except TripFileError as error:
                self._complaints += error.complaints
            else:
                self._take(read)
            report(file)
        for read, trip_key, digest in self._waiting:
            complaints = list(self._taken_ids(read))
            if complaints:
                self._complaints += complaints
            else:
                self._insert(read, trip_key, digest)
        self._complaints += self._shared.disagreements()
        if self._complaints:
            raise TripFileError(self._sorted(files))
        self._shared.finish()
        self._index.merge()
        return LoadResult(self._added, self._changed, self._unchanged, self._revision())

    def _take(self, read: ReadTrip) -> None:
        trip = read.trip
        if trip.id in self._paths:
            other = self._paths[trip.id]
            self._complaints.append(
                read.complaint(("id",), f'"{trip.id}" is the id of the trip in {other}, too')
            )
            return
        self._paths[trip.id] = read.path
        self._complaints += self._shared.state(read)
        digest = trip_digest(trip)
        row = self._connection.execute(
            "SELECT key, digest FROM trip WHERE id = ?", (trip.id,)
        ).fetchone()
        if row and row[1] == digest:
            self._unchanged.append(trip.id)
            return
        if row:
            key = int(row[0])
            self._delete(key)
            self._changed.append(trip.id)
        else:
            key = self._next_trip << RECORD_BITS
            self._next_trip += 1
            self._added.append(trip.id)
        if any(self._taken_ids(read)):
            # By a trip that may give the id up in this same load, whichever file comes first.
            self._waiting.append((read, key, digest))
        else:
            self._insert(read, key, digest)

    def _sorted(self, files: Sequence[Path]) -> list[Complaint]:
        """Return the complaints in the order of the files, and of the lines of each."""
        order = {str(file): position for position, file in enumerate(files)}
        return sorted(self._complaints, key=lambda found: (order[found.file], found.line or 0))

    def _delete(self, trip_key: int) -> None:
        self._shared.touch(trip_key)
        last = trip_key + (1 << RECORD_BITS) - 1
        self._index.remove(trip_key, last)
        for statement in _DELETE_A_TRIP:
            self._connection.execute(statement, {"trip": trip_key, "last": last})

    def _insert(self, read: ReadTrip, trip_key: int, digest: str) -> None:
        trip = read.trip
        records = TripRecords(trip)
        numbered = [
            (trip_key + position, resource, record)
            for position, (resource, record) in enumerate(records)
        ]
        if len(numbered) > 1 << RECORD_BITS:
            cause = f"holds more than {1 << RECORD_BITS} records"
            self._complaints.append(read.complaint((), cause))
            return
        self._index.add(numbered)
        _TripRows(self._connection, self._shared, trip, trip_key, records).insert(digest)
        self._shared.touch(trip_key)

    def _taken_ids(self, read: ReadTrip) -> Iterator[Complaint]:
        for collection in ("meetings", "quotes", "agreements"):
            table = RESOURCES[collection].table.__tablename__
            for position, part in enumerate(getattr(read.trip, collection)):
                taken = self._connection.execute(
                    f"SELECT t.id FROM {table} r JOIN trip t ON t.key = r.trip_key WHERE r.id = ?",
                    (part.id,),
                ).fetchone()
                if taken:
                    yield read.complaint(
                        (collection, position, "id"),
                        f'"{part.id}" is an id of the trip "{taken[0]}", too; choose another',
                    )

    def _revision(self) -> str:
        digest = hashlib.sha256()
        for row in self._connection.execute("SELECT key, digest FROM trip ORDER BY key"):
            digest.update(f"{row[0]} {row[1]}\n".encode())
        revision = digest.hexdigest()[:16]
        served = self._connection.execute("SELECT number, id FROM revision").fetchone()
        if served is None or served[1] != revision:
            now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
            self._connection.execute("DELETE FROM revision")
            self._connection.execute(
                "INSERT INTO revision (number, id, loaded_at) VALUES (?, ?, ?)",
                (served[0] + 1 if served else 1, revision, now),
            )
        return revision


class _TripRows:
    """The rows of one trip, for the tables that a document is rendered beside."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        shared: SharedRecords,
        trip: TripFile,
        trip_key: int,
        records: TripRecords,
    ) -> None:
        self._connection = connection
        self._trip = trip
        self._trip_key = trip_key
        self._records = records
        self._shared = shared
        self._first = trip_key + 1
        self._meeting_keys = {
            meeting.id: self._first + position for position, meeting in enumerate(trip.meetings)
        }

    def insert(self, digest: str) -> None:
        trip, key, connection = self._trip, self._trip_key, self._connection
        _insert_trip(
            connection,
            [
                (
                    key,
                    trip.id,
                    trip.title,
                    trip.summary,
                    _iso(trip.start_date),
                    _iso(trip.end_date),
                    digest,
                )
            ],
        )
        _insert_mention(connection, ((key, shared) for shared in sorted(self._mentioned())))
        _insert_appearance(
            connection,
            (
                (key, self._person(person.id), person.title, person.id in trip.travellers)
                for person in trip.participants
            ),
        )
        _insert_stop(
            connection,
            (
                (key, i, self._city(stop.city), _iso(stop.arrival_date), _iso(stop.departure_date))
                for i, stop in enumerate(trip.stops)
            ),
        )
        self._meetings()
        self._quotes()
        self._agreements()
        self._belongings()

    def _mentioned(self) -> set[int]:
        return {
            self._shared.key(resource, part.id)
            for resource, parts in (
                (PARTICIPANTS, self._trip.participants),
                (CITIES, self._trip.cities),
                (TOPICS, self._trip.topics),
                (SOURCES, self._trip.sources),
            )
            for part in parts
        }

    def _person(self, id_: str) -> int:
        return self._shared.key(PARTICIPANTS, id_)

    def _city(self, id_: str | None) -> int | None:
        return self._shared.key(CITIES, id_) if id_ else None

    def _meetings(self) -> None:
        meetings = list(zip(self._meeting_keys.values(), self._trip.meetings, strict=True))
        bounds = self._records.meeting_bounds
        _insert_meeting(
            self._connection,
            (
                (
                    key, meeting.id, self._trip_key, meeting.title, meeting.summary, meeting.format,
                    _iso(bounds[meeting.id].date), _iso(bounds[meeting.id].earliest),
                    _iso(bounds[meeting.id].latest), self._city(meeting.city),
                )
                for key, meeting in meetings
            ),
        )  # fmt: skip
        _insert_meeting_participant(
            self._connection,
            (
                (key, self._person(person), position)
                for key, meeting in meetings
                for position, person in enumerate(meeting.participants)
            ),
        )

    def _quotes(self) -> None:
        first = self._first + len(self._trip.meetings)
        rows = []
        for key, quote in enumerate(self._trip.quotes, first):
            when, occasion = self._records.bounds(quote), quote.occasion
            meeting = self._meeting_keys[occasion.meeting] if occasion.meeting else None
            rows.append(
                (
                    key, quote.id, self._trip_key, self._person(quote.speaker), quote.text,
                    occasion.when, meeting, occasion.audience, _iso(when.date),
                    _iso(when.earliest), _iso(when.latest), self._city(quote.city),
                )
            )  # fmt: skip
        _insert_quote(self._connection, rows)

    def _agreements(self) -> None:
        first = self._first + len(self._trip.meetings) + len(self._trip.quotes)
        agreements = list(enumerate(self._trip.agreements, first))
        self._shared.add_countries({code for _, a in agreements for code in a.parties})
        _insert_agreement(
            self._connection,
            (
                (
                    key, agreement.id, self._trip_key, self._meeting_keys[agreement.meeting],
                    agreement.title, agreement.summary, agreement.kind, agreement.target_year,
                )
                for key, agreement in agreements
            ),
        )  # fmt: skip
        _insert_party(
            self._connection,
            ((key, code) for key, agreement in agreements for code in agreement.parties),
        )

    def _belongings(self) -> None:
        """Insert what any kind of record may have: topics, inferred fields and evidence."""
        trip = self._trip
        parts: list[RecordPart] = [*trip.meetings, *trip.quotes, *trip.agreements]
        records = list(enumerate(parts, self._first))
        _insert_topic(
            self._connection,
            (
                (key, self._shared.key(TOPICS, topic))
                for key, record in records
                for topic in record.topics
            ),
        )
        _insert_inferred(
            self._connection, ((key, field) for key, record in records for field in record.inferred)
        )
        _insert_evidence(
            self._connection,
            (
                row
                for key, passages in (
                    (self._trip_key, trip.evidence),
                    *((key, record.evidence) for key, record in records),
                    *((self._person(person.id), person.evidence) for person in trip.participants),
                )
                for row in self._passages(key, passages)
            ),
        )

    def _passages(self, key: int, passages: Iterable[EvidencePart]) -> Iterator[tuple[Any, ...]]:
        for position, passage in enumerate(passages):
            source = self._shared.key(SOURCES, passage.source)
            yield key, self._trip_key, position, source, passage.text_start, passage.text_end


def _iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None


def trip_digest(trip: TripFile) -> str:
    """Return what identifies the content of a trip file and the shapes it is served in."""
    content = trip.model_dump_json() + _shapes()
    return hashlib.sha256(content.encode()).hexdigest()


@cache
def _shapes() -> str:
    """Return the schemas of all shapes: where they change, documents are to be rendered anew."""
    return json.dumps(
        {name: resource.schema.model_json_schema() for name, resource in RESOURCES.items()}
    )
