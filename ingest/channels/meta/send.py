"""What we send through a Page or an Instagram account (channels.md §4, §5): pure, dictionaries in and out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.channels.base import Capabilities, Sending
from ingest.channels.fit import length
from ingest.domain.errors import BadInput
from ingest.domain.identity import Identity
from ingest.kit.clock import SECOND_US

Body = dict[str, Any]

ATTACHMENTS = {"image": "image", "audio": "audio", "video": "video", "document": "file"}
"""Our kinds of file, and Meta's word for each."""
_AUTOMATIC = frozenset({"bot", "campaign"})
_CARD_TITLE_LIMIT = 80
"""Characters of a card's title and of its subtitle (generic template)."""


@dataclass(frozen=True, slots=True)
class Wire:
    """Where the two products differ in what they take."""

    capabilities: Capabilities
    has_metadata: bool
    """Echoes bring back what `message.metadata` said."""
    only_reaction: tuple[str, ...] = ()
    """The one reaction it knows: Meta's word first, then the signs that mean it. Empty: any emoji."""


def request_body(sending: Sending, wire: Wire, source: Body | None = None) -> Body:
    """Return the body of `POST /{account}/messages` for a message.

    `source` says where its file lies (`{"attachment_id": …}` or `{"url": …}`; empty where the file travels in the
    call). Raises BadInput for what the channel has no form for, or what the window does not allow.
    """
    requested = sending.requested
    kind = "media" if requested["kind"] in ATTACHMENTS else requested["kind"]
    if requested["kind"] not in wire.capabilities.kinds:
        name = wire.capabilities.channel.capitalize()
        raise BadInput(f"{name} cannot send a message of kind {requested['kind']}.", kind=requested["kind"])
    if kind == "reaction":
        return _reaction(sending, wire)
    return {
        "recipient": recipient_of(sending.recipient),
        **_permission(sending, wire.capabilities),
        "message": _FORMS[kind](sending, wire.capabilities, source)
        | ({"metadata": sending.message_id} if wire.has_metadata else {}),
        **({"reply_to": {"mid": sending.reply_to}} if sending.reply_to else {}),
    }


def action_body(recipient: Identity, action: str) -> Body:
    """Return the body of a sender action: `mark_seen`, `typing_on`."""
    return {"recipient": recipient_of(recipient), "sender_action": action}


def upload_body(kind: str) -> Body:
    """Return the message that goes with an upload of a file of ours, to be sent as often as we like."""
    return {"attachment": {"type": ATTACHMENTS[kind], "payload": {"is_reusable": True}}}


def recipient_of(recipient: Identity) -> Body:
    """Return how Meta names a person; raises BadInput for an address it does not know."""
    if recipient["kind"] == "user_id":
        return {"id": recipient["address"]}
    if recipient["kind"] == "external":
        return {"user_ref": recipient["address"]}
    raise BadInput("A person is reached here by the id the account knows them by only.", kind=recipient["kind"])


def _permission(sending: Sending, able: Capabilities) -> Body:
    """Return what lets us send now: an answer within the day, a person within the week, or a template."""
    if sending.requested["kind"] == "template":
        return _as_utility(sending.requested.get("template") or {})
    if sending.last_inbound_us is None:
        return {"messaging_type": "RESPONSE"}
    silent_s = (sending.now_us - sending.last_inbound_us) / SECOND_US
    if silent_s < (able.window_s or 0):
        return {"messaging_type": "RESPONSE"}
    if silent_s < (able.person_window_s or 0) and sending.requested.get("origin") not in _AUTOMATIC:
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    raise BadInput("The time to answer this contact is over; wait until they write.", code="window_closed")


def _as_utility(template: Mapping[str, Any]) -> Body:
    category = str(template.get("category") or "UTILITY").upper()
    if category != "UTILITY":
        raise BadInput(f"Only utility templates can be sent here; this one is of the category {category.lower()}.")
    return {"messaging_type": "UTILITY"}


def _text(sending: Sending, able: Capabilities, _source: Body | None) -> Body:
    return {"text": _fitting(sending.requested.get("text"), able)}


def _media(sending: Sending, _able: Capabilities, source: Body | None) -> Body:
    requested = sending.requested
    _check_bare(requested)
    files = requested.get("media") or [{}]
    if source is None and not files[0].get("url"):
        raise BadInput("A media message needs an uploaded file or a link.")
    payload = {"url": files[0]["url"]} if source is None else source
    return {"attachment": {"type": ATTACHMENTS[requested["kind"]], "payload": payload}}


def _template(sending: Sending, _able: Capabilities, _source: Body | None) -> Body:
    given = sending.requested.get("template")
    if not given:
        raise BadInput("A template message needs a template.")
    template: Body = {"name": given["name"], "language": {"code": given["language"]}}
    if given.get("components"):
        template["components"] = list(given["components"])
    return {"template": template}


def _interactive(sending: Sending, able: Capabilities, _source: Body | None) -> Body:
    given = sending.requested.get("interactive") or {}
    if given.get("buttons"):
        return _quick_replies(given["buttons"], sending.requested.get("text"), able)
    if given.get("sections"):
        _check_bare(sending.requested)
        return _cards(given, able)
    raise BadInput("An interactive message needs buttons or a list.")


def _check_bare(requested: Mapping[str, Any]) -> None:
    if requested.get("text"):
        raise BadInput("A file or a list carries no text here; send the text ahead as a message of its own.")


def _quick_replies(buttons: Sequence[Mapping[str, Any]], text: str | None, able: Capabilities) -> Body:
    if len(buttons) > able.button_limit:
        raise BadInput(f"At most {able.button_limit} buttons fit under a message.", limit=able.button_limit)
    replies = [
        {"content_type": "text", "title": _title(each["title"], able), "payload": each["id"]} for each in buttons
    ]
    return {"text": _fitting(text, able), "quick_replies": replies}


def _title(title: str, able: Capabilities) -> str:
    if len(title) > able.button_title_limit:
        # What is longer Meta cuts off without a word.
        raise BadInput(f"A button may have {able.button_title_limit} characters.", limit=able.button_title_limit)
    return title


def _cards(given: Mapping[str, Any], able: Capabilities) -> Body:
    """Return a list as cards side by side, each with the button that chooses it (generic template)."""
    rows = [row for section in given["sections"] for row in section["rows"]]
    if len(rows) > able.list_row_limit:
        raise BadInput(f"A list holds at most {able.list_row_limit} rows.", limit=able.list_row_limit)
    payload = {"template_type": "generic", "elements": [_card(row, able) for row in rows]}
    return {"attachment": {"type": "template", "payload": payload}}


def _card(row: Mapping[str, Any], able: Capabilities) -> Body:
    # The answer says the button's title and nothing else, so it must name the row.
    button = {"type": "postback", "title": row["title"][: able.button_title_limit], "payload": row["id"]}
    card: Body = {"title": row["title"][:_CARD_TITLE_LIMIT], "buttons": [button]}
    if row.get("description"):
        card["subtitle"] = row["description"][:_CARD_TITLE_LIMIT]
    return card


def _reaction(sending: Sending, wire: Wire) -> Body:
    if sending.reply_to is None:
        raise BadInput("A reaction needs a message that the provider knows.")
    content = sending.requested.get("content") or {}
    emoji = content.get("emoji", sending.requested.get("text")) or ""
    if emoji and wire.only_reaction and emoji not in wire.only_reaction:
        raise BadInput(f"The only reaction that can be sent here is {wire.only_reaction[1]}.")
    body = action_body(sending.recipient, "react" if emoji else "unreact")
    reaction = {"reaction": wire.only_reaction[0] if wire.only_reaction else emoji} if emoji else {}
    return body | {"payload": {"message_id": sending.reply_to, **reaction}}


def _fitting(text: str | None, able: Capabilities) -> str:
    if not text:
        raise BadInput("This message needs a text.")
    found, limit, unit = length(text, able.text_unit), able.text_limit, able.text_unit
    if found > limit:
        raise BadInput(f"This text may have {limit} {unit}, it has {found}.", limit=limit)
    return text


_FORMS: Mapping[str, Callable[[Sending, Capabilities, Body | None], Body]] = {
    "text": _text,
    "media": _media,
    "template": _template,
    "interactive": _interactive,
}
"""Makes what stands under `message` for each kind."""
