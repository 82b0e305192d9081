"""What a message says beside its text: files, shared posts, stories, places (channels.md §4, §5)."""

from __future__ import annotations

from ingest.channels.reading import Content, Item, objects, text

FILES = {"image": "image", "audio": "audio", "video": "video", "file": "document", "sticker": "sticker"}
"""Attachments that are a file of the contact's own, and the kind each is."""
_LINKS = frozenset({"fallback", "share", "reel", "ig_reel", "post", "ig_post", "story_mention", "ig_story"})
"""Attachments that point at something of somebody's. Stories may be shown but not kept (channels.md §5), and a shared
post is a page as often as a file, so these are read as links and never fetched."""
_UNSUPPORTED = frozenset({"ephemeral", "unsupported_type"})


def content_of(message: Item) -> Content:
    """Return what a message object says; what has no meaning for us is kept whole."""
    written = text(message.get("text"))
    attachments = _without_twins(list(objects(message.get("attachments"))))
    if not attachments:
        return _plain(message, written)
    found = [_READERS.get(str(each.get("type")), _unknown)(each) for each in attachments]
    # A file says more of a message than a link beside it.
    kind = min(found, key=lambda each: not each.media).kind
    if any(each.kind == "unknown" for each in found) and not any(each.media for each in found):
        kind = "unknown"
    titles = [each.text for each in found if each.text]
    media = [file for each in found for file in each.media]
    content = {"attachments": attachments}
    for each in found:
        content |= each.content or {}
    return Content(kind, written or "\n".join(titles) or None, media, content)


def _plain(message: Item, written: str | None) -> Content:
    if message.get("is_unsupported") is True:
        return Content("unsupported", written)
    if isinstance(message.get("quick_reply"), dict):
        return Content("reply", written)
    if written is not None:
        return Content("text", written)
    return Content("unknown", content={"message": message})


def _without_twins(attachments: list[Item]) -> list[Item]:
    """Leave out the image that stands beside its own sticker; until September 2026 both were sent."""
    stickers = {_sticker_id(each) for each in attachments if each.get("type") == "sticker"} - {None}
    return [each for each in attachments if each.get("type") != "image" or _sticker_id(each) not in stickers]


def _sticker_id(attachment: Item) -> str | None:
    found = _payload(attachment).get("sticker_id")
    return str(found) if isinstance(found, (str, int)) and not isinstance(found, bool) else None


def _file(attachment: Item) -> Content:
    payload = _payload(attachment)
    described = {
        "provider_id": None,
        "url": text(payload.get("url")) or text(attachment.get("url")),
        "mime": None,
        "sha256": None,
        "filename": text(payload.get("name")) or text(attachment.get("name")),
        "is_voice": False,
        "is_animated": False,
    }
    kind = "sticker" if _sticker_id(attachment) else FILES[attachment["type"]]
    return Content(kind, media=[described])


def _link(attachment: Item) -> Content:
    payload = _payload(attachment)
    places = (payload, attachment)
    title = next((found for each in places if (found := text(each.get("title")))), None)
    return Content("text", title or next((found for each in places if (found := text(each.get("url")))), None))


def _location(attachment: Item) -> Content:
    payload = _payload(attachment)
    coordinates = payload.get("coordinates")
    coordinates = coordinates if isinstance(coordinates, dict) else {}
    title = text(payload.get("title")) or text(attachment.get("title"))
    place = {"latitude": coordinates.get("lat"), "longitude": coordinates.get("long"), "name": title}
    return Content("location", title, content={name: value for name, value in place.items() if value is not None})


def _template(attachment: Item) -> Content:
    """Return a product that was shared, or a structured message of the business."""
    payload = _payload(attachment)
    product = payload.get("product")
    holder = product if isinstance(product, dict) else payload
    titles = [title for each in objects(holder.get("elements")) if (title := text(each.get("title")))]
    return Content("template", "\n".join(titles) or text(payload.get("text")) or text(attachment.get("title")))


def _booking(attachment: Item) -> Content:
    return Content("interactive", text(_payload(attachment).get("status")))


def _unsupported(_: Item) -> Content:
    return Content("unsupported")


def _unknown(_: Item) -> Content:
    return Content("unknown")


def _payload(attachment: Item) -> Item:
    found = attachment.get("payload")
    return found if isinstance(found, dict) else {}


_READERS = {
    **dict.fromkeys(FILES, _file),
    **dict.fromkeys(_LINKS, _link),
    **dict.fromkeys(_UNSUPPORTED, _unsupported),
    "location": _location,
    "template": _template,
    "appointment_booking": _booking,
}
