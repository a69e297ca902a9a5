"""One search across all collections."""

from dataclasses import asdict

from pydantic_core import to_json
from starlette.types import Scope

from app.query.parameters import next_path
from app.query.search import SearchPlan, read_search, read_search_facets
from app.routers.answering import Asked, DataRoute, Found
from app.routers.description import describe_search, describe_search_facets
from app.store.sqlite.hitcounts import find_hit_counts
from app.store.sqlite.searching import find_hits
from app.store.sqlite.snapshot import Snapshot


def search_routes() -> list[DataRoute]:
    """Return the routes of the search."""

    def read(scope: Scope) -> Asked:
        search = read_search(scope["query_string"])
        return Asked(lambda snapshot: _search(snapshot, search, scope))

    def read_counts(scope: Scope) -> Asked:
        search = read_search_facets(scope["query_string"])
        return Asked(lambda snapshot: Found(to_json(asdict(find_hit_counts(snapshot, search)))))

    return [
        DataRoute("/search", read, **describe_search()),
        DataRoute("/search/facets", read_counts, **describe_search_facets()),
    ]


def _search(snapshot: Snapshot, search: SearchPlan, scope: Scope) -> Found:
    found = find_hits(snapshot, search)
    prefix, following = scope["root_path"], None
    if found.next_cursor is not None:
        following = next_path(f"{prefix}/search", scope["query_string"], found.next_cursor)
    hits = [{**asdict(hit), "url": f"{prefix}/{hit.collection}/{hit.id}"} for hit in found.hits]
    return Found(to_json({"items": hits, "total": found.total, "next": following}), following)
