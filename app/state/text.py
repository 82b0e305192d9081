"""Texts as live tables can hold them."""

from __future__ import annotations

from typing import overload


@overload
def shown(text: str) -> str: ...
@overload
def shown(text: None) -> None: ...
def shown(text: str | None) -> str | None:
    """Return the text with NUL as its symbol ␀: PostgreSQL refuses NUL, the journal keeps the original."""
    return text.replace("\x00", "\u2400") if text else text
