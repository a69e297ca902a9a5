"""Lists and single records, for every collection."""

from dataclasses import asdict

from fastapi import APIRouter

from app.domain.names import meant
from app.domain.records import Resource
from app.http.responses import Response
from app.query.parameters import next_path, read_fields, read_id, read_query
from app.representations.json import list_body, sparse
from app.routers.answering import DataRequest, Found
from app.routers.description import describe_list, describe_record
from app.routers.problems import Gone, NotFound
from app.routers.redirects import redirect
from app.store.base import Moved, Removed

JSON_SUFFIX = ".json"
"""Asks for JSON by the address: at that of a record, browsers get a page."""


def add_collection(router: APIRouter, resource: Resource) -> None:
    """Add the routes of one collection."""

    def list_records(request: DataRequest) -> Found:
        plan = read_query(resource, request.query_string)
        page = request.store.page(plan)
        notices = () if page.total else request.store.spellings(plan)
        following = None
        if page.next_cursor is not None:
            path = f"{request.root_path}/{resource.name}"
            following = next_path(path, request.query_string, page.next_cursor)
        documents = page.documents
        if plan.fields:
            documents = [sparse(document, plan.fields) for document in documents]
        said = [asdict(notice) for notice in notices]
        body = list_body(documents, page.total, following, page.next_cursor, said)
        return Found(body, following)

    def get_record(request: DataRequest) -> Found | Response:
        fields = read_fields(resource, request.query_string)
        id_ = read_id(request.path_params["id"]).removesuffix(JSON_SUFFIX)
        document = request.store.record(resource, id_)
        if document is not None:
            return Found(sparse(document, fields))
        match request.store.former(resource, id_):
            case Moved(id=now):
                path = f"{request.root_path}/{resource.name}/{now}"
                return redirect(path, request.query_string)
            case Removed(at=at):
                raise Gone(f'the {resource.singular} "{id_}" was removed at {at}')
        near = request.store.near_ids(resource, id_)
        raise NotFound(f'no {resource.singular} has the id "{id_[:200]}"{meant(near)}')

    router.add_api_route(f"/{resource.name}", list_records, **describe_list(resource))
    router.add_api_route(
        f"/{resource.name}{JSON_SUFFIX}", list_records, response_model=None, include_in_schema=False
    )
    router.add_api_route(f"/{resource.name}/{{id}}", get_record, **describe_record(resource))
