"""Markdown: a readout that a reporter can paste, with links to the passages it rests on."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic_core import from_json

from app.representations.formats import Context, Document, Format
from app.representations.wording import span, when
from app.representations.words import location, office, passages, title

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&])")
# What makes a heading or a list where a line begins with it: marks, or a number and a mark.
_LINE_START = re.compile(r"^(\d{0,9})([#+.)-])", re.MULTILINE)
_MARKS = {"`": "%60", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", " ": "%20", "|": "%7C"}
_IN_ADDRESS = str.maketrans(_MARKS)


def write(documents: Iterator[bytes], context: Context) -> Iterator[bytes]:
    """Yield a readout for each record; those of a list stand below one heading."""
    tell = _READOUTS.get(context.resource.name, _shared)
    if context.is_list:
        yield f"# {context.resource.name.capitalize()}\n".encode()
    for document in documents:
        lines = [*tell(from_json(document), context, "##" if context.is_list else "#")]
        yield _joined(lines, before="\n" if context.is_list else "")


def _joined(paragraphs: Iterable[str], before: str) -> bytes:
    return (before + "\n\n".join(filter(None, paragraphs)) + "\n").encode()


def plain(text: str) -> str:
    """Return text in which all that Markdown would interpret is escaped."""
    return _LINE_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", text))


def _link(text: str, url: str | None) -> str:
    return f"[{plain(text)}]({url.translate(_IN_ADDRESS)})" if url else plain(text)


def _sources(record: Document) -> str:
    links = [_link(passage.words, passage.url) for passage in passages(record)]
    return f"Source: {'; '.join(links)}" if links else ""


def _remarks(record: Document) -> Iterator[str]:
    """Yield the curator's note on a record, and which of its fields are inferred."""
    if record.get("note"):
        yield f"Note: {plain(record['note'])}"
    if record.get("inferred"):
        # Names of fields are those of the data.
        fields = ", ".join(record["inferred"]).replace("_", " ")
        yield f"Inferred, not stated by the source: {fields}."


def _status(record: Document) -> str:
    return "" if record.get("status", "held") == "held" else f" ({record['status']})"


def _headed(record: Document, collection: str, context: Context, level: str) -> str:
    address = context.record_url(collection, record["id"])
    return f"{level} {_link(title(record), address)}{_status(record)}"


def _where_and_when(record: Document) -> str:
    times = " – ".join(filter(None, (record.get("start_time"), record.get("end_time"))))  # noqa: RUF001 - a range
    parts = (when(record), times, location(record), (record.get("format") or "").replace("-", " "))
    return plain(" · ".join(filter(None, parts)))


def _people(people: Iterable[Document], context: Context) -> str:
    return "\n".join(
        f"- {_link(each['name'], context.record_url('participants', each['id']))}"
        + (f", {plain(office(each))}" if office(each) else "")
        for each in people
    )


def _meeting(record: Document, context: Context, level: str) -> Iterator[str]:
    yield _headed(record, "meetings", context, level)
    yield _where_and_when(record)
    yield plain(record["summary"] or "")
    yield _people(record["participants"], context)
    # Asked only where there are some: a list of meetings may be long.
    if record["quotes"]:
        for quote in context.related("quotes", f"meeting={record['id']}&limit=200"):
            yield from _quotation(from_json(quote), context)
    if record["agreements"]:
        yield "Agreed:"
        for agreement in context.related("agreements", f"meeting={record['id']}&limit=200"):
            yield from _agreed(from_json(agreement), context)
    yield from _remarks(record)
    yield _sources(record)


def _quotation(record: Document, context: Context) -> Iterator[str]:
    translation = record["translation"]
    lines = [f"“{plain(record['text'])}”"]
    if translation:
        by = f" (translated by {plain(translation['by'])})" if translation["by"] else ""
        lines.append(f"“{plain(translation['text'])}”{by}")
    speaker = record["speaker"]
    said = plain(record["attribution"] or "")
    if speaker:
        said = _link(speaker["name"], context.record_url("participants", speaker["id"]))
        said += f", {plain(office(speaker))}" if office(speaker) else ""
    occasion = record["occasion"]
    audience = f"to {plain(occasion['audience'])}" if occasion["audience"] else ""
    about = f"{occasion['when']} the {'meeting' if occasion['meeting'] else 'trip'}"
    details = ", ".join(filter(None, (said, about if occasion["when"] else "", audience)))
    lines.append(f"— {details}" if details else "")
    lines += [*_remarks(record), _sources(record)]
    yield "\n>\n".join(f"> {line}" for line in lines if line)


def _quote(record: Document, context: Context, level: str) -> Iterator[str]:
    yield _headed(record, "quotes", context, level)
    yield _where_and_when(record)
    yield from _quotation(record, context)


def _agreed(record: Document, context: Context) -> Iterator[str]:
    name = _link(record["title"], context.record_url("agreements", record["id"]))
    parties = ", ".join(party["name"] for party in record["parties"])
    kind = record["kind"].replace("-", " ")
    parts = [f"- **{name}** ({plain(f'{kind} of {parties}')})", plain(record["summary"] or "")]
    yield "\n  ".join(filter(None, [*parts, *_remarks(record), _sources(record)]))


def _agreement(record: Document, context: Context, level: str) -> Iterator[str]:
    yield _headed(record, "agreements", context, level)
    kind = record["kind"].replace("-", " ").capitalize()
    parties = ", ".join(party["name"] for party in record["parties"])
    year = f", by {record['target_year']}" if record["target_year"] else ""
    yield plain(f"{kind} of {parties}{year}")
    yield _where_and_when(record)
    yield plain(record["summary"] or "")
    yield _people(record["participants"], context)
    yield from _remarks(record)
    yield _sources(record)


def _trip(record: Document, context: Context, level: str) -> Iterator[str]:
    yield _headed(record, "trips", context, level)
    yield plain(span(record["start_date"], record["end_date"]))
    yield plain(record["summary"] or "")
    yield _people(record["travellers"], context)
    yield "\n".join(_stop(stop) for stop in record["stops"])
    yield from _remarks(record)
    yield _sources(record)
    if context.is_list:
        return
    asked = f"trip={record['id']}&limit=200"
    shown = set()
    for document in context.related("meetings", asked):
        meeting = from_json(document)
        shown.add(meeting["id"])
        yield from _meeting(meeting, context, f"{level}#")
    rest = [from_json(each) for each in context.related("quotes", asked)]
    for quote in rest:
        if quote["occasion"]["meeting"] not in shown:
            yield from _quote(quote, context, f"{level}#")
    for document in context.related("agreements", asked):
        agreement = from_json(document)
        if agreement["meeting"] not in shown:
            yield from _agreement(agreement, context, f"{level}#")


def _stop(stop: Document) -> str:
    first, last = stop["arrival_date"], stop["departure_date"]
    days = span(first or last, last or first) if first or last else ""
    text = ", ".join(filter(None, (location(stop), days)))
    remarks = f": {stop['remarks']}" if stop["remarks"] else ""
    return f"1. {plain(text + remarks)}{_status(stop)}"


def _participant(record: Document, context: Context, level: str) -> Iterator[str]:
    yield _headed(record, "participants", context, level)
    yield plain(office(record))
    yield _other_names(record)
    yield "\n".join(
        f"- {_link(each['trip'], context.record_url('trips', each['trip']))}"
        + (f": {plain(office(each))}" if office(each) else "")
        for each in record["appearances"]
    )
    yield from _remarks(record)
    yield _sources(record)


def _shared(record: Document, context: Context, level: str) -> Iterator[str]:
    """Yield what is said of an organization, a city, a topic or a source."""
    collection = context.resource.name
    yield _headed(record, collection, context, level)
    facts: list[Any] = [
        record["country"]["name"] if record.get("country") else "",
        record.get("publisher"),
        record.get("published"),
        record.get("citation"),
    ]
    yield plain(" · ".join(filter(None, facts)))
    yield _link(record["url"], record["url"]) if record.get("url") else ""
    yield _other_names(record)
    yield from _remarks(record)


def _other_names(record: Document) -> str:
    names = record.get("other_names")
    return f"Also: {plain(', '.join(names))}" if names else ""


_READOUTS = {
    "trips": _trip,
    "meetings": _meeting,
    "participants": _participant,
    "quotes": _quote,
    "agreements": _agreement,
}

FORMAT = Format("md", "text/markdown; charset=utf-8", "Markdown, a readout to paste", write)
