"""What we send, as the Bot API wants it (channels.md §7): pure, a method and its parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.channels.base import Sending
from ingest.channels.fit import length
from ingest.channels.telegram.capabilities import CAPABILITIES
from ingest.domain.errors import BadInput
from ingest.domain.identity import Identity

CALLBACK_LIMIT = 64
"""Bytes of what a button brings back."""
_MEDIA = {
    "image": ("sendPhoto", "photo"),
    "video": ("sendVideo", "video"),
    "audio": ("sendAudio", "audio"),
    "document": ("sendDocument", "document"),
    "sticker": ("sendSticker", "sticker"),
}
_VOICE = ("sendVoice", "voice")

Parameters = dict[str, Any]


@dataclass(slots=True)
class Method:
    """One call: its name, its parameters, and the parameter that the message's own file fills, where one goes along."""

    name: str
    parameters: Parameters = field(default_factory=dict)
    file_field: str | None = None


def method_of(sending: Sending) -> Method:
    """Return the call for a message. Raises BadInput for what the channel has no form for."""
    kind = sending.requested["kind"]
    form = _media if kind in _MEDIA else _FORMS.get(kind)
    if form is None:
        raise BadInput(f"Telegram cannot send a message of kind {kind}.", kind=kind)
    method = form(sending)
    chat: Parameters = {"chat_id": chat_of(sending.recipient)}
    answered = message_of(sending.reply_to or "")
    is_message = answered.message_id is not None  # a tap has an id, too, but cannot be answered as such
    # Without it a business account's answer would come from the bot, into another chat.
    if business_id := answered.business_id if is_message else sending.thread.get("business_connection_id"):
        chat["business_connection_id"] = business_id
    if (topic := _topic_of(sending)) and not is_message:  # what answers a message goes where that message is
        chat["message_thread_id"] = topic
    if is_message and kind != "reaction":
        # The answer must go out even where the person has deleted what it answers.
        chat["reply_parameters"] = {"message_id": answered.message_id, "allow_sending_without_reply": True}
    method.parameters = chat | method.parameters
    return method


@dataclass(frozen=True, slots=True)
class Address:
    """What `{chat}:{message}` and perhaps `:{business connection}` name; no number where it is no message."""

    chat_id: str
    message_id: int | None
    business_id: str | None


def message_of(external_id: str) -> Address:
    """Return what one of our external ids names."""
    chat_id, _, rest = external_id.partition(":")
    number, _, business_id = rest.partition(":")
    is_message = chat_id != "callback" and number.isascii() and number.isdigit()
    return Address(chat_id, int(number) if is_message else None, (business_id or None) if is_message else None)


def chat_of(recipient: Identity) -> str:
    """Return the chat behind an address; raises BadInput for one that a bot cannot reach."""
    if recipient["kind"] in ("user_id", "external"):
        return recipient["address"]
    raise BadInput("A bot reaches a person by their Telegram id only.", kind=recipient["kind"])


def _topic_of(sending: Sending) -> int | None:
    """Return the topic of the newest message of a group with topics; without it an answer stands in General."""
    topic = sending.thread.get("message_thread_id")
    return topic if sending.thread.get("is_topic_message") is True and isinstance(topic, int) else None


def _fitting(text: str | None, limit: int) -> str:
    if not text:
        raise BadInput("This message needs a text.")
    if (size := length(text, "utf16")) > limit:
        raise BadInput(f"This text may have {limit} characters, it has {size}.", limit=limit)
    return text


def _text(sending: Sending) -> Method:
    return Method("sendMessage", {"text": _fitting(sending.requested.get("text"), CAPABILITIES.text_limit)})


def _media(sending: Sending) -> Method:
    requested = sending.requested
    kind, file = requested["kind"], (requested.get("media") or [{}])[0]
    is_voice = kind == "audio" and (sending.file.is_voice if sending.file else file.get("is_voice") is True)
    name, field_name = _VOICE if is_voice else _MEDIA[kind]
    parameters: Parameters = {}
    if requested.get("text"):
        if kind == "sticker":
            raise BadInput("A sticker carries no text.")
        parameters["caption"] = _fitting(requested["text"], CAPABILITIES.caption_limit)
    if sending.file is not None:
        return Method(name, parameters, field_name)
    source = file.get("provider_id") or file.get("url")
    if not source:
        raise BadInput("A media message needs an uploaded file or a link.")
    return Method(name, {field_name: source, **parameters})


def _location(sending: Sending) -> Method:
    given = sending.requested.get("content") or {}
    place = {name: given.get(name) for name in ("latitude", "longitude")}
    if None in place.values():
        raise BadInput("A place needs latitude and longitude.")
    if given.get("name") and given.get("address"):
        return Method("sendVenue", {**place, "title": given["name"], "address": given["address"]})
    return Method("sendLocation", place)


def _contacts(sending: Sending) -> Method:
    cards = (sending.requested.get("content") or {}).get("contacts") or [{}]
    name, phones = cards[0].get("name") or {}, cards[0].get("phones") or [{}]
    shown, phone = name.get("formatted_name"), phones[0].get("phone")
    if len(cards) != 1 or not shown or not phone:
        raise BadInput("One card with a name and a number can be sent at a time.")
    return Method("sendContact", {"phone_number": phone, "first_name": shown})


def _interactive(sending: Sending) -> Method:
    given = sending.requested.get("interactive") or {}
    if given.get("location_request"):
        return _location_request(sending)
    rows = [row for section in given.get("sections") or () for row in section["rows"]] or given.get("buttons") or []
    if not rows:
        raise BadInput("An interactive message needs buttons or a list.")
    method = _text(sending)
    method.parameters["reply_markup"] = {"inline_keyboard": _keyboard(rows)}
    return method


def _keyboard(rows: Iterable[Mapping[str, Any]]) -> list[list[Parameters]]:
    return [[{"text": row["title"], "callback_data": _callback(row["id"])}] for row in rows]


def _callback(data: str) -> str:
    if not 0 < len(data.encode()) <= CALLBACK_LIMIT:
        raise BadInput(f"The id of a button may have {CALLBACK_LIMIT} bytes.", limit=CALLBACK_LIMIT)
    return data


def _location_request(sending: Sending) -> Method:
    given = sending.requested.get("interactive") or {}
    button = {"text": given.get("button") or "📍", "request_location": True}
    method = _text(sending)
    method.parameters["reply_markup"] = {"keyboard": [[button]], "one_time_keyboard": True, "resize_keyboard": True}
    return method


def _reaction(sending: Sending) -> Method:
    address = message_of(sending.reply_to or "")
    if address.message_id is None:
        raise BadInput("A reaction needs a message that the provider knows.")
    if address.business_id:
        # The method takes no business account: the sign would be put on whatever has this number in the bot's own chat.
        raise BadInput("Telegram lets nobody react for a business account.")
    emoji = (sending.requested.get("content") or {}).get("emoji", sending.requested.get("text"))
    signs = [{"type": "emoji", "emoji": emoji}] if emoji else []
    return Method("setMessageReaction", {"message_id": address.message_id, "reaction": signs})


_FORMS: dict[str, Callable[[Sending], Method]] = {
    "text": _text,
    "interactive": _interactive,
    "location_request": _location_request,
    "reaction": _reaction,
    "location": _location,
    "contacts": _contacts,
}
