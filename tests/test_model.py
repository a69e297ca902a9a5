"""All that trip files may say, from the file to every answer that shows it.

The trips of `tests/trips/` use all of the model. What a file says of a record is looked for in the
record as it is served; facets, filters, schemas and orders of loading are tried on all of them.
"""

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS31Validator, oas31_format_checker

from app.domain.collections import RESOURCES
from app.domain.countries import country_name
from app.domain.filters import Reads
from app.domain.tripfile import trip_file_schema
from app.ingest.loader import load
from app.ingest.reading import TripFileError, find_trip_files, read_trip_file
from app.ingest.yamltree import Tree
from app.settings import PROJECT
from tests.client import Client
from tests.ingest.tables import assert_sound, content_of
from tests.reference import HAS, Reference

FILES = find_trip_files([PROJECT / "tests" / "trips"])
Part = dict[str, Any]
TRIPS: list[Part] = [Tree(path.read_text("utf-8")).value for path in FILES]
OWN = ("meetings", "quotes", "agreements")
SHARED = ("organizations", "cities", "topics", "sources", "participants")
PERIODS = {"day": "date", "month": "date", "year": "date"}


@pytest.fixture(scope="module")
def database(migrated_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "readout.db"
    shutil.copy(migrated_database, path)
    load(path, FILES)
    return path


@pytest.fixture(scope="module")
def client(portal: BlockingPortal, database: Path) -> Iterator[Client]:
    opened = Client(portal, database)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference(read_trip_file(path).trip for path in FILES)


def all_of(client: Client, collection: str) -> list[Part]:
    """Return all records of a collection, as its list serves them."""
    return [item for page in client.pages(collection, ("limit", "200")) for item in page.items]


# --- every field of every record ----------------------------------------------------------------


def plain(value: Any) -> Any:
    """Return what a file says as JSON has it: days as text."""
    if isinstance(value, list):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return value.isoformat() if hasattr(value, "isoformat") else value


def ids(found: Any) -> list[str]:
    return [part["id"] for part in found]


def evidence_is(told: Any, served: Any) -> bool:
    """Return whether each passage is served with its words, and with a link where it has one."""
    return len(told) == len(served) and all(
        all(shown[name] == value for name, value in passage.items())
        and (shown["url"] is None or shown["url"].startswith("https://"))
        for passage, shown in zip(told, served, strict=True)
    )


SHOWN: dict[str, Callable[[Any, Any], bool]] = {
    "country": lambda told, served: served == {"code": told, "name": country_name(told)},
    "city": lambda told, served: served["id"] == told,
    "organization": lambda told, served: served["id"] == told and bool(served["name"]),
    "speaker": lambda told, served: served["id"] == told,
    "participants": lambda told, served: ids(served) == told,
    "travellers": lambda told, served: told in (served, ids(served) if served[0] != told[0] else 0),
    "topics": lambda told, served: ids(served) == told,
    "evidence": evidence_is,
    "parties": lambda told, served: ids(served) == told and all(p["name"] for p in served),
    "text": lambda told, served: served == (told if isinstance(told, str) else " ".join(told)),
    "occasion": lambda told, served: all(served[name] == value for name, value in told.items()),
    "translation": lambda told, served: all(served[name] == value for name, value in told.items()),
    "other_names": lambda told, served: set(told) <= set(served),
    "identifiers": lambda told, served: told.items() <= served.items(),
    "inferred": lambda told, served: set(told) == set(served),
}
"""How a field is served that is served otherwise than it is told."""


def assert_shows(served: Part, told: Part, where: str) -> None:
    """See that a record is served with every field that a file says of it."""
    for name, value in plain(told).items():
        if name in ("former_ids", *OWN) or (name == "sources" and where.startswith("/trips")):
            continue
        shown = SHOWN.get(name, lambda told, served: told == served)
        assert name in served, f"{where} has no {name}"
        assert shown(value, served[name]), f"{where}: {name} is {served[name]}, not {value}"


OWN_RECORDS = [
    pytest.param(trip["id"], name, part, id=f"{name}/{part['id']}")
    for trip in TRIPS
    for name in OWN
    for part in trip.get(name, [])
    if name != "meetings" or "title" in part
]


@pytest.mark.parametrize(("trip", "name", "part"), OWN_RECORDS)
def test_a_record_is_served_with_all_that_its_file_says(
    client: Client, trip: str, name: str, part: Part
) -> None:
    where = f"/{name}/{part['id']}"
    served = client.get(where).json()
    assert_shows(served, part, where)
    assert trip in (served["trips"] if name == "meetings" else [served["trip"]])
    settled_at = {"place", "date"} if part.get("meeting") else set()
    for field in set(served) - {*part} - settled_at:
        if field in ("place", "start_time", "end_time", "attribution", "translation", "note"):
            assert served[field] is None, f"{where}: nobody said {field}"
    if isinstance(part.get("text"), list):
        assert served["pieces"] == part["text"]
    assert served["date"] == (str(part["date"]) if "date" in part else served["date"])
    if "date" in part:
        last = str(part.get("end_date") or part["date"])
        assert (served["earliest_date"], served["latest_date"]) == (str(part["date"]), last)


@pytest.mark.parametrize("trip", TRIPS, ids=lambda trip: trip["id"])
def test_a_trip_and_its_stops_are_served_with_all_that_the_file_says(
    client: Client, trip: Part
) -> None:
    where = f"/trips/{trip['id']}"
    served = client.get(where).json()
    own = {k: v for k, v in trip.items() if k not in (*SHARED, "stops")}
    assert_shows(served, own, where)
    assert ids(served["sources"]) == ids(trip["sources"])
    assert served["meetings"] == ids(trip.get("meetings", []))
    assert len(served["stops"]) == len(trip.get("stops", []))
    for told, shown in zip(trip.get("stops", []), served["stops"], strict=True):
        assert_shows(shown, told, where)
        assert shown["status"] == told.get("status", "held")
    assert served["recorded"] == ("yes" if trip.get("meetings") else "no")
    assert served["origin"] == "curated"


@pytest.mark.parametrize("name", SHARED)
def test_what_trips_share_is_served_with_all_that_files_say(client: Client, name: str) -> None:
    found = {item["id"]: item for item in all_of(client, name)}
    defined = {part["id"] for trip in TRIPS for part in trip.get(name, ()) if len(part) > 1}
    assert defined <= found.keys()
    for trip in TRIPS:
        for part in trip.get(name, ()):
            served = found[part["id"]]
            told = {k: v for k, v in part.items() if k != "evidence"}
            if name == "participants":
                office = {k: told.pop(k, None) for k in ("title", "country", "organization")}
                if any(office.values()):
                    (held,) = [a for a in served["appearances"] if a["trip"] == trip["id"]]
                    assert_shows(held, {k: v for k, v in office.items() if v}, part["id"])
                if trip["id"] == max(appearance["trip"] for appearance in served["appearances"]):
                    assert evidence_is(part["evidence"], served["evidence"])
            assert_shows(served, told, f"/{name}/{part['id']}")


def test_every_former_id_leads_to_its_record(client: Client) -> None:
    former = [
        (name, old, part["id"])
        for trip in TRIPS
        for name in (*OWN, *SHARED)
        for part in trip.get(name, ())
        for old in part.get("former_ids", ())
    ]
    former += [("trips", old, trip["id"]) for trip in TRIPS for old in trip.get("former_ids", ())]
    assert len(former) > 1
    for name, old, id_ in former:
        answer = client.get(f"/{name}/{old}")
        assert (answer.status_code, answer.headers["location"]) == (308, f"/{name}/{id_}")


def test_the_trips_use_all_of_the_model() -> None:
    """See that every field and word of the format is said by some trip file."""
    said: dict[str, set[str]] = {}

    def note(where: str, part: Any) -> None:
        for name, value in part.items():
            said.setdefault(where, set()).add(name)
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, dict):
                    note(f"{name}", inner)
                elif isinstance(inner, str):
                    said.setdefault(f"{where}.{name}", set()).add(inner)

    for trip in TRIPS:
        note("trip", plain(trip))
    schema = Tree(trip_file_schema()).value
    parts = {
        "stops": "StopPart", "meetings": "MeetingPart", "quotes": "QuotePart",
        "agreements": "AgreementPart", "sources": "SourcePart", "cities": "CityPart",
        "participants": "ParticipantPart", "organizations": "OrganizationPart",
        "topics": "TopicPart", "evidence": "EvidencePart", "occasion": "OccasionPart",
        "translation": "TranslationPart",
    }  # fmt: skip
    unsaid = {
        f"{where}.{name}"
        for where, part in parts.items()
        for name in schema["$defs"][part]["properties"]
        if name not in said[where]
    }
    unsaid |= {f"trip.{name}" for name in schema["properties"] if name not in said["trip"]}
    assert unsaid == set()
    words = {
        "meetings.format": "MeetingFormat", "meetings.kind": "MeetingKind",
        "agreements.kind": "AgreementKind", "sources.kind": "SourceKind",
        "occasion.when": "OccasionWhen", "participants.kind": "ParticipantKind",
    }  # fmt: skip
    for where, vocabulary in words.items():
        known = set(schema["$defs"][vocabulary]["enum"])
        if where == "meetings.kind":
            known -= {"meeting"}  # That is what it is if nothing is said.
        assert said[where] >= known, where
    for where in ("trip.status", "stops.status", "meetings.status"):
        said_there = said.get(where, set())
        assert said_there & {"planned", "cancelled"}, where


# --- facets, filters and schemas ----------------------------------------------------------------

FACETED = [
    name for name, resource in RESOURCES.items() if any(known.facet for known in resource.filters)
]


@pytest.mark.parametrize("collection", FACETED)
def test_every_value_of_every_facet_finds_as_many_as_it_counts(
    client: Client, reference: Reference, collection: str
) -> None:
    found = client.get(f"/{collection}/facets?limit=200").json()
    expected = reference.facets(collection)
    assert found["total"] == len(reference.ids(collection))
    for facet, values in found["facets"].items():
        counts = {value["value"]: value["count"] for value in values}
        assert counts == dict(expected[facet]), facet
        for value, count in counts.items():
            parameter = PERIODS.get(facet, facet)
            met = client.ids(collection, (parameter, value))
            assert len(met) == count, (facet, value)
            assert sorted(met) == sorted(reference.ids(collection, [(parameter, value)]))
    assert found["facets"] != {}


@pytest.mark.parametrize("collection", FACETED)
def test_an_ambiguous_name_finds_all_that_its_facet_values_find(
    client: Client, collection: str
) -> None:
    for known in RESOURCES[collection].filters:
        if known.reads is not Reads.NAME or not known.facet or known.parameter == "title":
            continue
        names = {"city": "cities", "topic": "topics", "organization": "organizations"}
        shared = names.get(known.parameter)
        if shared is None:
            continue
        for item in all_of(client, shared):
            for name in (item["name"], *item["other_names"]):
                assert set(client.ids(collection, (known.parameter, item["id"]))) <= set(
                    client.ids(collection, (known.parameter, name))
                ), name


@pytest.mark.parametrize("collection", RESOURCES)
def test_documents_are_what_openapi_says(client: Client, collection: str) -> None:
    document = client.get("/openapi.json").json()
    title = RESOURCES[collection].schema.model_config["title"]
    schema = {**document["components"]["schemas"][title], "components": document["components"]}
    validator = OAS31Validator(schema, format_checker=oas31_format_checker)
    items = all_of(client, collection)
    assert items
    for item in items:
        validator.validate(item)
        # Nothing is served that is not described.
        assert item.keys() == document["components"]["schemas"][title]["properties"].keys()
        assert client.get(f"/{collection}/{item['id']}").json() == item


# --- hypothesis ---------------------------------------------------------------------------------


def values_of(reference: Reference, collection: str) -> dict[str, list[str]]:
    """Return values for the filters of a collection: those its records have, and some others."""
    found: dict[str, set[str]] = {}
    for records in reference.collections.values():
        for record in records:
            for parameter, values in record.values.items():
                found.setdefault(parameter, set()).update(values)
    found["met_with"] = found["official"]
    found["date"] = {"2031-06-10", "2031-06", "2031-09-04", "1974", "2032-03-12", "2035"}
    found["date_from"] = found["date_to"] = {"2031-06-09", "2031-07-05", "2032"}
    found["updated_since"] = {"1990-01-01", "2999-01-01"}
    found["q"] = {
        "summit",
        "harbour",
        "minister",
        "warten",
        "grain",
        '"the Kremlin"',
        "-dinner talks",
    }
    found["country"] |= {"Soviet Union", "Norway", "East Germany"}
    found["city"] |= {"Kristiania", "Moskva"}
    found["organization"] = {"north-council", "NC", "Conseil du Nord"}
    return {name: sorted(values) for name, values in found.items() if name in HAS[collection]}


@pytest.mark.slow
@settings(max_examples=150)
@given(st.sampled_from(sorted(RESOURCES)), st.data())
def test_any_filters_find_what_a_plain_look_at_the_files_finds(
    client: Client, reference: Reference, collection: str, data: st.DataObject
) -> None:
    known = values_of(reference, collection)
    if collection in ("participants", "meetings", "agreements"):
        known["kind"] = sorted(
            {value for r in reference.collections[collection] for value in r.values["kind"]}
        )
    chosen = data.draw(st.lists(st.sampled_from(sorted(known)), max_size=3, unique=True))
    pairs = [
        (name, value)
        for name in chosen
        for value in data.draw(st.lists(st.sampled_from(known[name]), min_size=1, max_size=2))
    ]
    if sorted(value for name, value in pairs if name == "date_from")[:1] > sorted(
        value for name, value in pairs if name == "date_to"
    )[-1:] and any(name == "date_to" for name, _ in pairs):
        return
    order = RESOURCES[collection].order
    found = client.ids(collection, *pairs, ("sort", order))
    assert found == reference.ids(collection, pairs)
    facets = client.get(f"/{collection}/facets", params=[*pairs, ("limit", "200")]).json()
    for facet, counts in reference.facets(collection, pairs).items():
        if facet in facets["facets"]:
            shown = {value["value"]: value["count"] for value in facets["facets"][facet]}
            assert shown == dict(counts), facet
    if collection == "meetings":
        nodes, links = reference.network(pairs)
        network = client.get("/network", params=[*pairs, ("limit", "10000")]).json()
        assert {node["id"]: node["meetings"] for node in network["nodes"]} == nodes
        assert {(a["source"], a["target"]): sorted(a["meetings"]) for a in network["links"]} == {
            two: sorted(shared) for two, shared in links.items()
        }


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_any_accepted_order_of_loading_gives_the_same_data(
    database: Path, migrated_database: Path, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - made-up data, the same each time
    waiting = chance.sample(FILES, len(FILES))
    path = tmp_path / "readout.db"
    shutil.copy(migrated_database, path)
    refused = 0
    while waiting:
        some = waiting[: chance.randint(1, 3)]
        waiting = waiting[len(some) :]
        try:
            load(path, some)
        except TripFileError:
            refused += 1
            assert refused < 60, "no order is accepted"
            waiting = chance.sample([*waiting, *some], len(waiting) + len(some))
    assert_sound(path)
    assert content_of(path) == content_of(database)


def test_loading_again_and_in_the_other_direction_changes_nothing(
    database: Path, migrated_database: Path, tmp_path: Path
) -> None:
    path = tmp_path / "readout.db"
    shutil.copy(migrated_database, path)
    load(path, FILES[::-1])
    assert content_of(path) == content_of(database)
    assert load(path, FILES).unchanged == [trip["id"] for trip in TRIPS]
