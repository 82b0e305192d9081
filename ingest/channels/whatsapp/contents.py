"""What a message says: its kind in our words, its text for people, its files, and its facts as received."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from ingest.channels.whatsapp.reading import items, obj, text

MEDIA = ("image", "audio", "video", "document", "sticker")
Content = dict[str, Any]
"""`kind`, `text`, `media`, `content` of a message event."""


def content_of(message: Mapping[str, Any]) -> Content:
    """Return the content of a message object; a type without a meaning is kept whole as `unknown`."""
    given = text(message.get("type")) or "unknown"
    if given in MEDIA:
        return _media(given, message)
    if given == "interactive" and not message.get("interactive"):
        return _said("unsupported", None, {"errors": message.get("errors")})
    read = _READERS.get(given)
    return read(message) if read else _said("unknown", None, dict(message))


def _said(kind: str, words: str | None, content: Any = None) -> Content:
    return {"kind": kind, "text": words, "media": [], "content": content}


def _media(kind: str, message: Mapping[str, Any]) -> Content:
    given = obj(message.get(kind))
    file = {
        "provider_id": text(given.get("id")),
        "url": text(given.get("url")),
        "mime": text(given.get("mime_type")),
        "sha256": _hex_digest(text(given.get("sha256"))),
        "filename": text(given.get("filename")),
        "is_voice": given.get("voice") is True,
        "is_animated": given.get("animated") is True,
    }
    return {"kind": kind, "text": text(given.get("caption")), "media": [file], "content": None}


def _hex_digest(written: str | None) -> str | None:
    """Return a SHA-256 in hex: live webhooks write base64, some documentation samples hex."""
    if written is None or re.fullmatch(r"[0-9a-fA-F]{64}", written):
        return written.lower() if written else None
    try:
        return base64.b64decode(written, validate=True).hex()
    except (binascii.Error, ValueError):
        return None


def _text(message: Mapping[str, Any]) -> Content:
    return _said("text", text(obj(message.get("text")).get("body")))


def _location(message: Mapping[str, Any]) -> Content:
    given = obj(message.get("location"))
    words = ", ".join(part for name in ("name", "address") if (part := text(given.get(name))))
    return _said("location", words or None, dict(given))


def _contacts(message: Mapping[str, Any]) -> Content:
    cards = items(message.get("contacts"))
    names = [name for card in cards if (name := text(obj(obj(card).get("name")).get("formatted_name")))]
    return _said("contacts", ", ".join(names) or None, {"contacts": cards})


def _interactive(message: Mapping[str, Any]) -> Content:
    given = obj(message.get("interactive"))
    kind = text(given.get("type")) or ""
    inner = obj(given.get(kind))
    if kind in ("button_reply", "list_reply"):
        return _said("reply", text(inner.get("title")), dict(given))
    if kind == "nfm_reply":
        return _said("form", text(inner.get("body")), dict(given) | {"answers": _answers(inner.get("response_json"))})
    if kind == "call_permission_reply":
        return _said("call_permission", text(inner.get("response")), dict(given))
    return _said("unknown", None, dict(given))


def _answers(written: Any) -> Any:
    """Return the answers of a flow, which come as JSON inside a string."""
    try:
        return orjson.loads(written) if isinstance(written, str) else None
    except orjson.JSONDecodeError:
        return None


def _button(message: Mapping[str, Any]) -> Content:
    given = obj(message.get("button"))
    return _said("reply", text(given.get("text")), {"type": "button", "button": dict(given)})


def _order(message: Mapping[str, Any]) -> Content:
    given = obj(message.get("order"))
    return _said("order", text(given.get("text")), dict(given))


def _unsupported(message: Mapping[str, Any]) -> Content:
    return _said("unsupported", None, {"unsupported": message.get("unsupported"), "errors": message.get("errors")})


def _unknown(message: Mapping[str, Any]) -> Content:
    return _said("unknown", None, {"errors": message.get("errors")})


def _placeholder(_message: Mapping[str, Any]) -> Content:
    return _said("placeholder", None)


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Content]] = {
    "text": _text,
    "location": _location,
    "contacts": _contacts,
    "interactive": _interactive,
    "button": _button,
    "order": _order,
    "unsupported": _unsupported,
    "unknown": _unknown,
    "media_placeholder": _placeholder,
}
