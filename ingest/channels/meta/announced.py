"""A message that Instagram only announces, as edit number 0: recognised, and made a delivery of (channels.md §5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from ingest.channels.calls import Json
from ingest.channels.reading import objects, optional_id, text
from ingest.domain.errors import Rejected
from ingest.domain.event import Event
from ingest.kit.clock import to_us

FIELDS = "id,created_time,from,to,message,attachments{image_data,video_data,file_url,mime_type}"
"""What to ask of a message."""
_KINDS = {"image_data": "image", "video_data": "video"}


def announced_mid(event: Event) -> str | None:
    """Return the message that an unrecognised item announces; None for any other event."""
    item = event.payload.get("item")
    edit = item.get("message_edit") if isinstance(item, dict) else None
    if event.payload.get("field") != "message_edit" or not isinstance(edit, dict) or edit.get("text"):
        return None
    mid = edit.get("mid")
    return mid if str(edit.get("num_edit")) == "0" and isinstance(mid, str) and mid else None


def body_of(account_id: str, mid: str, told: Json) -> bytes:
    """Return the body by which the message would have come; raises Rejected where it is not said who wrote to whom."""
    sender, recipient = _id(told.get("from")), next((_id(each) for each in objects(_data(told.get("to")))), None)
    at = text(told.get("created_time"))
    if account_id not in (sender, recipient) or not sender or not recipient or at is None:
        raise Rejected("Instagram does not say who wrote this message to whom.", code="no_parties")
    message: dict[str, Any] = {
        "mid": mid,
        "attachments": [_attachment(each) for each in objects(_data(told.get("attachments")))],
    }
    message |= {"text": told["message"]} if text(told.get("message")) else {}
    message |= {"is_echo": True} if sender == account_id else {}
    at_ms = to_us(datetime.fromisoformat(at)) // 1000
    item = {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": at_ms, "message": message}
    return orjson.dumps({"object": "instagram", "entry": [{"id": account_id, "time": at_ms, "messaging": [item]}]})


def _attachment(given: Mapping[str, Any]) -> dict[str, Any]:
    for key, kind in _KINDS.items():
        if isinstance(given.get(key), dict):
            return {"type": kind, "payload": {"url": given[key].get("url")}}
    kind = "audio" if str(given.get("mime_type") or "").startswith("audio/") else "file"
    return {"type": kind, "payload": {"url": given.get("file_url")}}


def _data(value: object) -> object:
    return value.get("data") if isinstance(value, dict) else None


def _id(value: object) -> str | None:
    return optional_id(value.get("id")) if isinstance(value, dict) else None
