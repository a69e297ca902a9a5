"""Atom feeds, parsed by feedparser: what was added, changed and removed."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.ingest.loader import load, remove
from tests.client import Client, MakeClient, MakeDatabase
from tests.representations.reading import feed
from tests.trips import loaded_at, meeting, trip, write_trips

ATOM = "{http://www.w3.org/2005/Atom}"
TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
FIRST, SECOND, THIRD = "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"


def changed_thrice(make_database: MakeDatabase, tmp_path: Path) -> Path:
    """Return a database of two trips; one was changed after it was added, a third removed."""
    path = make_database(trip("a", title="A <&> trip"))
    for time, parts in (
        (FIRST, [trip("b", meetings=[meeting("m1")]), trip("c")]),
        (SECOND, [trip("b", meetings=[meeting("m1"), meeting("m2", title="New")])]),
    ):
        with loaded_at(time):
            load(path, write_trips(tmp_path / time[:7], parts))
    with loaded_at(THIRD):
        remove(path, ["c"])
    return path


def test_the_latest_change_comes_first(
    make_database: MakeDatabase, serve: MakeClient, tmp_path: Path
) -> None:
    client = serve(changed_thrice(make_database, tmp_path))
    found = feed(client.get("/trips.atom").content)
    assert [entry.id for entry in found.entries] == [
        "urn:readout:trips:b", "urn:readout:trips:a"
    ]  # fmt: skip
    assert [entry.updated for entry in found.entries] == [SECOND, "2026-01-01T00:00:00Z"]
    assert found.entries[1].title == "A <&> trip"
    assert found.entries[0].link == "http://readout.test/trips/b"
    assert found.feed.updated == THIRD
    ids = [entry.id for entry in feed(client.get("/trips.atom?sort=date").content).entries]
    assert sorted(ids) == ["urn:readout:trips:a", "urn:readout:trips:b"]


def test_what_was_removed_is_said(
    make_database: MakeDatabase, serve: MakeClient, tmp_path: Path
) -> None:
    client = serve(changed_thrice(make_database, tmp_path))
    for query in ("", "?official=official-one", "?limit=1"):
        root = ElementTree.fromstring(client.get(f"/trips.atom{query}").content)  # noqa: S314
        (gone,) = root.findall(TOMBSTONE)
        assert gone.attrib == {"ref": "urn:readout:trips:c", "when": THIRD}
        # The latest news first.
        assert next(part.tag for part in root if part.tag.endswith("entry")) == TOMBSTONE


def test_a_revision_that_returns_is_another_feed(
    make_database: MakeDatabase, serve: MakeClient, tmp_path: Path
) -> None:
    path = make_database(trip("a"))
    client = serve(path, cache_bytes=1 << 20)
    before, csv = client.get("/trips.atom"), client.get("/trips.csv")
    load(path, write_trips(tmp_path / "more", [trip("b")]))
    remove(path, ["b"])
    after = client.get("/trips.atom")
    assert client.get("/trips.csv").headers["etag"] == csv.headers["etag"]
    assert after.content != before.content
    assert after.headers["etag"] != before.headers["etag"]


def test_feeds_are_what_rfc_4287_wants(client: Client) -> None:
    for path in (
        "/meetings.atom",
        "/meetings.atom?q=nothinglikethis",
        "/cities.atom",
        "/participants/antony-blinken.atom",
        "/trips.atom?official=blinken&limit=1",
    ):
        response = client.get(path)
        assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"
        root = ElementTree.fromstring(response.content)  # noqa: S314 - our own
        for name in ("id", "title", "updated", "author"):
            assert root.find(f"{ATOM}{name}") is not None, name
        links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
        assert links["self"] == f"http://readout.test{path}"
        for entry in root.findall(f"{ATOM}entry"):
            for name in ("id", "title", "updated", "link", "summary"):
                assert entry.find(f"{ATOM}{name}") is not None, name
            assert re.fullmatch(r"urn:readout:\w+:[a-z0-9-]+", entry.findtext(f"{ATOM}id") or "")


def test_feeds_of_other_filters_are_other_feeds(client: Client) -> None:
    ids = [
        feed(client.get(f"/meetings.atom{query}").content).feed.id
        for query in ("", "?city=seoul", "?city=tokyo", "?city=seoul&limit=1")
    ]
    assert len(set(ids)) == 3
    assert ids[1] == ids[3]


def test_pages_lead_to_the_next(client: Client) -> None:
    ids, path = [], "/meetings.atom?limit=3"
    while path:
        found = feed(client.get(path).content)
        ids += [entry.id for entry in found.entries]
        following = [link.href for link in found.feed.links if link.rel == "next"]
        path = following[0].removeprefix("http://readout.test") if following else ""
    assert len(ids) == len(set(ids)) == client.ask("meetings").total


def test_a_feed_says_which_names_are_misspelt(client: Client) -> None:
    for limit in ("", "&limit=5"):
        found = feed(client.get(f"/quotes.atom?official=Blinkin&city=<Soul>{limit}").content)
        first, second = client.ask("quotes", official="Blinkin", city="<Soul>").notices
        assert found.feed.subtitle == (
            f"official “Blinkin” {first['message']}; city “<Soul>” {second['message']}"
        )
        assert found.entries == []
    assert "subtitle" not in feed(client.get("/quotes.atom?official=Blinken").content).feed


@pytest.mark.parametrize(
    "typed", ["q=%01", "q=%EF%BF%BF", "country=x%EF%BF%BFy", "q=%EF%BF%BE+%1B"]
)
def test_what_xml_cannot_hold_breaks_no_feed(client: Client, typed: str) -> None:
    for limit in ("", "&limit=5"):
        found = feed(client.get(f"/trips.atom?{typed}{limit}").content)
        assert found.entries == []
        assert "\ufffd" in found.feed.subtitle
    text = client.get(f"/trips.ics?{typed}").text.replace("\r\n", "")
    assert not re.search("[\\x00-\\x1f\ufffe\uffff]", text)
