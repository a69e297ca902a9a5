"""The outlines of countries, as the explorer's maps have them, for pictures drawn here."""

import json
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).parent.parent / "web" / "vendor"

Ring = list[tuple[float, float]]


@cache
def outlines(scale: str) -> list[Ring]:
    """Return the outer rings of all countries, as degrees east and north; "110m" or "50m".

    A ring that crosses the date line goes on beyond 180 degrees. A ring round a pole has no inside
    on a flat map, and is left out.
    """
    topology = json.loads((VENDOR / f"countries-{scale}.json").read_bytes())
    (x, y), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [
        [
            (east * x + dx, north * y + dy)
            for east, north in accumulate(arc, lambda at, by: (at[0] + by[0], at[1] + by[1]))
        ]
        for arc in topology["arcs"]
    ]
    countries = topology["objects"]["countries"]["geometries"]
    rings = [_ring(arcs, indices) for country in countries for indices in _outer(country)]
    return [ring for ring in rings if abs(ring[0][0] - ring[-1][0]) < 180]


def _outer(country: dict[str, Any]) -> Iterator[list[int]]:
    """Yield the arcs of each outer ring; holes are other countries, drawn by themselves."""
    if country["type"] == "Polygon":
        yield country["arcs"][0]
    elif country["type"] == "MultiPolygon":
        yield from (polygon[0] for polygon in country["arcs"])


def _ring(arcs: list[Ring], indices: list[int]) -> Ring:
    ring: Ring = []
    for index in indices:
        # A negative index means the arc in reverse.
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring += arc[1:] if ring else arc
    return _unrolled(ring)


def _unrolled(ring: Ring) -> Ring:
    """Return a ring without leaps from one edge of the map to the other."""
    turned, before = 0, ring[0][0]
    unrolled = []
    for east, north in ring:
        if abs(east - before) > 180:
            turned += 360 if east < before else -360
        unrolled.append((east + turned, north))
        before = east
    return unrolled
