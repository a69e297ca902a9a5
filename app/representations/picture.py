"""Pictures for links that are shared: words on the left, on the right a map of where it was.

They are PNG, because the services that show links draw no other format.
"""

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from app.representations.letters import FONTS, drawable
from app.representations.outlines import outlines

WIDTH, HEIGHT = 1200, 630
MEDIA_TYPE = "image/png"

_MAP_LEFT = 610
_MARGIN = 56
_FINER = 2
"""The map is drawn this many times larger and then scaled down, for smooth edges."""
_MAX_LABELS = 9
_MAX_RADIUS, _MIN_RADIUS = 26.0, 7.0
_WORLD_DEGREES = 150
"""Places farther apart are shown on a map of the whole world, with coarse outlines."""
_PAPER, _INK, _INK2, _INK3 = "#fcfbf8", "#1b1d20", "#4a5058", "#656b73"
_LAND, _SEA, _BLUE, _MARK, _ON_MARK = "#e8e5dc", "#ffffff", "#2b678b", "#ffe88a", "#3a3000"

Point = tuple[float, float]


class Mark(NamedTuple):
    """A city on the map: degrees east and north, its name, and how often it counts."""

    longitude: float
    latitude: float
    name: str
    weight: int = 1


@dataclass(frozen=True)
class Card:
    """What a picture shows: a line above the title, the title, lines below, and places.

    The places of a route are numbered in order and joined by lines.
    """

    above: str
    title: str
    lines: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    is_route: bool = False


def draw(card: Card) -> bytes:
    """Return the picture of a card as PNG; letters that its font lacks are left out."""
    card = replace(
        card,
        above=drawable(card.above),
        title=drawable(card.title),
        lines=tuple(filter(None, map(drawable, card.lines))),
        marks=tuple(mark._replace(name=drawable(mark.name)) for mark in card.marks),
    )
    image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    if card.marks:
        image.paste(_map(card), (_MAP_LEFT, 0))
    _words(ImageDraw.Draw(image), card, (_MAP_LEFT if card.marks else WIDTH) - 2 * _MARGIN)
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


@cache
def _font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS[bold], size)


def _words(pen: ImageDraw.ImageDraw, card: Card, width: int) -> None:
    brand = _font(30, bold=True)
    end = _MARGIN + 10 + brand.getlength("Read")
    pen.rectangle((_MARGIN, 44, end, 86), fill=_MARK)
    pen.text((_MARGIN + 8, 47), "Read", _ON_MARK, brand)
    pen.text((end + 2, 47), "out", _INK, brand)
    above = _wrapped(card.above, _font(24), width)[:2]
    y = 128
    for line in above:
        pen.text((_MARGIN, y), line, _INK3, _font(24))
        y += 32
    below = [line for text in card.lines for line in _wrapped(text, _font(24), width)][:4]
    room = HEIGHT - _MARGIN - 32 * len(below) - (20 if below else 0) - y - 12
    for size in (56, 48, 42, 36, 31, 27):
        lines, step = _wrapped(card.title, _font(size, bold=True), width), round(size * 1.2)
        if len(lines) * step <= room:
            break
    shown = lines[: max(1, room // step)]
    if len(shown) < len(lines):
        shown[-1] = f"{shown[-1].rstrip(',.;: ')} …"
    y += 12
    for line in shown:
        pen.text((_MARGIN, y), line, _INK, _font(size, bold=True))
        y += step
    y += 20
    for line in below:
        pen.text((_MARGIN, y), line, _INK2, _font(24))
        y += 32


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Return a text as lines that fit; a word that does not fit is broken."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for character in word:
            if lines[-1] and font.getlength(lines[-1] + character) > width:
                lines.append("")
            lines[-1] += character
    return lines


class _Projection:
    """Where degrees lie on the map: Mercator, turned to the middle of the marks."""

    def __init__(self, marks: Sequence[Mark], width: int, height: int) -> None:
        self.turn = _middle([mark.longitude for mark in marks])
        easts = [self.apart(mark.longitude) for mark in marks]
        norths = [_mercator(mark.latitude) for mark in marks]
        self.is_world = max(easts) - min(easts) > _WORLD_DEGREES
        if self.is_world:
            self.turn = 11.0
            easts, norths = [-180.0, 180.0], [_mercator(-56), _mercator(76)]
        wide = max(14.0, (max(easts) - min(easts)) * (1.0 if self.is_world else 1.45))
        tall = max(9.0, (max(norths) - min(norths)) * (1.0 if self.is_world else 1.45))
        self.scale = min(width / wide, height / tall)
        self.left = width / 2 - self.scale * (max(easts) + min(easts)) / 2
        self.top = height / 2 + self.scale * (max(norths) + min(norths)) / 2

    def apart(self, longitude: float) -> float:
        """Return how far east of the middle a longitude is, at most half round the world."""
        return (longitude - self.turn + 540) % 360 - 180

    def at(self, east: float, north: float) -> Point:
        """Return the pixel of degrees east of the middle, and north."""
        return self.left + east * self.scale, self.top - _mercator(north) * self.scale


def _mercator(latitude: float) -> float:
    bounded = math.radians(max(-84.0, min(84.0, latitude)))
    return math.degrees(math.log(math.tan(math.pi / 4 + bounded / 2)))


def _middle(longitudes: Sequence[float]) -> float:
    """Return the direction in which longitudes lie, seen from the axis of the earth."""
    radians = [math.radians(longitude) for longitude in longitudes]
    return math.degrees(math.atan2(sum(map(math.sin, radians)), sum(map(math.cos, radians))))


def _map(card: Card) -> Image.Image:
    width, height = WIDTH - _MAP_LEFT, HEIGHT
    projection = _Projection(card.marks, width, height)
    large = Image.new("RGB", (width * _FINER, height * _FINER), _SEA)
    pen = ImageDraw.Draw(large)
    for polygon in _land(projection, width, height):
        pen.polygon(polygon, _LAND, _SEA, _FINER)
    points = [projection.at(projection.apart(m.longitude), m.latitude) for m in card.marks]
    if card.is_route:
        for start, end in pairwise(points):
            _leg(pen, start, end)
    image = large.resize((width, height), Image.Resampling.LANCZOS)
    _marks(image, card, points)
    return image


def _land(projection: _Projection, width: int, height: int) -> Iterator[list[Point]]:
    """Yield the countries that are to be seen, in pixels of the large map."""
    for ring in outlines("110m" if projection.is_world else "50m"):
        # A country across the edge of the map is drawn on both sides.
        easts = [longitude - projection.turn for longitude, _ in ring]
        for turned in (-360, 0, 360):
            left = projection.left + (min(easts) + turned) * projection.scale
            right = projection.left + (max(easts) + turned) * projection.scale
            if right < 0 or left > width:
                continue
            pixels = [
                projection.at(east + turned, north)
                for east, (_, north) in zip(easts, ring, strict=True)
            ]
            tops = [y for _, y in pixels]
            if min(tops) < height and max(tops) > 0:
                yield [(x * _FINER, y * _FINER) for x, y in pixels]


def _leg(pen: ImageDraw.ImageDraw, start: Point, end: Point) -> None:
    """Draw the way between two stops: dashes on a bow."""
    (x0, y0), (x1, y1) = start, end
    length = math.hypot(x1 - x0, y1 - y0)
    if length < 30:
        return
    bend = min(90.0, length * 0.16) * (-1 if x1 < x0 else 1)
    mx, my = (x0 + x1) / 2 + (y1 - y0) / length * bend, (y0 + y1) / 2 - (x1 - x0) / length * bend
    steps = max(2, int(length / 7))
    bow = [
        (
            _FINER * ((1 - t) ** 2 * x0 + 2 * t * (1 - t) * mx + t**2 * x1),
            _FINER * ((1 - t) ** 2 * y0 + 2 * t * (1 - t) * my + t**2 * y1),
        )
        for t in (step / steps for step in range(steps + 1))
    ]
    for number in range(0, steps, 2):
        pen.line([bow[number], bow[number + 1]], _INK, 2 * _FINER)


def _marks(image: Image.Image, card: Card, points: Sequence[Point]) -> None:
    """Draw cities with their names, the most visited first; a name has room or is left out."""
    most = max(mark.weight for mark in card.marks)
    cities: dict[str, tuple[Point, float, list[int]]] = {}
    for number, (mark, point) in enumerate(zip(card.marks, points, strict=True), 1):
        largest = min(_MAX_RADIUS, 9 + 3 * math.sqrt(most))
        radius = max(_MIN_RADIUS if most < 20 else 3.0, largest * math.sqrt(mark.weight / most))
        if card.is_route:
            radius = 17
        cities.setdefault(mark.name, (point, radius, []))[2].append(number)
    # Overlapping circles are translucent.
    over = Image.new("RGBA", (image.width * _FINER, image.height * _FINER))
    pen = ImageDraw.Draw(over)
    for (x, y), radius, _ in cities.values():
        corners = [((x + by) * _FINER, (y + by) * _FINER) for by in (-radius, radius)]
        shade = (43, 103, 139, 255 if card.is_route or len(cities) < 4 else 150)
        pen.ellipse(corners, shade, (252, 251, 248, 255), _FINER)
    image.paste(small := over.resize(image.size, Image.Resampling.LANCZOS), (0, 0), small)
    pen = ImageDraw.Draw(image)
    taken = [(x - r, y - r, x + r, y + r) for (x, y), r, _ in cities.values() if r > 5]
    font, labels = _font(22, bold=True), 0
    for name, ((x, y), radius, numbers) in cities.items():
        if card.is_route:
            text = str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}+"
            pen.text((x, y), text, _SEA, _font(18, bold=True), anchor="mm")
        wide = font.getlength(name)
        beside = [(x + radius + 6, y - 13), (x - radius - 6 - wide, y - 13)]
        below = [(x - wide / 2, y + radius + 4), (x - wide / 2, y - radius - 32)]
        spots = [*below, *beside] if card.is_route else [*beside, *below]
        for left, top in spots if labels < _MAX_LABELS else []:
            box = (left, top, left + wide, top + 28)
            inside = left > 8 and top > 8 and box[2] < image.width - 8 and box[3] < image.height - 8
            own = (x - radius, y - radius, x + radius, y + radius)
            if inside and not any(_overlap(box, other) for other in taken if other != own):
                pen.text((left, top), name, _INK, font, stroke_width=3, stroke_fill=_PAPER)
                taken.append(box)
                labels += 1
                break


_Box = tuple[float, float, float, float]


def _overlap(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]
