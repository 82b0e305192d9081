"""What the Cloud API refuses, and in which words (docs/channels.md §3.9, §3.12, §3.13). Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.domain.template import placeholders

_TEXT_LIMIT, _INTERACTIVE_TEXT_LIMIT, _TRACKER_LIMIT = 4096, 1024, 512
_BUTTONS, _BUTTON_TITLE, _ROWS, _ROW_TITLE, _ROW_DESCRIPTION = 3, 20, 10, 24, 72
_MEDIA = ("image", "audio", "video", "document", "sticker")

_UNUSABLE = {"PAUSED": 132015, "DISABLED": 132016}
_BUTTON_FORMS = {"COPY_CODE": ("copy_code", "coupon_code"), "FLOW": ("flow", "action"), "OTP": ("url", "text")}
"""Buttons that are never sent as they are: sub-type and parameter."""

_KINDS = (*_MEDIA, "contacts", "interactive", "location", "reaction", "template", "text")

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Refusal(Exception):
    """One error envelope of the Graph API."""

    code: int
    message: str
    details: str | None = None
    status: int = 400
    subcode: int | None = None

    def envelope(self, trace: str) -> dict[str, Any]:
        """Return the JSON body as the Graph API words it."""
        error: dict[str, Any] = {"message": self.message, "type": "OAuthException", "code": self.code}
        if self.details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        if self.subcode:
            error["error_subcode"] = self.subcode
        return {"error": error | {"fbtrace_id": trace}}


WORDS: Mapping[int, tuple[int, str]] = {
    1: (500, "An unknown error occurred"),
    2: (503, "Service temporarily unavailable"),
    4: (400, "(#4) Application request limit reached"),
    190: (401, "Invalid OAuth access token - Cannot parse access token"),
    368: (403, "(#368) Temporarily blocked for policies violations"),
    80007: (400, "(#80007) Rate limit issues"),
    130429: (429, "(#130429) Rate limit hit"),
    130472: (400, "(#130472) User's number is part of an experiment"),
    131000: (500, "(#131000) Something went wrong"),
    131016: (503, "(#131016) Service unavailable"),
    131026: (400, "(#131026) Message undeliverable"),
    131031: (403, "(#131031) Account has been locked"),
    131042: (400, "(#131042) Business eligibility payment issue"),
    131047: (400, "(#131047) Re-engagement message"),
    131048: (400, "(#131048) Spam rate limit hit"),
    131049: (400, "(#131049) This message was not delivered to maintain healthy ecosystem engagement."),
    131050: (400, "(#131050) User has stopped marketing messages from this business"),
    131056: (400, "(#131056) (Business Account, Consumer Account) pair rate limit hit"),
    131057: (400, "(#131057) Account in maintenance mode"),
    132015: (400, "(#132015) Template is paused"),
}
"""HTTP status and message of codes that a fault plan may ask for; any other code is a plain 400."""


def refusal_of(code: int) -> Refusal:
    """Return the error envelope of a code that a fault plan asks for."""
    status, message = WORDS.get(code, (400, f"(#{code}) Refused"))
    return Refusal(code, message, message.partition(") ")[2] or message, status)


def check(body: Body, templates: Sequence[Body], media_ids: Collection[str], known_ids: Collection[str]) -> None:
    """Raise the Refusal that Meta would answer this send body with; return for a body it would take."""
    if body.get("messaging_product") != "whatsapp":
        raise _required("messaging_product")
    if body.get("status") == "read":
        _check_known(body.get("message_id"), known_ids)
        return
    if not body.get("to") and not body.get("recipient"):
        raise _required("to")
    if body.get("type") == "template" and not body.get("to") and _is_code(body, templates):
        raise Refusal(131062, "(#131062) Business-scoped user IDs are not supported for this message")
    if len(body.get("biz_opaque_callback_data") or "") > _TRACKER_LIMIT:
        raise _invalid("biz_opaque_callback_data", f"must be at most {_TRACKER_LIMIT} characters long.")
    kind = body.get("type", "text")
    if kind not in _KINDS:
        raise _invalid(
            "type",
            f"must be one of {{{', '.join(sorted(_KINDS)).upper()}}}.",
        )
    given = body.get(kind)
    if not given:
        raise _missing(kind)
    if kind in _MEDIA:
        _check_media(kind, given, media_ids)
    elif kind == "template":
        _check_template(given, templates, media_ids)
    elif kind == "reaction":
        _check_known(given.get("message_id"), known_ids)
    else:
        _CHECKS[kind](given)


def _is_code(body: Body, templates: Sequence[Body]) -> bool:
    """Say whether a template holds a one-time code: those go to phones only."""
    name = (body.get("template") or {}).get("name")
    return any(each["name"] == name and each.get("category") == "AUTHENTICATION" for each in templates)


def _check_text(given: Body) -> None:
    _length("text['body']", given.get("body"), _TEXT_LIMIT)


def _check_media(kind: str, given: Body, media_ids: Collection[str]) -> None:
    if not given.get("id") and not given.get("link"):
        raise _missing(f"{kind}.id")
    if given.get("id") and given["id"] not in media_ids:
        raise Refusal(
            100,
            "(#100) Invalid parameter",
            f"{given['id']} is not a valid whatsapp business account media attachment ID",
        )
    if "caption" in given and kind in ("audio", "sticker"):
        raise _invalid(f"{kind}['caption']", "is not allowed.")


def _check_location(given: Body) -> None:
    for name in ("latitude", "longitude"):
        if not isinstance(given.get(name), (int, float)):
            raise _missing(f"location.{name}")


def _check_contacts(given: Any) -> None:
    for each in given:
        if not (each.get("name") or {}).get("formatted_name"):
            raise _missing("contacts.name.formatted_name")


def _check_interactive(given: Body) -> None:
    kind, action = given.get("type"), given.get("action") or {}
    _length("interactive['body']['text']", (given.get("body") or {}).get("text"), _INTERACTIVE_TEXT_LIMIT)
    if kind == "button":
        _check_buttons(action.get("buttons") or [])
    elif kind == "list":
        _check_list(action)
    elif kind == "location_request_message":
        if action.get("name") != "send_location":
            raise _value("interactive.action.name")
    else:
        raise _value("interactive.type")


def _check_buttons(buttons: Sequence[Body]) -> None:
    if not 1 <= len(buttons) <= _BUTTONS:
        raise _value(f"Buttons count must be 1 to {_BUTTONS}")
    replies = [each.get("reply") or {} for each in buttons]
    for reply in replies:
        _length("button title", reply.get("title"), _BUTTON_TITLE)
        _length("button id", reply.get("id"), 256)
    _distinct("button id", [reply["id"] for reply in replies])
    _distinct("button title", [reply["title"] for reply in replies])


def _check_list(action: Body) -> None:
    _length("action button", action.get("button"), _BUTTON_TITLE)
    sections = action.get("sections") or []
    rows = [row for section in sections for row in section.get("rows") or []]
    if not 1 <= len(rows) <= _ROWS:
        raise _value(f"Total row count must be 1 to {_ROWS}")
    if len(sections) > 1 and not all(section.get("title") for section in sections):
        raise _value("Every section needs a title when there is more than one")
    for row in rows:
        _length("row title", row.get("title"), _ROW_TITLE)
        _length("row id", row.get("id"), 200)
        if len(row.get("description") or "") > _ROW_DESCRIPTION:
            raise _value(f"Row description is longer than {_ROW_DESCRIPTION}")
    _distinct("row id", [row["id"] for row in rows])


def _check_template(given: Body, templates: Sequence[Body], media_ids: Collection[str]) -> None:
    name, language = given.get("name"), (given.get("language") or {}).get("code")
    described = next((t for t in templates if (t["name"], t["language"]) == (name, language)), None)
    if described is None:
        details = f"template name ({name}) does not exist in {language}"
        raise Refusal(132001, "(#132001) Template name does not exist in the translation", details, 404)
    if described.get("status") in _UNUSABLE:
        raise refusal_of(_UNUSABLE[described["status"]])
    sent = {each.get("type"): each.get("parameters") or [] for each in given.get("components") or []}
    for component in described.get("components") or []:
        if component["type"] in ("BODY", "HEADER"):
            _check_component(component, sent.get(component["type"].lower(), []), media_ids)
        for position, button in enumerate(component.get("buttons") or []):
            _check_button(position, button, given.get("components") or [])


def _check_component(component: Body, parameters: Sequence[Body], media_ids: Collection[str]) -> None:
    where, form = component["type"].lower(), component.get("format", "TEXT").lower()
    if form != "text":
        if [each.get("type") for each in parameters] != [form]:
            raise _format(f"{where}: expected {form}")
        if form in _MEDIA:
            _check_media(form, parameters[0].get(form) or {}, media_ids)
        return
    names = placeholders(component.get("text", ""))
    if len(names) != len(parameters):
        details = f"{where}: number of localizable_params ({len(parameters)}) is not the expected {len(names)}"
        raise Refusal(132000, "(#132000) Number of parameters does not match the expected number of params", details)
    is_named = any(not name.isdigit() for name in names)
    if is_named and {each.get("parameter_name") for each in parameters} != set(names):
        raise _format(f"{where}: parameter name")


def _check_button(position: int, button: Body, components: Sequence[Body]) -> None:
    """Refuse a button that is not filled, or in the wrong way (docs/channels.md §3.9)."""
    kind = str(button.get("type", "")).upper()
    sent = [each for each in components if each.get("type") == "button" and str(each.get("index")) == str(position)]
    wanted = _BUTTON_FORMS.get(kind)
    if wanted is None and not placeholders(str(button.get("url") or "")):
        if sent and kind != "QUICK_REPLY":
            raise _format(f"button at index {position} takes no parameter")
        return
    sub_type, parameter = wanted or ("url", "text")
    if not sent:
        raise _value(f"Button at index {position} of type {kind.title()} requires a parameter")
    filled = [each.get("type") for each in sent[0].get("parameters") or []]
    if str(sent[0].get("sub_type")).lower() != sub_type or filled != [parameter]:
        raise _format(f"button at index {position}: expected {sub_type} with {parameter}")


def _format(details: str) -> Refusal:
    message = "(#132012) Parameter format does not match format in the created template"
    return Refusal(132012, message, details)


def _check_known(external_id: Any, known_ids: Collection[str]) -> None:
    if not external_id:
        raise _required("message_id")
    if external_id not in known_ids:
        raise Refusal(131009, "(#131009) Parameter value is not valid", "message_id is not known")


def _length(name: str, value: Any, limit: int) -> None:
    if not isinstance(value, str) or not value:
        raise _missing(name)
    if len(value) > limit:
        raise _invalid(name, f"must be at most {limit} characters long.")


def _distinct(name: str, values: Sequence[str]) -> None:
    if len(set(values)) != len(values):
        raise _value(f"Duplicated {name}")


def _required(name: str) -> Refusal:
    return Refusal(100, f"The parameter {name} is required.")


def _invalid(name: str, rule: str) -> Refusal:
    return Refusal(100, f"(#100) Param {name} {rule}", f"Param {name} {rule}")


def _missing(name: str) -> Refusal:
    return Refusal(131008, "(#131008) Required parameter is missing", f"{name} is missing")


def _value(details: str) -> Refusal:
    return Refusal(131009, "(#131009) Parameter value is not valid", details)


_CHECKS: Mapping[str, Callable[[Any], None]] = {
    "text": _check_text,
    "location": _check_location,
    "contacts": _check_contacts,
    "interactive": _check_interactive,
}
