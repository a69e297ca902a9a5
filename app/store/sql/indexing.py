"""The index that filters read, updated with the documents in the loader's transaction.

Changes are gathered while records come and go, and merged at the end: a load of one trip and a load
of many thousand take the same path.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations

from pyroaring import BitMap

from app.domain.collections import MEETINGS, PARTICIPANTS, STAYS
from app.domain.filters import EVERYTHING, TITLE
from app.domain.names import fold
from app.domain.records import IndexedRecord
from app.domain.spellings import with_squeezed
from app.domain.texts import packed, plain
from app.store.sql.gathering import Gathered, Name, Value, remembered_terms_of_days
from app.store.sql.merging import GATHERED, Merged, Merging, NewPlaces, Places, read_terms
from app.store.sql.sets import PAIRS, PRESENCE, pair_name
from app.store.sql.trigrams import Spellings
from app.store.sql.writer import SearchedText, Writer

MAX_FILLED = 500
"""At most this many documents that replace others wait to be written."""

_DOCUMENT = ("key", "number", "collection", "sort", "latest", "updated", "body")

SharedKeys = Mapping[tuple[str, str], int]
"""The keys of shared records, by list and id."""


class Index:
    """The documents and the index, while one load writes them."""

    def __init__(self, connection: Writer) -> None:
        """Take the connection of the load's transaction."""
        self._connection = connection
        self._gathered = Gathered()
        # Of removed records: their places, their numbers by keys, and their time terms.
        self._gone: Places = {}
        self._free: dict[int, int] = {}
        self._lost = Gathered()
        self._changed: set[str] = set()
        # The numbers written in this load, and those of them that were taken out again.
        self._written = BitMap()
        self._undone = BitMap()
        # Numbers by keys: of shared records that are filled later, and of participants.
        self._reserved: dict[int, int] = {}
        self._people: dict[int, int] = {}
        self._filled: list[tuple[int, IndexedRecord]] = []
        self._spellings = Spellings(connection)
        (first,) = connection.execute(
            "SELECT coalesce(max(number), 0) + 1 FROM document"
        ).fetchone()
        self._places = NewPlaces(first)
        self._gone_numbers = BitMap()
        self._meetings: BitMap | None = None  # The set of all meetings, if it is known by now.

    def remove(self, first: int, last: int) -> None:
        """Take the records with keys from `first` to `last` out of the index, for good."""
        removed: dict[str, list[int]] = defaultdict(list)
        for key, number, collection, sort, latest, updated in self._connection.execute(
            "SELECT key, number, collection, sort, latest, updated FROM document"
            " WHERE key BETWEEN ? AND ?",
            (first, last),
        ):
            removed[collection].append(number)
            if number in self._written:  # In this load, and not merged yet.
                self._undone.add(number)
            else:
                self._gone[number] = (sort, key)
                self._gone_numbers.add(number)
                self._free[key] = number
                values = (*remembered_terms_of_days(sort, latest), ("updated", updated))
                self._lost.add(collection, values, number)
        if MEETINGS.name in removed:
            self._meetings = None
        for collection, numbers in removed.items():
            self._changed.add(collection)
            if collection != STAYS.name:
                self._connection.forget_texts(collection, numbers)

    def fill(self, key: int, record: IndexedRecord) -> None:
        """Write a document in place of the one that has this key."""
        if key not in self._reserved:
            self.remove(key, key)
        self._filled.append((key, record))
        if len(self._filled) >= MAX_FILLED:
            self._write_filled()

    def _write_filled(self) -> None:
        self._connection.executemany(
            "DELETE FROM document WHERE key = ?", [(key,) for key, _ in self._filled]
        )
        self.add(self._filled, {})
        self._filled.clear()

    def reserve(self, key: int, collection: str) -> None:
        """Reserve the key of a record that is filled later.

        Rows may refer to it at once. As long as any foreign key points to no row, SQLite looks for
        references to each new row, and scans tables that have no index for it.
        """
        number = self._reserved[key] = self._places.new_number()
        row = (key, number, collection, "", "", "", "")
        self._connection.insert("document", _DOCUMENT, [row])

    def add(self, records: list[tuple[int, IndexedRecord]], shared_keys: SharedKeys) -> None:
        """Add the documents of new records, given with their keys."""
        numbered = [(self._number(key), key, record) for key, record in records]
        self._connection.insert(
            "document",
            _DOCUMENT,
            (
                (key, number, one.collection, one.sort, one.latest, one.updated, one.document)
                for number, key, one in numbered
            ),
        )
        if any(record.collection == MEETINGS.name for _, record in records):
            self._meetings = None
        searched: dict[str, list[SearchedText]] = defaultdict(list)
        # Records of a trip have much in common: who had part in what is gathered once for all.
        who_had_part: dict[Value, set[int]] = defaultdict(set)
        for number, key, record in numbered:
            self._gather(number, key, record, shared_keys, who_had_part)
            if record.collection != STAYS.name:
                text, shown = plain(record.texts), packed(record.texts)
                searched[record.collection].append(SearchedText(number, record.title, text, shown))
        for collection, texts in searched.items():
            self._connection.index_texts(collection, texts)
        for value, people in who_had_part.items():
            self._gathered.update(PARTICIPANTS.name, value, people)

    def _gather(
        self,
        number: int,
        key: int,
        record: IndexedRecord,
        shared_keys: SharedKeys,
        who_had_part: dict[Value, set[int]],
    ) -> None:
        """Gather the terms of a record, and into `who_had_part`, its participants by value."""
        self._written.add(number)
        self._places[number] = record.sort, key
        days = remembered_terms_of_days(record.sort, record.latest)
        values = [*record.terms, *days, ("updated", record.updated)]
        self._gathered.add(record.collection, values, number)
        if not record.present:
            return
        people = [self._person(shared_keys[PARTICIPANTS.name, id_]) for id_ in record.present]
        self._gathered.add(PRESENCE[0], [(PRESENCE[1], str(person)) for person in people], number)
        if record.collection == MEETINGS.name:
            pairs = [(PAIRS[1], pair_name(*two)) for two in combinations(people, 2)]
            self._gathered.add(PAIRS[0], pairs, number)
        for value in (*record.terms, *days):
            if value[0] in GATHERED:
                who_had_part[value].update(people)

    def _number(self, key: int) -> int:
        """Return the number of a record that is added: the one it had, if there was one."""
        known = self._reserved.pop(key, None) or self._free.pop(key, None)
        return self._places.new_number() if known is None else known

    def _person(self, key: int) -> int:
        """Return the number of a participant, whose document may be written later."""
        known = self._people.get(key, self._reserved.get(key))
        if known is None:
            ((known,),) = self._connection.execute(
                "SELECT number FROM document WHERE key = ?", (key,)
            )
            self._people[key] = known
        return known

    def count_meetings(self, participant: int) -> int:
        """Return in how many meetings a participant, given by key, has had part after this load.

        It intersects two sets: checking each of their records would take seconds.
        """
        if self._meetings is None:
            self._meetings = self._after_load((MEETINGS.name, *EVERYTHING))
        had_part = self._after_load((*PRESENCE, str(self._person(participant))))
        return had_part.intersection_cardinality(self._meetings)

    def _after_load(self, name: Name) -> BitMap:
        """Return the set of a term as it will be once all is merged."""
        found = self._gathered.numbers(name) - self._undone
        for _, known in read_terms(self._connection, [name]):
            for _, before in known.values():
                found |= before - self._gone_numbers
        return found

    def alias(self, names: str, value: str, spellings: Iterable[str]) -> None:
        """Set the folded spellings under which a value is found."""
        self._spellings.set(names, value, spellings)

    def merge(self) -> None:
        """Bring sets and postings in line with what came and went."""
        self._write_filled()
        # Reserved keys that were never filled.
        self._connection.executemany(
            "DELETE FROM document WHERE key = ?", [(key,) for key in self._reserved]
        )
        merging = Merging(
            self._connection,
            self._gathered,
            self._lost,
            self._undone,
            self._gone,
            self._places,
        )
        merged = merging.merge(self._changed)
        self._alias_titles(merged)
        self._spellings.merge()

    def _alias_titles(self, merged: Merged) -> None:
        """Give titles, which are no records of their own, their spellings."""
        for _, parameter, value in merged.created:
            if parameter == TITLE.parameter:
                self.alias(parameter, value, with_squeezed([fold(value)]))
        for _, parameter, value in merged.emptied:
            if (
                parameter == TITLE.parameter
                and not self._connection.execute(
                    "SELECT 1 FROM term WHERE parameter = ? AND value = ?", (parameter, value)
                ).fetchone()
            ):
                self.alias(parameter, value, ())
