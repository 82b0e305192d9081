"""Templates as Meta lists them, filled for sending; WhatsApp's and Messenger's have one form (channels.md §3.9, §4)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ingest.domain.errors import BadInput

Body = dict[str, Any]
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def template_components(described: Sequence[Mapping[str, Any]], parameters: Mapping[str, Any]) -> list[Body]:
    """Return the send components of a template as Meta lists it, filled from `parameters`.

    Parameters go by placeholder: "1" or "first_name" for the body; "header" for the header's text, or
    {id} or {link} (and filename) for its file, or the location object; "button_0" … for a button's URL
    suffix, payload or coupon code, by its position. Raises BadInput for a placeholder without a value.
    """
    filled = [_component(each, parameters) for each in described if each.get("type") != "BUTTONS"]
    buttons = next((each.get("buttons") or [] for each in described if each.get("type") == "BUTTONS"), [])
    filled += [_button(position, each, parameters) for position, each in enumerate(buttons)]
    return [each for each in filled if each is not None]


def _component(described: Mapping[str, Any], parameters: Mapping[str, Any]) -> Body | None:
    if described["type"] == "HEADER":
        return _header(described, parameters)
    if described["type"] != "BODY":
        return None
    return _filled("body", described, parameters)


def _header(described: Mapping[str, Any], parameters: Mapping[str, Any]) -> Body | None:
    form = str(described.get("format", "TEXT")).lower()
    if form == "text":
        names = _PLACEHOLDER.findall(described.get("text", ""))
        given = {name: parameters.get("header", parameters.get(name)) for name in names}
        return _filled("header", described, given)
    value = parameters.get("header")
    if not isinstance(value, Mapping):
        raise BadInput(f"The template's header needs {form}.", parameter="header")
    return {"type": "header", "parameters": [{"type": form, form: dict(value)}]}


def _filled(where: str, described: Mapping[str, Any], parameters: Mapping[str, Any]) -> Body | None:
    names = list(dict.fromkeys(_PLACEHOLDER.findall(described.get("text", ""))))
    if not names:
        return None
    ordered = sorted(names, key=int) if all(name.isdigit() for name in names) else names
    return {"type": where, "parameters": [_parameter(name, parameters) for name in ordered]}


def _parameter(name: str, parameters: Mapping[str, Any]) -> Body:
    value = parameters.get(name)
    if value is None or value == "":
        raise BadInput(f"The template's placeholder {{{{{name}}}}} needs a value.", parameter=name)
    typed = dict(value) if isinstance(value, Mapping) else {"type": "text", "text": str(value)}
    return typed if name.isdigit() else typed | {"parameter_name": name}


def _button(position: int, described: Mapping[str, Any], parameters: Mapping[str, Any]) -> Body | None:
    form = str(described.get("type", "")).upper()
    value = parameters.get(f"button_{position}")
    if form == "URL" and _PLACEHOLDER.search(described.get("url", "")) and value is None:
        raise BadInput("The template's link button needs the end of its address.", parameter=f"button_{position}")
    if value is None or form not in _BUTTON_PARAMETER:
        return None
    name = _BUTTON_PARAMETER[form]
    return {
        "type": "button",
        "sub_type": form.lower(),
        "index": str(position),
        "parameters": [{"type": name, name: value}],
    }


_BUTTON_PARAMETER = {
    "URL": "text",
    "QUICK_REPLY": "payload",
    "COPY_CODE": "coupon_code",
    "OTP": "text",
    "FLOW": "action",
}
