"""Datasette over the tutorial's tables: canned queries, tuned by hand, for what is asked."""

import json
from typing import Any

from tests.benchmarks.queries import PAGE

DATABASE_NAME = "tutorial"

_CONDITIONS = {
    "date_from": "m.latest_date >= :date_from",
    "date_to": "m.earliest_date <= :date_to",
    "city": "m.city_id = (SELECT id FROM city WHERE slug = :city)",
    "country": "m.city_id IN (SELECT id FROM city WHERE country = :country)",
    "official": "m.id IN (SELECT meeting_id FROM meeting_participant WHERE participant_id ="
    " (SELECT id FROM participant WHERE slug = :official))",
    "trip": "m.trip = :trip",
    "topic": "m.id IN (SELECT meeting_id FROM meeting_topic WHERE topic_id ="
    " (SELECT id FROM topic WHERE slug = :topic))",
    "meeting": "m.slug = :meeting",
    "format": "m.format = :format",
}

_ASKED_TOGETHER = (
    (),
    *((parameter,) for parameter in _CONDITIONS),
    ("date_from", "date_to"),
    ("official", "date_from", "date_to"),
    ("city", "date_from", "date_to"),
    ("topic", "country"),
    ("official", "city"),
)


def name_of(parameters: tuple[str, ...]) -> str:
    """Return the name of the canned query for these parameters."""
    return "meetings" + "".join(f"-{parameter}" for parameter in parameters)


def canned_sql(parameters: tuple[str, ...]) -> str:
    """Return the query: the page first, and what belongs to its meetings only then, as JSON."""
    conditions = " AND ".join(_CONDITIONS[parameter] for parameter in parameters) or "true"
    return (
        "WITH page AS (SELECT m.id, m.slug, m.title, m.date, m.earliest_date, m.city_id"
        f" FROM meeting AS m WHERE {conditions} ORDER BY m.earliest_date, m.id LIMIT {PAGE})"
        " SELECT page.slug AS id, page.title, page.date,"
        " json_object('id', c.slug, 'name', c.name) AS city,"
        " (SELECT json_group_array(json_object('id', p.slug, 'name', p.name, 'title', p.title))"
        " FROM meeting_participant AS s JOIN participant AS p ON p.id = s.participant_id"
        " WHERE s.meeting_id = page.id) AS participants"
        " FROM page JOIN city AS c ON c.id = page.city_id ORDER BY page.earliest_date, page.id"
    )


def metadata() -> dict[str, Any]:
    """Return what Datasette is told of the queries."""
    queries = {
        name_of(parameters): {"sql": canned_sql(parameters)} for parameters in _ASKED_TOGETHER
    }
    return {"databases": {DATABASE_NAME: {"queries": queries}}}


def common(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item of an answer with the JSON in its columns read."""
    return {
        **item,
        "city": json.loads(item["city"]),
        "participants": json.loads(item["participants"]),
    }
