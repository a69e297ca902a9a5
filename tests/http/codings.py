"""The content codings, and how to undo them."""

from collections.abc import Callable

import cramjam

DECODE: dict[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    "zstd": lambda body: bytes(cramjam.zstd.decompress(body)),
    "br": lambda body: bytes(cramjam.brotli.decompress(body)),
    "gzip": lambda body: bytes(cramjam.gzip.decompress(body)),
}
CODINGS = list(DECODE)
