"""How many statements an answer takes, and how much may be asked for at once."""

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal

from app.domain.collections import RESOURCES
from app.ingest.loader import load
from tests.client import Client, MakeClient
from tests.reference import Reference, reference_of
from tests.trips import agreement, meeting, quote, trip, write_trips

pytestmark = pytest.mark.slow

MOST = {"participants": 18, "trips": 14}
MOST_OF_OTHERS = 8
"""What names mean takes two statements, their sets one, each naming filter, windows, text and times
one each, a page two. What trips and participants had part in is asked of three collections."""

VALUES = {
    "date": ["2021-03-16", "2021-03", "2021-03-18"],
    "date_from": ["2021-03-15"],
    "date_to": ["2021-03-17"],
    "city": ["Tokyo", "Seoul"],
    "country": ["JP", "South Korea"],
    "official": ["Blinken", "Austin", "Kishi"],
    "met_with": ["Blinken", "Austin"],
    "trip": ["2021-03-tokyo-seoul", "another"],
    "topic": ["climate", "democracy", "quad"],
    "meeting": ["2021-03-17-blinken-chung", "2021-03-16-two-plus-two-dialogue"],
    "format": ["in-person", "virtual"],
    "participant": ["Blinken", "youth-leaders"],
    "organization": ["nato"],
    "title": ["Secretary of State", "Foreign Minister"],
    "source": ["shareamerica-us-commitment-allies"],
    "status": ["held", "cancelled", "planned"],
    "recorded": ["yes", "no"],
    "updated_since": ["1990-01-01", "2999-01-01T00:00:00Z"],
    "party": ["US", "JP"],
    "q": ["climate", "Blinken -Tokyo"],
}
KINDS = {
    "participants": ["official", "group"],
    "agreements": ["pledge", "commitment"],
    "meetings": ["meeting", "speech"],
}


def queries(collection: str) -> list[list[tuple[str, str]]]:
    """Return every filter alone, once and repeated, every pair, and all of them together."""
    resource = RESOURCES[collection]
    values = {**VALUES, "kind": KINDS.get(collection, [])}
    names = [known.parameter for known in resource.filters]
    one = {name: [(name, values[name][0])] for name in names}
    all_ = {name: [(name, value) for value in values[name]] for name in names}
    asked = [[], *one.values(), *all_.values()]
    asked += [one[a] + all_[b] for a, b in itertools.permutations(names, 2)]
    asked.append([pair for pairs in all_.values() for pair in pairs])
    return asked


@pytest.mark.parametrize("collection", RESOURCES)
def test_a_list_takes_few_statements_whatever_is_asked(
    serve: MakeClient, client: Client, collection: str
) -> None:
    fresh, most = serve(client.database.path), 0
    for pairs in queries(collection):
        for limit in ("1", "200") if len(pairs) < 2 else ("1",):
            # The service remembers nothing yet but the revision.
            fresh.forget()
            fresh.look()
            with fresh.statements() as statements:
                answer = fresh.ask(collection, *pairs, limit=limit)
            # In an empty list, what a name may have meant takes three more for each name, and two
            # more tell whether each word finds something.
            more = 3 * len(answer.notices) + 2 * (not answer.total)
            allowed = MOST.get(collection, MOST_OF_OTHERS)
            # It is asked twice, the second time in a thread, where names can be compared.
            times = 1 if answer.total else 2
            assert len(statements) <= times * allowed + more, (pairs, statements)
            most = max(most, len(statements))
            if answer.next:
                with fresh.statements() as statements:
                    fresh.get(answer.next)
                assert 1 <= len(statements) <= allowed, (answer.next, statements)
    assert most >= (2 if client.ids(collection) else 1)


@pytest.mark.parametrize(
    ("pairs", "number"),
    [
        # What the names mean, and the page.
        ([], 2),
        ([("topic", "climate")], 2),
        # And the sets of both.
        ([("topic", "climate"), ("topic", "quad")], 3),
        ([("topic", "climate"), ("country", "KR")], 3),
        # And what overlaps the days.
        ([("country", "KR"), ("date", "2021-03-17")], 5),
    ],
)
def test_the_counter_counts(
    serve: MakeClient, client: Client, pairs: list[tuple[str, str]], number: int
) -> None:
    fresh = serve(client.database.path)
    fresh.look()
    with fresh.statements() as statements:
        fresh.ask("meetings", *pairs, limit="1")
    assert [statement.split()[0] for statement in statements] == ["SELECT"] * number


def test_a_single_record_takes_one_statement(client: Client) -> None:
    client.look()
    with client.statements() as statements:
        client.get("/meetings/2021-03-17-blinken-chung")
    assert len(statements) == 1


def test_a_question_asked_again_takes_one_statement(client: Client) -> None:
    client.look()
    client.ask("meetings", ("official", "Kishi"), ("official", "Suh"), limit="1")
    with client.statements() as statements:
        client.ask("meetings", ("official", "Kishi"), ("official", "Suh"), limit="1")
    assert len(statements) == 1


PEOPLE = [f"official-{number}" for number in range(20)]
DAYS = [f"2024-{number % 12 + 1:02}-{number // 12 * 14 + 1:02}" for number in range(20)]


@pytest.mark.parametrize("collection", ["meetings", "participants", "quotes", "agreements"])
@pytest.mark.parametrize("names", [1, 2, 7, 8, 9, 20])
@pytest.mark.parametrize("dates", [1, 2, 19, 20])
def test_as_many_values_as_may_be_given_at_once(
    crowded: tuple[Client, Reference], collection: str, names: int, dates: int
) -> None:
    client, reference = crowded
    asked = [("date", day) for day in DAYS[:dates]]
    asked += [("official", person) for person in PEOPLE[:names]]
    expected = reference.ids(collection, asked)
    assert expected
    assert client.ids(collection, *asked) == expected
    asked += [("topic", f"t{number}") for number in range(names)]
    assert client.ids(collection, *asked) == reference.ids(collection, asked)
    asked += [("trip", "example-trip"), ("date_from", "2023"), ("date_to", "2025")]
    assert client.ids(collection, *asked) == reference.ids(collection, asked)


@pytest.mark.parametrize("names", [1, 8, 20])
def test_as_many_values_for_their_meetings_as_may_be_given_at_once(
    crowded: tuple[Client, Reference], names: int
) -> None:
    client, reference = crowded
    asked = [("date", day) for day in DAYS]
    asked += [("topic", f"t{number}") for number in range(names)]
    asked += [("met_with", person) for person in PEOPLE[:names]]
    expected = reference.ids("participants", asked)
    assert expected
    assert client.ids("participants", *asked) == expected


@pytest.fixture(scope="module")
def crowded(
    portal: BlockingPortal, migrated_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Client, Reference]]:
    """A trip with twenty officials, who meet each other on twenty days."""
    meetings = [
        meeting(f"m{number}", PEOPLE[number], PEOPLE[number - 1], date=day, topics=[f"t{number}"])
        for number, day in enumerate(DAYS)
    ]
    part = trip(
        travellers=PEOPLE,
        meetings=meetings,
        quotes=[
            quote(f"q{number}", speaker=PEOPLE[number], date=day, topics=[f"t{number}"])
            for number, day in enumerate(DAYS)
        ],
        agreements=[agreement(f"a{number}", f"m{number}") for number in range(20)],
    )
    folder = tmp_path_factory.mktemp("crowded")
    shutil.copy(migrated_database, folder / "readout.db")
    load(folder / "readout.db", write_trips(folder / "trips", [part]))
    client = Client(portal, folder / "readout.db")
    yield client, reference_of(part)
    client.close()
