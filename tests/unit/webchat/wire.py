"""Deliveries of visitors as our server writes them, and what parsing makes of them."""

from __future__ import annotations

from typing import Any

import orjson

from ingest.channels.base import Delivery
from ingest.channels.webchat.parse import parse, visitor_identity
from ingest.domain import identity
from ingest.domain.event import Event

WORKSPACE, CONNECTION, VISITOR = "ws_1", "con_1", "7f" * 16
ARRIVED_US = 1_795_000_000_000_000
AT_MS = 1_794_999_999_000
CONTACT = identity.contact_id(WORKSPACE, "webchat", visitor_identity(VISITOR))
INBOX = identity.inbox_id(WORKSPACE, "webchat", CONNECTION)
FILE = {"sha256": "ab" * 32, "size": 1234, "mime": "image/png", "filename": "dress.png"}


def read(body: Any, *, later_us: int = 0, event_id: str = "evt_1") -> list[Event]:
    """Return the events of a body, given as bytes or as what its JSON says."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return parse(Delivery(WORKSPACE, CONNECTION, raw, ARRIVED_US + later_us, event_id))


def a(type_: str, **more: Any) -> dict[str, Any]:
    return {"type": type_, "visitor": {"id": VISITOR}, "at": AT_MS, **more}


BODIES: dict[str, dict[str, Any]] = {
    "text": a("message", id="client-01", text="Olá\n👋", page={"url": "https://shop.example/a", "title": "A"}),
    "file": a("message", id="client-02", text="this one", file=FILE),
    "voice": a("message", id="client-03", file=FILE | {"mime": "audio/webm", "is_voice": True}),
    "document": a("message", id="client-04", file=FILE | {"mime": "application/pdf"}),
    "reply": a("message", id="client-05", reply={"id": "home", "title": "At home", "message_id": "msg_9"}),
    "quoting": a("message", id="client-07", text="this one?", quoted="msg_9"),
    "reaction": a("reaction", id="client-08", message="msg_9", emoji="👍"),
    "unreaction": a("reaction", id="client-09", message="msg_9", emoji=None),
    "greeted": a("message", id="client-06", text="yes", greeting="Need help?"),
    "read": a("receipt", status="read", messages=["msg_1", "msg_2"]),
    "delivered": a("receipt", status="delivered", messages=["msg_1"]),
    "customer": a("visitor", user={"id": "42", "email": "ana@example.com", "phone": "5511987654321"}),
    "form": a(
        "visitor",
        prechat={"name": "Ana", "email": "ana@example.com", "consent": {"version": "3", "text": "We keep it."}},
    ),
}
