"""What people write when they set a widget up, as it is kept; what the widget would ignore is refused. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ingest.channels.webchat.rules import LANGUAGES, PRECHAT_FIELDS
from ingest.domain.errors import BadInput

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_HOST = re.compile(r"(\*\.)?[^\s/@*]+", re.ASCII | re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_PRECHAT = '{"fields": ["name", "email"], "consent_text": "We keep this chat for a year.", "consent_version": "1"}'
_GREETINGS = '[{"path_glob": "/checkout*", "after_s": 20, "text": "Can we help?"}]'


def settle(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings as they are kept; raises BadInput for what the widget would not understand."""
    return {name: _SETTLERS[name](value) if name in _SETTLERS else value for name, value in settings.items()}


def origin_of(written: str) -> str:
    """Return the origin that somebody means by the address of a site.

    >>> origin_of("https://Shop.example:443/basket"), origin_of("*.shop.example")
    ('https://shop.example', 'https://*.shop.example')
    """
    given = written.strip()
    try:
        parts = urlsplit(given if "://" in given else f"https://{given}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if parts.scheme not in _DEFAULT_PORTS or not _HOST.fullmatch(host):
        raise BadInput(f"{given[:80]!r} is no address of a site; write https://shop.example.", field="allowed_origins")
    shown = "" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{host}{shown}"


def _origins(value: Any) -> list[str]:
    return list(dict.fromkeys(origin_of(each) for each in _words(value, "allowed_origins")))


def _languages(value: Any) -> list[str]:
    found = [each.lower() for each in _words(value, "languages")]
    if unknown := [each for each in found if each not in LANGUAGES]:
        raise BadInput(f"The chat speaks {', '.join(LANGUAGES)}, not {', '.join(unknown)}.", field="languages")
    return found


def _colour(value: Any) -> str:
    if not isinstance(value, str) or not _COLOUR.fullmatch(value.strip()):
        raise BadInput("Write the colour as # and six digits: #0f766e.", field="colour")
    return value.strip().lower()


def _prechat(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() - {"fields", "consent_text", "consent_version"}:
        raise BadInput(f"The form before the chat is written so: {_PRECHAT}", field="prechat")
    if unknown := [each for each in _words(value.get("fields") or [], "prechat") if each not in PRECHAT_FIELDS]:
        raise BadInput(f"The form may ask for {', '.join(PRECHAT_FIELDS)}, not {', '.join(unknown)}.", field="prechat")
    if not value.get("fields") and not value.get("consent_text"):
        raise BadInput(f"The form before the chat asks for nothing; it is written so: {_PRECHAT}", field="prechat")
    return value


def _greetings(value: Any) -> list[Any]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise BadInput(f"Greetings are written so: {_GREETINGS}", field="greeting_rules")
    for each in value:
        after_s = each.get("after_s", 0)
        if not isinstance(each.get("text"), str) or not each["text"].strip():
            raise BadInput("A greeting needs its text.", field="greeting_rules")
        if isinstance(after_s, bool) or not isinstance(after_s, (int, float)) or not 0 <= after_s <= 3600:
            raise BadInput("A greeting comes after 0 to 3600 seconds (after_s).", field="greeting_rules")
        if not isinstance(each.get("path_glob", "*"), str):
            raise BadInput('A greeting names its pages as text: "path_glob": "/checkout*".', field="greeting_rules")
    return value


def _words(value: Any, field: str) -> list[str]:
    """Return the texts of a list, or those of a text with commas or lines."""
    found = re.split(r"[,\n]", value) if isinstance(value, str) else value
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise BadInput("Write them one after the other, with commas.", field=field)
    return [each.strip() for each in found if each.strip()]


_SETTLERS: Mapping[str, Callable[[Any], Any]] = {
    "allowed_origins": _origins,
    "languages": _languages,
    "colour": _colour,
    "prechat": _prechat,
    "greeting_rules": _greetings,
}
