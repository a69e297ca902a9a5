"""What the explorer promises of its parts: keys, sizes, states, and what is asked of the server."""

import math
from itertools import combinations
from typing import Any

import pytest

from app.ingest.loader import remove
from tests.client import MakeDatabase
from tests.trips import EVIDENCE, city, trip
from tests.web.conftest import Open, OpenSite, Site
from tests.web.test_browser import TRIP, headed, query

pytestmark = pytest.mark.slow

WHERE_FOCUS_IS = """(() => {
  const part = document.activeElement.closest(
    ".skip, .find, .nav, .years, .chips, .facets, .where, .list, .strip");
  return part ? part.classList[0] : "";
})()"""

# The page asks for more some time after it is drawn, and a slow machine may look later than that.
# So the page itself notes what it has asked for until then.
WHAT_DRAWS = """
  const asked = [], plain = window.fetch;
  window.fetch = (what, ...rest) => { asked.push(String(what)); return plain(what, ...rest); };
  new MutationObserver((changes, observer) => {
    if (!document.querySelector("main .strip")) return;
    window.askedUntilDrawn = [...asked];
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });
"""


@pytest.fixture
def years(make_database: MakeDatabase, open_site: OpenSite) -> Site:
    """The service with a trip each year for sixty years, of which a third are of presidents."""
    trips = [
        trip(
            f"trip-{year}",
            start_date=f"{year}-05-01",
            end_date=f"{year}-05-03",
            stops=[{"city": "oslo" if year < 1990 else "seoul"}],
            travellers=["one"],
            participants=[
                {"id": "one", "name": "One", "kind": "official", "country": "US",
                 "title": "Minister" if year % 3 else "President", "evidence": EVIDENCE}
            ],
        )
        for year in range(1950, 2010)
    ]  # fmt: skip
    return open_site(make_database(*trips))


def test_years_are_chosen_by_keys_and_by_numbers(visit: Open, years: Site) -> None:
    page = visit("/", at=years)
    page.get_by_role("slider", name="From year").focus()
    page.keyboard.press("PageUp")
    headed(page, "50 official")
    page.get_by_role("slider", name="To year").focus()
    page.keyboard.press("Home")
    headed(page, "1 official")
    page.keyboard.press("End")
    headed(page, "50 official")
    field = page.get_by_label("Last year")
    field.fill("1969")
    field.press("Enter")
    headed(page, "10 official")
    assert query(page) == {"from": ["1960"], "to": ["1969"]}
    assert page.locator(".years svg text", has_text="1960\u20131969: 10 trips").count() == 1


def test_what_is_chosen_stays_on_top_at_no_trips(visit: Open, years: Site) -> None:
    page = visit("/?city=oslo&from=2000", at=years)
    city = page.locator(".facet", has=page.locator("legend", has_text="City"))
    assert city.locator("label").first.inner_text().split() == ["Oslo", "0"]
    page.get_by_role("link", name="Clear years").click()
    headed(page, "40 official")


def test_an_address_may_ask_for_tables(visit: Open, years: Site) -> None:
    page = visit("/?view=table", at=years)
    assert page.locator(".years .table").count() == 1
    page.get_by_role("checkbox", name="Oslo").check()
    headed(page, "40 official")
    assert query(page) == {"city": ["oslo"], "view": ["table"]}
    assert visit("/", at=years).locator(".years .table").count() == 0


def test_presidents_are_hatched_on_paper(visit: Open, years: Site) -> None:
    page = visit("/", at=years)
    fill = "bar => getComputedStyle(bar).fill"
    bar = page.locator(".bar.pres").first
    assert "hatch" not in bar.evaluate(fill)
    page.emulate_media(media="print")
    assert "hatch" in bar.evaluate(fill)
    assert "hatch" not in page.locator(".bar:not(.pres)").first.evaluate(fill)


def test_four_answers_draw_the_opening_page(years: Site, chromium: Any) -> None:
    page = chromium.new_page()
    page.add_init_script(WHAT_DRAWS)
    page.goto(years.url)
    page.wait_for_selector("main .strip")
    drawn = [each for each in page.evaluate("askedUntilDrawn") if "/assets/" not in each]
    page.close()
    assert 0 < len(drawn) <= 4


def test_new_data_is_said(visit: Open, open_site: OpenSite, make_database: MakeDatabase) -> None:
    database = make_database(trip("one"), trip("two"))
    page = visit("/", at=open_site(database))
    remove(database, ["two"])
    # The service looks for other data each second.
    page.wait_for_timeout(1500)
    page.locator(".trips a").first.click()
    page.get_by_role("button", name="Reload").click()
    page.wait_for_load_state("networkidle")
    assert page.get_by_role("button", name="Reload").count() == 0


def test_marks_can_be_hit(visit: Open) -> None:
    page = visit(TRIP, viewport={"width": 390, "height": 800})
    for mark in page.locator("button.ev").all():
        box = mark.bounding_box()
        assert box["width"] >= 24
        assert box["height"] >= 24
    for button in page.locator(".strip .btn").all():
        assert button.bounding_box()["height"] >= 44


def test_a_citation_is_copied(visit: Open) -> None:
    page = visit(TRIP)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("main .meeting .ev").first.click()
    page.get_by_role("button", name="Copy citation").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "ShareAmerica" in copied
    assert "#:~:text=" in copied


def test_the_keys_are_listed_and_can_be_switched_off(visit: Open) -> None:
    page = visit("/")
    page.keyboard.press("?")
    page.get_by_role("checkbox", name="Single keys are on").uncheck()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    page.keyboard.press("/")
    assert page.locator("#q:focus").count() == 0
    page.keyboard.press("?")
    page.get_by_role("checkbox", name="Single keys are on").check()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    page.keyboard.press("/")
    page.locator("#q:focus").wait_for()


def test_a_key_works_while_a_box_has_the_focus(visit: Open) -> None:
    page = visit("/?country=KR")
    page.get_by_role("checkbox").first.focus()
    page.keyboard.press("/")
    page.locator("#q:focus").wait_for()
    page.keyboard.press("/")
    assert page.locator("#q").input_value() == "/"


def test_a_late_answer_is_dropped(visit: Open) -> None:
    page = visit("/")

    def late(route: Any) -> None:
        page.wait_for_timeout(800)
        route.continue_()

    page.route("**/search?*chun*", late)
    page.locator("#q").press_sequentially("chun")
    page.wait_for_timeout(250)
    page.locator("#q").fill("climate")
    page.locator("#options .all", has_text="results for “climate”").wait_for()
    page.wait_for_timeout(1000)
    assert page.locator("#options .all").inner_text().count("climate") == 1


def test_an_address_leads_to_a_passage(visit: Open) -> None:
    page = visit(f"{TRIP}#p6", viewport={"width": 1000, "height": 500})
    page.wait_for_timeout(500)
    box = page.locator("#p6").bounding_box()
    assert 0 <= box["y"] <= 500
    assert page.evaluate("scrollY") > 0


def test_tab_goes_through_the_page_in_the_order_of_reading(visit: Open) -> None:
    page = visit("/?city=seoul")
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(WHERE_FOCUS_IS))
    order = list(dict.fromkeys(each for each in seen if each))
    parts = ["skip", "find", "nav", "years", "chips", "facets", "where", "list", "strip"]
    assert order == parts


def test_numbers_of_near_stops_do_not_lie_on_each_other(
    visit: Open, open_site: OpenSite, make_database: MakeDatabase
) -> None:
    near = {"oslo": (59.9, 10.7), "tokyo": (59.95, 10.75), "seoul": (59.85, 10.8),
            "sao-paulo": (30.0, 60.0)}  # fmt: skip
    cities = [
        city(id_, latitude=latitude, longitude=longitude)
        for id_, (latitude, longitude) in near.items()
    ]
    site = open_site(make_database(
        trip(id="near", start_date="2023-05-01", end_date="2023-05-03", cities=cities,
             stops=[{"city": id_} for id_ in near])
    ))  # fmt: skip
    page = visit("/trips/near", at=site)
    places = page.locator(".stop").evaluate_all(
        "all => all.map((e) => [e.cx.baseVal.value, e.cy.baseVal.value])"
    )
    assert len(places) == len(near)
    assert all(math.dist(*two) >= 20 for two in combinations(places, 2))
    assert page.get_by_text("stand beside each other").count() == 1
