"""Who met whom: participants as nodes, the meetings they shared as links."""

import json

from app.query.network import NetworkPlan
from app.store.base import Link, Network, Node
from app.store.sqlite.resolving import resolve
from app.store.sqlite.snapshot import Snapshot
from app.store.sqlite.statements import matching_keys

MEETINGS_SHOWN = 1000
"""How many meeting ids a link holds; its weight counts them all."""


def find_network(snapshot: Snapshot, plan: NetworkPlan) -> Network:
    """Return the network of the meetings that match, the heaviest links first."""
    resolved = resolve(snapshot, plan.meetings)
    if resolved is None:
        return Network([], [], 0)
    keys = matching_keys(resolved.matching)
    nodes = {
        key: Node(id_.decode(), name.decode(), kind.decode(), country and country.decode(), number)
        for key, id_, name, kind, country, number in snapshot.rows(
            "SELECT p.key, p.id, p.name, p.kind, p.country_code, count(*)"
            f" FROM ({keys.text}) AS m"
            " JOIN meeting_participant AS s ON s.meeting_key = m.record_key"
            " JOIN participant AS p ON p.key = s.participant_key GROUP BY p.key ORDER BY p.id",
            keys.parameters,
        )
    }
    rows = snapshot.rows(
        "SELECT a.participant_key, b.participant_key, count(*), json_group_array(r.id),"
        f" count(*) OVER () FROM ({keys.text} ORDER BY 1, 2) AS m"
        " CROSS JOIN meeting AS r ON r.key = m.record_key"
        " CROSS JOIN meeting_participant AS a ON a.meeting_key = m.record_key"
        " CROSS JOIN meeting_participant AS b ON b.meeting_key = m.record_key"
        " JOIN participant AS pa ON pa.key = a.participant_key"
        " JOIN participant AS pb ON pb.key = b.participant_key WHERE pa.id < pb.id"
        " GROUP BY pa.key, pb.key ORDER BY 3 DESC, pa.id, pb.id LIMIT ?",
        [*keys.parameters, plan.limit],
    )
    links = [
        Link(
            nodes[one].id,
            nodes[other].id,
            weight,
            sorted(json.loads(meetings))[:MEETINGS_SHOWN],
        )
        for one, other, weight, meetings, _ in rows
    ]
    return Network(list(nodes.values()), links, rows[0][4] if rows else 0)
