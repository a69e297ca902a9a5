"""Lists and single records, for every collection."""

from collections.abc import Sequence

from starlette.types import Scope

from app.domain.records import Resource
from app.http.answers import list_body, sparse
from app.http.problems import Gone, Moved, NotFound
from app.query.parameters import QueryPlan, next_path, read_fields, read_id, read_query
from app.routers.answering import Asked, DataRoute, Found
from app.routers.description import describe_list, describe_record
from app.store.base import Moved as FormerId
from app.store.base import Notice, Page, Removed
from app.store.sqlite.finding import find_former, find_page, find_record, near_ids
from app.store.sqlite.notices import find_notices
from app.store.sqlite.resolving import is_quick
from app.store.sqlite.snapshot import Snapshot


def collection_routes(resource: Resource) -> list[DataRoute]:
    """Return the routes of one collection."""

    def read_list(scope: Scope) -> Asked:
        query_string = scope["query_string"]
        query = read_query(resource, query_string)
        path = f"{scope['root_path']}/{resource.name}"

        found: dict[str, Page] = {}  # By revision: another may be served in between.

        def page_of(snapshot: Snapshot) -> Page:
            if snapshot.revision not in found:
                found[snapshot.revision] = find_page(snapshot, query)
            return found[snapshot.revision]

        def find_at_once(snapshot: Snapshot) -> Found | None:
            page = page_of(snapshot)
            # What may have been meant is looked for among all names.
            return _list(page, query, path, query_string) if page.total else None

        def find(snapshot: Snapshot) -> Found:
            page = page_of(snapshot)
            notices = () if page.total else find_notices(snapshot, query)
            return _list(page, query, path, query_string, notices)

        return Asked(find, find_at_once if is_quick(query) else None)

    def read_record(scope: Scope) -> Asked:
        fields = read_fields(resource, scope["query_string"])
        id_ = read_id(scope["path_params"]["id"])

        def find(snapshot: Snapshot) -> Found:
            return _record(snapshot, resource, id_, fields, scope)

        return Asked(find, find)

    return [
        DataRoute(f"/{resource.name}", read_list, **describe_list(resource)),
        DataRoute(f"/{resource.name}/{{id}}", read_record, **describe_record(resource)),
    ]


def _list(
    page: Page, query: QueryPlan, path: str, query_string: bytes, notices: Sequence[Notice] = ()
) -> Found:
    following = None
    if page.next_cursor is not None:
        following = next_path(path, query_string, page.next_cursor)
    documents = page.documents
    if query.fields:
        documents = [sparse(document, query.fields) for document in documents]
    return Found(list_body(documents, page.total, following, notices), following)


def _record(
    snapshot: Snapshot, resource: Resource, id_: str, fields: tuple[str, ...], scope: Scope
) -> Found:
    document = find_record(snapshot, resource, id_)
    if document is not None:
        return Found(sparse(document, fields))
    match find_former(snapshot, resource, id_):
        case FormerId(id=now):
            query_string = scope["query_string"].decode("latin-1")
            asked = f"?{query_string}" if query_string else ""
            raise Moved(f"{scope['root_path']}/{resource.name}/{now}{asked}")
        case Removed(at=at):
            raise Gone(f'the {resource.singular} "{id_}" was removed at {at}')
    near = near_ids(snapshot, resource, id_)
    hint = f'; did you mean "{near[0]}"?' if near else ""
    raise NotFound(f'no {resource.singular} has the id "{id_[:200]}"{hint}')
