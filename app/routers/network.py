"""Who met whom, for graph libraries and for Gephi."""

from typing import Any

from fastapi import APIRouter
from pydantic_core import to_json

from app.domain.collections import MEETINGS
from app.query.network import NetworkPlan, read_network
from app.representations import graphml
from app.routers.answering import DataRequest, Found, add_data_route
from app.routers.description import describe_network
from app.routers.formats import Offer
from app.routers.notices import noticed


def add_network(router: APIRouter) -> None:
    """Add the routes of the network."""
    formats = (graphml.FORMAT,)
    add_data_route(router, "/network", get_network, Offer(formats), **describe_network(formats))


def get_network(request: DataRequest) -> Found:
    """Find who met whom, in the node-link form of d3 and networkx, or in another format of it."""
    plan = read_network(request.query_string)
    found = _node_link(request, plan)
    if request.format is None:
        return Found(to_json(found | noticed(request.store, len(found["nodes"]), plan.meetings)))
    written = request.format.write(iter([to_json(found)]), request.context(MEETINGS))
    return Found(b"".join(written), media_type=request.format.media_type)


def _node_link(request: DataRequest, plan: NetworkPlan) -> dict[str, Any]:
    found = request.store.network(plan)
    return {
        "directed": False,
        "multigraph": False,
        "graph": {"links_total": found.links_total},
        "nodes": found.nodes,
        "links": found.links,
    }
