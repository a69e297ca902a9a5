"""Where the cities are that a facet counts, so that a map needs no other request."""

from collections.abc import Mapping, Sequence

from app.store.base import FacetValue, PlacedFacetValue
from app.store.sql.snapshot import Snapshot


def placed(
    snapshot: Snapshot, facets: Mapping[str, Sequence[FacetValue]]
) -> dict[str, Sequence[FacetValue]]:
    """Return facets with the positions of their cities, in one statement if there are any."""
    cities = facets.get("city")
    if not cities:
        return dict(facets)
    marks = ", ".join("?" * len(cities))
    rows = snapshot.rows(
        f"SELECT id, latitude, longitude FROM city WHERE id IN ({marks})",
        [each.value for each in cities],
    )
    places = {id_.decode(): position for id_, *position in rows}
    return {
        **facets,
        "city": [
            PlacedFacetValue(each.value, each.name, each.count, *places[each.value])
            for each in cities
        ],
    }
