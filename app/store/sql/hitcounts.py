"""How many hits a search has, by collection."""

from dataclasses import replace

from app.domain.collections import RESOURCES
from app.query.search import SearchPlan, collection_queries
from app.store.base import Facets, FacetValue
from app.store.sql.finding import count_all
from app.store.sql.snapshot import Snapshot


def find_hit_counts(snapshot: Snapshot, search: SearchPlan) -> Facets:
    """Return the number of hits, and of those in each collection, whichever are asked for."""
    everywhere = replace(search, collections=tuple(RESOURCES))
    counts = {
        query.resource.name: count_all(snapshot, query) for query in collection_queries(everywhere)
    }
    values = [
        FacetValue(name, name, number)
        for name, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if number
    ]
    total = sum(number for name, number in counts.items() if name in search.collections)
    return Facets(total, {"collection": values}, {})
