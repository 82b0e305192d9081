"""A mail as a fact of the journal, kept whole before anybody looks into it."""

from __future__ import annotations

from dataclasses import replace

from ingest.channels.base import Connection
from ingest.channels.email.announced import Announced
from ingest.channels.email.config import content_type_of
from ingest.domain.delivery import delivery_of
from ingest.domain.event import Event
from ingest.kit.clock import Clock

SIZE_LIMIT = 25 * 1024 * 1024
"""Bytes of the largest mail that is taken whole (channels.md §8)."""


def delivery_of_mail(connection: Connection, mail: bytes, clock: Clock, **more: str) -> Event:
    """Return the event that keeps a mail; the same mail to the same connection has the same key.

    `more` is what is known of this one, as in `content_type_of`.
    """
    return delivery_of(connection, mail, content_type_of(connection, **more), clock.us())


def delivery_of_fetched(connection: Connection, mail: Announced, content: bytes, is_told: bool, now_us: int) -> Event:
    """Return the event that keeps a mail which was announced; `is_told`: something stands for it already."""
    content_type = content_type_of(connection, **mail.beside(is_told))
    event = delivery_of(connection, content, content_type, now_us, mail.delivery_key)
    return replace(event, cause_id=mail.event.event_id)
