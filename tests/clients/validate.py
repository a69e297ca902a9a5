"""Holds requests and their answers to the description, as a validating proxy does.

Takes the description and a file of what went by; prints what does not fit. Run where openapi-core
is installed.
"""

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from openapi_core import Config, OpenAPI  # type: ignore[import-not-found]
from openapi_core.datatypes import RequestParameters  # type: ignore[import-not-found]
from openapi_core.exceptions import OpenAPIError  # type: ignore[import-not-found]
from werkzeug.datastructures import Headers, ImmutableMultiDict


class Request:
    """A request as openapi-core takes it."""

    method, content_type, body = "get", "", None

    def __init__(self, address: str) -> None:
        """Take the address."""
        parts = urlsplit(address)
        self.host_url, self.path = f"{parts.scheme}://{parts.netloc}", parts.path
        query = ImmutableMultiDict(parse_qsl(parts.query, keep_blank_values=True))
        self.parameters = RequestParameters(query=query)


class Response:
    """An answer as openapi-core takes it."""

    def __init__(self, status: int, headers: list[list[str]], body: str) -> None:
        """Take the status, the headers and the body."""
        self.status_code, self.headers = status, Headers([(name, value) for name, value in headers])
        self.content_type = self.headers["content-type"].partition(";")[0]
        self.data = body.encode()


def cause(error: BaseException) -> str:
    """Return what is wrong, to the first cause of it."""
    said = [repr(error), *(str(each) for each in getattr(error, "schema_errors", ()))]
    return " < ".join(said + ([cause(error.__cause__)] if error.__cause__ else []))


def main() -> None:
    """Print what does not fit, as a JSON list of lines."""
    description, recorded = map(Path, sys.argv[1:])
    read = {"application/problem+json": json.loads, "text/xml": bytes.decode}
    openapi = OpenAPI.from_file_path(
        str(description), config=Config(extra_media_type_deserializers=read)
    )
    wrong: list[str] = []
    entries: list[dict[str, Any]] = json.loads(recorded.read_text("utf-8"))
    for entry in entries:
        request = Request(entry["address"])
        response = Response(entry["status"], entry["headers"], entry["body"])
        checks = [lambda: openapi.validate_response(request, response)]  # noqa: B023
        if entry["status"] == 200:
            checks.append(lambda: openapi.validate_request(request))  # noqa: B023
        for check in checks:
            try:
                check()
            except OpenAPIError as error:
                wrong.append(f"{entry['address']}: {cause(error)[:600]}")
    print(json.dumps(wrong))


if __name__ == "__main__":
    main()
