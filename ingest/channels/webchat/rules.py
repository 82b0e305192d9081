"""What a widget's settings mean: who may embed it, what it shows, what it asks first. Pure.

Settings are typed by people, so each is read as far as it makes sense and the rest is as if it were not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ingest.channels.reading import Item, objects, text
from ingest.channels.webchat.capabilities import CAPABILITIES, EMOJI
from ingest.domain.connection import Connection

LANGUAGES = ("en", "pt", "es", "ar")
"""Languages the widget speaks."""
PRECHAT_FIELDS = ("name", "email")
_COLOUR = frozenset("0123456789abcdefABCDEF")


@dataclass(frozen=True, slots=True)
class Consent:
    """What a visitor agrees to before the first word; which wording it was is kept with the agreement."""

    version: str
    text: str


@dataclass(frozen=True, slots=True)
class Widget:
    """One widget as its settings describe it."""

    title: str
    colour: str
    greetings: tuple[Item, ...]
    fields: tuple[str, ...]
    consent: Consent | None
    allowed_origins: tuple[str, ...]
    languages: tuple[str, ...]

    def public(self) -> dict[str, Any]:
        """Return what every visitor may know."""
        return {
            "title": self.title,
            "colour": self.colour,
            "greetings": list(self.greetings),
            "languages": list(self.languages),
            "prechat": self._prechat(),
            "emoji": list(EMOJI),
            "limits": {
                "text": CAPABILITIES.text_limit,
                "file": max(CAPABILITIES.media_limits.values()),
                "types": sorted(CAPABILITIES.media_limits),
            },
        }

    def _prechat(self) -> dict[str, Any] | None:
        if not self.fields and self.consent is None:
            return None
        consent = {"version": self.consent.version, "text": self.consent.text} if self.consent else None
        return {"fields": list(self.fields), "consent": consent}


def widget_of(connection: Connection) -> Widget:
    """Return the widget behind a connection; nothing in its settings makes this fail."""
    given = connection.settings
    prechat = given.get("prechat")
    prechat = prechat if isinstance(prechat, dict) else {}
    return Widget(
        title=text(given.get("title")) or connection.name,
        colour=_colour(given.get("colour")),
        greetings=tuple(_greetings(given)),
        fields=tuple(each for each in PRECHAT_FIELDS if each in _texts(prechat.get("fields"))),
        consent=_consent(prechat),
        allowed_origins=_texts(given.get("allowed_origins")),
        languages=tuple(each for each in _texts(given.get("languages")) if each in LANGUAGES) or LANGUAGES,
    )


def is_allowed(origin: str, allowed: tuple[str, ...], host: str = "") -> bool:
    """Say whether pages of an origin may embed a widget: those named, and our own (`host` as in the request).

    `https://*.shop.example` names every host below a domain.

    >>> is_allowed("https://eu.shop.example", ("https://*.shop.example",))
    True
    >>> is_allowed("https://eu.shop.example.evil.example", ("https://*.shop.example",))
    False
    """
    parts = urlsplit(origin)
    if parts.scheme not in ("http", "https") or not parts.netloc or origin != f"{parts.scheme}://{parts.netloc}":
        return False
    return parts.netloc == host or any(_names(each.rstrip("/"), origin) for each in allowed)


def _names(allowed: str, origin: str) -> bool:
    scheme, wild, domain = allowed.partition("://*.")
    if not wild:
        return allowed == origin
    return origin.startswith(f"{scheme}://") and origin.endswith(f".{domain}") and bool(domain)


def _greetings(given: Mapping[str, Any]) -> list[Item]:
    found = []
    for each in objects(given.get("greeting_rules")):
        says, after_s = text(each.get("text")), each.get("after_s", 0)
        if says and isinstance(after_s, (int, float)) and 0 <= after_s <= 3600:
            found.append({"path_glob": text(each.get("path_glob")) or "*", "after_s": after_s, "text": says})
    return found


def _consent(prechat: Mapping[str, Any]) -> Consent | None:
    says, version = text(prechat.get("consent_text")), prechat.get("consent_version")
    return Consent(str(version or 1), says) if says else None


def _colour(value: object) -> str:
    """Return a colour as #rrggbb; anything else would be a way to put style into strangers' pages."""
    if isinstance(value, str) and len(value) == 7 and value[0] == "#" and set(value[1:]) <= _COLOUR:
        return value.lower()
    return ""


def _texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list, or those of a text with commas."""
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, (list, tuple)):
        return ()
    return tuple(each.strip() for each in value if isinstance(each, str) and each.strip())
