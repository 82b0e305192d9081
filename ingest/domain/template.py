"""Message templates: how a provider lists one, and where its blanks are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

PLACEHOLDER = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")
"""A blank: {{1}}, or {{first_name}} where a template names them; whatever stands between the braces is its name."""

SENDABLE = frozenset({"APPROVED", "ACTIVE"})
"""States in which a provider takes a template; WhatsApp's word, and that of older lists."""


@dataclass(frozen=True, slots=True)
class Template:
    """One template as its provider lists it."""

    template_id: str
    """The provider's id."""
    name: str
    language: str
    category: str | None
    status: str | None
    components: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class HeaderFile:
    """A file that was laid down to stand above a template."""

    kind: str
    """image, video, document, …"""
    filename: str


@dataclass(frozen=True, slots=True)
class Blank:
    """Something that whoever sends a template has to fill in."""

    name: str
    """The name of the parameter: a placeholder's, "header", or "button_0" …"""
    kind: Literal["text", "image", "video", "document", "location"]
    label: str | None = None
    """What the template itself calls it (a button's title); None where that is the name."""


def placeholders(text: str) -> list[str]:
    """Return the names of the blanks in a text, each once, in their order; numbers in the order of their value.

    >>> placeholders("{{2}} for {{ 1 }}, {{2}}"), placeholders("Hi {{first.name}}")
    (['1', '2'], ['first.name'])
    """
    names = list(dict.fromkeys(PLACEHOLDER.findall(text)))
    return sorted(names, key=int) if all(name.isdecimal() for name in names) else names
