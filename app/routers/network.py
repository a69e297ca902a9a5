"""Who met whom, for graph libraries and for Gephi."""

from dataclasses import asdict

from pydantic_core import to_json
from starlette.types import Scope

from app.query.network import read_network
from app.representations.graphml import MEDIA_TYPE as GRAPHML_MEDIA_TYPE
from app.representations.graphml import graphml
from app.routers.answering import Asked, DataRoute, Found
from app.routers.description import describe_graphml, describe_network
from app.store.base import Network
from app.store.sqlite.network import find_network


def network_routes() -> list[DataRoute]:
    """Return the routes of the network: as JSON and as GraphML."""

    def read(scope: Scope) -> Asked:
        plan = read_network(scope["query_string"])
        return Asked(lambda snapshot: Found(_node_link(find_network(snapshot, plan))))

    def read_graphml(scope: Scope) -> Asked:
        plan = read_network(scope["query_string"])
        return Asked(
            lambda snapshot: Found(
                graphml(find_network(snapshot, plan)), media_type=GRAPHML_MEDIA_TYPE
            )
        )

    return [
        DataRoute("/network", read, **describe_network()),
        DataRoute("/network.graphml", read_graphml, **describe_graphml()),
    ]


def _node_link(found: Network) -> bytes:
    return to_json(
        {
            "directed": False,
            "multigraph": False,
            "graph": {"links_total": found.links_total},
            "nodes": [asdict(node) for node in found.nodes],
            "links": [asdict(link) for link in found.links],
        }
    )
