"""What other services, and our own answers, call what a parameter here does."""

from collections.abc import Collection

_SYNONYMS = {
    "official": (
        "speaker", "traveller", "traveler", "participant", "person", "people", "who", "name",
    ),
    "participant": ("official", "attendee", "group", "person", "people", "who", "name"),
    "date": ("year", "month", "day", "when", "on"),
    "date_from": ("after", "since", "start", "begin", "min_date"),
    "date_to": ("before", "until", "till", "end", "max_date"),
    "updated_since": ("modified_since", "changed_since"),
    "city": ("place", "location", "where", "town"),
    "country": ("nation", "state"),
    "topic": ("subject", "tag", "about", "theme"),
    "title": ("office", "role"),
    "q": ("search", "query", "text", "words", "keyword", "keywords", "filter"),
    "limit": ("per_page", "page_size", "pagesize", "size", "count", "max", "n"),
    "cursor": ("page", "offset", "skip", "after_id", "token", "page_token"),
    "sort": ("order", "order_by", "orderby", "sort_by", "ordering"),
    "fields": ("select", "columns", "include", "only"),
}  # fmt: skip
"""The names by which people look for a parameter, the first of several that an address has."""


def same_elsewhere(parameter: str, known: Collection[str]) -> list[str]:
    """Return the parameter that is meant by what others call it, if an address has it."""
    asked = parameter.lower().replace("-", "_")
    return [name for name, others in _SYNONYMS.items() if asked in others and name in known][:1]
