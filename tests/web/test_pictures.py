"""The pictures of links that are shared: drawn for every record, the same each time, and cached."""

import io
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image, ImageDraw

from app.domain.collections import RESOURCES
from app.representations.letters import drawable, shown
from app.representations.outlines import outlines
from app.representations.picture import HEIGHT, WIDTH, Card, Mark, draw
from tests.client import Client, MakeClient
from tests.trips import agreement, city, meeting, official, quote, topic, trip

pytestmark = pytest.mark.slow

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


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Return the texts that are written into pictures; at the end no letter of them was a box."""
    texts: list[str] = []
    boxes: list[str] = []
    write = ImageDraw.ImageDraw.text

    def text(pen: Any, place: Any, words: str, fill: Any, font: Any, **more: Any) -> None:
        # What the font lacks, and what nobody has, look alike.
        box = font.getmask("\uffff")
        for letter in words:
            mask = font.getmask(letter)
            if (mask.size, bytes(mask)) == (box.size, bytes(box)):
                boxes.append(letter)
        texts.append(words)
        write(pen, place, words, fill, font, **more)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", text)
    yield texts
    assert texts
    assert boxes == []


WORDS_OF_MANY_SCRIPTS = (
    "訪問 서울 Сеул Αθήνα زيارة ביקור ไทย \uff27\uff12\uff10 Đà Nẵng ≠ 🙂 x̱ \u200b\u0001 naïve"
)


def test_no_letter_is_drawn_as_a_box(written: list[str]) -> None:
    text = WORDS_OF_MANY_SCRIPTS
    for marks in ((), (Mark(127, 37.6, text),)):
        draw(Card(text, text, (text, "訪問"), marks, is_route=bool(marks)))
    seen = " ".join(written)
    for word in ("Сеул", "Αθήνα", "Đà Nẵng", "naïve", "G20"):
        assert word in seen


@pytest.mark.parametrize("path", [
    "/trips/example-trip", "/trips", "/meetings/talks-in-seoul", "/participants/official-one",
    "/quotes/words-of-seoul", "/agreements/pact-of-seoul", "/cities/han-seong", "/topics/hae-un",
    "/sources/bulletin",
])  # fmt: skip
def test_what_the_font_lacks_is_named_otherwise(
    made_up: MakeClient, written: list[str], path: str
) -> None:
    client = made_up(
        trip(
            title="서울 방문",
            stops=[{"city": "han-seong", "place": "청와대"}],
            cities=[city("han-seong", name="한성", country="KR", latitude=37.5, longitude=127.0)],
            participants=[official("official-one", name="공무원", family_name="공",
                                   other_names=["公務員", "Official Gong"])],
            topics=[topic("hae-un", name="해운")],
            meetings=[meeting("talks-in-seoul", title="회담", city="han-seong",
                              topics=["hae-un"])],
            quotes=[quote("words-of-seoul", text="우리는 함께 간다",
                          occasion={"when": "after", "meeting": "talks-in-seoul"})],
            agreements=[agreement("pact-of-seoul", "talks-in-seoul", title="합의 (合意)")],
        )
    )  # fmt: skip
    assert client.get(f"{path}.png").status_code == 200
    name = {
        "/trips": "1 official", "/participants/official-one": "Official Gong",
        "/trips/example-trip": "Example trip", "/sources/bulletin": "Bulletin",
    }.get(path, path.rpartition("/")[2].replace("-", " ").capitalize())  # fmt: skip
    assert name in " ".join(written)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Chung Eui-yong (정의용)", "Chung Eui-yong"),
        ("서울, Seoul", "Seoul"),
        ("Tokyo → 東京 → Seoul", "Tokyo → Seoul"),
        ("Zürich → Genève", "Zürich → Genève"),
        ("A - B", "A - B"),
        ("Meeting \N{EN DASH} 会議", "Meeting"),
        ("Kim (金 Gu)", "Kim (Gu)"),
        ("In 東京, Japan", "In, Japan"),
        ("東京", ""),
        ("e\u0301lan", "élan"),
    ],
)
def test_what_cannot_be_drawn_leaves_nothing_behind(text: str, left: str) -> None:
    assert drawable(text) == left


def test_a_name_that_is_hardly_left_gives_way_to_another() -> None:
    record = {"id": "group-of-seven-talks"}
    assert shown(record, "主要国首脳会議 G7", None) == "Group of seven talks"
    assert shown(record, "主要国首脳会議", "Summit of G7 主") == "Summit of G7"
    # A year alone is no name.
    assert shown(record, "東京 2021", "Tokyo summit") == "Tokyo summit"


def test_a_picture_is_found_under_a_former_id(made_up: MakeClient) -> None:
    client = made_up(
        trip(former_ids=["old-trip"], stops=[{"city": "oslo"}],
             cities=[city("oslo", former_ids=["christiania"])])
    )  # fmt: skip
    for old, new in (("/trips/old-trip", "/trips/example-trip"),
                     ("/cities/christiania", "/cities/oslo")):  # fmt: skip
        answer = client.get(f"{old}.png", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (308, f"{new}.png")
        assert client.get(f"{new}.png").status_code == 200
