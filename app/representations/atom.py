"""Atom (RFC 4287): what was added and changed, the latest first, and removed (RFC 6721)."""

from collections.abc import Iterator
from heapq import merge
from itertools import chain
from urllib.parse import parse_qsl, urlencode
from xml.sax.saxutils import escape, quoteattr

from pydantic_core import from_json

from app.representations.formats import CONTROLS, Context, Document, Format
from app.representations.wording import when
from app.representations.words import location, office, people, title

_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
"""
_NOTHING_SINCE = "1970-01-01T00:00:00Z"
"""When a feed changed that has never had an entry."""


def write(documents: Iterator[bytes], context: Context) -> Iterator[bytes]:
    """Yield a feed with an entry for each record, or a feed of one record.

    What was removed is listed whatever the filters are: they cannot be applied to it any more.
    """
    collection = context.resource.name
    if not context.is_list:
        (document,) = documents
        documents = iter([document])
        record = from_json(document)
        changed, name = record["updated_at"], title(record)
        feed = f"urn:readout:feed:{collection}:{record['id']}"
    else:
        changed, name = _last_change(context), context.name
        feed = f"urn:readout:feed:{collection}:{context.identity}"
    first = next(documents, None)
    head = [
        f"<id>{escape(feed)}</id>",
        f"<title>{escape(name)}</title>",
        f"<updated>{changed}</updated>",
        "<author><name>Readout</name></author>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(context.own_url)}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(context.url("/"))}/>',
    ]
    if first is None and (notices := context.notices()):
        head.append(f"<subtitle>{escape('; '.join(notices))}</subtitle>")
    if context.following:
        following = f"{context.origin}{context.following}"
        head.append(f'<link rel="next" href={quoteattr(following)}/>')
    yield (_HEAD + "\n".join(head) + "\n").encode()
    records = map(from_json, chain([] if first is None else [first], documents))
    entries = ((record["updated_at"], _entry(record, context)) for record in records)
    gone = ((at, _tombstone(collection, id_, at)) for id_, at in context.removed())
    # Both have the latest first, unless another order was asked for; then it is that of entries.
    for _, part in merge(entries, gone, key=lambda dated: dated[0], reverse=True):
        yield part.encode()
    yield b"</feed>\n"


def _last_change(context: Context) -> str:
    """Return when anything in the feed last changed, on any of its pages."""
    filters = parse_qsl(context.query_string, keep_blank_values=True)
    asked = [pair for pair in filters if pair[0] not in CONTROLS]
    query = urlencode([*asked, ("sort", "-updated"), ("limit", "1")])
    latest = next(iter(context.related(context.resource.name, query)), None)
    removed = next(iter(context.removed()), None)
    times = [_NOTHING_SINCE]
    if latest is not None:
        times.append(from_json(latest)["updated_at"])
    if removed is not None:
        times.append(removed[1])
    return max(times)


def _urn(collection: str, id_: str) -> str:
    return f"urn:readout:{collection}:{id_}"


def _entry(record: Document, context: Context) -> str:
    collection = context.resource.name
    address = context.record_url(collection, record["id"])
    parts = [
        f"<id>{_urn(collection, record['id'])}</id>",
        f"<title>{escape(title(record))}</title>",
        f"<updated>{record['updated_at']}</updated>",
        f'<link rel="alternate" href={quoteattr(address)}/>',
        *(
            f"<category term={quoteattr(topic['id'])} label={quoteattr(topic['name'])}/>"
            for topic in record.get("topics", ())
        ),
        f"<summary>{escape(_summary(record))}</summary>",
    ]
    return "<entry>\n" + "\n".join(parts) + "\n</entry>\n"


def _summary(record: Document) -> str:
    """Return a line or two: when and where, who, and what."""
    dated = "date" in record or "start_date" in record
    day = {"date": record.get("start_date"), "end_date": record.get("end_date"), **record}
    who = ", ".join(each["name"] for each in people(record))
    status = record.get("status", "held")
    parts = (
        "" if status == "held" else status.capitalize(),
        when(day) if dated else "",
        location(record),
        who,
        record.get("summary") or record.get("text"),
        office(record) if "appearances" in record else "",
        ", ".join(record.get("other_names", ())),
    )
    return ". ".join(filter(None, parts))


def _tombstone(collection: str, id_: str, at: str) -> str:
    return f'<at:deleted-entry ref="{_urn(collection, id_)}" when="{at}"/>\n'


FORMAT = Format(
    "atom",
    "application/atom+xml; charset=utf-8",
    "Atom, a feed of what was added, changed and removed",
    write,
    sort="-updated",
    shows_removed=True,
)
