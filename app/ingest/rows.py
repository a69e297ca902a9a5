"""Rows of tables, made from the parts of trip files by the names of the columns."""

import datetime
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any

Columns = Mapping[str, tuple[str, ...]]
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


_STORED_AS_THEY_ARE = frozenset((str, int, float, bool, type(None)))


def row_of(columns: tuple[str, ...], part: Any, values: dict[str, Any]) -> tuple[Any, ...]:
    """Return a row of a table with these columns: the values given, else the fields of a part."""
    row = []
    for field_name, of_list in _filled(columns):
        if field_name in values:
            value = values[field_name]
        elif field_name == "trip_key":
            value = 0
        else:
            value = getattr(part, field_name)
        if of_list is not None:
            if isinstance(value, str):
                value = (of_list, value)
        elif type(value) not in _STORED_AS_THEY_ARE:
            if isinstance(value, Enum):
                value = value.value
            elif isinstance(value, datetime.date):
                value = value.isoformat()
        row.append(value)
    return tuple(row)


@cache
def _filled(columns: tuple[str, ...]) -> list[tuple[str, str | None]]:
    """Return for each column the field that fills it, and the list whose ids it holds."""
    return [
        (_FIELD_OF_COLUMN.get(column, column), _LIST_OF_COLUMN.get(column)) for column in columns
    ]
