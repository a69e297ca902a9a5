"""Pages as the server writes them: whole without scripts, and safe whatever a trip says."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest

from app.domain.collections import RESOURCES
from app.ingest.loader import remove
from app.representations.wording import spoken, when
from app.routers.showing import wants_page
from tests.client import MakeClient, MakeDatabase
from tests.trips import meeting, trip
from tests.web.conftest import OpenSite, Site

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
RECORDS = {
    "/trips/2021-03-tokyo-seoul": "Blinken and Austin in Tokyo and Seoul",
    "/meetings/2021-03-17-blinken-chung": "Antony Blinken meets Chung Eui-yong",
    "/participants/antony-blinken": "Antony Blinken",
    "/cities/tokyo": "Tokyo",
    "/agreements/2021-03-17-climate-cooperation": "Climate cooperation toward net zero by 2050",
    "/quotes/2021-03-16-blinken-cornerstone-of-peace": (
        "Antony Blinken: “a cornerstone of peace, security, and prosperity for our countries, for"
        " the…”"
    ),
    "/topics/climate": "Climate",
    "/sources/shareamerica-us-commitment-allies": "U.S. commitment to allies Japan and South Korea",
}


class Parsed(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [
            attributes
            for name, attributes in self.elements
            if name == tag and all(attributes.get(key) == value for key, value in wanted.items())
        ]


@pytest.fixture(scope="module")
def http(site: Site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.url, headers=HTML) as client:
        yield client


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (HTML["Accept"], True),
        ("text/html", True),
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("application/json, text/html", False),
        ("application/json;q=0.5, text/html", True),
        ("text/html;q=0.1, application/json", False),
        ("text/html;q=x", False),
        ("text/html;q=0.5, */*", False),
        ("text/html, */*", True),
        ("text/html;q=0.5, text/csv", False),
        ("application/xml, text/html;q=0.9, */*;q=0.5", True),
    ],
)
def test_pages_are_for_those_who_would_rather_have_html(accept: str, page: bool) -> None:
    assert wants_page(accept.encode()) is page


@pytest.mark.parametrize(("path", "heading"), RECORDS.items())
def test_a_record_has_a_page(http: httpx.Client, path: str, heading: str) -> None:
    answer = http.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Accept" in answer.headers["vary"]
    page = Parsed(answer.text)
    assert len(page.all("h1")) == 1
    assert f"<h1>{heading}</h1>" in answer.text
    (canonical,) = page.all("link", rel="canonical")
    # An address of its own, or none: the request's host may be anybody's invention.
    assert canonical["href"] == path
    assert page.all("meta", property="og:title") == [{"property": "og:title", "content": heading}]
    assert page.all("meta", name="description")[0]["content"]
    assert f"{path}.json" in [each["href"] for each in page.all("link", rel="alternate")]
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', answer.text)
    assert json.loads(data)["name"] == heading
    assert page.all("meta", property="og:image")[0]["content"] == f"{path}.png"


@pytest.mark.parametrize("path", RECORDS)
def test_others_get_the_data_at_the_same_address(http: httpx.Client, path: str) -> None:
    answer = http.get(path, headers={"Accept": "application/json"})
    assert answer.json()["id"] == path.rpartition("/")[2]


def test_a_trip_reads_without_scripts(http: httpx.Client) -> None:
    text = http.get("/trips/2021-03-tokyo-seoul").text
    data = {"Accept": "application/json"}
    asked = "?trip=2021-03-tokyo-seoul"
    for collection in ("meetings", "quotes", "agreements"):
        for record in http.get(f"/{collection}{asked}", headers=data).json()["items"]:
            assert (record.get("title") or record["text"]) in text
            assert all(each["url"].replace("&", "&amp;") in text for each in record["evidence"])
    assert "Day not stated, between 15 March 2021 and 18 March 2021" in text
    assert "Affirmation of United States, South Korea: <a" in text


def test_the_opening_page_lists_trips_and_what_they_are_chosen_by(http: httpx.Client) -> None:
    page = Parsed(http.get("/").text)
    links = [each["href"] for each in page.all("a")]
    assert {"/trips/2021-03-tokyo-seoul", "/?country=JP", "/?official=antony-blinken"} <= set(links)
    assert page.all("form", action="/search", method="get")


def test_the_opening_page_shows_what_its_address_chooses(http: httpx.Client) -> None:
    chosen = http.get("/?country=JP&from=2021&utm_source=letter&colour=red&to=99").text
    assert "<h1>1 official trip: Japan, 2021 to …</h1>" in chosen
    assert "Not understood and left out: colour, to." in chosen
    links = [each["href"] for each in Parsed(chosen).all("a")]
    assert "/?country=JP&from=2021&official=lloyd-austin" in links
    assert '<link rel="canonical" href="/?country=JP&amp;from=2021">' in chosen
    nothing = http.get("/?country=FR").text
    assert "No trip matches all of this." in nothing
    assert 'href="/trips/' not in nothing


def test_while_nothing_is_loaded_the_opening_page_says_how(
    migrated_database: Path, make_database: MakeDatabase
) -> None:
    emptied = make_database(trip())
    remove(emptied, ["example-trip"])
    for database in (migrated_database, emptied):
        site = Site(database)
        try:
            text = httpx.get(f"{site.url}/", headers=HTML).text
        finally:
            site.close()
        assert "readout load seed" in text
        assert "No trip matches" not in text


def test_many_trips_are_listed_page_by_page(
    make_database: MakeDatabase, open_site: OpenSite
) -> None:
    site = open_site(make_database(*(trip(f"trip-{number}") for number in range(60))))
    with httpx.Client(base_url=site.url, headers=HTML) as client:
        first = Parsed(client.get("/").text)
        assert len([e for e in first.all("a") if (e["href"] or "").startswith("/trips/")]) == 25
        (following,) = (e["href"] for e in first.all("a") if "cursor=" in (e["href"] or ""))
        assert following
        second = Parsed(client.get(following).text)
    trips = [
        [e["href"] for e in page.all("a") if (e["href"] or "").startswith("/trips/")]
        for page in (first, second)
    ]
    assert len({*trips[0], *trips[1]}) == 50


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a", "“a”"), ("“a” and b", "“a” and b”"), ('"a', '"a”'), ("he said “a”", "“he said “a”")],
)
def test_what_begins_with_a_quotation_mark_gets_no_second(text: str, shown: str) -> None:
    assert spoken(text) == shown


def test_a_day_that_is_not_stated_begins_no_sentence_within_one() -> None:
    unknown = {"date": None, "earliest_date": "2021-03-15", "latest_date": "2021-03-18"}
    assert when(unknown) == "day not stated, between 15 March 2021 and 18 March 2021"


def test_a_search_is_answered_without_scripts(http: httpx.Client) -> None:
    text = http.get("/search", params={"q": "climate"}).text
    assert "<mark>climate</mark>" in text
    for nothing in ("/search", "/search?q=", "/search?q=+&official=lloyd-austin"):
        start = http.get(nothing)
        assert start.status_code == 200
        links = re.findall(r'href="(/search[?]collection=[a-z]+)"', start.text)
        assert [http.get(link).text.count('class="hit"') > 0 for link in links] == [True] * 3
    assert "<b>x" not in http.get("/search", params={"q": '"<b>x'}).text


def test_a_search_without_scripts_keeps_to_what_is_chosen(http: httpx.Client) -> None:
    chosen = {"q": "Japan", "official": "lloyd-austin", "from": "2021-03-16", "to": "2021-03"}
    asked = {"q": "Japan", "official": "lloyd-austin", "date_from": "2021-03-16",
             "date_to": "2021-03"}  # fmt: skip
    total = http.get("/search", params=asked, headers={"Accept": "application/json"}).json()[
        "total"
    ]
    everything = http.get("/search", params={"q": "Japan"}).text
    text = http.get("/search", params=chosen).text
    assert f">{total} results for" in text
    assert f">{total} results for" not in everything
    assert "<small>Meeting</small>" in text
    # What is not understood is left out.
    wrong = http.get("/search", params={"q": "Japan", "from": "yesterday"})
    assert wrong.status_code == 200
    assert wrong.text.count('class="hit"') == everything.count('class="hit"')


def test_a_policy_forbids_all_but_own_files(http: httpx.Client) -> None:
    answer = http.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = Parsed(answer.text)
    assert not page.all("style")
    assert not [attributes for _, attributes in page.elements if "style" in attributes]
    # What is no script but data needs no source.
    code = [each for each in page.all("script") if each.get("type") != "application/ld+json"]
    assert code
    assert all(each["src"] for each in code)


def test_a_page_that_has_not_changed_is_not_sent_again(http: httpx.Client) -> None:
    tag = http.get("/cities/tokyo").headers["etag"]
    answer = http.get("/cities/tokyo", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content) == (304, b"")


def test_what_is_not_there_says_so_and_leads_on(http: httpx.Client) -> None:
    answer = http.get("/trips/2021-03-tokyo-seol")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "No trip has the id “2021-03-tokyo-seol”." in answer.text
    assert "etag" not in answer.headers
    page = Parsed(answer.text)
    links = {each["href"] for each in page.all("a")}
    assert {"/trips/2021-03-tokyo-seoul", "/", "/search", "/docs"} <= links
    assert page.all("meta", name="robots", content="noindex")


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/nothing-here", 404, "Nothing is served at /nothing-here."),
        ("/trip/2021", 404, "Did you mean"),
        ("/meetings?colour=red", 422, "colour: is not a parameter here"),
        ("/topics/no-such-topic", 404, "No topic has the id"),
    ],
)
def test_what_has_no_answer_is_a_page_for_people_and_a_problem_for_programs(
    http: httpx.Client, path: str, status: int, said: str
) -> None:
    page = http.get(path)
    assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert said in page.text
    assert "unsafe" not in page.headers["content-security-policy"]
    data = http.get(path, headers={"Accept": "application/json"})
    assert data.status_code == status
    assert data.headers["content-type"] == "application/problem+json"
    # A suffix asks for one representation, whatever else a browser would take.
    named = http.get(f"{path.partition('?')[0]}.json?colour=red")
    assert named.headers["content-type"] == "application/problem+json"


def test_where_no_data_can_be_had_a_page_says_so(tmp_path: Path) -> None:
    site = Site(tmp_path / "no-such.db")
    try:
        answer = httpx.get(f"{site.url}/", headers=HTML)
    finally:
        site.close()
    assert (answer.status_code, answer.headers["content-type"]) == (
        503, "text/html; charset=utf-8",
    )  # fmt: skip
    assert "<h1>Not available now</h1>" in answer.text
    assert answer.headers["retry-after"]


def test_the_site_map_lists_every_page(http: httpx.Client) -> None:
    found = re.findall("<loc>(.*?)</loc>", http.get("/sitemap.xml").text)
    base = str(http.base_url).rstrip("/")
    data = {"Accept": "application/json"}
    expected = {f"{base}/"}
    for collection in RESOURCES:
        items = http.get(f"/{collection}?limit=200", headers=data).json()["items"]
        expected |= {f"{base}/{collection}/{item['id']}" for item in items}
    assert set(found) == expected
    assert len(found) == len(expected)


def test_pages_stand_under_the_path_of_a_proxy(seed_database: Path) -> None:
    site = Site(seed_database, root_path="/api")
    try:
        answer = httpx.get(f"{site.url}/trips/2021-03-tokyo-seoul", headers=HTML)
        page = Parsed(answer.text)
        assert page.all("html")[0]["data-root"] == "/api"
        paths = [each.get("href") or each.get("src") for name in ("a", "link", "script")
                 for each in page.all(name)]  # fmt: skip
        own = [path for path in paths if path and path.startswith("/")]
        assert own
        assert all(path.startswith("/api/") for path in own)
    finally:
        site.close()


def test_what_a_trip_says_is_text(make_database: MakeDatabase) -> None:
    evil = '</script><script>alert("&")</script>'
    part = trip(title=evil, summary=evil, note=evil, meetings=[meeting("a", title=evil)])
    site = Site(make_database(part))
    try:
        for path in ("/trips/example-trip", "/meetings/a", "/", "/participants/official-one"):
            text = httpx.get(f"{site.url}{path}", headers=HTML).text
            assert "<script>alert" not in text
            assert text.count("</script>") == text.count("<script ")
    finally:
        site.close()


def test_shared_links_are_whole_where_the_address_is_set(seed_database: Path) -> None:
    site = Site(seed_database, public_url="https://trips.example.org")
    try:
        page = httpx.get(f"{site.url}/trips/2021-03-tokyo-seoul", headers={"Accept": "text/html"})
    finally:
        site.close()
    assert '<link rel="canonical" href="https://trips.example.org/trips/2021-03-tokyo-seoul"' in (
        page.text
    )


def test_a_search_without_scripts_says_which_word_nothing_has(http: httpx.Client) -> None:
    text = http.get("/search", params={"q": "blinkin <b>"}).text
    assert "<p>“blinkin” is in no record; did you mean blinken?</p>" in text


def test_a_trip_counts_as_held_what_was_held(made_up: MakeClient) -> None:
    meetings = [
        meeting("m1"), meeting("m2"), meeting("m3", status="cancelled"),
        meeting("m4", status="planned"),
    ]  # fmt: skip
    text = made_up(trip(meetings=meetings)).get("/trips/example-trip", headers=HTML).text
    assert ": 2 meetings, 1 planned, 1 cancelled, 0 quotes and 0 agreements.</p>" in text
