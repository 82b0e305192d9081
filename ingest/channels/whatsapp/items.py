"""Where an item of a delivery came to, and the few ways to read its parts.

Ids are text whatever the wire made of them; times are decided by magnitude (channels.md §1).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import orjson

from ingest.channels.base import Delivery
from ingest.domain import identity
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US, SECOND_US

CHANNEL = "whatsapp"
Item = dict[str, Any]
ActorKind = Literal["contact", "system", "integration"]

_EARLIEST_US = 1_230_768_000 * SECOND_US
"""2009-01-01, the year WhatsApp began."""
_LATEST_AHEAD_US = 2 * DAY_US
_MILLISECONDS_FROM = 100_000_000_000
"""As seconds this is the year 5138, as milliseconds 1973: what is larger cannot be seconds."""
_LONGEST_ID = 512


class Unreadable(Exception):  # it says what the item is, and never leaves this folder
    """The item cannot be read; the message says why."""


@dataclass(slots=True)
class Place:
    """One change of a delivery: the number it is about, and everything its items share."""

    delivery: Delivery
    field: str
    value: Item
    pointer: str
    """JSON pointer to the change's value."""
    account_id: str
    """The business account (`entry.id`); empty when missing."""
    time: object = None
    """`entry.time` as received; only account-type fields have it."""
    is_test: bool = False
    number_id: str = ""
    inbox_id: str | None = None
    own_addresses: frozenset[str] = frozenset()
    contacts: list[Item] | None = None

    def require_inbox(self) -> str:
        """Return the inbox of the number; raises Unreadable when no number is named."""
        if self.inbox_id is None:
            raise Unreadable("It does not say which business number it is about (metadata.phone_number_id).")
        return self.inbox_id

    def ref(self, external_id: str) -> str:
        """Return what a provider's message id becomes."""
        return identity.message_ref(self.delivery.workspace_id, self.require_inbox(), external_id)

    def instant(self, value: object) -> int:
        """Return a reported time in microseconds; the time of arrival when there is none."""
        return instant(value, self.delivery.received_us)

    def event(
        self,
        type_: str,
        key: str,
        occurred_us: int,
        payload: Item,
        *,
        contact_id: str | None = None,
        conversation_id: str | None = None,
        actor_kind: ActorKind = "system",
        actor_id: str | None = None,
    ) -> Event:
        """Return an event of this place; `key` goes on after `whatsapp:`."""
        return Event(
            workspace_id=self.delivery.workspace_id,
            type=type_,
            key=f"{CHANNEL}:{key}",
            occurred_us=occurred_us,
            payload=payload,
            channel=CHANNEL,
            inbox_id=self.inbox_id,
            conversation_id=conversation_id,
            contact_id=contact_id,
            actor_kind=actor_kind,
            actor_id=actor_id,
            cause_id=self.delivery.event_id or None,
        )

    def unreadable(self, item: object, pointer: str, reason: str) -> Event:
        """Return the mark of an item that could not be read."""
        payload = {"reason": reason, "pointer": pointer, "item": item}
        key = f"unreadable:{self.number_id or self.account_id}:{fingerprint(item)}"
        return self.event("delivery.unreadable", key, self.delivery.received_us, payload)

    def unrecognised(self, item: object, pointer: str, field: str) -> Event:
        """Return the mark of an item whose kind has no meaning for us."""
        payload = {"field": field, "pointer": pointer, "item": item}
        key = f"unrecognised:{self.number_id or self.account_id}:{fingerprint([field, self.time, item])}"
        return self.event("delivery.unrecognised", key, self.delivery.received_us, payload)


def place_of(delivery: Delivery, entry: Item, change: Item, pointer: str, *, is_bare: bool) -> Place:
    """Return the place of a change; raises Unreadable when it has no value or its ids are no ids."""
    value = change.get("value")
    if not isinstance(value, dict):
        raise Unreadable("The change has no value.")
    metadata = value.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    number_id = optional_id(metadata.get("phone_number_id")) or ""
    field = change.get("field")
    account_id = optional_id(entry.get("id")) or ""
    field = field if isinstance(field, str) else ""
    place = Place(delivery, field, value, f"{pointer}/value", account_id, entry.get("time"))
    place.contacts = list(objects(value.get("contacts")))
    if number_id:
        place.number_id = number_id
        place.inbox_id = _inbox_id(delivery.workspace_id, number_id)
        place.own_addresses = _own_addresses(number_id, text(metadata.get("display_phone_number")) or "")
    place.is_test = is_bare or account_id == "0" or number_id in _TEST_NUMBERS
    return place


_TEST_NUMBERS = frozenset({"0", "123456123"})
"""The number ids that the dashboard's Test button makes up."""


def instant(value: object, received_us: int) -> int:
    """Return seconds or milliseconds, written as number or text, in microseconds.

    None gives `received_us`. Raises Unreadable for what is no time, before 2009 or more than two
    days after its arrival.
    """
    if value is None:
        return received_us
    try:
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise ValueError
        number = int(value)
    except (ValueError, OverflowError):
        raise Unreadable(f"{_short(value)} is not a time.") from None
    us = number * 1000 if abs(number) >= _MILLISECONDS_FROM else number * SECOND_US
    if not _EARLIEST_US <= us <= received_us + _LATEST_AHEAD_US:
        raise Unreadable(f"The time {_short(value)} is out of range.")
    return us


def an_id(item: Mapping[str, Any], name: str) -> str:
    """Return an id as text; raises Unreadable when it is missing or is none."""
    found = optional_id(item.get(name))
    if found is None:
        raise Unreadable(f"It has no {name}.")
    return found


def optional_id(value: object) -> str | None:
    """Return an id as text, None where there is none; raises Unreadable for what cannot be an id."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise Unreadable(f"{_short(value)} is not an id.")
    written = str(value)
    # NUL cannot be kept in every store's keys.
    if len(written) > _LONGEST_ID or "\x00" in written:
        raise Unreadable(f"{_short(value)} is not an id.")
    return written


def text(value: object) -> str | None:
    """Return a text as received, None for an empty one or anything else."""
    return value if isinstance(value, str) and value else None


def an_object(item: Mapping[str, Any], name: str) -> Item:
    """Return a part that must be an object; raises Unreadable otherwise."""
    found = item.get(name)
    if not isinstance(found, dict):
        raise Unreadable(f"It has no {name}.")
    return found


def objects(value: object) -> Iterator[Item]:
    """Yield the objects of a list; nothing for anything else."""
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, dict))


def fingerprint(item: object) -> str:
    """Return a hash of an item that does not depend on the order of its keys or on what stands around it."""
    canonical = orjson.dumps(item, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(canonical, digest_size=16).hexdigest()


# Every item of a number asks for these two again.
@lru_cache(maxsize=1024)
def _inbox_id(workspace_id: str, number_id: str) -> str:
    return identity.inbox_id(workspace_id, CHANNEL, number_id)


@lru_cache(maxsize=1024)
def _own_addresses(number_id: str, display: str) -> frozenset[str]:
    # Samples carry words in place of numbers, the same for both sides; a word is nobody's number.
    names = (number_id, display, identity.canonical_phone(display))
    return frozenset(each for each in names if any(map(str.isdigit, each)))


def _short(value: object) -> str:
    return repr(value)[:40]
