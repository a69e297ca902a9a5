"""Paging: a walk over all pages meets each record once, in order, with one total."""

from pathlib import Path

import pytest

from app.ingest.loader import load
from tests.client import SEEDED, Answer, Client, MakeClient
from tests.reference import Reference
from tests.routers.many import FILTERED
from tests.trips import meeting, trip, write_trips

LIMITS = [1, 2, 3, 7, 50, 200]


def next_link(answer: Answer) -> str | None:
    """Return what the Link header says of the next page."""
    header: str | None = answer.response.headers.get("link")
    if header is None:
        return None
    assert header.startswith("<")
    assert header.endswith('>; rel="next"')
    return header[1 : -len('>; rel="next"')]


def see_walk(
    client: Client, collection: str, pairs: list[tuple[str, str]], limit: int, expected: list[str]
) -> None:
    met = []
    for answer in client.pages(collection, *pairs, ("limit", str(limit))):
        assert answer.total == len(expected)
        assert answer.next == next_link(answer)
        met += answer.ids
        assert len(answer.ids) == (limit if answer.next else (len(expected) - 1) % limit + 1)
    assert met == expected


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("collection", SEEDED)
def test_a_walk_over_the_real_trip(client: Client, collection: str, limit: int) -> None:
    see_walk(client, collection, [], limit, client.ids(collection))


@pytest.mark.parametrize("collection", SEEDED)
def test_a_walk_over_many_records(many: Client, many_reference: Reference, collection: str) -> None:
    for pairs in ([], FILTERED[collection]):
        expected = many_reference.ids(collection, pairs)
        assert len(expected) > 3
        for limit in LIMITS:
            see_walk(many, collection, pairs, limit, expected)


def test_fifty_records_where_no_limit_is_given(many: Client) -> None:
    answer = many.ask("quotes")
    assert len(answer.ids) == 50
    assert answer.total == 68
    assert answer.next is not None
    assert answer.next.startswith("/quotes?cursor=")


def test_a_page_that_is_just_full_is_the_last(client: Client) -> None:
    assert client.ask("meetings", limit="8").next is None
    assert client.ask("meetings", limit="7").next is not None


def test_an_empty_list_has_no_next(client: Client) -> None:
    answer = client.ask("meetings", city="Osaka", limit="1")
    assert (answer.items, answer.total, answer.next) == ([], 0, None)
    assert "link" not in answer.response.headers


def test_next_keeps_the_filters_as_they_were_given(client: Client) -> None:
    answer = client.ask(
        "meetings", ("city", "Tōkyō"), ("limit", "2"), ("official", "Austin"), ("official", "Suga")
    )
    assert answer.next is not None
    assert answer.next.startswith(
        "/meetings?city=T%C5%8Dky%C5%8D&limit=2&official=Austin&official=Suga&cursor="
    )


def test_the_limit_may_change_on_the_way(client: Client) -> None:
    expected = client.ids("topics")
    answer = client.ask("topics", limit="4")
    assert answer.next is not None
    rest = Answer(client.get(answer.next.replace("limit=4", "limit=200")))
    assert answer.ids + rest.ids == expected


def test_the_order_of_parameters_and_their_spelling_may_change_on_the_way(client: Client) -> None:
    first = client.ask("meetings", city="Tokyo", country="JP", limit="2")
    assert first.next is not None
    cursor = first.next.partition("cursor=")[2]
    second = client.ask("meetings", country="jp", cursor=cursor, city="TOKYO")
    assert first.ids + second.ids == client.ids("meetings", city="tokyo")


def test_a_walk_goes_on_after_a_load(made_up: MakeClient, tmp_path: Path) -> None:
    served = made_up(trip(meetings=[meeting(f"m{i}", date=f"2024-01-0{i}") for i in range(1, 7)]))
    first = served.ask("meetings", limit="3")
    assert (first.ids, first.total) == (["m1", "m2", "m3"], 6)
    folder = tmp_path / "more"
    part = trip("more", meetings=[meeting(f"n{i}", date=f"2024-01-0{i}") for i in range(1, 7)])
    load(served.database.path, write_trips(folder, [part]))
    assert first.next is not None
    rest = Answer(served.get(first.next.replace("limit=3", "limit=200")))
    # What stands before the cursor does not return; what came after it is met. Of one day, the
    # meetings of a trip stand together, which trip first follows from their ids.
    assert (
        {"m4", "m5", "m6", "n4", "n5", "n6"}
        <= set(rest.ids)
        <= {
            "m4",
            "m5",
            "m6",
            "n3",
            "n4",
            "n5",
            "n6",
        }
    )
    assert [id_[1] for id_ in rest.ids] == sorted(id_[1] for id_ in rest.ids)
    assert rest.total == 12
