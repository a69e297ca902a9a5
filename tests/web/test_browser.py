"""The explorer in a browser: found, filtered, opened, followed to the source, and shared."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.ingest.loader import load
from tests.trips import trip, write_trips
from tests.web.conftest import Open, Site

pytestmark = pytest.mark.slow

TRIP = "/trips/2021-03-tokyo-seoul"
VIEWS = [
    "/", "/?from=2021-03-16&to=2021-03-17", TRIP, "/participants/antony-blinken", "/cities/tokyo",
    "/meetings/2021-03-16-two-plus-two-dialogue", "/agreements/2021-03-17-climate-cooperation",
    "/search?q=climate", "/quotes/2021-03-16-blinken-china-uses-coercion", "/topics/climate",
    "/sources/shareamerica-us-commitment-allies",
]  # fmt: skip


def query(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def headed(page: Any, text: str) -> None:
    """Wait for a heading; the page's policy forbids to ask it by a script."""
    page.locator("h1", has_text=re.compile(f"^{re.escape(text)}")).wait_for()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, migrated_database: Path) -> Iterator[Site]:
    """The service with a hundred made-up trips over a hundred years."""
    folder = tmp_path_factory.mktemp("many")
    path = folder / "readout.db"
    shutil.copy(migrated_database, path)
    cities = ("oslo", "seoul", "tokyo", "zurich", "sao-paulo")
    trips = [
        trip(
            f"trip-{number}",
            start_date=f"{1900 + number}-05-01",
            end_date=f"{1900 + number}-05-03",
            stops=[{"city": cities[number % 5]}],
        )
        for number in range(100)
    ]
    load(path, write_trips(folder / "trips", trips))
    opened = Site(path)
    yield opened
    opened.close()


@pytest.mark.parametrize("path", VIEWS)
def test_axe_finds_nothing(visit: Open, path: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe is installed")
    # The policy of the page forbids the tool itself to be put into it.
    page = visit(path, bypass_csp=True)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        found = axe.Axe().run(page).response["violations"]
        assert [(theme, each["id"], each["nodes"][0]["html"]) for each in found] == []


@pytest.mark.parametrize("path", VIEWS)
def test_nothing_is_wider_than_the_window(visit: Open, path: str) -> None:
    page = visit(path)
    for width in (1280, 800, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(100)  # Pictures are drawn again once they know their width.
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_trip_answers_whom_when_and_where(visit: Open) -> None:
    page = visit(TRIP)
    assert page.locator("h1").inner_text() == "Blinken and Austin in Tokyo and Seoul"
    for heading in ("Day by day", "Route", "Who met whom", "What it was about", "Passages"):
        assert page.get_by_role("heading", name=heading, exact=True).count() == 1
    assert page.locator(".meeting").count() == 8
    assert page.locator(".days .known").count() == 3
    assert page.locator(".days .open").count() == 5
    assert page.locator("#\\32 021-03-austin-kishi .inferred").inner_text() == "Tokyo"


@pytest.mark.parametrize("path", [TRIP, "/meetings/2021-03-17-blinken-chung", "/cities/seoul"])
def test_agreements_say_who_made_them(visit: Open, path: str) -> None:
    page = visit(path)
    deal = page.locator(".deals li", has_text="Closer economic ties")
    assert deal.locator(".by").inner_text() == "Parties: United States and South Korea"


def test_evidence_opens_where_it_stands_and_closes(visit: Open) -> None:
    page = visit(TRIP)
    mark = page.locator("main .meeting .ev[aria-expanded]").first
    mark.click()
    assert mark.get_attribute("aria-expanded") == "true"
    link = page.locator(".source a").get_attribute("href")
    assert "#:~:text=" in link
    page.keyboard.press("Escape")
    page.locator(".source").wait_for(state="detached")
    assert mark.evaluate("element => element === document.activeElement")


def test_marks_and_the_list_at_the_foot_have_the_same_numbers(visit: Open) -> None:
    page = visit(TRIP)
    numbers = {int(text) for text in page.locator("main button.ev").all_inner_texts()}
    assert numbers == set(range(1, page.locator(".passages li").count() + 1))


def test_a_picture_is_a_table_too(visit: Open) -> None:
    page = visit(TRIP)
    page.locator("section:has(#network)").get_by_role("button", name="Show as table").click()
    rows = page.get_by_role("table").locator("tbody tr").all_inner_texts()
    assert "Lloyd Austin\tNobuo Kishi\t2" in rows


def test_a_facet_is_chosen_and_left_by_going_back(visit: Open, many: Site) -> None:
    page = visit("/", at=many)
    page.get_by_role("checkbox", name="Tokyo").check()
    headed(page, "20 official")
    assert query(page) == {"city": ["tokyo"]}
    # The facet leaves its own filter out, so that the others can be chosen, too.
    assert page.get_by_role("checkbox", name="Seoul").count() == 1
    page.get_by_role("button", name="City Tokyo").click()
    headed(page, "100 official")
    page.go_back()
    headed(page, "20 official")


def test_years_are_brushed_and_the_address_holds_them(visit: Open, many: Site) -> None:
    page = visit("/", at=many)
    box = page.locator(".years svg").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.205, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.295, box["y"] + 100, steps=4)
    page.mouse.up()
    headed(page, "10 official")
    assert query(page) == {"from": ["1920"], "to": ["1929"]}
    page.reload()
    page.wait_for_selector("main .strip")
    assert page.locator("h1").inner_text() == "10 official trips, 1920\u20131929"
    page.locator(".handle").first.focus()
    page.keyboard.press("ArrowRight")
    headed(page, "9 official")
    page.keyboard.press("Escape")
    headed(page, "100 official")


def test_more_records_are_shown_when_asked_for(visit: Open, many: Site) -> None:
    page = visit("/", at=many)
    page.wait_for_selector(".trips > li")
    assert page.locator(".trips > li").count() == 25
    page.get_by_role("button", name="Show 25 more of 100").click()
    page.locator(".trips > li:nth-child(50)").wait_for()


def test_the_theme_stays(visit: Open) -> None:
    page = visit("/")
    page.get_by_role("button", name="Theme").click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_filters_are_a_sheet_on_a_phone(visit: Open) -> None:
    page = visit("/", viewport={"width": 390, "height": 800})
    assert not page.get_by_role("checkbox", name="Tokyo").is_visible()
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("checkbox", name="Tokyo").check()
    page.get_by_role("button", name="Show 1 trip").click()
    assert query(page) == {"city": ["tokyo"]}


def test_addresses_with_the_marks_of_others_open(visit: Open) -> None:
    page = visit("/?utm_source=letter&fbclid=x&country=JP")
    assert page.locator("h1").inner_text() == "1 official trip, 2021"
    assert page.get_by_text("Not understood").count() == 0
    other = visit("/?colour=red")
    assert other.get_by_text("Not understood and left out: colour.").count() == 1


def test_a_failure_says_what_to_do(chromium: Any, site: Site) -> None:
    page = chromium.new_page()
    page.route("**/trips/facets*", lambda route: route.fulfill(status=503, body="{}"))
    page.goto(site.url)
    page.get_by_role("alert").get_by_text("The server answered 503").first.wait_for()
    page.unroute("**/trips/facets*")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector("main .strip")
    page.close()


def test_it_reads_without_scripts(visit: Open) -> None:
    page = visit(TRIP, java_script_enabled=False)
    assert page.locator("article").count() == 8
    page.get_by_role("searchbox").fill("climate")
    page.keyboard.press("Enter")
    page.wait_for_selector(".hits li")


def test_it_works_under_the_path_of_a_proxy(chromium: Any, seed_database: Path) -> None:
    site = Site(seed_database, root_path="/api")
    page = chromium.new_page()

    def inside(route: Any) -> None:
        """Pass a request on as a proxy does, which takes its own path away."""
        route.continue_(url=route.request.url.replace("/api/", "/", 1))

    try:
        page.route("**/api/**", inside)
        page.goto(f"{site.url}/api/")
        page.wait_for_selector("main .strip")
        page.get_by_role("link", name="Blinken and Austin").first.click()
        page.locator(".meeting").nth(7).wait_for()
        assert urlsplit(page.url).path == f"/api{TRIP}"
    finally:
        page.close()
        site.close()


def test_a_name_in_the_address_stands_for_those_who_have_it(visit: Open) -> None:
    page = visit("/?official=blinken&country=japan")
    page.wait_for_url("**/?country=JP&official=antony-blinken")
    assert page.get_by_role("checkbox", name="Antony Blinken").is_checked()
    assert page.get_by_role("checkbox", name="blinken", exact=True).count() == 0
    assert page.locator(".chip b").all_inner_texts() == ["Antony Blinken", "Japan"]


def test_what_is_not_there_leads_on(chromium: Any, site: Site) -> None:
    page = chromium.new_page()
    page.goto(f"{site.url}/trips/2021-03-tokyo-seol")
    page.locator("#q").wait_for()  # Scripts have run, and left what the server says.
    assert page.locator("h1").inner_text() == "Not found"
    page.get_by_role("link", name="/trips/2021-03-tokyo-seoul").click()
    page.locator("h1", has_text="Blinken and Austin").wait_for()
    page.goto(f"{site.url}/no-such-page")
    page.locator("#q").fill("climate")
    page.keyboard.press("Enter")
    page.locator("h1", has_text="3 results").wait_for()
    page.close()


def test_the_address_of_a_view_is_copied_and_opens_the_same(visit: Open) -> None:
    page = visit("/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("checkbox", name="Japan").check()
    page.wait_for_url("**/?country=JP")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url
    other = visit(copied.removeprefix(page.url.partition("/?")[0]))
    assert other.get_by_role("checkbox", name="Japan").is_checked()
    page.get_by_role("button", name="Copy as curl").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert "/trips?country=JP" in page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize("path", ["/?country=JP", TRIP, "/search?q=climate", "/topics/climate"])
def test_a_view_offers_the_formats_that_are_served(visit: Open, path: str) -> None:
    page = visit(path)
    links = page.locator(".strip a").evaluate_all("all => all.map((each) => each.href)")
    assert links
    for link in links:
        answer = page.request.get(link)
        assert answer.ok
        assert "text/html" not in answer.headers["content-type"]


def test_a_passage_is_reached_and_opened_with_keys_alone(visit: Open) -> None:
    page = visit("/")
    page.locator("[data-record]").first.wait_for()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.locator(".meeting").first.wait_for()
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    assert page.locator(".source a").get_attribute("href").startswith("https://share.america.gov/")
    page.keyboard.press("Escape")
    page.locator(".source").wait_for(state="detached")
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    # Tab goes round in the order of reading: the way past the head comes first.
    fresh = visit(TRIP)
    fresh.keyboard.press("Tab")
    assert fresh.locator(":focus").inner_text() == "Skip to content"


def test_on_paper_there_are_no_controls_and_every_address(visit: Open) -> None:
    page = visit(TRIP)
    page.emulate_media(media="print")
    assert not page.locator("#q").is_visible()
    assert not page.get_by_role("button", name="Show as table").first.is_visible()
    assert not page.get_by_role("button", name="Print").is_visible()
    printed = page.locator(".passages a").first.evaluate(
        "element => getComputedStyle(element, '::after').content"
    )
    assert "share.america.gov" in printed


def test_a_city_says_whom_one_met_there_and_what_came_of_it(visit: Open) -> None:
    page = visit("/cities/seoul")
    assert page.get_by_role("link", name="Antony Blinken meets Chung Eui-yong").count() == 1
    said = page.locator("section", has=page.locator("#said"))
    assert "shared vision of a free and open Indo-Pacific" in said.inner_text()
    said.locator("button.ev").click()
    assert "#:~:text=" in said.locator(".source a").get_attribute("href")
    agreed = page.locator("section", has=page.locator("#agreed")).locator("li")
    assert agreed.count() == 3
    trip = visit(TRIP)
    assert "Lloyd Austin, Secretary of Defense" in trip.locator(".who").inner_text()
    trip.locator(".days").get_by_role("link", name="Tokyo", exact=True).click()
    headed(trip, "Tokyo")
