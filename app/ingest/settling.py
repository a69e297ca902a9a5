"""Updates registers in each load: their ties, trips and layers.

What is served depends only on the trip files and the registers, not on the order in which they
came.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.tripfile import TripFile
from app.ingest.definitions import SHARED_LISTS
from app.ingest.importers.base import ImportedTrip
from app.ingest.preparing import Prepared, Source, prepared_trip
from app.ingest.project import CURATED
from app.ingest.rows import Columns
from app.ingest.ties import FIRST_REGISTERS, LISTS, Known, own_trip_id, ties_of
from app.ingest.tying import Tying, definitions_of, plain_of, uses_of
from app.store.sql.registers import Registers, RegisterTripRow, Ties, packed
from app.store.sql.shared import OF_A_LAYER, Mention


@dataclass
class Changes:
    """The trips of registers that an import has changed, and those that are gone, as stated."""

    changed: Mapping[str, set[str]] = field(default_factory=dict)
    gone: Mapping[str, set[str]] = field(default_factory=dict)
    stated: Mapping[str, Mapping[str, TripFile]] = field(default_factory=dict)
    """The trips as the register states them, by register and id, so that none is read again."""


@dataclass
class Written:
    """Trips of a register that are to be written, by the ids under which it states them.

    The trips of `as_stated` have no ties.
    """

    register: str
    tying: Tying
    ids: list[str]
    as_stated: Mapping[str, TripFile]


@dataclass
class Settled:
    """What is to be done: trips to be removed, by register and id, and trips to be written."""

    removed: list[tuple[str, str]] = field(default_factory=list)
    written: list["Written"] = field(default_factory=list)
    layered: set[str] = field(default_factory=set)
    """The ids of curated trips whose layers have changed."""


def state_register(
    registers: Registers, register: str, imported: Sequence[ImportedTrip]
) -> Changes:
    """Write the trips of a register in place of those it had; return what has changed."""
    plains = [plain_of(one.trip, one.stops) for one in imported]
    rows = []
    for plain in plains:
        content = json.dumps(plain, ensure_ascii=False).encode()
        digest = hashlib.sha256(content).hexdigest()
        rows.append(RegisterTripRow(plain["trip"]["id"], digest, uses_of(plain), packed(content)))
    changed, gone = registers.replace(register, definitions_of(plains), rows)
    stated = {one.trip.id: one.trip for one in imported}
    return Changes({register: changed}, {register: gone}, {register: stated})


def remove_register(registers: Registers, register: str) -> Settled:
    """Remove a register; return what follows."""
    _, ties = registers.state(register)
    served = [own_trip_id(ties, id_) for id_ in registers.trip_ids(register)]
    layered = registers.lay(register, {})
    registers.remove(register)
    return Settled([(register, id_) for id_ in served if id_], [], layered)


def remove_registers(registers: Registers) -> Settled:
    """Remove all registers; return what follows."""
    settled = Settled()
    for register in registers.ids():
        one = remove_register(registers, register)
        settled.removed += one.removed
        settled.layered |= one.layered
    return settled


def settle(registers: Registers, changes: Changes) -> Settled:
    """Work out the ties of all registers again, and return what follows from those that changed."""
    settled = Settled()
    # The larger registers come first: a record that several define becomes theirs.
    ids = sorted(registers.ids(), key=lambda id_: (id_ not in FIRST_REGISTERS, id_))
    if not ids:
        return settled
    known = Known(
        {name: registers.known(CURATED, name) for name in LISTS},
        registers.curated_trips(CURATED),
        registers.covered(CURATED),
    )
    for register in ids:
        definitions, before = registers.state(register)
        ties = ties_of(register, definitions, known)
        if register in changes.changed or ties != before:
            _settle_one(registers, register, before, ties, changes, known, settled)
        known = known.with_register(definitions, ties)
    return settled


def _settle_one(
    registers: Registers,
    register: str,
    before: Ties,
    ties: Ties,
    changes: Changes,
    known: Known,
    settled: Settled,
) -> None:
    changed = changes.changed.get(register, set())
    stated = changes.stated.get(register, {})
    differing = {what for what in before.keys() | ties.keys() if before.get(what) != ties.get(what)}
    records = known.records

    def called(name: str, id_: str) -> str | None:
        found = records[name].get(id_)
        return found.name if found else None

    tying = Tying(ties, called)
    written = []
    as_stated = {}
    for id_, uses in registers.uses(register):
        if any(f"entries/{entry}" in ties for entry in _entries(uses)):
            tying.lay(registers.trip(register, id_))
        if id_ not in changed and uses.isdisjoint(differing):
            continue
        old, own = own_trip_id(before, id_), own_trip_id(ties, id_)
        if old is not None and old != own:
            settled.removed.append((register, old))
        if own is not None:
            written.append(id_)
            if id_ in stated and uses.isdisjoint(ties):
                as_stated[id_] = stated[id_]
    for id_ in sorted(changes.gone.get(register, ())):
        old = own_trip_id(before, id_)
        if old is not None:
            settled.removed.append((register, old))
    registers.tie(register, ties)
    settled.layered |= registers.lay(register, tying.laid)
    settled.written.append(Written(register, tying, written, as_stated))


def _entries(uses: set[str]) -> Iterator[str]:
    prefix = "entries/"
    return (what.removeprefix(prefix) for what in uses if what.startswith(prefix))


def prepared_trips(
    registers: Registers, settled: Settled, columns: Columns, now: str, path: Path
) -> Iterator[Prepared]:
    """Yield the trips of registers that are to be written; `path` is what issues name."""
    for written in settled.written:
        source = Source(now, written.register)
        for id_ in written.ids:
            trip = written.as_stated.get(id_)
            trip = trip or written.tying.trip(registers.trip(written.register, id_))
            if trip is not None:
                yield prepared_trip(trip, path, columns, source)


def layered_mentions(prepared: Prepared, own: TripFile) -> list[Mention]:
    """Return the mentions of a trip with its layers; definitions of layers alone are marked."""
    listed = {(name, part.id) for name in SHARED_LISTS for part in getattr(own, name)}
    return [
        mention
        if mention.definition is None or (mention.name, mention.id) in listed
        else mention._replace(definition=mention.definition + OF_A_LAYER)
        for mention in prepared.mentions
    ]
