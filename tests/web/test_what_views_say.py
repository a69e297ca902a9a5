"""What views and pages say of a record, and in which words and order."""

import httpx
import pytest

from app.representations.wording import beginning
from tests.client import MakeDatabase
from tests.trips import city, trip
from tests.web.conftest import Open, OpenSite, Site
from tests.web.test_browser import TRIP
from tests.web.test_pages import HTML

AGREEMENT = "/agreements/2021-03-17-climate-cooperation"


def page_of(site: Site, path: str) -> str:
    return httpx.get(site.url + path, headers=HTML).text


@pytest.mark.slow
def test_a_topic_leads_to_trips_where_there_are_some(visit: Open) -> None:
    link = "its trips on the map"
    assert visit("/topics/human-rights").get_by_role("link", name=link).count() == 0
    assert visit("/topics/climate").get_by_role("link", name=link).count() == 1


def test_a_page_says_where_and_what_about(site: Site) -> None:
    topic = '<a href="/topics/climate">Climate</a>'
    text = page_of(site, AGREEMENT)
    assert "17 March 2021, Seoul.</p>" in text
    assert topic in text
    assert topic in page_of(site, "/meetings/2021-03-17-blinken-chung")
    quote = page_of(site, "/quotes/2021-03-16-blinken-china-uses-coercion")
    assert '<a href="/topics/human-rights">Human rights</a>' in quote


@pytest.mark.slow
def test_an_agreement_says_where_and_what_about(visit: Open) -> None:
    page = visit(AGREEMENT)
    assert page.locator(".facts div", has_text="where").locator("dd").inner_text() == "Seoul"
    topics = page.locator("section", has=page.get_by_role("heading", name="Topics"))
    assert topics.get_by_role("link").all_inner_texts() == ["Climate"]


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/participants/suh-wook", "/cities/seoul"])
def test_a_meeting_without_a_day_says_when_it_may_have_been(visit: Open, path: str) -> None:
    row = visit(path).locator(".trips > li", has_text="Lloyd Austin meets Suh Wook")
    said = "Day not stated, between 15 and 18 March 2021, on this trip"
    assert row.locator(".meta").inner_text() == said
    assert row.get_by_role("link", name="this trip").get_attribute("href") == TRIP


def test_a_page_leads_from_a_meeting_without_a_day_to_its_trip(site: Site) -> None:
    text = page_of(site, "/participants/suh-wook")
    assert f'between 15 March 2021 and 18 March 2021, on <a href="{TRIP}">this trip</a>' in text
    assert "this trip" not in page_of(site, "/participants/chung-eui-yong")


def test_an_ellipsis_follows_no_comma() -> None:
    assert beginning("one two, three", 2) == "one two…"
    assert beginning("one two,", 2) == "one two,"


@pytest.mark.slow
def test_the_words_of_a_quote_are_cut_without_a_comma(visit: Open, site: Site) -> None:
    path = "/quotes/2021-03-16-blinken-china-uses-coercion"
    assert visit(path).locator("h1").inner_text().endswith("Hong Kong…”")
    assert "Hong Kong…”</h1>" in page_of(site, path)


@pytest.mark.slow
def test_what_is_inferred_is_a_list(visit: Open) -> None:
    said = visit("/participants/antony-blinken").locator(".said .inferred").all_inner_texts()
    assert "occasion, day and city inferred" in said


@pytest.mark.slow
def test_values_with_equal_numbers_stand_by_name(
    visit: Open, open_site: OpenSite, make_database: MakeDatabase
) -> None:
    names = {"aaa": "Zwolle", "bbb": "Ålesund", "ccc": "Mainz"}
    cities = [city(id_, name=name) for id_, name in names.items()]
    site = open_site(make_database(trip(cities=cities, stops=[{"city": id_} for id_ in names])))
    page = visit("/", at=site)
    shown = page.locator(".facet", has=page.locator("legend", has_text="City"))
    labels = shown.locator("label > span:first-of-type").all_inner_texts()
    assert labels == ["Ålesund", "Mainz", "Zwolle"]
