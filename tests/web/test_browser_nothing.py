"""What the explorer says where nothing is found, or what is asked for is not understood."""

from typing import Any

import pytest

from tests.web.conftest import Open, Site
from tests.web.test_browser import headed, query

pytestmark = pytest.mark.slow


def test_words_that_other_kinds_have_are_not_said_to_be_nowhere(visit: Open) -> None:
    page = visit("/search?q=climate&collection=quotes")
    assert page.get_by_text("“climate” is in none of the quotes.").count() == 1
    what = page.locator(".facet", has=page.locator("legend", has_text="What"))
    names = what.locator("label > span:first-of-type").all_inner_texts()
    assert names == ["Quote", "Agreement", "Meeting", "Topic"]


def test_what_may_have_been_meant_is_searched_for_within_what_is_chosen(visit: Open) -> None:
    page = visit("/search?q=Bliken+Tokyo&official=lloyd-austin")
    assert "“bliken” is in no record. Did you mean blinken?" in page.locator("main").inner_text()
    # No word begins so, either: there is nothing to lead to.
    assert page.get_by_role("link", name="Words that begin with").count() == 0
    page.get_by_role("link", name="blinken", exact=True).click()
    page.locator("h1", has_text="for “blinken Tokyo”").wait_for()
    assert query(page) == {"q": ["blinken Tokyo"], "official": ["lloyd-austin"]}


def test_a_kind_that_does_not_exist_is_left_out_of_a_search(visit: Open) -> None:
    page = visit("/")
    page.goto(f"{page.url}search?collection=foo")
    page.get_by_text("Not understood and left out: foo.").wait_for()
    assert page.locator(".chip").count() == 0
    other = visit("/search?q=Japan&collection=foo")
    assert other.locator(".hit").count() > 0


@pytest.mark.parametrize(
    ("asked", "heading"),
    [
        ("from=2025", "No official trip, from 2025"),
        ("to=2019", "No official trip, until 2019"),
        ("from=2022&to=2023", "No official trip, 2022\u20132023"),
    ],
)
def test_no_day_is_marked_where_none_is_chosen(visit: Open, asked: str, heading: str) -> None:
    page = visit(f"/?{asked}")
    assert page.locator("h1").inner_text() == heading
    assert page.locator(".years .window").count() == 0
    assert page.locator(".years svg text", has_text="0 trips").count() == 0
    assert page.locator(".years .bar:not(.dim)").count() == 0
    shown = "all => all.map((each) => getComputedStyle(each).opacity)"
    assert page.locator(".handle").evaluate_all(shown) == ["0", "0"]
    page.locator(".handle").first.focus()
    page.keyboard.press("Escape")
    headed(page, "1 official")


def test_an_open_end_is_filled_with_what_there_is(visit: Open) -> None:
    assert visit("/?from=2021").locator("h1").inner_text().endswith("2021 to 18 March 2021")


def test_what_names_nothing_is_shown_as_it_was_written_and_leads_nowhere(visit: Open) -> None:
    page = visit("/?city=nowhere")
    assert page.locator(".chip b").all_inner_texts() == ["nowhere"]
    assert page.locator(".leads").count() == 0
    assert page.get_by_text("“nowhere” names nothing.").count() == 1
    assert visit("/search?q=Japan&official=nobody").locator(".chip b").inner_text() == "nobody"
    # A country is known without any record of it.
    assert visit("/?country=FR").locator(".chip b").inner_text() == "France"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/?from=abc", "The first day, “abc”, must be a day, month or year: 2021-03-16, "),
        ("/?from=2023&to=2022", "The first day, “2023”, must not be after the last day, 2022."),
        ("/search?q=Japan&to=x", "The last day, “x”, must be a day, month or year: 2021-03-16, "),
    ],
)
def test_a_mistake_in_dates_is_said_and_can_be_cleared(
    chromium: Any, site: Site, path: str, said: str
) -> None:
    page = chromium.new_page()
    page.goto(site.url + path)
    alert = page.get_by_role("alert").first
    alert.wait_for()
    sentence = alert.locator("p").inner_text()
    assert sentence.startswith(said)
    assert sentence.endswith(".")
    # To ask the same again would not help.
    assert page.get_by_role("button", name="Try again").count() == 0
    alert.get_by_role("link", name="Clear dates").click()
    alert.wait_for(state="detached")
    assert not {"from", "to"} & set(query(page))
    page.locator("main .strip").wait_for()
    page.close()


def test_what_may_have_been_meant_replaces_what_is_folded_otherwise(visit: Open) -> None:
    page = visit("/search?q=Blinkn%27s")
    page.get_by_role("link", name="blinken", exact=True).click()
    page.locator("h1", has_text="for “blinken”").wait_for()


def test_an_end_alone_is_said_where_there_is_nothing_at_all(visit: Open) -> None:
    headed(visit("/?to=2000&country=xx"), "No official trip, until 2000")
