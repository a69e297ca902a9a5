"""Documents joined into answers, with the headers that let caches keep them."""

import hashlib
import json
from collections.abc import Mapping

from starlette.responses import Response

MEDIA_TYPE = "application/json"


def list_body(documents: list[bytes], total: int, next_path: str | None) -> bytes:
    """Return the JSON of a page: the documents as they are stored, in their envelope."""
    return b'{"items":[%b],"total":%d,"next":%b}' % (
        b",".join(documents),
        total,
        json.dumps(next_path).encode(),
    )


class Cacheability:
    """The validators of an answer, which follow from the revision and the address alone."""

    def __init__(self, revision: str, path: str, query_string: bytes, max_age: int) -> None:
        """Take what an answer is a function of, and for how many seconds caches may keep it."""
        address = hashlib.blake2b(path.encode() + b"?" + query_string, digest_size=8)
        self.etag = f'"{revision}-{address.hexdigest()}"'
        self.headers: Mapping[str, str] = {
            "ETag": self.etag,
            "Cache-Control": f"public, max-age={max_age}",
        }

    def is_known_to(self, if_none_match: str | None) -> bool:
        """Return whether the client has this very answer."""
        if if_none_match is None:
            return False
        return any(tag.strip().removeprefix("W/") == self.etag for tag in if_none_match.split(","))

    def not_modified(self) -> Response:
        """Return the answer to a client that has this very answer."""
        return Response(None, 304, self.headers)

    def respond(self, body: bytes, links: Mapping[str, str], if_none_match: str | None) -> Response:
        """Return an answer; `*` in If-None-Match means any answer at all is known."""
        if if_none_match is not None and if_none_match.strip() == "*":
            return self.not_modified()
        return Response(body, 200, {**self.headers, **links}, MEDIA_TYPE)
