"""The contract of a channel: verify bytes, parse them, say what may be sent.

A channel is pure but for its sender. It never decides an HTTP status and never drops anything: what
it cannot read becomes `delivery.unreadable`, what it does not know `delivery.unrecognised`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ingest.domain.event import Event


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request body as received, and where and when."""

    workspace_id: str
    connection_id: str
    body: bytes
    received_us: int
    event_id: str = ""
    """The `delivery.received` event that holds the bytes; becomes the `cause_id` of what is parsed."""


class Signature(Protocol):
    """Says whether bytes come from the provider."""

    def __call__(self, body: bytes, header: str | None, secrets: Sequence[str]) -> bool:
        """Return True when any of the secrets signed exactly these bytes; constant time."""


class Parser(Protocol):
    """Turns a delivery into events; total: defined for every body, raises for none."""

    def __call__(self, delivery: Delivery) -> list[Event]:
        """Return every event of the body, in its order."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can carry; the composer, the outbox and the API ask this and nothing else."""

    channel: str
    text_limit: int
    window_s: int | None
    """Seconds after the last inbound message in which free text is allowed; None: always."""
    referral_window_s: int | None
    """The longer window that an ad or post opens."""
    kinds: frozenset[str]
    button_limit: int
    button_title_limit: int
    list_row_limit: int
    media_limits: dict[str, int]
    """Bytes allowed by mime type; a key ending in `/` is a prefix."""
