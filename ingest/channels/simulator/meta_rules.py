"""What the Graph API refuses of Pages and Instagram accounts, and in which words (docs/channels.md §4, §5). Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ingest.channels.simulator.graph_rules import Refusal
from ingest.domain.template import placeholders
from ingest.kit.clock import SECOND_US

Product = Literal["messenger", "instagram"]
Body = Mapping[str, Any]

_DAY_S = 24 * 3600
_WEEK_S = 7 * _DAY_S
_KINDS = ("image", "audio", "video", "file")
_QUICK_REPLIES, _CARDS, _BUTTONS, _TITLE, _CARD_TITLE = 13, 10, 3, 20, 80
_ACTIONS = ("mark_seen", "typing_on", "typing_off", "react", "unreact")
_TAGS = ("HUMAN_AGENT",)
"""The other tags answer with error 100 since 27 April 2026."""
_TYPES = ("RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY")


class Everybody(dict[str, int]):
    """People who all wrote just now, as after a start of which nobody remembers what was before."""

    def __init__(self, now_us: Callable[[], int]) -> None:
        super().__init__()
        self._now_us = now_us

    def __contains__(self, _person: object) -> bool:
        return True

    def __getitem__(self, _person: str) -> int:
        return self._now_us()


class Everything(set[str]):
    """Messages that are all known, for the same reason."""

    def __contains__(self, _message_id: object) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Known:
    """What the provider knows when it judges a call."""

    product: Product
    last_inbound_us: Mapping[str, int]
    """When each person last wrote; nobody else can be reached."""
    message_ids: Collection[str]
    upload_ids: Collection[str]
    templates: Sequence[Body]
    """Message templates of the Page, as Meta lists them."""
    now_us: int


def check(body: Body, has_file: bool, known: Known) -> None:
    """Raise the Refusal that Meta would answer this body with; return for a body it would take."""
    person = _person(body, known)
    if "sender_action" in body:
        return _check_action(body, known)
    message = body.get("message")
    if not isinstance(message, Mapping) or not message:
        raise wrong("The parameter message is required.")
    _check_window(body, message, known.now_us - known.last_inbound_us[person], known)
    if "metadata" in message and known.product == "instagram":
        raise wrong("(#100) Param message has an unknown field metadata")
    reply_to = body.get("reply_to")
    if reply_to is not None and reply_to.get("mid") not in known.message_ids:
        raise wrong("(#100) Param reply_to.mid is not a message of this thread")
    if ("text" in message) + ("attachment" in message) + ("template" in message) != 1:
        raise wrong("(#100) A message has a text, an attachment or a template")
    part = next(name for name in _PARTS if name in message)
    _PARTS[part](message, has_file, known)
    return None


def wrong(message: str, subcode: int | None = None) -> Refusal:
    """Return the refusal of a parameter."""
    return Refusal(100, message, subcode=subcode)


def _person(body: Body, known: Known) -> str:
    recipient = body.get("recipient")
    given = (recipient.get("id") or recipient.get("user_ref")) if isinstance(recipient, Mapping) else None
    if not given:
        raise wrong("(#100) Param recipient must be non-empty.")
    if given not in known.last_inbound_us:
        is_page = known.product == "messenger"
        raise wrong("(#100) No matching user found", 2018001 if is_page else 2534014)
    return str(given)


def _check_action(body: Body, known: Known) -> None:
    action = body["sender_action"]
    if action not in _ACTIONS:
        raise wrong("(#100) Param sender_action must be one of the known actions")
    if "message" in body:
        raise wrong("(#100) Cannot send both message and state at the same time", 2018014)
    if action not in ("react", "unreact"):
        return
    payload = body.get("payload") or {}
    if payload.get("message_id") not in known.message_ids:
        raise wrong("(#100) Param payload.message_id is not a message of this thread")
    reaction = payload.get("reaction")
    if action == "react" and (not reaction or (known.product == "instagram" and reaction != "love")):
        raise wrong("(#100) Param payload.reaction is not valid")


def _check_window(body: Body, message: Body, silent_us: int, known: Known) -> None:
    type_, tag = body.get("messaging_type", "RESPONSE"), body.get("tag")
    if type_ not in _TYPES:
        raise wrong("(#100) Param messaging_type must be one of the known types")
    if tag is not None and tag not in _TAGS:
        raise wrong("(#100) Param tag is not supported any more")
    if type_ == "UTILITY":
        if known.product == "instagram" or "template" not in message:
            raise wrong("(#100) Utility messages are made from a template")
        return
    if "template" in message:
        raise wrong("(#100) A template needs the messaging type UTILITY")
    allowed_s = _WEEK_S if type_ == "MESSAGE_TAG" and tag else _DAY_S
    if silent_us >= allowed_s * SECOND_US:
        subcode = 2018278 if known.product == "messenger" else 2534022
        raise Refusal(10, "(#10) This message is sent outside of allowed window.", status=403, subcode=subcode)


def _check_text(message: Body, _has_file: bool, known: Known) -> None:
    text = message["text"]
    is_page = known.product == "messenger"
    length = len(text) if is_page else len(text.encode())
    if not text or length > (2000 if is_page else 1000):
        raise wrong("(#100) Length of param message[text] must be less than or equal to the limit")
    replies = message.get("quick_replies") or []
    if len(replies) > _QUICK_REPLIES:
        raise wrong(f"(#100) Param message[quick_replies] must have at most {_QUICK_REPLIES} elements")
    for each in replies:
        if each.get("content_type") != "text" or not each.get("title") or not each.get("payload"):
            raise wrong("(#100) A quick reply needs content_type, title and payload")


def _check_attachment(message: Body, has_file: bool, known: Known) -> None:
    attachment = message["attachment"]
    payload = attachment.get("payload") or {}
    if attachment.get("type") == "template":
        return _check_cards(payload)
    if attachment.get("type") not in _KINDS:
        raise wrong("(#100) Param message[attachment][type] must be one of the known types")
    if "attachment_id" in payload:
        if payload["attachment_id"] not in known.upload_ids:
            raise wrong("(#100) Possible invalid ID or you do not own the attachment", 2018074)
    elif not has_file and not str(payload.get("url", "")).startswith(("http://", "https://")):
        raise wrong("(#100) Failed to fetch the file from the url", 2018008)
    return None


def _check_cards(payload: Body) -> None:
    elements = payload.get("elements") or []
    if payload.get("template_type") != "generic" or not 1 <= len(elements) <= _CARDS:
        raise wrong("(#100) A generic template has 1 to 10 elements")
    for each in elements:
        buttons = each.get("buttons") or []
        if not 1 <= len(each.get("title") or "") <= _CARD_TITLE or len(each.get("subtitle") or "") > _CARD_TITLE:
            raise wrong("(#100) Title and subtitle of an element have at most 80 characters")
        if len(buttons) > _BUTTONS or any(not 1 <= len(one.get("title") or "") <= _TITLE for one in buttons):
            raise wrong("(#100) An element has at most 3 buttons of 20 characters")


def _check_template(message: Body, _has_file: bool, known: Known) -> None:
    template = message["template"]
    named = template.get("name"), (template.get("language") or {}).get("code")
    described = next((each for each in known.templates if (each["name"], each["language"]) == named), None)
    if described is None or described.get("status", "APPROVED") != "APPROVED":
        raise wrong("(#100) The message template does not exist for this Page")
    if described.get("category", "UTILITY") != "UTILITY":
        raise wrong("(#100) A utility message needs a utility template")
    sent = {each.get("type"): each.get("parameters") or [] for each in template.get("components") or []}
    if not sent.keys() <= {"header", "body", "buttons"}:
        raise wrong("(#100) Invalid template component")
    for component in described.get("components") or []:
        given = sent.get(str(component["type"]).lower(), [])
        if component["type"] in ("HEADER", "BODY") and len(given) != len(placeholders(component.get("text", ""))):
            raise wrong("(#100) Number of parameters does not match the template")


_PARTS: Mapping[str, Callable[[Body, bool, Known], None]] = {
    "text": _check_text,
    "attachment": _check_attachment,
    "template": _check_template,
}
