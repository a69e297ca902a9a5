"""Lists and single records, for every collection."""

from dataclasses import asdict, replace

from fastapi import APIRouter

from app.domain.issues import Issue
from app.domain.records import Resource
from app.http.responses import Response
from app.query.parameters import FIELDS, next_path, read_fields, read_id, read_query
from app.query.reading import InvalidQuery
from app.representations.formats import Format
from app.representations.json import list_body, sparse
from app.representations.registry import formats_of_list, formats_of_record
from app.routers.answering import DataRequest, Found, Whole, add_data_route
from app.routers.description import describe_list, describe_record
from app.routers.elsewhere import elsewhere
from app.routers.formats import Offer


def add_collection(router: APIRouter, resource: Resource) -> None:
    """Add the routes of one collection."""

    def list_records(request: DataRequest) -> Found | Whole:
        format_ = request.format
        plan = read_query(resource, request.query_string, format_.sort if format_ else None)
        if format_ is not None:
            _check_fields(format_, plan.fields)
            if not plan.has_limit:
                return Whole(plan)
        page = request.store.page(plan)
        following = None
        if page.next_cursor is not None:
            path: str = request.scope["path"]
            following = next_path(path, request.query_string, page.next_cursor)
        if format_ is not None:
            context = replace(request.context(resource, plan), following=following)
            body = b"".join(format_.write(iter(page.documents), context))
            return Found(body, following, format_.media_type)
        notices = () if page.total else request.store.spellings(plan)
        documents = page.documents
        if plan.fields:
            documents = [sparse(document, plan.fields) for document in documents]
        said = [asdict(notice) for notice in notices] if notices else ()
        body = list_body(documents, page.total, following, page.next_cursor, said)
        return Found(body, following)

    def get_record(request: DataRequest) -> Found | Response:
        format_ = request.format
        fields = read_fields(resource, request.query_string)
        id_ = read_id(request.path_params["id"])
        document = request.store.record(resource, id_)
        if document is not None:
            if format_ is None:
                return Found(sparse(document, fields))
            _check_fields(format_, fields)
            context = replace(request.context(resource), fields=fields)
            body = b"".join(format_.write(iter([document]), context))
            return Found(body, media_type=format_.media_type)
        return elsewhere(request, resource, id_, request.path_params.get("suffix"))

    of_list, of_record = formats_of_list(resource), formats_of_record(resource)
    add_data_route(
        router, f"/{resource.name}", list_records, Offer(of_list),
        **describe_list(resource, of_list),
    )  # fmt: skip
    add_data_route(
        router, f"/{resource.name}/{{id}}", get_record, Offer(of_record),
        **describe_record(resource, of_record),
    )  # fmt: skip


def _check_fields(format_: Format, fields: tuple[str, ...]) -> None:
    """Raise `InvalidQuery` if `fields` is given for a format that has fields of its own."""
    if fields and not format_.takes_fields:
        message = f"is not taken by .{format_.suffix}, which has fields of its own"
        raise InvalidQuery([Issue(FIELDS.parameter, message, ",".join(fields))])
