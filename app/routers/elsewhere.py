"""The answer for an id that no record has: a redirect to its new id, or the reason."""

from app.domain.names import meant
from app.domain.records import Resource
from app.http.responses import Response
from app.routers.answering import DataRequest
from app.routers.problems import Gone, NotFound
from app.routers.redirects import redirect
from app.store.base import Moved, Removed


def elsewhere(
    request: DataRequest, resource: Resource, id_: str, suffix: str | None = None
) -> Response:
    """Return a redirect to the record that had an id, in the same format.

    Raises `Gone` if it was removed, and `NotFound`, with ids that are alike, if none had the id.
    """
    match request.store.former(resource, id_):
        case Moved(id=now):
            path = f"{request.root_path}/{resource.name}/{now}"
            return redirect(f"{path}.{suffix}" if suffix else path, request.query_string)
        case Removed(at=at):
            raise Gone(f'the {resource.singular} "{id_}" was removed at {at}')
    near = request.store.near_ids(resource, id_)
    raise NotFound(f'no {resource.singular} has the id "{id_[:200]}"{meant(near)}')
