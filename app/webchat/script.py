"""The widget's script, as built from `widget/src`; kept in memory, with its hash as ETag."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

BUILT = Path(__file__).parent / "widget" / "build" / "prosa-chat.js"
_HEADERS = {
    # An hour at most until every page has a new widget; the hash then saves fetching it again.
    "Cache-Control": "public, max-age=3600",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Vary": "Accept-Encoding",
}


async def serve(request: Request) -> Response:
    """Return the script to any page: what it may do depends on what it asks for later."""
    body, packed, etag = _script()
    headers = _HEADERS | {"ETag": etag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    is_packed = "gzip" in request.headers.get("accept-encoding", "")
    headers |= {"Content-Encoding": "gzip"} if is_packed else {}
    return Response(packed if is_packed else body, media_type="text/javascript; charset=utf-8", headers=headers)


@cache
def _script() -> tuple[bytes, bytes, str]:
    body = BUILT.read_bytes()
    digest = hashlib.blake2b(body, digest_size=12).hexdigest()
    return body, gzip.compress(body, 9, mtime=0), f'"{digest}"'
