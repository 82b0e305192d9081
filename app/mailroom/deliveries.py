"""A mail as a fact of the journal, kept whole before anybody looks into it."""

from __future__ import annotations

from collections.abc import Callable

import zstandard

from ingest.channels.base import Connection
from ingest.channels.email.config import content_type_of
from ingest.channels.email.gateway import Kept
from ingest.domain.delivery import delivery_of
from ingest.domain.event import Event
from ingest.kit.clock import Clock
from ingest.store.database import Database
from ingest.store.journal import Journal

SIZE_LIMIT = 25 * 1024 * 1024
"""Bytes of the largest mail that is taken whole (channels.md §8)."""
_UNPACKED = 64 * 1024 * 1024


def delivery_of_mail(connection: Connection, mail: bytes, clock: Clock) -> Event:
    """Return the event that keeps a mail; the same mail to the same connection has the same key."""
    return delivery_of(connection, mail, content_type_of(connection), clock.us())


def deliveries(database: Database, journal: Journal) -> Callable[[str], Kept | None]:
    """Return what reads a delivery again by its event id, for the files inside it."""

    def read(event_id: str) -> Kept | None:
        with database.read() as connection:
            event = journal.get(connection, event_id)
        if event is None or event.raw is None or event.type != "delivery.received":
            return None
        body = zstandard.ZstdDecompressor().decompress(event.raw, max_output_size=_UNPACKED)
        return Kept(body, str(event.payload.get("content_type") or ""))

    return read
