"""Finished answers: bodies with their caching headers, in each content coding."""

from functools import cache

from starlette.concurrency import run_in_threadpool

from app.http.compression import SMALLEST, encode
from app.http.conditional import Conditions, etag_of
from app.http.responses import COMMON_HEADERS, Headers, Response, SharedHeaders

_LARGE = 64 * 1024
_SIZE_WITHOUT_BODY = 1200
_SIZE_OF_HEADERS = 1400


STALE_IF_ERROR_SECONDS = 86_400
"""How long a cache may use a stale answer while it cannot reach the service to revalidate it."""


def _caching(max_age: int) -> Headers:
    control = b"public, max-age=%d" % max_age
    if max_age:
        # A cache may serve a stale answer for as long again, while it revalidates it.
        control += b", stale-while-revalidate=%d" % max_age
        control += b", stale-if-error=%d" % STALE_IF_ERROR_SECONDS
    return [
        (b"cache-control", control),
        (b"vary", b"Accept, Accept-Encoding"),
        *COMMON_HEADERS,
    ]


def headers_of_data(max_age: int, media_type: str) -> Headers:
    """Return the headers that all answers with data share."""
    return [(b"content-type", media_type.encode()), *_caching(max_age)]


@cache
def _headers_of_answers(max_age: int, media_type: str) -> SharedHeaders:
    return SharedHeaders(headers_of_data(max_age, media_type))


@cache
def _headers_of_unchanged(max_age: int) -> SharedHeaders:
    return SharedHeaders(_caching(max_age))


def not_modified(etag: bytes, max_age: int) -> Response:
    """Return the 304 for a client whose answer with this ETag is still valid."""
    return Response(304, ((b"etag", etag),), _headers_of_unchanged(max_age))


class Answer:
    """A finished 200, in every coding requested so far; it can be sent any number of times.

    `revision` is the one it was made from.
    """

    __slots__ = (
        "_forms", "_is_compressed", "_link", "_max_age", "_media_type", "body", "revision", "tag",
    )  # fmt: skip

    def __init__(
        self,
        body: bytes,
        revision: str,
        tag: bytes,
        max_age: int,
        link: str | None = None,
        media_type: str = "application/json",
        *,
        is_compressed: bool = False,
    ) -> None:
        """Take a body and what its headers say; `link` is the path of the next page.

        If `is_compressed`, the body gets no content coding.
        """
        self.body, self.revision, self.tag = body, revision, tag
        self._link, self._max_age, self._media_type = link, max_age, media_type
        self._is_compressed = is_compressed
        self._forms: dict[str, Response] = {}

    @property
    def size(self) -> int:
        """Its memory in bytes: the body, its encoded forms, and the headers."""
        return (
            _SIZE_WITHOUT_BODY
            + len(self.body)
            + sum(
                _SIZE_OF_HEADERS + (len(form.body) if coding else 0)
                for coding, form in self._forms.items()
            )
        )

    def _coding(self, conditions: Conditions) -> str:
        is_worth_it = len(self.body) >= SMALLEST and not self._is_compressed
        return conditions.coding if is_worth_it else ""

    def _form(self, coding: str) -> Response:
        body = encode(self.body, coding) if coding else self.body
        own = [(b"content-length", b"%d" % len(body)), (b"etag", etag_of(self.tag, coding))]
        if coding:
            own.append((b"content-encoding", coding.encode()))
        if self._link is not None:
            own.append((b"link", b'<%b>; rel="next"' % self._link.encode()))
        return Response(200, own, _headers_of_answers(self._max_age, self._media_type), body)

    def available(self, conditions: Conditions) -> Response | None:
        """Return the answer in the client's coding, or 304 if its ETag matches.

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

    async def for_client(self, conditions: Conditions) -> Response:
        """Return what `available` does; make a missing form, in a thread if it is large."""
        response = self.available(conditions)
        if response is None:
            coding = self._coding(conditions)
            if coding and len(self.body) >= _LARGE:
                response = await run_in_threadpool(self._form, coding)
            else:
                response = self._form(coding)
            self._forms[coding] = response
        return response
