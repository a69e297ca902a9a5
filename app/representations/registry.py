"""All formats beside JSON: to add one, write its module, and a line here."""

from app.domain.collections import RESOURCES
from app.domain.records import Resource
from app.representations import atom, csv, geojson, ics, jsonld, md, ndjson, xlsx, yaml
from app.representations.formats import Format

FORMATS: tuple[Format, ...] = (
    csv.FORMAT,
    xlsx.FORMAT,
    ndjson.FORMAT,
    jsonld.FORMAT,
    geojson.FORMAT,
    ics.FORMAT,
    md.FORMAT,
    atom.FORMAT,
    yaml.FORMAT,
)
"""In order of preference, for a client that accepts several equally."""


def alternates(collection: str) -> tuple[tuple[str, str], ...]:
    """Return the suffixes and media types under which a record of a collection is served."""
    others = formats_of_record(RESOURCES[collection])
    return (("json", "application/json"), *((each.suffix, each.essence) for each in others))


def formats_of_list(resource: Resource) -> tuple[Format, ...]:
    """Return the formats that lists of a collection are served in, beside JSON."""
    return tuple(known for known in FORMATS if known.holds_list(resource))


def formats_of_record(resource: Resource) -> tuple[Format, ...]:
    """Return the formats that single records of a collection are served in, beside JSON."""
    return tuple(known for known in FORMATS if known.holds_record(resource))
