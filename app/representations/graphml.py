"""A network as GraphML, which Gephi and yEd open."""

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

from pydantic_core import from_json

from app.representations.formats import Context, Document, Format

_NODE_FIELDS = {"name": "string", "kind": "string", "country": "string", "meetings": "int"}
_LINK_FIELDS = {"weight": "int", "meetings": "string"}


def write(documents: Iterator[bytes], _context: Context) -> Iterator[bytes]:
    """Yield a GraphML document for each network, given as node-link JSON.

    The meetings of a link are joined by spaces.
    """
    for document in documents:
        network = from_json(document)
        yield _graphml(network["nodes"], network["links"])


def _graphml(nodes: Iterable[Document], links: Iterable[Document]) -> bytes:
    root = ElementTree.Element("graphml", {"xmlns": "http://graphml.graphdrawing.org/xmlns"})
    for kind, fields in (("node", _NODE_FIELDS), ("edge", _LINK_FIELDS)):
        for name, type_ in fields.items():
            attributes = {
                "id": f"{kind}_{name}",
                "for": kind,
                "attr.name": name,
                "attr.type": type_,
            }
            ElementTree.SubElement(root, "key", attributes)
    graph = ElementTree.SubElement(root, "graph", {"edgedefault": "undirected"})
    for node in nodes:
        element = ElementTree.SubElement(graph, "node", {"id": node["id"]})
        for name in _NODE_FIELDS:
            _data(element, f"node_{name}", node[name])
    for link in links:
        element = ElementTree.SubElement(
            graph, "edge", {"source": link["source"], "target": link["target"]}
        )
        _data(element, "edge_weight", link["weight"])
        _data(element, "edge_meetings", " ".join(link["meetings"]))
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, "utf-8", xml_declaration=True))


def _data(element: ElementTree.Element, key: str, value: str | int | None) -> None:
    if value is not None:
        ElementTree.SubElement(element, "data", {"key": key}).text = str(value)


FORMAT = Format(
    "graphml",
    # GraphML has no registered media type of its own; client generators know this one.
    "text/xml",
    "GraphML, for Gephi and yEd",
    write,
    aliases=("application/graphml+xml",),
    lists=frozenset(),
    records=frozenset(),
)
