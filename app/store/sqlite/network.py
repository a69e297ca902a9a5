"""Who met whom: participants as nodes, the meetings they shared as links."""

from collections import defaultdict

from app.query.network import NetworkPlan
from app.store.base import Link, Network, Node
from app.store.sqlite.resolving import resolve
from app.store.sqlite.snapshot import Snapshot
from app.store.sqlite.statements import Statement, matching_keys

MEETINGS_SHOWN = 1000
"""How many meeting ids a link holds; its weight counts them all."""

_Pair = tuple[int, int]


def find_network(snapshot: Snapshot, plan: NetworkPlan) -> Network:
    """Return the network of the meetings that match, the heaviest links first."""
    resolved = resolve(snapshot, plan.meetings)
    if resolved is None:
        return Network([], [], 0)
    keys = matching_keys(resolved.matching)
    nodes = _nodes(snapshot, keys)
    heaviest = _heaviest(keys, plan.limit)
    rows = snapshot.rows(heaviest.text, heaviest.parameters)
    total = rows[0][3] if rows else 0
    ids = _meeting_ids(snapshot, keys, heaviest if total > len(rows) else None)
    links = []
    for one, other, weight, _ in rows:
        source, target = sorted((nodes[one].id, nodes[other].id))
        links.append(Link(source, target, weight, sorted(ids[one, other])[:MEETINGS_SHOWN]))
    return Network(list(nodes.values()), links, total)


def _nodes(snapshot: Snapshot, keys: Statement) -> dict[int, Node]:
    """Return everyone in the meetings with these keys, by key and in the order of their ids."""
    rows = snapshot.rows(
        "SELECT p.key, p.id, p.name, p.kind, p.country_code, count(*)"
        f" FROM ({keys.text}) AS m"
        " JOIN presence AS s ON s.record_key = m.record_key"
        " JOIN participant AS p ON p.key = s.participant_key GROUP BY p.key ORDER BY p.id",
        keys.parameters,
    )
    return {
        key: Node(id_.decode(), name.decode(), kind.decode(), country and country.decode(), number)
        for key, id_, name, kind, country, number in rows
    }


def _pairs(keys: Statement, more: str = "") -> str:
    """Return the FROM and WHERE for each two participants of each meeting, as `a` and `b`."""
    return (
        f" FROM ({keys.text}) AS m CROSS JOIN presence AS a"
        f" CROSS JOIN presence AS b{more}"
        " WHERE a.record_key = m.record_key AND b.record_key = m.record_key"
        " AND a.participant_key < b.participant_key"
    )


def _heaviest(keys: Statement, limit: int) -> Statement:
    """Return the statement for the heaviest links: their two keys, their weight, and all links."""
    weights = (
        "SELECT a.participant_key AS one, b.participant_key AS other, count(*) AS weight"
        f"{_pairs(keys)} GROUP BY a.participant_key, b.participant_key"
    )
    return Statement(
        f"SELECT w.one, w.other, w.weight, count(*) OVER () FROM ({weights}) AS w"
        " JOIN participant AS p ON p.key = w.one JOIN participant AS q ON q.key = w.other"
        " ORDER BY 3 DESC, CASE WHEN p.id < q.id THEN p.id ELSE q.id END,"
        " CASE WHEN p.id < q.id THEN q.id ELSE p.id END LIMIT ?",
        [*keys.parameters, limit],
    )


def _meeting_ids(
    snapshot: Snapshot, keys: Statement, shown: Statement | None
) -> dict[_Pair, list[str]]:
    """Return the ids of the meetings of each link, or of those shown where these are fewer."""
    text = (
        "SELECT a.participant_key, b.participant_key, r.id"
        f"{_pairs(keys, ' CROSS JOIN meeting AS r')} AND r.key = m.record_key"
    )
    parameters = keys.parameters
    if shown is not None:
        # The pluses forbid to look up every link in every meeting.
        text += (
            " AND (+a.participant_key, +b.participant_key) IN"
            f" (SELECT w.one, w.other FROM ({shown.text}) AS w)"
        )
        parameters = [*parameters, *shown.parameters]
    ids: dict[_Pair, list[str]] = defaultdict(list)
    for one, other, id_ in snapshot.rows(text, parameters):
        ids[one, other].append(id_.decode())
    return ids
