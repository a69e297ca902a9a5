"""What a client made by openapi-python-client finds; run where that client is."""

import importlib
import json
import sys
from typing import Any

from readout_client import Client  # type: ignore[import-not-found]
from readout_client.api.meetings import list_meetings  # type: ignore[import-not-found]
from readout_client.api.search import search  # type: ignore[import-not-found]
from readout_client.api.trips import list_trips  # type: ignore[import-not-found]
from readout_client.models import (  # type: ignore[import-not-found]
    ListMeetingsFieldsItem,
    MeetingPage,
    Problem,
    SparseMeetingPage,
)

url, step, *collections = sys.argv[1:]
client = Client(base_url=url)


def whole(page: Any) -> Any:
    """Return a page, having seen that it is one of whole records."""
    assert type(page).__name__.endswith("Page"), page
    assert not type(page).__name__.startswith("Sparse"), page
    return page


def walk(collection: str) -> list[str]:
    """Return the ids of a list on all its pages."""
    asked = importlib.import_module(f"readout_client.api.{collection}.list_{collection}")
    page = whole(asked.sync(client=client, limit=int(step)))
    ids = [record.id for record in page.items]
    while page.next_cursor is not None:
        page = whole(asked.sync(client=client, limit=int(step), cursor=page.next_cursor))
        ids += [record.id for record in page.items]
    return ids


best = list_meetings.sync(client=client, q=["japan"])
assert isinstance(best, MeetingPage)
few = list_meetings.sync(client=client, fields=[ListMeetingsFieldsItem.ID], city=["Seoul"], limit=3)
assert isinstance(few, SparseMeetingPage)
problem = list_trips.sync(client=client, limit=0)
assert isinstance(problem, Problem)
print(
    json.dumps(
        {
            "lists": {collection: walk(collection) for collection in collections},
            "best": [meeting.id for meeting in best.items],
            "hits": [hit.id for hit in search.sync(client=client, q=["climate"], limit=100).items],
            "errors": [error.parameter for error in problem.errors],
            "sparse": [meeting.to_dict() for meeting in few.items],
        }
    )
)
