"""Sorting: each order has a tie-break of its own, and pages meet each record once."""

import pytest

from app.domain.collections import RESOURCES
from app.domain.names import meant
from tests.client import SEEDED, Client, problem
from tests.reference import Reference
from tests.routers.many import FILTERED
from tests.routers.test_paging import see_walk

BY_DATE = ["trips", "meetings", "quotes", "agreements"]
ORDERS = {name: "date" if name in BY_DATE else "name" for name in RESOURCES}


@pytest.mark.parametrize("collection", RESOURCES)
def test_the_usual_order_by_its_name_and_turned_round(client: Client, collection: str) -> None:
    usual = client.ids(collection)
    assert client.ids(collection, sort=ORDERS[collection]) == usual
    assert client.ids(collection, sort=f"-{ORDERS[collection]}") == usual[::-1]


@pytest.mark.parametrize("collection", SEEDED)
@pytest.mark.parametrize("turned", ["", "-"])
def test_a_walk_in_each_order(
    many: Client, many_reference: Reference, collection: str, turned: str
) -> None:
    sort = ("sort", f"{turned}{ORDERS[collection]}")
    for pairs in ([], FILTERED[collection]):
        expected = many_reference.ids(collection, pairs)
        assert len(expected) > 3
        for limit in (1, 3, 7, 50):
            walked = [sort, *pairs]
            see_walk(many, collection, walked, limit, expected[::-1] if turned else expected)


@pytest.mark.parametrize("collection", ["meetings", "participants", "quotes", "agreements"])
@pytest.mark.parametrize("sort", ["relevance", "order", "-order"])
def test_a_walk_over_what_is_found_by_words(many: Client, collection: str, sort: str) -> None:
    sort = sort.replace("order", ORDERS[collection])
    pairs = [("q", "minister one* -thirteen"), ("q", "Same"), ("sort", sort)]
    expected = many.ids(collection, *pairs)
    assert len(expected) > 3
    for limit in (1, 3, 7):
        see_walk(many, collection, pairs, limit, expected)
    if sort.startswith("-"):
        assert many.ids(collection, *pairs[:-1], sort=sort[1:]) == expected[::-1]


def test_relevance_is_the_order_of_what_words_find_unless_another_is_asked_for(
    client: Client,
) -> None:
    by_relevance = client.ids("meetings", q="korea alliance*")
    assert client.ids("meetings", q="korea alliance*", sort="relevance") == by_relevance
    by_date = client.ids("meetings", q="korea alliance*", sort="date")
    assert sorted(by_date) == sorted(by_relevance)
    assert by_date == [id_ for id_ in client.ids("meetings") if id_ in by_date]


@pytest.mark.parametrize("collection", RESOURCES)
def test_what_is_no_order(client: Client, collection: str) -> None:
    order = ORDERS[collection]
    other = "name" if order == "date" else "date"
    for sort in (other, f"--{order}", f" {order}", order.upper(), "", "-", "-relevance", "id"):
        (error,) = client.refused(f"/{collection}?sort={sort}")
        assert (error["parameter"], error["value"]) == ("sort", sort)
        allowed = f"must be one of {order}, -{order}, updated, -updated, relevance"
        assert error["message"] == f"{allowed}{meant(error['suggestions'])}"
    (error,) = client.refused(f"/{collection}?sort={order}&sort={order}")
    assert error["message"] == "is given more than once; give it once"


@pytest.mark.parametrize("collection", RESOURCES)
def test_relevance_needs_words(client: Client, collection: str) -> None:
    (error,) = client.refused(f"/{collection}?sort=relevance")
    assert error["parameter"] == "sort"
    assert "q" in error["message"].split()[-2]
    assert client.get(f"/{collection}?sort=relevance&q=the").status_code == 200


def test_a_cursor_belongs_to_its_order(client: Client) -> None:
    for sort in ("date", "-date", "relevance"):
        first = client.get(f"/meetings?q=blinken&limit=1&sort={sort}").json()
        cursor = first["next"].partition("cursor=")[2]
        for other in {"date", "-date", "relevance"} - {sort}:
            response = client.get(f"/meetings?q=blinken&sort={other}&cursor={cursor}")
            assert response.status_code == 422
            assert problem(response)["errors"][0]["parameter"] == "cursor"


def test_where_a_list_is_sorted_by_name_the_family_name_counts(client: Client) -> None:
    names = [item["family_name"] or item["name"] for item in client.ask("participants").items]
    assert names == sorted(names)
