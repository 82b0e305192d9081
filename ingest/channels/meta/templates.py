"""Templates as Meta lists them, and filled for sending (channels.md §3.9, §4).

WhatsApp and Messenger list one form. Header and body are filled alike; Messenger wants its buttons in one component.
Whatever of a template cannot be filled is refused in words before anything is sent: Meta would refuse the message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from ingest.domain.errors import BadInput
from ingest.domain.template import Blank, HeaderFile, Template, placeholders

Body = dict[str, Any]
Described = Mapping[str, Any]
Values = Mapping[str, Any]

_FILES = ("image", "video", "document")
_STILL = frozenset({"FOOTER", "BUTTONS", "CALL_PERMISSION_REQUEST"})
"""Parts that are sent as they were approved, or whose parts are filled one by one."""
_STILL_BUTTONS = frozenset({"PHONE_NUMBER", "VOICE_CALL", "REQUEST_CONTACT_INFO"})
_CODE_URL = "https://www.whatsapp.com/otp/"
"""Meta lists the button of a one-time code as a link to here; it is sent as a link as well, with the code itself."""
_FLOW = {"flow_token": "unused"}
"""Meta's own default; without any action the flow's button is refused (131009)."""


def listed(item: Described) -> Template | None:
    """Return one entry of a provider's list; None for what is no template."""
    name, language = item.get("name"), item.get("language")
    if not isinstance(name, str) or not isinstance(language, str) or not name or not language:
        return None
    components = item.get("components")
    found = [dict(each) for each in components if isinstance(each, Mapping)] if isinstance(components, list) else []
    if not found and isinstance(item.get("body"), str):  # as Meta's page on Messenger lists them
        found = [{"type": "BODY", "text": item["body"]}]
        found += [{"type": "BUTTONS", "buttons": item["buttons"]}] if isinstance(item.get("buttons"), list) else []
    category, status = (_word(item.get(each)) for each in ("category", "status"))
    return Template(str(item.get("id") or f"{name}:{language}"), name, language, category, status, found)


def blanks(described: Sequence[Described]) -> list[Blank]:
    """Return what has to be filled in of a template; raises BadInput for one that cannot be sent from here."""
    for each in described:
        _check(each)
    body = placeholders(_text_of(_part(described, "BODY") or {}))
    header, form = _of_header(_part(described, "HEADER")), [Blank(name, "text") for name in body]
    buttons = [
        Blank(f"button_{position}", "text", button.get("text"))
        for position, button in enumerate(_buttons_of(described))
        if _is_asked(button)
    ]
    return [*form, *([header] if header else []), *buttons]


def page_blanks(described: Sequence[Described]) -> list[Blank]:
    """Return what has to be filled in of a Messenger template; raises BadInput as `blanks`, and for a header's file."""
    _check_page(described, None)
    return blanks(described)


def template_components(described: Sequence[Described], values: Values, file: HeaderFile | None = None) -> list[Body]:
    """Return the send components of a WhatsApp template, filled from `values`.

    Values go by placeholder: "1" or "first_name" for the body; "header" for the header's text, {id} or {link} of its
    file, or the location; "button_0" … for a link's end, payload or code, by position. `file` is uploaded as the header
    when the message is sent. Raises BadInput for a blank without a value and for what cannot be sent from here.
    """
    buttons = [_button(position, each, values) for position, each in enumerate(_buttons_of(described))]
    return [*_texts(described, values, file), *(each for each in buttons if each is not None)]


def page_components(described: Sequence[Described], values: Values, file: HeaderFile | None = None) -> list[Body]:
    """Return the send components of a Messenger template, as `template_components` does for WhatsApp's."""
    _check_page(described, file)
    buttons = _buttons_of(described)
    filled = [_page_button(position, each, values) for position, each in enumerate(buttons)]
    given = [each for each in filled if each is not None]
    return [*_texts(described, values, None), *([{"type": "buttons", "parameters": given}] if given else [])]


def _check_page(described: Sequence[Described], file: HeaderFile | None) -> None:
    if file is not None or _form(_part(described, "HEADER")) not in (None, "text"):
        raise BadInput(
            "A template with a file above it cannot be sent through Messenger from here.", parameter="header"
        )


# --- texts and header --------------------------------------------------------------------------------


def _texts(described: Sequence[Described], values: Values, file: HeaderFile | None) -> list[Body]:
    for each in described:
        _check(each)
    header, body = _part(described, "HEADER"), _part(described, "BODY")
    if file is not None and _form(header) not in _FILES:
        raise BadInput("This template has no place for a file.", parameter="header")
    filled = [_header(header, values, file) if header else None, _filled("body", body, values) if body else None]
    return [each for each in filled if each is not None]


def _check(described: Described) -> None:
    """Raise BadInput for a part that could only be left out: Meta refuses a message without it."""
    type_ = str(described.get("type", "")).upper()
    if type_ == "HEADER" and (form := _form(described)) not in (*_FILES, "text", "location"):
        raise _unsendable(f"{form} header")
    if type_ == "LIMITED_TIME_OFFER" and not (described.get("limited_time_offer") or {}).get("has_expiration"):
        return
    if type_ not in {"HEADER", "BODY", *_STILL}:
        raise _unsendable(type_.replace("_", " ").lower())
    for button in described.get("buttons") or []:
        if (kind := _kind(button)) not in _BUTTONS and kind not in _STILL_BUTTONS:
            raise _unsendable(f"{kind.replace('_', ' ').lower()} button")


def _unsendable(part: str) -> BadInput:
    return BadInput(f"This template has a part that cannot be sent from here: {part}.", part=part)


def _header(described: Described, values: Values, file: HeaderFile | None) -> Body | None:
    form = _form(described)
    if form == "text":
        given = {name: values.get("header", values.get(name)) for name in placeholders(_text_of(described))}
        return _filled("header", described, given)
    value = _place(values) if form == "location" else _file(form or "", values, file)
    return {"type": "header", "parameters": [{"type": form, form: value}]}


def _file(form: str, values: Values, file: HeaderFile | None) -> Body:
    """Return what stands for a header's file; of one that is still to be uploaded, no more than its name."""
    if file is not None:
        if file.kind != form:
            raise BadInput(f"Above this template stands a file of kind {form}, not {file.kind}.", parameter="header")
        return {"filename": file.filename} if form == "document" else {}
    value = values.get("header")
    if not isinstance(value, Mapping) or not (value.get("id") or value.get("link")):
        raise BadInput(f"Above this template stands a file of kind {form}; choose one.", parameter="header")
    known = ("id", "link", "filename") if form == "document" else ("id", "link")
    return {name: value[name] for name in known if value.get(name)}


def _place(values: Values) -> Body:
    value = values.get("header")
    given = value if isinstance(value, Mapping) else {}
    if any(given.get(name) in (None, "") for name in ("latitude", "longitude")):
        raise BadInput("Above this template stands a place; give its latitude and longitude.", parameter="header")
    return {name: str(given[name]) for name in ("latitude", "longitude", "name", "address") if given.get(name)}


def _filled(where: str, described: Described, values: Values) -> Body | None:
    names = placeholders(_text_of(described))
    return {"type": where, "parameters": [_parameter(name, values) for name in names]} if names else None


def _parameter(name: str, values: Values) -> Body:
    value = values.get(name)
    if value is None or value in ("", {}):
        raise BadInput(f"The template's placeholder {{{{{name}}}}} needs a value.", parameter=name)
    typed = dict(value) if isinstance(value, Mapping) else {"type": "text", "text": str(value)}
    return typed if name.isdecimal() else typed | {"parameter_name": name}


# --- buttons -----------------------------------------------------------------------------------------


def _button(position: int, described: Described, values: Values) -> Body | None:
    kind, value = _kind(described), _value(position, described, values)
    if kind not in _BUTTONS or value is None:
        return None
    sub_type, parameter = _BUTTONS[kind]
    return {
        "type": "button",
        "sub_type": sub_type,
        "index": str(position),
        "parameters": [{"type": parameter, parameter: value}],
    }


_BUTTONS = {
    "URL": ("url", "text"),
    "QUICK_REPLY": ("quick_reply", "payload"),
    "POSTBACK": ("quick_reply", "payload"),
    "COPY_CODE": ("copy_code", "coupon_code"),
    "OTP": ("url", "text"),
    "FLOW": ("flow", "action"),
}
"""What may be filled of a button: how WhatsApp calls it when it is sent, and its parameter."""


def _page_button(position: int, described: Described, values: Values) -> Body | None:
    value, kind = _value(position, described, values), _kind(described)
    if value is None or kind not in ("URL", "POSTBACK", "QUICK_REPLY"):
        return None
    return {"type": "URL", "url": str(value)} if kind == "URL" else {"type": "POSTBACK", "payload": str(value)}


def _value(position: int, described: Described, values: Values) -> Any:
    """Return what a button is filled with, None where nothing is; raises BadInput where something must be."""
    name = f"button_{position}"
    value = values.get(name)
    if value not in (None, ""):
        return value
    if _kind(described) == "FLOW":
        return dict(_FLOW)
    if _is_code(described):
        return _parameter("1", values)["text"]
    if _is_asked(described):
        raise BadInput(f"The button “{described.get('text') or position + 1}” needs a value.", parameter=name)
    return None


def _is_asked(button: Described) -> bool:
    """Say whether a button cannot go without a value that nothing else tells."""
    if _is_code(button):
        return False
    return _kind(button) == "COPY_CODE" or any(
        placeholders(str(button.get(where) or "")) for where in ("url", "payload")
    )


def _is_code(button: Described) -> bool:
    """Say whether a button carries the one-time code, which the text's first blank says already."""
    return _kind(button) == "OTP" or str(button.get("url") or "").startswith(_CODE_URL)


# --- parts -------------------------------------------------------------------------------------------


def _of_header(header: Described | None) -> Blank | None:
    form = _form(header)
    if header is None or (form == "text" and not placeholders(_text_of(header))):
        return None
    return Blank("header", cast(Literal["text", "image", "video", "document", "location"], form))


def _part(described: Sequence[Described], type_: str) -> Described | None:
    return next((each for each in described if str(each.get("type", "")).upper() == type_), None)


def _buttons_of(described: Sequence[Described]) -> Sequence[Described]:
    found = (_part(described, "BUTTONS") or {}).get("buttons") or []
    return [each for each in found if isinstance(each, Mapping)]


def _form(header: Described | None) -> str | None:
    return None if header is None else str(header.get("format") or "TEXT").lower()


def _kind(button: Described) -> str:
    return str(button.get("type", "")).upper()


def _text_of(described: Described) -> str:
    return str(described.get("text") or "")


def _word(value: object) -> str | None:
    return value.upper() if isinstance(value, str) and value else None
