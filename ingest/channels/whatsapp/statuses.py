"""Statuses of what we sent, and what people said about being written to (channels.md §3.4, §3.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ingest.channels.whatsapp.people import envelope, person
from ingest.channels.whatsapp.reading import Unreadable, Where, fingerprint, items, obj, text, word
from ingest.domain.event import Event

_OUR_ID = "msg_"


def status(where: Where, item: Mapping[str, Any]) -> Iterator[Event]:
    """Yield what one item of `statuses` says; a status of a call is about the call."""
    if text(item.get("type")) == "call":
        yield call(where, item)
        return
    external_id = text(item.get("id"))
    if external_id is None:
        raise Unreadable("the status does not say which message it is about")
    name = word(item.get("status"), "unknown").lower()
    occurred_us = where.time_us(item.get("timestamp"))
    participant = text(item.get("recipient_participant_user_id")) or text(item.get("recipient_participant_id"))
    ours = text(item.get("biz_opaque_callback_data"))
    payload = {
        "message_ref": where.ref(external_id),
        "message_id": ours if ours and ours.startswith(_OUR_ID) else None,
        "status": name,
        "errors": [error(each) for each in items(item.get("errors"))],
        "pricing": item.get("pricing") or None,
        "conversation": item.get("conversation") or None,
        "recipient": participant,
    }
    key = where.key("status", external_id, name, word(item.get("timestamp"), ""), *([participant] if participant else []))
    is_group = text(item.get("recipient_type")) == "group"
    who = person(None if is_group else item.get("recipient_id"), item.get("recipient_user_id"))
    more = envelope(where, who, text(item.get("recipient_id")) if is_group else None)
    yield where.event("message.status_reported", key, occurred_us, payload, **more)


def error(item: Any) -> dict[str, Any]:
    """Return an error in one shape, from either of the two that are in use."""
    given = obj(item)
    details = obj(given.get("error_data")).get("details") or given.get("details") or given.get("message")
    return {"code": given.get("code"), "title": text(given.get("title")), "details": text(details)}


def preference(where: Where, item: Mapping[str, Any]) -> Iterator[Event]:
    """Yield what a contact decided about marketing: a consent event."""
    value = word(item.get("value"), "unknown").lower()
    occurred_us = where.time_us(item.get("timestamp"))
    who = person(item.get("wa_id"), item.get("user_id"))
    payload = {
        "purpose": word(item.get("category"), "marketing_messages"),
        "value": "withdrawn" if value == "stop" else "granted",
        "source": "whatsapp",
        "wording": text(item.get("detail")),
    }
    key = where.key("preference", fingerprint(dict(item)))
    more = envelope(where, who)
    more.pop("conversation_id", None)
    yield where.event("consent.recorded", key, occurred_us, payload, actor_kind="contact", **more)


def call(where: Where, item: Mapping[str, Any]) -> Event:
    """Return what happened to a voice call."""
    external_id = text(item.get("id")) or fingerprint(dict(item))
    name = word(item.get("event") or item.get("status"), "unknown").lower()
    direction = text(item.get("direction")) or ""
    is_outbound = "BUSINESS" in direction.upper() or text(item.get("from")) in {where.number, where.number_id}
    who = person(*((item.get("to"), item.get("to_user_id")) if is_outbound else (item.get("from"), item.get("from_user_id"))))
    payload = {
        "call_ref": where.ref(external_id),
        "event": name,
        "direction": "outbound" if is_outbound else "inbound",
        "content": dict(item),
    }
    key = where.key("call", external_id, name, word(item.get("timestamp"), ""))
    return where.event("call.reported", key, where.time_us(item.get("timestamp")), payload, **envelope(where, who))
