"""Rows of tables, made from the parts of trip files by the names of the columns."""

import datetime
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

Columns = Mapping[str, Sequence[str]]
"""The columns of each table, in order."""

_LIST_OF_COLUMN = {
    "city_key": "cities",
    "document_key": "sources",
    "organization_key": "organizations",
    "participant_key": "participants",
    "source_key": "sources",
    "speaker_key": "participants",
    "topic_key": "topics",
}
_FIELD_OF_COLUMN = {
    "agreement_key": "record",
    "country_code": "country",
    "key": "record",
    "meeting_key": "record",
    "record_key": "record",
    **{column: column.removesuffix("_key") for column in _LIST_OF_COLUMN},
}


def row_of(columns: Sequence[str], part: Any, values: dict[str, Any]) -> tuple[Any, ...]:
    """Return a row of a table with these columns: the values given, else the fields of a part."""
    row = []
    for column in columns:
        field_name = _FIELD_OF_COLUMN.get(column, column)
        if field_name in values:
            value = values[field_name]
        elif column == "trip_key":
            value = 0
        else:
            value = getattr(part, field_name)
        if isinstance(value, str):
            if column in _LIST_OF_COLUMN:
                value = (_LIST_OF_COLUMN[column], value)
            elif isinstance(value, Enum):
                value = value.value
        elif isinstance(value, datetime.date):
            value = value.isoformat()
        row.append(value)
    return tuple(row)
