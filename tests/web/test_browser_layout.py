"""How views look: on paper, on a phone, and between their parts."""

import pytest

from tests.web.conftest import Open
from tests.web.test_browser import TRIP

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_told_by_surfaces_is_told_on_paper(visit: Open, theme: str) -> None:
    page = visit(TRIP, color_scheme=theme)
    page.emulate_media(media="print")
    style = "(element, name) => getComputedStyle(element)[name]"
    for part in (".days .known", ".bars i", ".ev span"):
        assert page.locator(part).first.evaluate(style, "printColorAdjust") == "exact"
    for heading in page.locator("h2").all():
        assert heading.evaluate(style, "breakAfter") == "avoid"
    assert page.locator("body").evaluate(style, "backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator(".days .known").first.evaluate(style, "color") == "rgb(255, 255, 255)"
    assert not page.get_by_role("link", name="CSV of these meetings").is_visible()


def test_a_summary_has_room_below(visit: Open) -> None:
    page = visit("/meetings/2021-03-17-blinken-chung")
    dek = page.locator(".dek").bounding_box()
    below = page.locator(".dek + section").bounding_box()
    assert below["y"] - dek["y"] - dek["height"] >= 12


def test_on_a_phone_the_request_stands_at_the_edge(visit: Open) -> None:
    page = visit("/", viewport={"width": 390, "height": 800})
    strip = page.locator(".strip").bounding_box()
    assert page.locator(".strip code").bounding_box()["x"] == strip["x"]


def test_a_picture_is_no_wider_than_paper(visit: Open) -> None:
    page = visit("/participants/antony-blinken")
    page.emulate_media(media="print")
    # Paper has another width than the window, and nothing is drawn anew for it.
    lanes = page.locator(".lanes")
    assert lanes.evaluate("element => getComputedStyle(element).maxWidth") == "100%"
