"""The text of a WhatsApp chat export, line by line: headers of every shape, days and months told apart.

Pure: text in, entries out. An export is written for people, in the phone's language and calendar order;
what a header looks like was gathered in the list of formats that the tests run over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from ingest.domain.errors import BadInput

ORDERS = ("dmy", "mdy", "ymd", "ydm")
"""The commonest first."""
_FIRST_YEAR = 2009
"""WhatsApp did not exist before."""
_MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
_GAP = "[ \u00a0\u202f]"
_CUT = f"[{_MARKS}]*[-/.][{_MARKS}]*"
"""Arabic phones put U+200F on both sides of a separator."""
_HEADER = re.compile(
    rf"^[{_MARKS}]*(?P<open>\[)?[{_MARKS}]*"
    rf"(?P<a>\d{{1,4}}){_CUT}(?P<b>\d{{1,2}}){_CUT}(?P<c>\d{{1,4}})[{_MARKS}]*\.?[{_MARKS}]*[,،]?[{_MARKS}]*"
    rf"{_GAP}+[{_MARKS}]*(?P<hour>\d{{1,2}})[:.](?P<minute>\d{{2}})(?:[:.](?P<second>\d{{2}}))?"
    rf"[{_MARKS}]*(?:{_GAP}*[{_MARKS}]*(?P<half>[aApP]{_GAP}?\.?{_GAP}?[mM]\.?|[صم]))?"
    rf"[{_MARKS}]*(?(open)\]{_GAP}*|{_GAP}+[-–]{_GAP}+)(?P<rest>.*)$"
)
_NAMED = re.compile(rf"^[{_MARKS}]*(?P<name>[^:]{{1,120}}?)[{_MARKS}]*:(?:{_GAP}(?P<text>.*)|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entry:
    """One header and what follows it. `author` is None for a line of the system."""

    line: int
    """Where the header stands, from 1."""
    at: datetime
    """Local time of the phone, naive."""
    author: str | None
    text: str


@dataclass(frozen=True, slots=True)
class _Block:
    line: int
    numbers: tuple[str, str, str]
    clock: tuple[int, int, int]
    rest: str


@dataclass(frozen=True, slots=True)
class Chat:
    """A whole export: its entries in the order written, and lines before the first header."""

    entries: Sequence[Entry]
    stray: Sequence[tuple[int, str]]
    order: str


def read_chat(text: str, latest_year: int, *, day_first: bool | None = None) -> Chat:
    """Return the entries of an export; the order of its dates is found from the whole file.

    `day_first` says whether the day stands before the month, where the file leaves that open. Raises
    BadInput where no header is found, or where it is open and was not said.
    """
    blocks, stray = _blocks(text)
    if not blocks:
        raise BadInput("This is not a WhatsApp chat export: no line begins with a date and a time.")
    chosen = _order_of(blocks, latest_year, day_first)
    entries: list[Entry] = []
    for block in blocks:
        at = _moment(block, chosen, latest_year)
        if at is None:
            stray.append((block.line, block.rest))
            continue
        author, said = _author(block.rest)
        entries.append(Entry(block.line, at, author, said))
    return Chat(entries, stray, chosen)


def without_marks(text: str) -> str:
    """Return a text without direction marks at its ends."""
    return text.strip(_MARKS + " \u00a0\u202f")


def _blocks(text: str) -> tuple[list[_Block], list[tuple[int, str]]]:
    """Cut the text at its headers; a line without one belongs to what was said before it."""
    blocks: list[_Block] = []
    stray: list[tuple[int, str]] = []
    lines: list[str] = []
    for number, line in enumerate(text.replace("\r\n", "\n").removesuffix("\n").split("\n"), start=1):
        found = _HEADER.match(line)
        clock = _clock(found) if found else None
        if found and clock:
            _close(blocks, lines)
            blocks.append(_Block(number, (found["a"], found["b"], found["c"]), clock, ""))
            lines = [found["rest"]]
        elif blocks:
            lines.append(line)
        elif line.strip(_MARKS + " "):
            stray.append((number, line))
    _close(blocks, lines)
    return blocks, stray


def _close(blocks: list[_Block], lines: list[str]) -> None:
    if blocks:
        last = blocks[-1]
        blocks[-1] = _Block(last.line, last.numbers, last.clock, "\n".join(lines))


def _clock(found: re.Match[str]) -> tuple[int, int, int] | None:
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    half = (found["half"] or "").lower()[:1]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in ("p", "م") else 0)
    return (hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _author(rest: str) -> tuple[str | None, str]:
    found = _NAMED.match(rest)
    if not found:
        return None, rest
    return without_marks(found["name"]), found["text"] or ""


def _order_of(blocks: Sequence[_Block], latest_year: int, day_first: bool | None) -> str:
    """Return the one order in which every date is real, and if several, the one in which time never runs back."""
    allowed = [order for order in ORDERS if day_first in (None, _is_day_first(order))]
    real = {order: sum(_moment(block, order, latest_year) is not None for block in blocks) for order in allowed}
    possible = [order for order in allowed if real[order] == max(real.values()) > 0]
    if len(possible) > 1:
        possible = _steadiest(blocks, possible, latest_year)
    if not possible:
        raise BadInput(f"The dates of this export cannot be read; the first is {'/'.join(blocks[0].numbers)}.")
    if len({_is_day_first(order) for order in possible}) == 1:
        return possible[0]
    raise BadInput(
        f"In this export day and month cannot be told apart: {'/'.join(blocks[0].numbers)} may be "
        f"{' or '.join(_shown(blocks[0], order, latest_year) for order in possible)}. "
        "Say which with --day-first or --month-first.",
        possible=possible,
    )


def _is_day_first(order: str) -> bool:
    return order.index("d") < order.index("m")


def _steadiest(blocks: Sequence[_Block], orders: Sequence[str], latest_year: int) -> list[str]:
    """Return the orders with the fewest steps back in time, the commonest first, and one of those that read alike."""
    back: dict[str, int] = {}
    for order in orders:
        days = [moment.date() for block in blocks if (moment := _moment(block, order, latest_year))]
        back[order] = sum(later < earlier for earlier, later in pairwise(days))
    least = min(back.values())
    best = [order for order in orders if back[order] == least]
    readings = {tuple(_moment(block, order, latest_year) for block in blocks): order for order in reversed(best)}
    return sorted(readings.values(), key=ORDERS.index)


def _moment(block: _Block, order: str, latest_year: int) -> datetime | None:
    """Return the moment of a header read in an order, None where that is no date of WhatsApp's years."""
    given = dict(zip(order, block.numbers, strict=True))
    if len(given["y"]) not in (2, 4) or len(given["d"]) > 2 or len(given["m"]) > 2:
        return None
    year = int(given["y"]) + (2000 if len(given["y"]) == 2 else 0)
    if not _FIRST_YEAR <= year <= latest_year:
        return None
    try:
        return datetime(year, int(given["m"]), int(given["d"]), *block.clock)  # noqa: DTZ001 - local time of a phone
    except ValueError:
        return None


def _shown(block: _Block, order: str, latest_year: int) -> str:
    moment = _moment(block, order, latest_year)
    return f"{moment:%-d %B %Y}" if moment else f"a date in the order {order}"


def numbered(entries: Sequence[Entry]) -> Iterator[tuple[Entry, int]]:
    """Yield every entry with how many equal ones came before it, so that each has a key of its own."""
    seen: dict[tuple[datetime, str | None, str], int] = {}
    for entry in entries:
        same = (entry.at, entry.author, entry.text)
        yield entry, seen.get(same, 0)
        seen[same] = seen.get(same, 0) + 1
