"""Reading what providers write: ids, times, texts and objects that may be anything at all.

Ids are text whatever the wire made of them; times are decided by magnitude (channels.md §1).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import orjson

from ingest.channels.base import Delivery
from ingest.domain import identity
from ingest.domain.event import Event
from ingest.domain.identity import Identity
from ingest.kit.clock import DAY_US, SECOND_US

Item = dict[str, Any]
ActorKind = Literal["contact", "system", "integration", "bot"]

_BOM = b"\xef\xbb\xbf"
_EARLIEST_US = 1_230_768_000 * SECOND_US
"""2009-01-01, the year WhatsApp began; nothing that calls us is older."""
_LATEST_AHEAD_US = 2 * DAY_US
_MILLISECONDS_FROM = 100_000_000_000
"""As seconds this is the year 5138, as milliseconds 1973: what is larger cannot be seconds."""
_LONGEST_ID = 512


class Unreadable(Exception):  # it says what the item is, and never leaves a parser
    """The item cannot be read; the message says why."""


@dataclass(slots=True)
class Content:
    """What a message says: kind, readable text, files and kind-specific facts, named as in the event catalogue."""

    kind: str
    text: str | None = None
    media: list[Item] = field(default_factory=list)
    content: Any = None


@dataclass(slots=True)
class Account:
    """One account of ours inside a delivery, and the events that are about it."""

    delivery: Delivery
    channel: str
    external_id: str
    """The account's id at the provider; empty where the item does not say."""
    pointer: str = ""
    is_test: bool = False

    @property
    def inbox_id(self) -> str | None:
        """Return the inbox behind the account, None where no account is named."""
        return _inbox_id(self.delivery.workspace_id, self.channel, self.external_id) if self.external_id else None

    @property
    def called(self) -> str:
        """Return what keys call it."""
        return self.external_id

    @property
    def told(self) -> tuple[object, ...]:
        """Return what beside an item itself tells it from another that says the same."""
        return ()

    def require_inbox(self) -> str:
        """Return the inbox; raises Unreadable when no account is named."""
        if (found := self.inbox_id) is None:
            raise Unreadable("It does not say which account it is about.")
        return found

    def ref(self, external_id: str) -> str:
        """Return what a provider's message id becomes."""
        return identity.message_ref(self.delivery.workspace_id, self.require_inbox(), external_id)

    def contact_id(self, address: Identity) -> str:
        """Return the contact of an address."""
        return identity.contact_id(self.delivery.workspace_id, self.channel, address)

    def conversation_id(self, contact_id: str | None, thread: str = "") -> str | None:
        """Return the conversation of a contact with this account; None without a contact."""
        if contact_id is None:
            return None
        return identity.conversation_id(self.delivery.workspace_id, self.require_inbox(), contact_id, thread)

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
        """Return an event of this account; `key` goes on after the channel, and must name the account itself."""
        return Event(
            workspace_id=self.delivery.workspace_id,
            type=type_,
            key=f"{self.channel}:{key}",
            occurred_us=occurred_us,
            payload=payload,
            channel=self.channel,
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
        key = f"unreadable:{self.called}:{fingerprint(item)}"
        return self.event("delivery.unreadable", key, self.delivery.received_us, payload)

    def unrecognised(self, item: object, pointer: str, field: str) -> Event:
        """Return the mark of an item whose kind has no meaning for us."""
        payload = {"field": field, "pointer": pointer, "item": item}
        key = f"unrecognised:{self.called}:{fingerprint([field, *self.told, item])}"
        return self.event("delivery.unrecognised", key, self.delivery.received_us, payload)


# Every item of an account asks for it again.
@lru_cache(maxsize=1024)
def _inbox_id(workspace_id: str, channel: str, external_id: str) -> str:
    return identity.inbox_id(workspace_id, channel, external_id)


def unreadable_body(delivery: Delivery, channel: str, reason: str) -> Event:
    """Return the mark of a body that could not be read at all; its bytes are in the delivery."""
    digest = hashlib.blake2b(delivery.body, digest_size=16).hexdigest()
    payload = {"reason": reason, "pointer": "", "item": None}
    return Account(delivery, channel, "").event(
        "delivery.unreadable", f"unreadable:{delivery.connection_id}:{digest}", delivery.received_us, payload
    )


def json_document(body: bytes) -> Any:
    """Return a body as JSON that can be kept; raises Unreadable."""
    try:
        document = orjson.loads(body.removeprefix(_BOM))
        # What is nested too deeply to be written again, inside an event, could not be kept in the journal.
        orjson.dumps([[document]])
    except (orjson.JSONDecodeError, TypeError, RecursionError) as error:
        raise Unreadable(f"The body is not JSON that can be kept: {error}.") from None
    return document


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


def _short(value: object) -> str:
    return repr(value)[:40]
