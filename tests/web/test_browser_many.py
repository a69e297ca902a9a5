"""The explorer in a browser with four thousand trips, and with next to none."""

from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.ingest.loader import remove
from tests.client import MakeDatabase
from tests.trips import meeting, quote, trip
from tests.web.conftest import Open, OpenSite, Site
from tests.web.many import TRIPS

pytestmark = pytest.mark.slow

MAX_NODES = 3000
"""How many elements the opening page has at most, however many trips there are."""
OFFICIAL = "official-69"


def boxes(page: Any, selector: str) -> list[tuple[str, dict[str, float]]]:
    """Return the texts that a selector finds and where they stand."""
    found = page.locator(selector)
    return [
        (each.text_content(), box)
        for each in found.all()
        if (box := each.bounding_box()) is not None and box["width"]
    ]


def overlapping(labels: list[tuple[str, dict[str, float]]]) -> list[tuple[str, str]]:
    """Return the pairs of labels that stand on each other, but for a pixel of their line."""
    return [
        (one, other)
        for at, (one, a) in enumerate(labels)
        for other, b in labels[at + 1 :]
        if a["x"] < b["x"] + b["width"] - 1
        and b["x"] < a["x"] + a["width"] - 1
        and a["y"] + 3 < b["y"] + b["height"] - 3
        and b["y"] + 3 < a["y"] + a["height"] - 3
    ]


def of(site: Site, path: str) -> Any:
    return httpx.get(site.url + path, headers={"Accept": "application/json"}).json()


def test_axe_finds_nothing_among_many(visit: Open, made_up_many: Site) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe is installed")
    page = visit("/", at=made_up_many, bypass_csp=True)
    page.locator(".lanes-part").scroll_into_view_if_needed()
    page.locator(".lanes-part path[d^=M]").first.wait_for()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        found = axe.Axe().run(page).response["violations"]
        assert [(theme, each["id"], each["nodes"][0]["html"]) for each in found] == []


@pytest.mark.parametrize("width", [390, 900, 1400])
def test_what_is_seen_first_is_chosen_and_not_dumped(
    visit: Open, made_up_many: Site, width: int
) -> None:
    page = visit("/", at=made_up_many, viewport={"width": width, "height": 900})
    page.locator(".trips > li").first.wait_for()
    assert page.locator("h1").inner_text().startswith(f"{TRIPS:,} official trips")
    assert page.locator(".trips > li").count() == 25
    assert max(each.locator("label").count() for each in page.locator(".facet").all()) == 8
    assert page.locator("*").count() < MAX_NODES
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    newest = of(made_up_many, "/trips?sort=-date&limit=1")["items"][0]["title"]
    assert page.locator(".trips b").first.inner_text() == newest
    assert overlapping(boxes(page, ".years svg text")) == []


def test_facets_follow_what_is_brushed(visit: Open, made_up_many: Site) -> None:
    page = visit("/", at=made_up_many)
    box = page.locator(".years svg").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 100, steps=4)
    page.mouse.up()
    page.wait_for_timeout(500)  # The address follows, a moment after the last move.
    asked = parse_qs(urlsplit(page.url).query)
    path = f"/trips/facets?date_from={asked['from'][0]}&date_to={asked['to'][0]}&facet=city&limit=1"
    facets = of(made_up_many, path)
    heading = f"{facets['total']:,} official trips"
    page.locator("h1", has_text=heading).wait_for()
    first = page.locator(".facet", has_text="City").first
    assert first.locator("label").first.inner_text().split("\n")[-1] == (
        f"{facets['facets']['city'][0]['count']:,}"
    )
    assert first.locator("legend span").inner_text() == f"{facets['values_total']['city']:,}"


CLICKED = """(box) => new Promise((done) => {
  const heading = document.querySelector("main h1");
  const start = performance.now();
  new MutationObserver(() => done(performance.now() - start))
    .observe(heading, {subtree: true, childList: true, characterData: true});
  box.click();
})"""
MAX_MILLISECONDS = 400
"""From a click to its counts, the best of some: twice what is aimed at, as machines differ."""


def test_a_click_has_its_counts_at_once(visit: Open, made_up_many: Site) -> None:
    page = visit("/", at=made_up_many)
    page.wait_for_timeout(1500)  # Until what comes after the first draw is there.
    taken = []
    for number in range(5):
        facet = page.locator(".facet").nth(number % 3)
        box = facet.get_by_role("checkbox", checked=False).nth(number)
        taken.append(box.evaluate(CLICKED))
        page.wait_for_timeout(500)
    assert min(taken) < MAX_MILLISECONDS


def test_the_longest_trip_is_noted(visit: Open, made_up_many: Site) -> None:
    page = visit("/", at=made_up_many)
    note = page.locator(".years svg text", has_text="the longest")
    assert "away 210 days, the longest" in note.text_content()
    assert overlapping(boxes(page, ".years svg text")) == []


def test_a_facet_opens_to_all_its_values(visit: Open, made_up_many: Site) -> None:
    page = visit("/", at=made_up_many)
    cities = page.locator(".facet", has=page.locator("legend", has_text="City"))
    total = of(made_up_many, "/trips/facets?facet=city&limit=1")["values_total"]["city"]
    cities.get_by_role("button", name=f"All {total}").click()
    assert cities.locator("label").count() == total
    cities.get_by_role("searchbox").fill("Albana")
    assert cities.locator("label").count() < 20


def test_who_was_abroad_when(visit: Open, made_up_many: Site) -> None:
    page = visit("/", at=made_up_many)
    lanes = page.locator(".lanes-part li:not([aria-hidden])")
    assert lanes.count() == 16
    page.locator(".lanes-part").scroll_into_view_if_needed()
    page.locator(".lanes-part path[d^=M]").first.wait_for()
    page.locator(".lanes-part").get_by_role("button", name="Show as table").click()
    assert page.locator(".lanes-part tbody tr").count() == 16
    # Those who went first stand on top.
    firsts = page.locator(".lanes-part tbody td:nth-child(2)").all_inner_texts()
    assert firsts == sorted(firsts)


@pytest.mark.parametrize("width", [390, 900, 1200])
def test_a_person_of_many_trips_fits(visit: Open, made_up_many: Site, width: int) -> None:
    page = visit(
        f"/participants/{OFFICIAL}", at=made_up_many, viewport={"width": width, "height": 800}
    )
    page.locator(".trips.wide > li").first.wait_for()
    # Nothing on it has to be moved sideways, either.
    wide = page.locator("main *").evaluate_all(
        "all => all.filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth"
        " && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX)).map((e) => e.className)"
    )
    assert wide == []
    row = page.locator(".list .trips.wide > li").first
    newest = of(made_up_many, f"/trips?official={OFFICIAL}&sort=-date&limit=1")["items"][0]
    assert row.locator("b").inner_text() == newest["title"]


def test_back_returns_to_where_one_was(visit: Open, made_up_many: Site) -> None:
    page = visit("/", at=made_up_many)
    row = page.locator(".trips > li").nth(20)
    row.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 0
    row.locator("a").click()
    page.locator(".crumbs").wait_for()
    page.go_back()
    page.locator(".trips > li").nth(20).wait_for()
    page.wait_for_timeout(300)
    assert abs(page.evaluate("scrollY") - before) < 200


@pytest.fixture
def two(make_database: MakeDatabase, open_site: OpenSite) -> Site:
    """The service with two trips far apart, of which one is over New Year."""
    return open_site(
        make_database(
            trip(id="one", start_date="2019-12-30", end_date="2020-01-02",
                 stops=[{"city": "oslo"}]),
            trip(
                id="two", start_date="2023-06-05", end_date="2023-06-07",
                stops=[{"city": "seoul"}, {"city": "sao-paulo"}],
                meetings=[
                    meeting("m1", city="seoul", place="Blue House", date="2023-06-06",
                            inferred=["city"], note="The house stands in Seoul."),
                    meeting("m2"),
                ],
                quotes=[
                    quote("q1", text="“Yes” was the answer",
                          occasion={"when": "after", "meeting": "m2"}),
                ],
            ),
        )
    )  # fmt: skip


@pytest.mark.parametrize("width", [390, 1200])
def test_labels_keep_apart_where_there_is_little(visit: Open, two: Site, width: int) -> None:
    page = visit("/", at=two, viewport={"width": width, "height": 800})
    assert len(boxes(page, ".years svg text")) > 2
    assert overlapping(boxes(page, ".years svg text")) == []


@pytest.mark.parametrize("width", [360, 390, 1200])
def test_names_stand_beside_the_lines_of_who_met_whom(visit: Open, width: int) -> None:
    page = visit("/trips/2021-03-tokyo-seoul", viewport={"width": width, "height": 800})
    page.locator(".net path.tie").first.wait_for()
    lines = [box for _, box in boxes(page, ".net path.tie")]
    begin = min(box["x"] for box in lines)
    end = max(box["x"] + box["width"] for box in lines)
    for name, box in boxes(page, ".net g text"):
        assert box["x"] + box["width"] < begin or box["x"] > end, name
        assert box["x"] + box["width"] <= width


def test_what_the_source_states_is_not_marked_as_inferred(visit: Open, two: Site) -> None:
    page = visit("/meetings/m1", at=two)
    assert page.locator(".when .inferred").all_inner_texts() == ["Seoul"]
    assert "Blue House, Seoul, inferred" in page.locator(".when").inner_text()


def test_a_meeting_has_its_title_once(visit: Open, two: Site) -> None:
    page = visit("/meetings/m1", at=two)
    assert page.get_by_role("heading", name="Meeting m1").count() == 1


def test_quotation_marks_and_capitals_are_those_of_a_sentence(visit: Open, two: Site) -> None:
    page = visit("/quotes/q1", at=two)
    assert page.locator("blockquote p").first.inner_text() == "“Yes” was the answer”"
    person = visit("/participants/official-one", at=two)
    footer = person.locator("blockquote footer").inner_text()
    assert "day not stated, between 5 and 7 June 2023" in footer
    assert "““" not in person.locator("main").inner_text()


def test_an_empty_service_says_how_it_is_filled(
    visit: Open, open_site: OpenSite, make_database: MakeDatabase
) -> None:
    database = make_database(trip())
    remove(database, ["example-trip"])
    page = visit("/", at=open_site(database))
    page.get_by_text("readout load seed").wait_for()
    assert page.get_by_text("No trip matches").count() == 0


@pytest.fixture
def journeys(make_database: MakeDatabase, open_site: OpenSite) -> Site:
    """The service with a journey of seven months, and one without the day of any stop."""
    stops = [
        {"city": "oslo", "arrival_date": "2023-09-14", "departure_date": "2023-10-01"},
        {"city": "tokyo", "arrival_date": "2024-01-02", "departure_date": "2024-04-10"},
    ]
    return open_site(
        make_database(
            trip(id="long", start_date="2023-09-14", end_date="2024-04-10", stops=stops),
            trip(id="bare", start_date="2024-05-01", end_date="2024-05-03",
                 stops=[{"city": "oslo"}]),
        )
    )  # fmt: skip


@pytest.mark.parametrize("width", [390, 1200])
def test_months_are_named_above_a_long_journey(visit: Open, journeys: Site, width: int) -> None:
    page = visit("/trips/long", at=journeys, viewport={"width": width, "height": 800})
    heads = [each for each in boxes(page, ".days .heads .cells span") if each[0].strip()]
    assert len(heads) >= 3
    assert all(box["height"] < 32 for _, box in heads)
    texts = page.locator(".days .heads .cells span b").evaluate_all(
        "all => all.map((e) => e.parentElement).filter((e) => e.textContent.trim()).map((e) => {"
        " const r = document.createRange(); r.selectNodeContents(e);"
        " const b = r.getBoundingClientRect(); return [b.left, b.right]; })"
    )
    assert all(one[1] < other[0] for one, other in pairwise(texts))


def test_without_any_day_there_is_no_grid_of_days(visit: Open, journeys: Site) -> None:
    page = visit("/trips/bare", at=journeys)
    assert not page.locator(".days").is_visible()
    assert page.get_by_text("the route only, and no day of arrival").count() == 1


def test_what_is_not_known_is_said_in_words(visit: Open, two: Site) -> None:
    assert "not recorded\nmeetings" in facts(visit("/cities/oslo", at=two))
    assert "2\nmeetings recorded" in facts(visit("/participants/official-one", at=two))
    assert "1\nmeeting recorded" in facts(visit("/cities/seoul", at=two))


def facts(page: Any) -> str:
    """Return each number of a view with its noun below it."""
    pairs = page.locator(".facts > div")
    return "\n".join(
        "\n".join(each.locator(part).inner_text() for part in ("dd", "dt")) for each in pairs.all()
    )


def test_a_stop_without_a_day_says_so_among_others(
    visit: Open, open_site: OpenSite, make_database: MakeDatabase
) -> None:
    stops = [{"city": "oslo", "arrival_date": "2023-05-01"}, {"city": "seoul"}]
    site = open_site(make_database(trip(id="some", start_date="2023-05-01", end_date="2023-05-03",
                                   stops=stops)))  # fmt: skip
    rows = visit("/trips/some", at=site).locator(".days .row").all_inner_texts()
    assert [row.split() for row in rows[1:]] == [["Oslo"], ["Seoul", "Day", "not", "stated"]]


def test_what_did_not_take_place_is_not_counted_as_held(visit: Open, made_up_many: Site) -> None:
    trips = of(made_up_many, f"/trips?official={OFFICIAL}&limit=200&fields=status")["items"]
    states = [each["status"] for each in trips]
    assert states.count("held") < len(states)
    page = visit(f"/participants/{OFFICIAL}", at=made_up_many)
    dek = page.locator("main .dek").inner_text()
    assert f"on {states.count('held')} trips" in dek
    for state in {"planned", "cancelled"} & set(states):
        assert f"{states.count(state)} {state}" in dek
    statuses = of(made_up_many, "/trips/facets?facet=status")["facets"]["status"]
    opening = visit("/", at=made_up_many).locator("main .dek").inner_text()
    for each in statuses[1:]:
        assert f"{each['count']} are {each['value']}" in opening
