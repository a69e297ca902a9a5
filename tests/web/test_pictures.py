"""The pictures of links that are shared: drawn for every record, the same each time, and cached."""

import io
import itertools
from collections.abc import Iterator

import pytest
from PIL import Image

from app.domain.collections import RESOURCES
from app.representations.outlines import outlines
from app.representations.picture import HEIGHT, WIDTH, Card, Mark, draw
from tests.client import Client, MakeClient
from tests.trips import trip

SEOUL = Mark(126.98, 37.57, "Seoul")
TOKYO = Mark(139.69, 35.69, "Tokyo")
PAPER, LAND, SEA, BLUE = (252, 251, 248), (232, 229, 220), (255, 255, 255), (43, 103, 139)


def opened(body: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(body))
    assert (image.format, image.size) == ("PNG", (WIDTH, HEIGHT))
    return image


def colours(image: Image.Image) -> set[tuple[int, ...]]:
    found = image.getcolors(1 << 20)
    assert found is not None
    return {colour for _, colour in found if isinstance(colour, tuple)}


@pytest.mark.parametrize("path", [f"/{name}/" for name in RESOURCES] + ["/trips"])
def test_every_record_has_a_picture(client: Client, path: str) -> None:
    if path.endswith("/"):
        items = client.get(path[:-1], params={"limit": 1}).json()["items"]
        if not items:
            assert path == "/organizations/"  # The trip in `seed/` names none.
            return
        path += items[0]["id"]
    answer = client.get(f"{path}.png")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert "content-encoding" not in answer.headers
    assert LAND in colours(opened(answer.content))
    again = client.get(f"{path}.png", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_is_not_there_has_no_picture(client: Client) -> None:
    answer = client.get("/trips/no-such-trip.png", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/trips.png?colour=red").status_code == 422


def test_where_no_place_is_known_the_words_have_all_the_room(made_up: MakeClient) -> None:
    client = made_up(trip(stops=[{"place": "A ship", "country": "NO"}]))
    seen = colours(opened(client.get("/trips/example-trip.png").content))
    assert PAPER in seen
    assert SEA not in seen


def test_a_place_is_marked_where_it_lies() -> None:
    image = opened(draw(Card("", "", marks=(SEOUL, TOKYO))))
    blue = [x for x in range(WIDTH) for y in range(0, HEIGHT, 2) if image.getpixel((x, y)) == BLUE]
    assert blue
    # The two stand well apart, and the eastern one is on the right.
    assert max(blue) - min(blue) > 300
    assert min(blue) > WIDTH / 2


@pytest.mark.parametrize(
    "marks",
    [
        (),
        (SEOUL,),
        (Mark(178.4, -18.1, "Suva"), Mark(-171.8, -13.8, "Apia")),
        (SEOUL, Mark(-74.0, 40.7, "New York"), Mark(2.3, 48.9, "Paris", 12)),
        (SEOUL, SEOUL, TOKYO, SEOUL),
        (Mark(0.0, 90.0, "North Pole"), Mark(0.0, -90.0, "South Pole")),
    ],
)
def test_whatever_the_places_a_picture_is_drawn(marks: tuple[Mark, ...]) -> None:
    card = Card("Trip", "Word " * 120, ("x" * 300,), marks, is_route=True)
    opened(draw(card))


def test_the_date_line_is_crossed_the_short_way() -> None:
    image = opened(draw(Card("", "", marks=(Mark(178, -18, "Suva"), Mark(-172, -14, "Apia")))))
    # On a map of the whole world the land would be a large part of it.
    land = sum(n for n, colour in image.getcolors(1 << 20) or [] if colour == LAND)
    assert 0 < land < 20_000


@pytest.fixture
def rings() -> Iterator[list[tuple[float, float]]]:
    return iter(outlines("110m"))


def test_no_outline_leaps_over_the_map(rings: Iterator[list[tuple[float, float]]]) -> None:
    count = 0
    for ring in rings:
        count += 1
        steps = itertools.pairwise(ring)
        assert all(abs(east - before) < 90 for (before, _), (east, _) in steps)
    assert count > 170
