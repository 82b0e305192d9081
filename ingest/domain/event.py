"""The envelope that every fact travels in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One fact, as it is written to the journal.

    `key` is the natural key: unique within the workspace, so that appending the fact again is
    a no-op. `occurred_us` is the provider's time, `recorded_us` ours. `seq`, `event_id` and
    `recorded_us` are given by the journal; an event that has not been appended has `seq` 0.
    `raw` holds bytes as received (only `delivery.received` carries them).
    """

    workspace_id: str
    type: str
    key: str
    occurred_us: int
    payload: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1
    channel: str | None = None
    inbox_id: str | None = None
    conversation_id: str | None = None
    contact_id: str | None = None
    actor_kind: str = "system"
    actor_id: str | None = None
    cause_id: str | None = None
    raw: bytes | None = None
    seq: int = 0
    event_id: str = ""
    recorded_us: int = 0
