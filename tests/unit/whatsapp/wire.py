"""Bodies as Meta sends them, and what parsing makes of them, in one line each."""

from __future__ import annotations

from typing import Any

import orjson

from ingest.channels.base import Delivery
from ingest.channels.whatsapp.parse import parse
from ingest.domain import identity
from ingest.domain.event import Event
from tests.builders import INBOX, NUMBER, WORKSPACE

ARRIVED_US = 1_795_000_000_000_000
DISPLAY = "15550783881"
WABA = "102290129340398"
METADATA = {"display_phone_number": DISPLAY, "phone_number_id": NUMBER}


def read(body: Any, **more: Any) -> list[Event]:
    """Return the events of a body, given as bytes or as what its JSON says."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return parse(Delivery(WORKSPACE, "con_1", raw, **({"received_us": ARRIVED_US, "event_id": "evt_1"} | more)))


def change(field: str = "messages", **value: Any) -> dict[str, Any]:
    return {"field": field, "value": {"messaging_product": "whatsapp", "metadata": METADATA, **value}}


def body_of(*changes: Any, **entry: Any) -> dict[str, Any]:
    return {"object": "whatsapp_business_account", "entry": [{"id": WABA, "changes": list(changes), **entry}]}


def report(field: str, at: int = 1_750_000_000, **value: Any) -> dict[str, Any]:
    """Return the body of an account-type field, which has no metadata."""
    return body_of({"field": field, "value": value}, time=at)


def a_text(text: str = "hello", **more: Any) -> dict[str, Any]:
    item = {"from": "16505551234", "id": "wamid.1", "timestamp": "1750000000", "type": "text", "text": {"body": text}}
    return item | more


def a_status(status: str = "delivered", **more: Any) -> dict[str, Any]:
    return {"id": "wamid.9", "status": status, "timestamp": "1750000000", "recipient_id": "16505551234"} | more


def types(events: list[Event]) -> list[str]:
    return [each.type for each in events]


def only(events: list[Event], type_: str) -> Event:
    """Return the one event of a type."""
    (found,) = [each for each in events if each.type == type_]
    return found


def contact(kind: str, address: str) -> str:
    return identity.contact_id(WORKSPACE, "whatsapp", {"kind": kind, "address": address})


def conversation(kind: str, address: str) -> str:
    return identity.conversation_id(WORKSPACE, INBOX, contact(kind, address))
