"""The search in a browser: suggested, listed, narrowed, and opened."""

import re

import pytest

from tests.web.conftest import Open
from tests.web.test_browser import headed, query

pytestmark = pytest.mark.slow


def test_a_search_suggests_and_opens_with_keys_alone(visit: Open) -> None:
    page = visit("/")
    page.keyboard.press("/")
    page.keyboard.type("Chung")
    page.wait_for_selector("#options li")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    headed(page, "Chung Eui-yong")
    assert page.url.endswith("/participants/chung-eui-yong")
    page.locator("h1:focus").wait_for()
    page.go_back()
    headed(page, "1 official")


def test_what_is_typed_need_not_be_whole(visit: Open) -> None:
    page = visit("/")
    page.locator("#q").press_sequentially("seo")
    page.wait_for_selector("#options li mark")
    first = page.locator("#options li").first
    assert first.inner_text().split("\n")[0] == "City"
    assert first.locator("mark").first.inner_text() == "Seo"
    assert page.locator("#options li").count() <= 9
    # A snippet stands below what is not called so.
    assert page.locator("#options .found mark").count() > 0
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.locator("h1", has_text="results for “seo*”").wait_for()
    visit("/search?q=seo").get_by_role("link", name="Words that begin with “seo”").click()


def test_all_results_are_listed(visit: Open) -> None:
    page = visit("/")
    page.locator("#q").fill("climate")
    page.keyboard.press("Enter")
    page.wait_for_selector(".hits li")
    assert page.locator("h1").inner_text() == "3 results for “climate”"
    assert {text.lower() for text in page.locator(".hits mark").all_inner_texts()} == {"climate"}


def test_a_search_for_nothing_says_what_there_is(visit: Open) -> None:
    page = visit("/")
    page.goto(f"{page.url}search?q=")
    headed(page, "Search")
    # There is no such request that could be taken along.
    assert page.locator(".strip").count() == 0
    page.get_by_role("link", name="all quotes").click()
    page.locator(".hits li").first.wait_for()
    assert query(page) == {"collection": ["quotes"]}
    assert page.locator(".strip code").inner_text().startswith("GET /quotes?")


def test_a_quote_that_was_found_opens_at_its_page(visit: Open) -> None:
    page = visit("/search?q=shared+vision")
    page.locator(".hit", has_text="Quote").get_by_role("link").first.click()
    headed(page, "Antony Blinken: “We want")
    page.get_by_role("link", name="Antony Blinken meets Chung Eui-yong").click()
    headed(page, "Antony Blinken meets Chung")


def test_a_search_is_narrowed_by_whom_and_when(visit: Open) -> None:
    page = visit("/search?q=Japan")
    heading = page.locator("h1").inner_text()
    who = page.locator(".facet", has=page.locator("legend", has_text="Who"))
    count = who.locator("label", has_text="Lloyd Austin").locator("span").last.inner_text()
    who.get_by_role("checkbox", name="Lloyd Austin").check()
    headed(page, f"{count} results for")
    assert page.locator("h1").inner_text() != heading
    assert query(page)["official"] == ["lloyd-austin"]
    # The counts of kinds follow; those of officials leave their own filter out.
    what = page.locator(".facet", has=page.locator("legend", has_text="What"))
    numbers = what.locator("label span:last-of-type").all_inner_texts()
    assert sum(map(int, numbers)) == int(count)
    assert who.locator("label").count() > 1
    page.go_back()
    headed(page, heading)
    box = page.locator(".years svg").bounding_box()
    page.mouse.move(box["x"] + 4, box["y"] + 90)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 90, steps=4)
    page.mouse.up()
    page.locator("h1", has_not_text=heading).wait_for()
    page.get_by_role("button", name=re.compile("^Dates")).wait_for()
    assert query(page)["from"] == ["2021-03-15"]
    counted = page.locator("h1").inner_text().split()[0]
    assert page.locator(".years svg text", has_text=f": {counted} results").count() == 1


def test_a_name_in_a_search_becomes_whom_it_stands_for(visit: Open) -> None:
    page = visit("/search?q=Japan&official=austin")
    page.get_by_role("button", name=re.compile("^Who Lloyd Austin")).wait_for()
    assert query(page)["official"] == ["lloyd-austin"]


@pytest.mark.parametrize("typed", ["2+2", "agreements"])
def test_what_is_found_whole_is_suggested(visit: Open, typed: str) -> None:
    page = visit("/")
    page.locator("#q").press_sequentially(typed)
    page.locator("#options .all", has_text="result").wait_for()
    assert page.locator("#options li", has_text="Meeting").count() > 0


def test_the_name_of_a_kind_leads_to_the_list_of_it(visit: Open) -> None:
    page = visit("/")
    page.locator("#q").press_sequentially("What was agreed?")
    page.locator("#options li", has_text="All agreements").click()
    headed(page, "7 agreements")
    assert page.locator(".hit", has_text="Parties: United States and Japan").count() == 4
    page.get_by_role("checkbox", name="Lloyd Austin").check()
    headed(page, "4 agreements")
    page.goto(page.url.partition("/search")[0] + "/search?q=which+meetings+in+Seoul?")
    page.get_by_role("link", name="All meetings with “Seoul”").click()
    headed(page, "3 results for “Seoul”")
    table = page.locator(".strip a", has_text="CSV").evaluate("link => link.href")
    assert len(page.request.get(table).text().splitlines()) == 1 + 3


def test_lists_are_read_without_scripts(visit: Open) -> None:
    page = visit("/search?collection=agreements&official=austin", java_script_enabled=False)
    assert page.locator("h1").inner_text() == "4 results"
    assert page.locator(".hit").count() == 4


@pytest.mark.parametrize("view", ["/cities/seoul", "/participants/suh-wook"])
def test_the_meetings_of_a_view_are_a_table_of_their_own(visit: Open, view: str) -> None:
    page = visit(view)
    table = page.get_by_role("link", name="CSV of these meetings").evaluate("link => link.href")
    rows = page.request.get(table).text().splitlines()
    heading = page.locator("h2", has_text=re.compile(r"^\d+ meetings?$")).inner_text()
    assert heading.split()[0] == str(len(rows) - 1)


def test_what_is_chosen_leads_to_its_own_page(visit: Open) -> None:
    page = visit("/?city=seoul")
    page.get_by_role("link", name="Seoul: meetings, quotes, agreements").click()
    headed(page, "Seoul")


def test_the_recorded_trip_says_how_much_there_is_of_it(visit: Open) -> None:
    page = visit("/")
    page.locator(".lead", has_text="8 meetings, 4 quotes and 7 agreements").wait_for()


def test_what_is_found_can_be_read_in_forced_colors(visit: Open) -> None:
    page = visit("/search?q=climate", forced_colors="active", color_scheme="dark")
    hit = page.locator(".hits mark").first
    assert hit.evaluate("e => getComputedStyle(e).color") == "rgb(255, 255, 255)"


def test_in_forced_colors_a_known_day_differs_from_a_possible_one(visit: Open) -> None:
    page = visit("/trips/2021-03-tokyo-seoul", forced_colors="active", color_scheme="dark")
    fill = "e => getComputedStyle(e).backgroundColor"
    known = page.locator(".days .known").first.evaluate(fill)
    assert known != page.locator("body").evaluate(fill)
