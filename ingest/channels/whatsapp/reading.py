"""Reading JSON of which nothing can be taken for granted, and naming what was read.

Every accessor is total: a value of another type than expected reads as absent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from ingest.channels.base import Delivery
from ingest.domain import identity
from ingest.domain.event import Event

CHANNEL = "whatsapp"
_EARLIEST_US = 1_230_768_000_000_000
"""1 January 2009: WhatsApp did not exist before."""
_AHEAD_US = 2 * 86_400 * 1_000_000
_MILLISECONDS_FROM = 100_000_000_000
"""Above this a number of seconds would lie in the year 5138, so it is milliseconds."""


class Unreadable(ValueError):
    """An item that cannot be given a meaning; the message says why."""


def obj(value: Any) -> Mapping[str, Any]:
    """Return the value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """Return the value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """Return a string or number as a non-empty string, else None. Ids come as either."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value) or None


def word(value: Any, default: str) -> str:
    """Return the value as a short name that is safe in keys and columns."""
    return (text(value) or default)[:100]


def fingerprint(item: Any) -> str:
    """Return a hash that equal items share however their keys were ordered."""
    return hashlib.blake2b(orjson.dumps(item, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Where:
    """The place in a delivery where an item was found, and the number it is about."""

    delivery: Delivery
    field: str
    entry_id: str
    entry_time: Any
    number_id: str
    """Meta's phone_number_id; empty on account-type fields."""
    number: str
    is_test: bool = False

    @property
    def inbox_id(self) -> str | None:
        """Return the id of the inbox behind the number, None where no number is named."""
        return identity.inbox_id(self.delivery.workspace_id, CHANNEL, self.number_id) if self.number_id else None

    def ref(self, external_id: str) -> str:
        """Return what a provider's message id becomes here."""
        return identity.message_ref(self.delivery.workspace_id, self.inbox_id or "", external_id)

    def key(self, kind: str, *parts: str) -> str:
        """Return a natural key below this number or account."""
        return ":".join((CHANNEL, kind, self.number_id or self.entry_id, *parts))

    def time_us(self, value: Any) -> int:
        """Return an instant given in seconds or milliseconds, as number or text; ours where none is given.

        Raises Unreadable for one before WhatsApp or more than two days ahead of us.
        """
        if value is None:
            return self.delivery.received_us
        try:
            number = float(value) if not isinstance(value, bool) else float("nan")
        except (TypeError, ValueError):
            raise Unreadable(f"the time {str(value)[:40]!r} is no number") from None
        scale = 1_000 if number > _MILLISECONDS_FROM else 1_000_000
        if not _EARLIEST_US <= number * scale <= self.delivery.received_us + _AHEAD_US:
            raise Unreadable(f"the time {str(value)[:40]!r} lies outside the years of this channel")
        return int(number) * scale

    def event(self, event_type: str, key: str, occurred_us: int, payload: Mapping[str, Any], **more: Any) -> Event:
        """Return an event of this delivery."""
        return Event(
            workspace_id=self.delivery.workspace_id,
            type=event_type,
            key=key,
            occurred_us=occurred_us,
            channel=CHANNEL,
            inbox_id=self.inbox_id,
            cause_id=self.delivery.event_id or None,
            payload=payload,
            **more,
        )
