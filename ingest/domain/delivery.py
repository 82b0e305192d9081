"""A delivery: what a provider, a mail server or a visitor sent, kept whole before anybody looks into it."""

from __future__ import annotations

import hashlib
import threading
from typing import Protocol

import zstandard

from ingest.domain.connection import Connection
from ingest.domain.event import Event


class Appender(Protocol):
    """Whatever makes an event durable before it returns."""

    async def append(self, event: Event) -> bool:
        """Append one event; True when it was new. Raises StoreUnavailable."""


_LEVEL = -1
"""Half the CPU of level 1 for a sixth more bytes; the lake compresses again, and by many rows."""


class _Codec(threading.local):
    """One thread's compressor and decompressor: neither may be used by two at once."""

    def __init__(self) -> None:
        self.compress = zstandard.ZstdCompressor(level=_LEVEL).compress
        self.decompress = zstandard.ZstdDecompressor().decompress


_codec = _Codec()


def delivery_of(connection: Connection, body: bytes, content_type: str, now_us: int, key: str | None = None) -> Event:
    """Return the event that keeps a body.

    `key` names what it says, where that is not simply its bytes; the same through one connection is the same delivery.
    """
    return Event(
        workspace_id=connection.workspace_id,
        type="delivery.received",
        key=f"delivery:{key or _digest(connection, body)}",
        occurred_us=now_us,
        recorded_us=now_us,
        channel=connection.channel,
        payload={"connection_id": connection.connection_id, "size": len(body), "content_type": content_type},
        raw=_codec.compress(body),
    )


def body_of(event: Event) -> bytes:
    """Return the bytes of a delivery as they were received."""
    return _codec.decompress(event.raw or b"")


def _digest(connection: Connection, body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16, person=connection.connection_id.encode()[:16]).hexdigest()
