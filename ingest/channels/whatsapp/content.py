"""What a message says, whatever its kind (channels.md §3.2): the same facts for inbound, echo, edit and history."""

from __future__ import annotations

from collections.abc import Callable

from ingest.channels.reading import Content, Item, Unreadable, an_object, objects, optional_id, text

MEDIA_TYPES = frozenset({"image", "audio", "video", "document", "sticker"})


def content_of(message: Item) -> Content:
    """Return what a message object says. A type we do not know is kept whole; raises Unreadable for a broken one."""
    type_ = message.get("type")
    if not isinstance(type_, str):
        type_ = next((each for each in _READERS if each in message), "unknown")
    if type_ in MEDIA_TYPES:
        return _media(message, type_)
    read = _READERS.get(type_)
    if read is None or (message.get("errors") and type_ not in message):
        kind = "unsupported" if type_ in ("unsupported", "interactive") else "unknown"
        return Content(kind, content=_without_errors(message))
    return read(message)


def _text(message: Item) -> Content:
    body = an_object(message, "text").get("body")
    if not isinstance(body, str):
        raise Unreadable("The text message has no text.body.")
    return Content("text", body)


def _media(message: Item, type_: str) -> Content:
    if type_ not in message and message.get("errors"):
        return Content(type_)
    file = an_object(message, type_)
    described = {
        "provider_id": optional_id(file.get("id")),
        "url": text(file.get("url")) or text(file.get("link")),
        "mime": text(file.get("mime_type")),
        "sha256": _digest(file.get("sha256")),
        "filename": text(file.get("filename")),
        "is_voice": file.get("voice") is True,
        "is_animated": file.get("animated") is True,
    }
    return Content(type_, text(file.get("caption")), [described])


def _location(message: Item) -> Content:
    location = an_object(message, "location")
    return Content("location", text(location.get("name")) or text(location.get("address")), content=location)


def _contacts(message: Item) -> Content:
    cards = message.get("contacts")
    if not isinstance(cards, list):
        raise Unreadable("It has no contacts.")
    names = [name for each in objects(cards) if (name := _card_name(each))]
    content = {"contacts": cards} | ({"origin": message["origin"]} if "origin" in message else {})
    return Content("contacts", ", ".join(names) or None, content=content)


def _card_name(card: Item) -> str | None:
    name = card.get("name")
    return text(name.get("formatted_name")) if isinstance(name, dict) else None


def _interactive(message: Item) -> Content:
    interactive = an_object(message, "interactive")
    kind, readable = _INTERACTIVE.get(str(interactive.get("type")), ("interactive", ""))
    inner = interactive.get(str(interactive.get("type")))
    if not isinstance(inner, dict):
        # Buttons and lists that the business sent: what a person reads is their body.
        inner, readable = interactive.get("body"), "text"
    return Content(kind, text(inner.get(readable)) if isinstance(inner, dict) else None, content=interactive)


_INTERACTIVE = {
    "button_reply": ("reply", "title"),
    "list_reply": ("reply", "title"),
    "nfm_reply": ("form", "body"),
    "call_permission_reply": ("call_permission", "response"),
}
"""Kind, and the part that a person reads."""


def _button(message: Item) -> Content:
    button = an_object(message, "button")
    return Content("reply", text(button.get("text")), content=button)


def _order(message: Item) -> Content:
    order = an_object(message, "order")
    return Content("order", text(order.get("text")), content=order)


def _template(message: Item) -> Content:
    return Content("template", content=an_object(message, "template"))


def _unsupported(message: Item) -> Content:
    return Content("unsupported", content=message.get("unsupported"))


def _placeholder(_: Item) -> Content:
    return Content("placeholder")


_READERS: dict[str, Callable[[Item], Content]] = {
    "text": _text,
    "location": _location,
    "contacts": _contacts,
    "interactive": _interactive,
    "button": _button,
    "order": _order,
    "template": _template,
    "unsupported": _unsupported,
    "media_placeholder": _placeholder,
}


def _without_errors(message: Item) -> Item:
    return {name: value for name, value in message.items() if name != "errors"}


def _digest(written: object) -> str | None:
    if not isinstance(written, str):
        return None
    # Imported where it is needed: the module brings the HTTP client along.
    from ingest.channels.files import digest_hex

    return digest_hex(written)
