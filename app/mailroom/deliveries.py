"""A mail as a fact of the journal, kept whole before anybody looks into it."""

from __future__ import annotations

import hashlib
from typing import Protocol

import zstandard

from ingest.channels.base import Connection
from ingest.channels.email.config import address_of
from ingest.domain.event import Event
from ingest.kit.clock import Clock

SIZE_LIMIT = 25 * 1024 * 1024
"""Bytes of the largest mail that is taken whole (channels.md §8)."""


class Appender(Protocol):
    """Whatever makes an event durable before it returns."""

    async def append(self, event: Event) -> bool:
        """Append one event; True when it was new. Raises StoreUnavailable."""


def delivery_of(connection: Connection, mail: bytes, clock: Clock) -> Event:
    """Return the event that keeps a mail; the same mail to the same connection has the same key."""
    now = clock.us()
    digest = hashlib.blake2b(mail, digest_size=16, person=connection.connection_id.encode()[:16]).hexdigest()
    return Event(
        workspace_id=connection.workspace_id,
        type="delivery.received",
        key=f"delivery:{digest}",
        occurred_us=now,
        recorded_us=now,
        channel=connection.channel,
        payload={
            "connection_id": connection.connection_id,
            "size": len(mail),
            # Our own address tells the parser which mail is ours; nothing in the mail says so reliably.
            "content_type": f'message/rfc822; mailbox="{address_of(connection)}"',
        },
        raw=zstandard.ZstdCompressor(level=1).compress(mail),
    )
