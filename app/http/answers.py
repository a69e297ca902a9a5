"""Finished answers: documents joined into bytes, and the headers that let caches keep them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cache

from pydantic_core import from_json, to_json
from starlette.concurrency import run_in_threadpool

from app.http.compression import SMALLEST, encode, negotiate
from app.http.responses import COMMON_HEADERS, Headers, Response, SharedHeaders
from app.store.base import Notice

MEDIA_TYPE = "application/json"

_LARGE = 64 * 1024
_SIZE_WITHOUT_BODY = 1200
_SIZE_OF_HEADERS = 1100


def list_body(
    documents: list[bytes], total: int, next_path: str | None, notices: Sequence[Notice] = ()
) -> bytes:
    """Return the JSON of a page: the documents as they are stored, in their envelope."""
    more = b""
    if notices:
        more = b',"notices":' + to_json([asdict(notice) for notice in notices])
    return b'{"items":[%b],"total":%d,"next":%b%b}' % (
        b",".join(documents),
        total,
        to_json(next_path),
        more,
    )


def sparse(document: bytes, fields: Sequence[str]) -> bytes:
    """Return a document with only these of its fields; none means all."""
    if not fields:
        return document
    record = from_json(document)
    return to_json({field: record[field] for field in fields})


def answer_tag(revision: str, path: str, query_string: bytes) -> bytes:
    """Return what identifies an answer whatever its coding: the revision and the address."""
    address = hashlib.blake2b(path.encode() + b"?" + query_string, digest_size=8)
    return f"{revision}-{address.hexdigest()}".encode()


def etag_of(tag: bytes, coding: str) -> bytes:
    """Return the ETag of an answer in a coding, "" for none."""
    return b'"%b.%b"' % (tag, coding.encode()) if coding else b'"%b"' % tag


class Conditions:
    """What a client says of the answers it takes and those it has."""

    __slots__ = ("accept_encoding", "if_none_match", "request_id")

    def __init__(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Take the headers of a request."""
        self.accept_encoding = self.if_none_match = self.request_id = b""
        for name, value in headers:
            # What a header that is given twice lists is one list.
            if name == b"accept-encoding":
                self.accept_encoding += b"," + value if self.accept_encoding else value
            elif name == b"if-none-match":
                self.if_none_match += b"," + value if self.if_none_match else value
            elif name == b"x-request-id":
                self.request_id = value

    @property
    def coding(self) -> str:
        """The coding in which the client gets an answer that is worth coding, or "" for none."""
        return negotiate(self.accept_encoding) if self.accept_encoding else ""

    def known_form(self, tag: bytes) -> bytes | None:
        """Return the ETag under which the client has the answer with this tag.

        It is one in the coding that the client gets, or in none. A cache may name others that it
        keeps, but these are for clients that take another coding.
        """
        entries = self.if_none_match.split(b",")
        known = {entry.strip().removeprefix(b"W/") for entry in entries}
        for etag in (etag_of(tag, self.coding), etag_of(tag, "")):
            if etag in known:
                return etag
        return None

    @property
    def any_form_is_known(self) -> bool:
        """Whether any answer at all is one that the client has."""
        return self.if_none_match.strip() == b"*"


def _caching(max_age: int) -> Headers:
    return [
        (b"cache-control", b"public, max-age=%d" % max_age),
        (b"vary", b"Accept-Encoding"),
        *COMMON_HEADERS,
    ]


@cache
def _headers_of_answers(max_age: int, media_type: str) -> SharedHeaders:
    return SharedHeaders([(b"content-type", media_type.encode()), *_caching(max_age)])


@cache
def _headers_of_unchanged(max_age: int) -> SharedHeaders:
    return SharedHeaders(_caching(max_age))


def not_modified(etag: bytes, max_age: int) -> Response:
    """Return the answer to a client whose answer with this ETag still holds."""
    return Response(304, ((b"etag", etag),), _headers_of_unchanged(max_age))


class Answer:
    """A finished 200, in every coding that was asked for so far; ready to be sent again and again.

    `revision` is the one it was made from.
    """

    __slots__ = ("_forms", "_link", "_max_age", "_media_type", "body", "revision", "tag")

    def __init__(
        self,
        body: bytes,
        revision: str,
        tag: bytes,
        max_age: int,
        link: str | None = None,
        media_type: str = MEDIA_TYPE,
    ) -> None:
        """Take a body and what its headers say; `link` is the path of the next page."""
        self.body, self.revision, self.tag = body, revision, tag
        self._link, self._max_age, self._media_type = link, max_age, media_type
        self._forms: dict[str, Response] = {}

    @property
    def size(self) -> int:
        """The memory it takes, in bytes: the body, the same in each coding, and the headers."""
        return (
            _SIZE_WITHOUT_BODY
            + len(self.body)
            + sum(
                _SIZE_OF_HEADERS + (len(form.body) if coding else 0)
                for coding, form in self._forms.items()
            )
        )

    def _coding(self, conditions: Conditions) -> str:
        return conditions.coding if len(self.body) >= SMALLEST else ""

    def _form(self, coding: str) -> Response:
        body = encode(self.body, coding) if coding else self.body
        own = [(b"content-length", b"%d" % len(body)), (b"etag", etag_of(self.tag, coding))]
        if coding:
            own.append((b"content-encoding", coding.encode()))
        if self._link is not None:
            own.append((b"link", b'<%b>; rel="next"' % self._link.encode()))
        return Response(200, own, _headers_of_answers(self._max_age, self._media_type), body)

    def at_hand(self, conditions: Conditions) -> Response | None:
        """Return the answer in the form a client takes, or 304 for a client that has it.

        None if that form has not been made yet.
        """
        coding = self._coding(conditions)
        if conditions.if_none_match:
            known = conditions.known_form(self.tag)
            if known is None and conditions.any_form_is_known:
                known = etag_of(self.tag, coding)
            if known is not None:
                return not_modified(known, self._max_age)
        return self._forms.get(coding)

    def at_once(self, conditions: Conditions) -> Response | None:
        """Return the same, with the form made if need be; None if that would hold others up."""
        response = self.at_hand(conditions)
        if response is None:
            coding = self._coding(conditions)
            if not coding or len(self.body) < _LARGE:
                response = self._forms[coding] = self._form(coding)
        return response

    async def for_client(self, conditions: Conditions) -> Response:
        """Return the same, with the form made in a thread if it takes long."""
        response = self.at_once(conditions)
        if response is None:
            coding = self._coding(conditions)
            response = self._forms[coding] = await run_in_threadpool(self._form, coding)
        return response
