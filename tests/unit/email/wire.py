"""Mail as it comes, and what parsing makes of it, in one line each."""

from __future__ import annotations

from typing import Any

import orjson

from ingest.channels.base import Connection, Delivery
from ingest.channels.email.parse import parse
from ingest.domain import identity
from ingest.domain.event import Event

ARRIVED_US = 1_795_000_000_000_000
US = "support@example.com"
ANA = "ana@people.example"
MAIL = f'message/rfc822; mailbox="{US}"'
SENT = f'{MAIL}; folder="sent"'
TRUSTING = f'{MAIL}; authserv="mx.example.com"'
INBOX = identity.inbox_id("ws", "email", "con_1")


def read(body: Any, content_type: str = MAIL, **more: Any) -> list[Event]:
    """Return the events of a mail, or of what a provider's JSON says."""
    is_mail = isinstance(body, bytes)
    raw = body if is_mail else orjson.dumps(body)
    kind = content_type if is_mail else "application/json"
    given = {"received_us": ARRIVED_US, "event_id": "evt_1", "content_type": kind} | more
    return parse(Delivery("ws", "con_1", raw, **given))


def received(body: Any, content_type: str = MAIL) -> dict[str, Any]:
    """Return the payload of the one message of a mail."""
    return dict(only(read(body, content_type), "message.received").payload)


def only(events: list[Event], type_: str) -> Event:
    (found,) = [each for each in events if each.type == type_]
    return found


def types(events: list[Event]) -> list[str]:
    return [each.type for each in events]


def contact(address: str) -> str:
    return identity.contact_id("ws", "email", {"kind": "email", "address": address})


def raw(*headers: str, body: str | bytes = "hello") -> bytes:
    """Return a mail of headers as given; From is there unless given."""
    given = list(headers)
    if not any(each.lower().startswith("from:") for each in given):
        given.insert(0, f"From: Ana <{ANA}>")
    content = body.encode() if isinstance(body, str) else body
    return "\r\n".join(given).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + content


def a_connection(**settings: Any) -> Connection:
    given = {"address": US, "sender_name": "Support"} | settings
    return Connection("con_1", "ws", "email", "Mail", "", "verify", ["secret"], "correct-horse", given)
