"""What OpenAPI says of sparse answers, whose records have only the fields that `fields` names.

A record is described whole, with every field required, since that is what clients program with. An
answer is described as a whole one or a sparse one, in that order: generated clients take the first
that fits, and can tell the two apart by one check of a page instead of one for each record.
"""

from typing import Any

from app.http.conditional import JSON
from app.query.parameters import FIELDS

_Schema = dict[str, Any]


def describe_sparse_answers(described: dict[str, Any], prefix: str) -> None:
    """Add the schemas of sparse answers to those of the operations that read `fields`.

    `prefix` is that of references to schemas, which stand under their titles.
    """
    schemas: dict[str, _Schema] = described["components"]["schemas"]
    for operations in described["paths"].values():
        for operation in operations.values():
            parameters = {parameter["name"] for parameter in operation.get("parameters", [])}
            if FIELDS.parameter in parameters:
                media_type = operation["responses"]["200"]["content"][JSON]
                whole = media_type["schema"]["$ref"].removeprefix(prefix)
                names = (whole, _add_sparse(schemas, whole, prefix))
                media_type["schema"] = {"anyOf": [{"$ref": f"{prefix}{name}"} for name in names]}


def _add_sparse(schemas: dict[str, _Schema], whole: str, prefix: str) -> str:
    """Add the schema of a sparse record or page if it is not there yet; return its name."""
    name = f"Sparse{whole}"
    if name not in schemas:
        schema = schemas[whole]
        items = schema["properties"].get("items")
        if items is None:
            made = {key: value for key, value in schema.items() if key != "required"}
            described = f"Those fields of one `{whole}` that `fields` names."
            made |= {"minProperties": 1, "description": described}
        else:
            record = _add_sparse(schemas, items["items"]["$ref"].removeprefix(prefix), prefix)
            of_records = items | {"items": {"$ref": f"{prefix}{record}"}}
            made = schema | {
                "properties": schema["properties"] | {"items": of_records},
                "description": "A page of a list, of each record the fields that `fields` names.",
            }
        schemas[name] = made | {"title": name}
    return name
