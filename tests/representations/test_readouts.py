"""Markdown that can be pasted: what is text stays text, and links lead to the passages."""

import pytest
from markdown_it import MarkdownIt

from app.representations.md import plain
from tests.client import Client, MakeClient
from tests.trips import meeting, official, quote, trip


@pytest.mark.parametrize(
    "text",
    [
        "# not a heading", "- no list", "+ no list", "1. no list", "*no* _emphasis_ **here**",
        "[no](link)", "<b>no</b>", "a|b", "`no code`", "~~not struck~~", "a \\ b", "> no quote",
        "2+2 Dialogue", "U.S.-Japan", "1) no list", "R&amp;D &lt;",
    ],
)  # fmt: skip
def test_text_stays_text(text: str) -> None:
    html = MarkdownIt("commonmark").render(plain(text))
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert html == f"<p>{escaped}</p>\n"


def test_a_readout_has_all_that_a_reporter_needs(client: Client) -> None:
    response = client.get("/meetings/2021-03-17-blinken-chung.md")
    assert response.headers["content-type"] == "text/markdown; charset=utf-8"
    text = response.text
    assert text.startswith(
        "# [Antony Blinken meets Chung Eui-yong]"
        "(http://readout.test/meetings/2021-03-17-blinken-chung)\n\n"
        "17 March 2021 · Seoul, South Korea · in person\n"
    )
    assert "), Foreign Minister, South Korea" in text
    record = client.get("/meetings/2021-03-17-blinken-chung").json()
    for said in record["quotes"]:
        assert said["text"] in text
        passages = client.get(f"/quotes/{said['id']}").json()["evidence"]
        assert all(f"]({each['url']})" in text for each in passages)
    for agreed in record["agreements"]:
        assert f"**[{agreed['title']}](" in text
    assert all(f"]({each['url']})" in text for each in record["evidence"])
    assert "Inferred, not stated by the source:" in text


def test_a_trip_is_told_whole(client: Client) -> None:
    text = client.get("/trips/2021-03-tokyo-seoul.md").text
    assert "15–18 March 2021" in text  # noqa: RUF001 - as ranges are written
    for collection in ("meetings", "quotes", "agreements"):
        for record in client.ask(collection, limit="200").items:
            assert (record["text"] if collection == "quotes" else record["title"]) in text


def test_it_is_markdown_whatever_it_says(made_up: MakeClient) -> None:
    client = made_up(
        trip(
            title="*Stars* & <b>bars</b>",
            participants=[official("official-one", name="One [sic]", family_name="[sic]")],
            meetings=[meeting("m", status="cancelled", title="# 1. A (talk)")],
            quotes=[
                quote(
                    "q", text="2 * 3 * 4 _words_ | `x`", occasion={"when": "after", "meeting": "m"}
                )
            ],
        )
    )
    for path in ("/trips.md", "/trips/example-trip.md", "/meetings.md", "/quotes/q.md"):
        html = MarkdownIt("commonmark").render(client.get(path).text)
        assert "<em>" not in html
        assert "<b>" not in html
        assert "<code>" not in html
    assert "(cancelled)" in client.get("/meetings/m.md").text
    assert "[sic]</a>" in MarkdownIt("commonmark").render(client.get("/meetings/m.md").text)


def test_an_empty_list_is_a_heading(client: Client) -> None:
    assert client.get("/meetings.md?q=nothinglikethis").text == "# Meetings\n"


def test_a_person_is_called_by_name_and_not_by_office(client: Client) -> None:
    text = client.get("/participants/antony-blinken.md").text
    assert text.startswith("# [Antony Blinken](")
    assert "<title>Antony Blinken</title>" in client.get("/participants.atom").text


def test_what_rests_on_a_page_names_the_book(made_up: MakeClient) -> None:
    book = {"id": "book", "title": "A Book", "publisher": "P", "citation": "A Book (1999)"}
    on_page = [{"source": "book", "page": 12}]
    example = trip(meetings=[meeting("m", evidence=on_page)])
    example["sources"].append(book)
    client = made_up(example)
    assert "Source: book, page 12" in client.get("/meetings/m.md").text
    page = client.get("/meetings/m", headers={"Accept": "text/html"}).text
    assert "Source: book, page 12" in page


def test_a_trip_did_not_go_where_a_stop_was_cancelled(made_up: MakeClient) -> None:
    stops = [{"city": "oslo"}, {"city": "seoul", "status": "cancelled"}, {"city": "tokyo"}]
    client = made_up(trip(stops=stops, summary=None))
    assert "LOCATION:Oslo\\, Norway\\; Tokyo\\, Japan" in client.get("/trips.ics").text
    places = client.get("/trips/example-trip.jsonld").json()["location"]
    assert [place["name"] for place in places] == ["Oslo", "Tokyo"]
    page = client.get("/trips/example-trip", headers={"Accept": "text/html"}).text
    assert ": Oslo, Tokyo</p>" in page
    assert "Seoul (cancelled)" in page
