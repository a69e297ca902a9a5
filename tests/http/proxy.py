"""A proxy that serves a site under a path of its own, and takes that path away or leaves it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

_OWN = {"connection", "transfer-encoding", "date", "server"}


@contextmanager
def proxy(origin: str, prefix: str, *, strips: bool) -> Iterator[str]:
    """Give the address of a proxy for what is under `prefix`; anything else is 418."""
    client = httpx.Client(follow_redirects=False)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path, question, query = self.path.partition("?")
            if path != prefix and not path.startswith(f"{prefix}/"):
                self.send_response(418)
                self.send_header("content-length", "0")
                self.end_headers()
                return
            if strips:
                path = path.removeprefix(prefix) or "/"
            headers = [pair for pair in self.headers.items() if pair[0].lower() != "host"]
            with client.stream(
                self.command, f"{origin}{path}{question}{query}", headers=headers
            ) as answer:
                body = b"".join(answer.iter_raw())
            self.send_response(answer.status_code)
            for name, value in answer.headers.multi_items():
                if name not in _OWN:
                    self.send_header(name, value)
            if "content-length" not in answer.headers:
                self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        client.close()
