"""Trip files into the database: all of them, in one transaction, or none."""

import datetime
import gc
import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.domain.collections import CITIES, PARTICIPANTS, RESOURCES, SOURCES, TOPICS
from app.ingest.preparing import PARALLEL_FROM, Prepared, prepare_all
from app.ingest.progress import Progress
from app.ingest.reading import Complaint, TripFileError, find_trip_files
from app.store.keys import FIRST_TRIP_NUMBER, RECORD_BITS
from app.store.sqlite.database import writing
from app.store.sqlite.indexing import Index
from app.store.sqlite.rows import Insert
from app.store.sqlite.shared import SharedRecords

_insert_trip = Insert(
    "trip", "key", "id", "title", "summary", "start_date", "end_date", "digest"
)  # fmt: skip
_insert_mention = Insert("mention", "trip_key", "shared_key")
_insert_appearance = Insert("appearance", "trip_key", "participant_key", "title", "travels")
_insert_stop = Insert(
    "stop", "trip_key", "position", "city_key", "arrival_date", "departure_date"
)  # fmt: skip
_insert_meeting = Insert(
    "meeting", "key", "id", "trip_key", "title", "summary", "format", "date", "earliest_date",
    "latest_date", "city_key",
)  # fmt: skip
_insert_meeting_participant = Insert(
    "meeting_participant", "meeting_key", "participant_key", "position", "earliest_date"
)
_insert_quote = Insert(
    "quote", "key", "id", "trip_key", "speaker_key", "text", "occasion_when", "meeting_key",
    "audience", "date", "earliest_date", "latest_date", "city_key",
)  # fmt: skip
_insert_agreement = Insert(
    "agreement", "key", "id", "trip_key", "meeting_key", "title", "summary", "kind", "target_year"
)
_insert_party = Insert("agreement_party", "agreement_key", "country_code")
_insert_topic = Insert("record_topic", "record_key", "topic_key")
_insert_inferred = Insert("inferred_field", "record_key", "field")
_insert_evidence = Insert(
    "evidence", "record_key", "trip_key", "position", "source_key", "text_start", "text_end"
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
    progress: Progress | None = None,
) -> LoadResult:
    """Load trip files, and those in folders, into a database that has been migrated.

    Every trip among them ends up exactly as its file says; other trips stay as they are.
    `progress` is told of each step and of each file that has been read. Raises `TripFileError` with
    every fault of every file, and `DatabaseUnavailable`; then nothing has changed.
    """
    files = find_trip_files(paths)
    progress = progress or Progress()
    try:
        many = len(files) >= PARALLEL_FROM
        with writing(database, much=many) as connection, _without_garbage_collection():
            result = _Load(connection).run(files, progress)
            progress.step("Committing")
        return result
    finally:
        progress.done()


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Look for no cycles: there are none, and what is held of many trips takes long to look at."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


class _Load:
    """One load, within its transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._index = Index(connection)
        self._shared = SharedRecords(connection, self._index)
        self._paths: dict[str, Path] = {}
        self._waiting: list[tuple[Prepared, int]] = []
        self._complaints: list[Complaint] = []
        self._added: list[str] = []
        self._changed: list[str] = []
        self._unchanged: list[str] = []
        (self._next_trip,) = connection.execute(
            "SELECT max(coalesce(max(key) >> ?, 0) + 1, ?) FROM trip",
            (RECORD_BITS, FIRST_TRIP_NUMBER),
        ).fetchone()

    def run(self, files: Sequence[Path], progress: Progress) -> LoadResult:
        progress.step("Reading", len(files))
        for file, outcome in prepare_all(files):
            if isinstance(outcome, Prepared):
                self._take(outcome)
            else:
                self._complaints += outcome
            progress.file_read(file)
        for prepared, trip_key in self._waiting:
            complaints = list(self._taken_ids(prepared))
            if complaints:
                self._complaints += complaints
            else:
                self._insert(prepared, trip_key)
        self._complaints += self._shared.disagreements()
        if self._complaints:
            raise TripFileError(self._sorted(files))
        progress.step("Rendering what trips share")
        self._shared.finish()
        progress.step("Indexing")
        self._index.merge()
        return LoadResult(self._added, self._changed, self._unchanged, self._revision())

    def _take(self, prepared: Prepared) -> None:
        rows, digest = prepared.rows, prepared.digest
        if rows.id in self._paths:
            cause = f'"{rows.id}" is the id of the trip in {self._paths[rows.id]}, too'
            self._complaints.append(prepared.complaint(("id",), cause))
            return
        self._paths[rows.id] = prepared.path
        self._complaints += self._shared.state(prepared)
        row = self._connection.execute(
            "SELECT key, digest FROM trip WHERE id = ?", (rows.id,)
        ).fetchone()
        if row and row[1] == digest:
            self._unchanged.append(rows.id)
            return
        if row:
            key = int(row[0])
            self._delete(key)
            self._changed.append(rows.id)
        else:
            key = self._next_trip << RECORD_BITS
            self._next_trip += 1
            self._added.append(rows.id)
        if any(self._taken_ids(prepared)):
            # By a trip that may give the id up in this same load, whichever file comes first.
            self._waiting.append((prepared, key))
        else:
            self._insert(prepared, key)

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

    def _insert(self, prepared: Prepared, trip_key: int) -> None:
        records = prepared.records
        if len(records) > 1 << RECORD_BITS:
            cause = f"holds more than {1 << RECORD_BITS} records"
            self._complaints.append(prepared.complaint((), cause))
            return
        self._index.add(list(enumerate(records, trip_key)))
        self._insert_rows(prepared, trip_key)
        self._shared.touch(trip_key)

    def _insert_rows(self, prepared: Prepared, trip: int) -> None:
        """Insert the rows of a trip with this key: offsets and ids become keys."""
        rows, connection = prepared.rows, self._connection
        person = self._shared.keys(PARTICIPANTS)
        city = self._shared.keys(CITIES)
        topic = self._shared.keys(TOPICS)
        source = self._shared.keys(SOURCES)
        _insert_trip(connection, [(trip, *rows.trip, prepared.digest)])
        mentioned = {
            keys[row[0]]
            for keys, name in (
                (person, "participants"), (city, "cities"), (topic, "topics"), (source, "sources"),
            )
            for row in rows.shared[name]
        }  # fmt: skip
        _insert_mention(connection, [(trip, key) for key in sorted(mentioned)])
        _insert_appearance(
            connection, [(trip, person[row[0]], *row[1:]) for row in rows.appearances]
        )
        _insert_stop(
            connection, [(trip, place, city[id_], *days) for place, id_, *days in rows.stops]
        )
        _insert_meeting(
            connection,
            [
                (trip + offset, id_, trip, *told, where and city[where])
                for offset, id_, *told, where in rows.meetings
            ],
        )
        earliest_date = {offset: told[4] for offset, _, *told in rows.meetings}
        _insert_meeting_participant(
            connection,
            [
                (trip + offset, person[id_], place, earliest_date[offset])
                for offset, id_, place in rows.meeting_participants
            ],
        )
        _insert_quote(
            connection,
            [
                (
                    trip + offset, id_, trip, person[speaker], text, when,
                    meeting and trip + meeting, *told, where and city[where],
                )
                for offset, id_, speaker, text, when, meeting, *told, where in rows.quotes
            ],
        )  # fmt: skip
        _insert_agreement(
            connection,
            [
                (trip + offset, id_, trip, trip + meeting, *told)
                for offset, id_, meeting, *told in rows.agreements
            ],
        )
        _insert_party(connection, [(trip + offset, code) for offset, code in rows.parties])
        _insert_topic(connection, [(trip + offset, topic[id_]) for offset, id_ in rows.topics])
        _insert_inferred(connection, [(trip + offset, field) for offset, field in rows.inferred])
        _insert_evidence(
            connection,
            [
                (trip + offset, trip, place, source[id_], *words)
                for offset, place, id_, *words in rows.evidence
            ],
        )
        _insert_evidence(
            connection,
            [
                (person[who], trip, place, source[id_], *words)
                for who, place, id_, *words in rows.participant_evidence
            ],
        )

    def _taken_ids(self, prepared: Prepared) -> Iterator[Complaint]:
        for collection, ids in prepared.rows.record_ids.items():
            table = RESOURCES[collection].table
            for position, id_, trip_id in self._connection.execute(
                f"SELECT given.key, r.id, t.id FROM json_each(?) AS given"
                f" CROSS JOIN {table} r ON r.id = given.value JOIN trip t ON t.key = r.trip_key",
                (json.dumps(ids),),
            ).fetchall():
                yield prepared.complaint(
                    (collection, position, "id"),
                    f'"{id_}" is an id of the trip "{trip_id}", too; choose another',
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
