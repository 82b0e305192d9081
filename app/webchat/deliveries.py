"""What visitors do, as deliveries: the JSON that `ingest.channels.webchat.parse` reads, kept before anything else.

A delivery is keyed on what it says, not on when: sent again, it is the same one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from app.webchat.visits import Visitor
from ingest.channels.reading import fingerprint
from ingest.channels.webchat.parse import CHANNEL
from ingest.domain.delivery import delivery_of
from ingest.domain.event import Event

_SIGNED_IN = "signed_in"


def message(visitor: Visitor, now_us: int, client_id: str, said: dict[str, Any]) -> Event:
    """Return the delivery of a message; the client's id alone makes it the same one."""
    return _delivery(visitor, now_us, f"message:{client_id}", {"type": "message", "id": client_id, **said})


def reaction(visitor: Visitor, now_us: int, client_id: str, external_id: str, emoji: str | None) -> Event:
    """Return the delivery of an emoji put on a message or, with None, taken back; known by the client's id."""
    given = {"type": "reaction", "id": client_id, "message": external_id, "emoji": emoji}
    return _delivery(visitor, now_us, f"reaction:{client_id}", given)


def receipt(visitor: Visitor, now_us: int, status: str, message_ids: Sequence[str]) -> Event:
    """Return the delivery of what a browser showed (`delivered`), or a person saw (`read`)."""
    named = sorted(message_ids)
    given = {"type": "receipt", "status": status, "messages": named}
    return _delivery(visitor, now_us, f"receipt:{status}:{fingerprint(named)}", given)


def introduction(visitor: Visitor, now_us: int, given: dict[str, Any]) -> Event:
    """Return the delivery of who a visitor is: what a shop vouches for, or what a form asked."""
    return _delivery(visitor, now_us, f"visitor:{fingerprint(given)}", {"type": "visitor", **given})


def signing_in(visitor: Visitor, now_us: int, given: dict[str, Any]) -> Event:
    """Return the delivery of the first customer that a browser turns out to be: a second one is not this visitor."""
    return _delivery(visitor, now_us, _SIGNED_IN, {"type": "visitor", **given})


def key_of_signing_in(visitor: Visitor) -> str:
    """Return the key under which the journal has it; there before anything was folded."""
    return f"delivery:{_key(visitor, _SIGNED_IN)}"


def _delivery(visitor: Visitor, now_us: int, key: str, given: dict[str, Any]) -> Event:
    body = orjson.dumps({**given, "visitor": {"id": visitor.visitor_id}, "at": now_us // 1000})
    return delivery_of(visitor.door.connection, body, "application/json", now_us, _key(visitor, key))


def _key(visitor: Visitor, key: str) -> str:
    return f"{CHANNEL}:{visitor.door.connection.connection_id}:{visitor.visitor_id}:{key}"
