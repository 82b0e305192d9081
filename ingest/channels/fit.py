"""Making a message fit its channel: long texts are split at a safe place, choices fall back in a declared order. Pure.

List → buttons → numbered text: a list is sent as a list where the channel has lists and it fits, as buttons where
its rows are few and short enough, else as a text that numbers them. Buttons fall back to the numbered text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.channels.base import Capabilities
from ingest.domain.errors import BadInput

MOST_PARTS = 10
"""Messages that one text may become; more is a document, and should be sent as one."""
NUMBERED_LIMIT = 10
"""Choices that a numbered text may offer; more cannot be told apart on a phone."""

_PLACES = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"[.!?…؟。]+[)\"'”’»]*\s"), re.compile(r"\s"))
"""Where a text may be cut, best first: between paragraphs, lines, sentences, words."""
_JOINER = "\u200d"


def length(text: str, unit: str = "characters") -> int:
    """Return how long a text is as the channel counts: characters, bytes (UTF-8) or utf16 (code units)."""
    if unit == "bytes":
        return len(text.encode("utf-8", "surrogatepass"))
    if unit == "utf16":
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text)


def split(text: str, limit: int, unit: str = "characters") -> list[str]:
    """Return a text in parts of at most `limit`, cut where it hurts least and never inside a character.

    Raises BadInput {length, limit} for one that would become more than `MOST_PARTS` messages.
    """
    parts, rest = list[str](), text.strip()
    while length(rest, unit) > limit:
        if len(parts) == MOST_PARTS - 1:
            raise BadInput(
                f"The text has {length(text, unit)} {unit}; send it as a file, or in at most {MOST_PARTS} messages "
                f"of {limit}.",
                length=length(text, unit),
                limit=limit,
            )
        cut = _cut(rest, _most(rest, limit, unit))
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


@dataclass(frozen=True, slots=True)
class Choices:
    """A message with choices as the channel can carry it."""

    text: str
    interactive: Mapping[str, Any] | None
    """`{buttons}` or `{button, sections}`; None where the text numbers them."""


def choices(text: str, asked: Mapping[str, Any], able: Capabilities) -> Choices:
    """Return how choices (`{buttons}` or `{button, sections}`) are offered on a channel.

    Raises BadInput {limit} where there are too many even for a numbered text.
    """
    listed = [row for section in asked.get("sections") or () for row in section["rows"]]
    rows = listed or list(asked.get("buttons") or ())
    can_press = "interactive" in able.kinds
    if asked.get("sections") and can_press and 0 < len(rows) <= able.list_row_limit:
        return Choices(text, asked)
    if can_press and _are_buttons(rows, able):
        return Choices(text, {"buttons": [{"id": row["id"], "title": row["title"]} for row in rows]})
    if len(rows) > NUMBERED_LIMIT:
        raise BadInput(f"At most {NUMBERED_LIMIT} choices can be offered here.", limit=NUMBERED_LIMIT)
    return Choices("\n".join([text, "", *(_line(number, row) for number, row in enumerate(rows, start=1))]), None)


def _are_buttons(rows: Sequence[Mapping[str, Any]], able: Capabilities) -> bool:
    fits = all(len(row["title"]) <= able.button_title_limit for row in rows)
    return 0 < len(rows) <= able.button_limit and fits


def _line(number: int, row: Mapping[str, Any]) -> str:
    described = row.get("description")
    return f"{number}. {row['title']}" + (f" – {described}" if described else "")


def _most(text: str, limit: int, unit: str) -> int:
    """Return how many characters of a text fit."""
    if unit == "bytes":
        return len(text.encode("utf-8", "surrogatepass")[:limit].decode("utf-8", "ignore"))
    if unit == "utf16":
        return len(text.encode("utf-16-le", "surrogatepass")[: 2 * limit].decode("utf-16-le", "ignore"))
    return limit


def _cut(text: str, most: int) -> int:
    """Return where to cut within the first `most` characters; a place in the first third would waste a message."""
    for place in _PLACES:
        ends = [found.end() for found in place.finditer(text, 0, most + 1) if found.start() <= most]
        if ends and min(ends[-1], most) > most // 3:
            return min(ends[-1], most)
    cut = most
    while cut > 1 and _holds_together(text[cut - 1], text[cut]):
        cut -= 1
    return cut if cut > 1 else max(1, most)


def _holds_together(before: str, after: str) -> bool:
    """Say whether a cut here would break what people see as one character."""
    joins = after == _JOINER or before == _JOINER or unicodedata.category(after) in ("Mn", "Me", "Mc")
    is_tone = "\U0001f3fb" <= after <= "\U0001f3ff"
    is_flag = "\U0001f1e6" <= before <= "\U0001f1ff" and "\U0001f1e6" <= after <= "\U0001f1ff"
    return joins or is_tone or is_flag
