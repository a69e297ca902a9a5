"""Who met whom, for graph libraries and for Gephi."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from pydantic_core import to_json

from app.query.network import NetworkPlan, read_network
from app.representations.graphml import MEDIA_TYPE as GRAPHML_MEDIA_TYPE
from app.representations.graphml import graphml
from app.routers.answering import DataRequest, Found
from app.routers.description import describe_graphml, describe_network
from app.routers.notices import noticed


def add_network(router: APIRouter) -> None:
    """Add the routes of the network: as JSON and as GraphML."""
    router.add_api_route("/network", get_network, **describe_network())
    router.add_api_route("/network.graphml", get_network_graphml, **describe_graphml())


def get_network(request: DataRequest) -> Found:
    """Find who met whom, in the node-link form of d3 and networkx."""
    plan = read_network(request.query_string)
    found = _node_link(request, plan)
    return Found(to_json(found | noticed(request.store, len(found["nodes"]), plan.meetings)))


def get_network_graphml(request: DataRequest) -> Found:
    """Find who met whom, as a GraphML document."""
    found = _node_link(request, read_network(request.query_string))
    return Found(graphml(found["nodes"], found["links"]), media_type=GRAPHML_MEDIA_TYPE)


def _node_link(request: DataRequest, plan: NetworkPlan) -> dict[str, Any]:
    found = request.store.network(plan)
    return {
        "directed": False,
        "multigraph": False,
        "graph": {"links_total": found.links_total},
        "nodes": [asdict(node) for node in found.nodes],
        "links": [asdict(link) for link in found.links],
    }
