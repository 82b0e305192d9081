"""Bodies as Meta sends them for Pages and Instagram accounts, and what parsing makes of them, in one line each."""

from __future__ import annotations

from typing import Any

import orjson

from ingest.channels.base import Delivery
from ingest.channels.instagram.parse import parse as parse_instagram
from ingest.channels.messenger.parse import parse as parse_messenger
from ingest.domain import identity
from ingest.domain.event import Event

WORKSPACE = "ws_test"
ARRIVED_US = 1_795_000_000_000_000
AT_MS = 1_750_000_000_000
AT_US = AT_MS * 1000
ACCOUNT = "108000000000077"
ANA = "6900000000000001"
OBJECTS = {"messenger": "page", "instagram": "instagram"}
PARSERS = {"messenger": parse_messenger, "instagram": parse_instagram}


def read(body: Any, channel: str = "messenger", **more: Any) -> list[Event]:
    """Return the events of a body, given as bytes or as what its JSON says."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    delivery = Delivery(WORKSPACE, "con_1", raw, **({"received_us": ARRIVED_US, "event_id": "evt_1"} | more))
    return PARSERS[channel](delivery)


def body_of(*items: Any, channel: str = "messenger", within: str = "messaging", **entry: Any) -> dict[str, Any]:
    """Return a body of one entry with these items."""
    return {"object": OBJECTS[channel], "entry": [{"id": ACCOUNT, "time": AT_MS + 1, within: list(items), **entry}]}


def item(part: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return what Ana does towards the account."""
    return {"sender": {"id": ANA}, "recipient": {"id": ACCOUNT}, "timestamp": AT_MS, **part, **more}


def ours(part: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return what the account does towards Ana."""
    return item(part, **{"sender": {"id": ACCOUNT}, "recipient": {"id": ANA}} | more)


def a_text(text: str = "hello", mid: str = "m_1", **more: Any) -> dict[str, Any]:
    return item({"message": {"mid": mid, "text": text, **more}})


def attached(*attachments: Any, text: str | None = None) -> dict[str, Any]:
    """Return a message of Ana's with attachments."""
    return item({"message": {"mid": "m_1", "attachments": list(attachments), **({"text": text} if text else {})}})


def types(events: list[Event]) -> list[str]:
    return [each.type for each in events]


def only(events: list[Event], type_: str) -> Event:
    """Return the one event of a type."""
    (found,) = [each for each in events if each.type == type_]
    return found


def payload(found: Any, channel: str = "messenger") -> Any:
    """Return the payload of the one event that an item of Ana's gives."""
    (event,) = read(body_of(found, channel=channel), channel)
    return event.payload


def contact(who: str = ANA, kind: str = "user_id", channel: str = "messenger") -> str:
    return identity.contact_id(WORKSPACE, channel, {"kind": kind, "address": who})


def inbox(channel: str = "messenger") -> str:
    return identity.inbox_id(WORKSPACE, channel, ACCOUNT)


def conversation(who: str = ANA, kind: str = "user_id", channel: str = "messenger") -> str:
    return identity.conversation_id(WORKSPACE, inbox(channel), contact(who, kind, channel))


def ref(mid: str, channel: str = "messenger") -> str:
    return identity.message_ref(WORKSPACE, inbox(channel), mid)
