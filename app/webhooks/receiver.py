"""The receiver: a bare ASGI route, because a FastAPI route costs three to five times the CPU.

Order of work: read within the limit, verify the signature on the raw bytes, append durably, answer 200.
Nothing is parsed before the answer, so nothing in a body can decide it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import cache, lru_cache
from typing import Any

import orjson
from prometheus_client import Counter
from starlette.requests import ClientDisconnect

from app.connections import Connections
from app.webhooks.counters import RECEIVED, REFUSED, REFUSED_BY_STORE
from app.webhooks.signs import Signs
from ingest.channels.base import Answer, Call, Connection, Webhook
from ingest.domain.delivery import Appender, delivery_of
from ingest.domain.errors import StoreUnavailable
from ingest.kit.clock import Clock

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PATH = "/webhooks/"
_JSON = [(b"content-type", b"application/json")]


class Receiver:
    """ASGI application for `/webhooks/{channel}/{connection_id}`."""

    def __init__(
        self,
        connections: Connections,
        appender: Appender,
        clock: Clock,
        webhooks: Mapping[str, Webhook],
        signs: Signs,
        body_limit: int,
    ) -> None:
        self._connections = connections
        self._appender = appender
        self._clock = clock
        self._webhooks = webhooks
        self._signs = signs
        self._limit = body_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            await self._serve(scope, receive, send)
        except ClientDisconnect:
            return  # nobody waits for an answer any more
        except StoreUnavailable as error:
            REFUSED_BY_STORE.inc()
            await _answer(send, 503, "store_unavailable", error.detail, [(b"retry-after", b"5")])

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._find(scope["path"])
        if found is None:
            await _answer(send, 404, "not_found", "No connection has this address; copy it again from Channels.")
        elif scope["method"] == "POST":
            await self._take(*found, scope, receive, send)
        elif scope["method"] == "GET":
            await self._shake_hands(*found, scope, send)
        else:
            await _answer(
                send,
                405,
                "method_not_allowed",
                "Send a POST with the event, or a GET to verify.",
                [(b"allow", b"GET, POST")],
            )

    def _find(self, path: str) -> tuple[Webhook, Connection] | None:
        channel, _, connection_id = path.removeprefix(PATH).partition("/")
        webhook, connection = self._webhooks.get(channel), self._connections.get(connection_id)
        if webhook is None or connection is None or connection.channel != channel:
            return None
        return webhook, connection

    async def _take(self, webhook: Webhook, connection: Connection, scope: Scope, receive: Receive, send: Send) -> None:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        limit: int = max(self._limit, getattr(webhook, "body_limit", 0))
        body = await _read(receive, limit, headers.get(b"content-length"))
        if body is None:
            await self._refuse(send, connection, 413, "too_large", f"The body is over {limit} bytes.")
            return
        if not webhook.verify(_call(scope, body), connection):
            await self._refuse(send, connection, 401, "signature_invalid", "The signature does not match these bytes.")
            return
        self._signs.note(connection.connection_id, "delivery")
        content_type = headers.get(b"content-type", b"").decode("latin-1")[:200]
        is_new = await self._appender.append(delivery_of(connection, body, content_type, self._clock.us()))
        _received(connection.workspace_id, connection.channel, is_new).inc()
        await _send(send, 200, webhook.accepted.body, _typed(webhook.accepted))

    async def _shake_hands(self, webhook: Webhook, connection: Connection, scope: Scope, send: Send) -> None:
        answer = webhook.handshake(_call(scope), connection)
        self._signs.note(connection.connection_id, "refused" if answer is None else "handshake")
        if answer is None:
            await _answer(send, 403, "not_allowed", "The verify token is not the one of this connection.")
            return
        await _send(
            send,
            200,
            answer.body,
            [(b"content-type", answer.content_type.encode()), (b"x-content-type-options", b"nosniff")],
        )

    async def _refuse(self, send: Send, connection: Connection, status: int, code: str, message: str) -> None:
        self._signs.note(connection.connection_id, "too_large" if status == 413 else "refused")
        REFUSED.labels(connection.workspace_id, connection.channel, code).inc()
        # The rest of a refused body is not read, so the connection cannot be used again.
        await _answer(send, status, code, message, [(b"connection", b"close")] if status == 413 else [])


def _call(scope: Scope, body: bytes = b"") -> Call:
    return Call(scope["path"], scope["query_string"].decode("latin-1"), scope["headers"], body)


@cache
def _typed(answer: Answer) -> list[tuple[bytes, bytes]]:
    return [(b"content-type", answer.content_type.encode())]


@lru_cache(maxsize=1024)
def _received(workspace_id: str, channel: str, is_new: bool) -> Counter:
    """Return the counter itself: to look it up by its labels costs 5 µs."""
    return RECEIVED.labels(workspace_id, channel, "new" if is_new else "repeated")


async def _read(receive: Receive, limit: int, length: bytes | None) -> bytes | None:
    """Return the body, or None as soon as it is known to be over the limit. Raises ClientDisconnect."""
    if length is not None and length.isdigit() and int(length) > limit:
        return None
    message = await receive()
    first: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        return first if len(first) <= limit else None
    read = bytearray(first)
    while len(read) <= limit and message.get("more_body", False):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        read += message.get("body", b"")
    return bytes(read) if len(read) <= limit else None


async def _answer(
    send: Send, status: int, code: str, message: str, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    await _send(
        send, status, orjson.dumps({"error": {"code": code, "message": message, "facts": {}}}), _JSON + (headers or [])
    )


async def _send(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
