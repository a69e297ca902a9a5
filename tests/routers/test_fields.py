"""Sparse answers: exactly the fields that are asked for, as the whole record has them."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.collections import RESOURCES
from tests.client import SEEDED, Client

some_fields = st.sampled_from(SEEDED).flatmap(
    lambda name: st.tuples(
        st.just(name),
        st.lists(st.sampled_from(sorted(RESOURCES[name].schema.model_fields)), min_size=1),
    )
)


@pytest.mark.slow
@settings(max_examples=60)
@given(some_fields, st.booleans())
def test_any_fields_of_any_record(
    client: Client, question: tuple[str, list[str]], is_joined: bool
) -> None:
    collection, fields = question
    asked = [("fields", ",".join(fields))] if is_joined else [("fields", name) for name in fields]
    query = urlencode(asked)
    id_ = RESOURCES[collection].example_id
    whole = client.get(f"/{collection}/{id_}").json()
    # As text, so that the order of the fields counts, too: it is that of the record.
    expected = json.dumps({name: value for name, value in whole.items() if name in fields})
    assert json.dumps(client.get(f"/{collection}/{id_}?{query}").json()) == expected
    body, full = client.get(f"/{collection}?{query}").json(), client.get(f"/{collection}").json()
    assert body["total"] == full["total"] == len(body["items"])
    assert json.dumps(body["items"]) == json.dumps(
        [{name: value for name, value in item.items() if name in fields} for item in full["items"]]
    )


@pytest.mark.parametrize("path", [
    path for name, resource in RESOURCES.items() for path in (name, f"{name}/{resource.example_id}")
])  # fmt: skip
def test_fields_that_do_not_exist(client: Client, path: str) -> None:
    known = list(RESOURCES[path.split("/")[0]].schema.model_fields)
    (error,) = client.refused(f"/{path}?fields=id,idd")
    assert (error["parameter"], error["value"]) == ("fields", "idd")
    assert error["message"] == f'must be one of {", ".join(known)}; did you mean "id"?'
    assert error["suggestions"][0] == "id"
    for fields in ("", "id,", ",id", "id id", "ID", "city.name", "*", "id%00"):
        (error,) = client.refused(f"/{path}?fields={fields}")
        assert error["parameter"] == "fields"


def test_what_is_nearly_a_field_is_suggested(client: Client) -> None:
    (error,) = client.refused("/meetings?fields=titel,participant")[:1]
    assert error["suggestions"][0] == "title"
    errors = client.refused("/meetings/2021-03-17-blinken-chung?fields=titel,participant")
    assert [error["suggestions"][0] for error in errors] == ["title", "participants"]


def test_fields_do_not_change_paging(client: Client) -> None:
    first = client.get("/meetings?limit=3&fields=title").json()
    assert first["next"].startswith("/meetings?limit=3&fields=title&cursor=")
    second = client.get(first["next"]).json()
    assert [list(item) for item in second["items"]] == [["title"]] * 3
    # Nor does it matter to a cursor which fields are asked for.
    whole = client.get(first["next"].replace("&fields=title", "")).json()
    assert [item["title"] for item in whole["items"]] == [item["title"] for item in second["items"]]


def test_fields_of_a_record_that_does_not_exist(client: Client) -> None:
    assert client.get("/meetings/nothing?fields=id").status_code == 404
    assert client.get("/meetings/nothing?fields=idd").status_code == 422
