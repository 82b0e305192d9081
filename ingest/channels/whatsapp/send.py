"""What we send, as the Cloud API wants it (docs/channels.md §3.9, §3.12): pure, dictionaries in and out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from ingest.domain.errors import BadInput
from ingest.domain.identity import Identity

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
"""Characters under a file, or above buttons and lists."""
BUTTON_LIMIT = 3
LIST_ROW_LIMIT = 10
TRACKER_LIMIT = 512
MEDIA_KINDS = frozenset({"image", "audio", "video", "document", "sticker"})

_CAPTIONED = frozenset({"image", "video", "document"})
_URL = re.compile(r"https?://", re.IGNORECASE)

Body = dict[str, Any]


def request_body(
    requested: Mapping[str, Any],
    message_id: str,
    recipient: Identity,
    *,
    reply_to: str | None = None,
    media_id: str | None = None,
) -> Body:
    """Return the body of `POST /{phone-number-id}/messages` for the payload of a `message.requested`.

    `reply_to` is the provider's id of the message this answers (for a reaction: reacts to); `media_id`
    the provider's id of the uploaded file. Our `message_id` travels along as `biz_opaque_callback_data`.
    Raises BadInput for what the channel has no form for.
    """
    kind = "media" if requested["kind"] in MEDIA_KINDS else requested["kind"]
    if kind not in _FORMS:
        raise BadInput(f"WhatsApp cannot send a message of kind {requested['kind']}.", kind=requested["kind"])
    body: Body = {
        "messaging_product": "whatsapp",
        **_to(recipient),
        **_FORMS[kind](requested, reply_to, media_id),
        "biz_opaque_callback_data": message_id[:TRACKER_LIMIT],
    }
    if reply_to and kind != "reaction":
        body["context"] = {"message_id": reply_to}
    return body


def recipient_of(requested: Mapping[str, Any], best: Identity) -> Identity:
    """Return where a message goes: a one-time code to the phone, for which Meta takes no user id (131062)."""
    category = str((requested.get("template") or {}).get("category") or "").upper()
    if category != "AUTHENTICATION" or best["kind"] == "phone":
        return best
    phone = next((each for each in requested.get("to") or () if each["kind"] == "phone"), None)
    if phone is None:
        raise BadInput("A one-time code goes to a phone number only, and none is known of this contact.")
    return cast(Identity, phone)


def read_body(external_id: str) -> Body:
    """Return the body that marks a message, and all before it, as read."""
    return {"messaging_product": "whatsapp", "status": "read", "message_id": external_id}


def typing_body(external_id: str) -> Body:
    """Return the body that shows us typing for up to 25 s, as an answer to a message; it marks it read, too."""
    return read_body(external_id) | {"typing_indicator": {"type": "text"}}


def _to(recipient: Identity) -> Body:
    # Without a plus Meta puts the business's own country code in front (docs/channels.md §3.12).
    if recipient["kind"] == "phone":
        return {"recipient_type": "individual", "to": "+" + re.sub(r"\D", "", recipient["address"])}
    if recipient["kind"] == "user_id":
        return {"recipient_type": "individual", "recipient": recipient["address"]}
    if recipient["kind"] == "external":
        return {"recipient_type": "group", "to": recipient["address"]}
    raise BadInput("WhatsApp reaches people by phone number, user id or group only.", kind=recipient["kind"])


def _text(requested: Mapping[str, Any], _reply_to: str | None, _media_id: str | None) -> Body:
    text = _fitting(requested.get("text"), TEXT_LIMIT)
    return {"type": "text", "text": {"body": text, "preview_url": bool(_URL.search(text))}}


def _fitting(text: str | None, limit: int) -> str:
    if not text:
        raise BadInput("This message needs a text.")
    if len(text) > limit:
        raise BadInput(f"This text may have {limit} characters, it has {len(text)}.", limit=limit)
    return text


def _media(requested: Mapping[str, Any], _reply_to: str | None, media_id: str | None) -> Body:
    kind = requested["kind"]
    files = requested.get("media") or [{}]
    provider_id = media_id or files[0].get("provider_id")
    source = {"id": provider_id} if provider_id else {"link": files[0].get("url")}
    if not any(source.values()):
        raise BadInput("A media message needs an uploaded file or a link.")
    given: Body = dict(source)
    if kind in _CAPTIONED and requested.get("text"):
        given["caption"] = _fitting(requested["text"], CAPTION_LIMIT)
    if kind == "document" and files[0].get("filename"):
        given["filename"] = files[0]["filename"]
    if kind == "audio" and files[0].get("is_voice"):
        given["voice"] = True
    return {"type": kind, kind: given}


def _template(requested: Mapping[str, Any], _reply_to: str | None, media_id: str | None) -> Body:
    given = requested.get("template")
    if not given:
        raise BadInput("A template message needs a template.")
    template: Body = {"name": given["name"], "language": {"code": given["language"]}}
    components = [_with_header_file(each, media_id) for each in given.get("components") or []]
    if components:
        template["components"] = components
    return {"type": "template", "template": template}


def _with_header_file(component: Mapping[str, Any], media_id: str | None) -> Body:
    if component.get("type") != "header":
        return dict(component)
    return {**component, "parameters": [_header_file(each, media_id) for each in component.get("parameters") or []]}


def _header_file(parameter: Mapping[str, Any], media_id: str | None) -> Body:
    """Return a header's parameter, with the uploaded file in its place; raises BadInput for a file that is nowhere."""
    kind = parameter.get("type")
    if kind not in MEDIA_KINDS:
        return dict(parameter)
    given = parameter.get(kind) or {}
    if media_id is not None:
        given = {name: value for name, value in given.items() if name != "link"} | {"id": media_id}
    if not given.get("id") and not given.get("link"):
        raise BadInput("The file that stands above this template is missing.", parameter="header")
    return {**parameter, kind: given}


def _interactive(requested: Mapping[str, Any], _reply_to: str | None, _media_id: str | None) -> Body:
    given = requested.get("interactive") or {}
    if given.get("location_request"):
        return _location_request(requested, None, None)
    text = _fitting(requested.get("text"), CAPTION_LIMIT)
    if given.get("buttons"):
        return {"type": "interactive", "interactive": _buttons(given, text)}
    if given.get("sections"):
        return {"type": "interactive", "interactive": _list(given, text)}
    raise BadInput("An interactive message needs buttons or a list.")


def _buttons(given: Mapping[str, Any], text: str) -> Body:
    if len(given["buttons"]) > BUTTON_LIMIT:
        raise BadInput(f"At most {BUTTON_LIMIT} buttons fit under a message.", limit=BUTTON_LIMIT)
    replies = [{"type": "reply", "reply": {"id": each["id"], "title": each["title"]}} for each in given["buttons"]]
    return {"type": "button", "body": {"text": text}, "action": {"buttons": replies}}


def _list(given: Mapping[str, Any], text: str) -> Body:
    sections = [_section(each) for each in given["sections"]]
    if sum(len(each["rows"]) for each in sections) > LIST_ROW_LIMIT:
        raise BadInput(f"A list holds at most {LIST_ROW_LIMIT} rows.", limit=LIST_ROW_LIMIT)
    return {"type": "list", "body": {"text": text}, "action": {"button": given["button"], "sections": sections}}


def _section(section: Mapping[str, Any]) -> Body:
    rows = [{name: row[name] for name in ("id", "title", "description") if row.get(name)} for row in section["rows"]]
    return ({"title": section["title"]} if section.get("title") else {}) | {"rows": rows}


def _location_request(requested: Mapping[str, Any], _reply_to: str | None, _media_id: str | None) -> Body:
    text = _fitting(requested.get("text"), CAPTION_LIMIT)
    interactive = {"type": "location_request_message", "body": {"text": text}, "action": {"name": "send_location"}}
    return {"type": "interactive", "interactive": interactive}


def _reaction(requested: Mapping[str, Any], reply_to: str | None, _media_id: str | None) -> Body:
    if reply_to is None:
        raise BadInput("A reaction needs a message that the provider knows.")
    emoji = (requested.get("content") or {}).get("emoji", requested.get("text")) or ""
    return {"type": "reaction", "reaction": {"message_id": reply_to, "emoji": emoji}}


def _location(requested: Mapping[str, Any], _reply_to: str | None, _media_id: str | None) -> Body:
    given = requested.get("content") or {}
    names = ("latitude", "longitude", "name", "address")
    return {"type": "location", "location": {name: given[name] for name in names if given.get(name) is not None}}


def _contacts(requested: Mapping[str, Any], _reply_to: str | None, _media_id: str | None) -> Body:
    given = requested.get("content") or {}
    return {"type": "contacts", "contacts": list(given.get("contacts") or [])}


_FORMS = {
    "text": _text,
    "media": _media,
    "template": _template,
    "interactive": _interactive,
    "location_request": _location_request,
    "reaction": _reaction,
    "location": _location,
    "contacts": _contacts,
}
