"""Text that a spreadsheet may open without running anything.

A cell that it would take for a formula gets a leading apostrophe, also where another program would split it at a
separator. Plain numbers and phone numbers stay as they are.
"""

from __future__ import annotations

import re

_STARTERS = "=+\\-@\t\r\n＝＋－＠"
_HARMLESS = re.compile(r"[+-]?\d+([.,]\d+)*|\+\d[\d ]*")
# invisible marks and blanks in front of a sign do not stop a spreadsheet from seeing it
_BLANK = " \u00a0\u200b\u200e\u200f\ufeff\"'"
_OPENING = re.compile(rf"(^|[,;|\t\r\n])(?=[{_BLANK}]*[{_STARTERS}])")


def neutral(text: str) -> str:
    """Return the text with an apostrophe wherever a spreadsheet could begin to read a formula."""
    return text if _HARMLESS.fullmatch(text) else _OPENING.sub(r"\1'", text)
