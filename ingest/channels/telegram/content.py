"""What a Telegram message says, whatever its content key (channels.md §7)."""

from __future__ import annotations

from collections.abc import Callable

from ingest.channels.reading import Content, Item, Unreadable, an_object, objects, optional_id, text

_ENVELOPE = frozenset({"message_id", "from", "chat", "date", "text", "caption", "reply_to_message"})
"""Parts of a message that stand elsewhere in its event."""


def content_of(message: Item) -> Content:
    """Return what a message says. One of a kind we do not know is kept whole; raises Unreadable for a broken one."""
    key = next((each for each in _READERS if each in message), None)
    says = Content("unknown", text(message.get("caption"))) if key is None else _READERS[key](message)
    rest = {name: value for name, value in message.items() if name not in _ENVELOPE}
    extra = says.content if isinstance(says.content, dict) else {}
    says.content = {**rest, **extra} or None
    return says


def is_live_location(message: Item) -> bool:
    """Say whether a message is a place that moves."""
    location = message.get("location")
    return isinstance(location, dict) and bool(location.get("live_period"))


def _text(message: Item) -> Content:
    if not isinstance(message["text"], str):
        raise Unreadable("The text is none.")
    return Content("text", message["text"])


def _photo(message: Item) -> Content:
    sizes = list(objects(message["photo"]))
    if not sizes:
        raise Unreadable("The photo has no sizes.")
    return Content("image", text(message.get("caption")), [_described(max(sizes, key=_area), "image/jpeg")])


def _area(size: Item) -> tuple[int, int]:
    width, height, weight = (
        value if isinstance(value := size.get(name), int) else 0 for name in ("width", "height", "file_size")
    )
    return width * height, weight


def _file(
    key: str, kind: str, mime: str | None, *, is_voice: bool = False, is_animated: bool = False
) -> Callable[[Item], Content]:
    def read(message: Item) -> Content:
        file = an_object(message, key)
        described = _described(file, mime) | {"is_voice": is_voice, "is_animated": is_animated}
        return Content(kind, text(message.get("caption")), [described])

    return read


def _sticker(message: Item) -> Content:
    sticker = an_object(message, "sticker")
    is_video, is_drawn = sticker.get("is_video") is True, sticker.get("is_animated") is True
    mime = "video/webm" if is_video else "application/x-tgsticker" if is_drawn else "image/webp"
    described = _described(sticker, mime) | {"is_animated": is_video or is_drawn}
    return Content("sticker", text(sticker.get("emoji")), [described])


def _described(file: Item, mime: str | None) -> Item:
    return {
        "provider_id": optional_id(file.get("file_id")),
        "url": None,
        "mime": text(file.get("mime_type")) or mime,
        "sha256": None,
        "filename": text(file.get("file_name")),
        "is_voice": False,
        "is_animated": False,
    }


def _location(message: Item) -> Content:
    return Content("location", content=an_object(message, "location"))


def _venue(message: Item) -> Content:
    venue = an_object(message, "venue")
    title, address = text(venue.get("title")), text(venue.get("address"))
    place = venue.get("location")
    content = {**(place if isinstance(place, dict) else {}), "name": title, "address": address}
    return Content("location", title or address, content=content)


def _contact(message: Item) -> Content:
    card = an_object(message, "contact")
    name = " ".join(filter(None, (text(card.get("first_name")), text(card.get("last_name")))))
    phone = optional_id(card.get("phone_number"))
    shown = {"name": {"formatted_name": name}, "phones": [{"phone": phone}] if phone else []}
    return Content("contacts", name or phone, content={"contacts": [shown]})


def _poll(message: Item) -> Content:
    return Content("unsupported", text(an_object(message, "poll").get("question")))


def _dice(message: Item) -> Content:
    dice = an_object(message, "dice")
    return Content("text", " ".join(filter(None, (text(dice.get("emoji")), optional_id(dice.get("value"))))) or None)


def _game(message: Item) -> Content:
    return Content("unsupported", text(an_object(message, "game").get("title")))


def _unsupported(message: Item) -> Content:
    return Content("unsupported", text(message.get("caption")))


_READERS: dict[str, Callable[[Item], Content]] = {
    "text": _text,
    "photo": _photo,
    "video": _file("video", "video", "video/mp4"),
    # An animation also has a document, for older bots.
    "animation": _file("animation", "video", "video/mp4", is_animated=True),
    "audio": _file("audio", "audio", "audio/mpeg"),
    "voice": _file("voice", "audio", "audio/ogg", is_voice=True),
    "video_note": _file("video_note", "video", "video/mp4"),
    "document": _file("document", "document", None),
    "sticker": _sticker,
    "contact": _contact,
    # A venue also has a location.
    "venue": _venue,
    "location": _location,
    "poll": _poll,
    "dice": _dice,
    "game": _game,
    "story": _unsupported,
    "paid_media": _unsupported,
}
