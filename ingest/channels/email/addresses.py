"""Addresses, message ids and dates as mail headers write them, and as they should not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import getaddresses, parsedate_to_datetime

from ingest.kit.clock import DAY_US, SECOND_US, to_us

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\]{1,255}")
_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f]")
_CLOSED_BY = {'"': '"', "<": ">"}
_ANGLED = re.compile(r"<([^<>]{1,512})>")
_EARLIEST_US = 631_152_000 * SECOND_US
"""1990; mail that says it is older has a broken clock."""
_LATEST_AHEAD_US = 2 * DAY_US
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}T")
_MOST = 1000
"""Addresses or ids of one header."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name, where there is one, and an address in lower case, trimmed."""

    name: str | None
    address: str

    @property
    def identity(self) -> dict[str, str]:
        """Return the address as an identity."""
        return {"kind": "email", "address": self.address}


def mailboxes(value: str) -> list[Mailbox]:
    """Return the mailboxes of a header, each once; what is no address is passed over.

    >>> mailboxes('"Ana, B." <Ana@Example.com>, <x@example.com>x@example.com')
    [Mailbox(name='Ana, B.', address='ana@example.com'), Mailbox(name=None, address='x@example.com')]
    """
    found: dict[str, Mailbox] = {}
    for name, written in _pairs(value):
        address = _ADDRESS.search(written)
        if address and len(found) < _MOST:
            lowered = address[0].lower()
            shown = name.strip().strip("\"'").strip()
            is_name = bool(shown) and shown.lower() != lowered
            found.setdefault(lowered, Mailbox(shown if is_name else None, lowered))
    return list(found.values())


def message_ids(value: str) -> list[str]:
    """Return the ids of a Message-ID, In-Reply-To or References header without their brackets, each once.

    Ids may hold blanks by folding, lack the `@`, or stand without brackets (channels.md §8).
    """
    unfolded = value.replace("\t", " ")
    angled = [_UNSEEN.sub("", each) for each in _ANGLED.findall(unfolded)]
    bare = [_UNSEEN.sub("", each).strip("<>,;") for each in re.split(r"[\s,]+", _ANGLED.sub(" ", unfolded))]
    # Words beside ids in brackets are comments ("message of Monday from …").
    given = angled or [each for each in bare if each]
    return list(dict.fromkeys(each[:512] for each in given if each))[:_MOST]


def moment(value: str, arrived_us: int) -> int:
    """Return a Date header (or ISO 8601, as providers write) in microseconds.

    The time of arrival for none, nonsense, or a clock that is far off.
    """
    try:
        us = to_us(datetime.fromisoformat(value) if _ISO.match(value) else parsedate_to_datetime(value))
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return arrived_us
    return us if _EARLIEST_US <= us <= arrived_us + _LATEST_AHEAD_US else arrived_us


def _pairs(value: str) -> list[tuple[str, str]]:
    """Return names and addresses; the library's word counts only where it agrees with the brackets.

    It takes `ana@example.com <evil@evil.example>` for two people or nobody; it is one, who is in the brackets.
    """
    own = [pair for each in _pieces(value) if (pair := _person(*each))[1]]
    try:
        pairs = [pair for pair in getaddresses([value]) if _ADDRESS.search(pair[1])]
    except (ValueError, IndexError, TypeError, AttributeError, RecursionError):
        return own
    return pairs if [_bare(each) for _, each in pairs] == [_bare(each) for _, each in own] else own


def _pieces(value: str) -> list[tuple[str, str]]:
    """Return what stands between commas and semicolons, and the same with blanks for what is in quotes.

    Commas in quotes and brackets part nobody; a quote that never ends is none.
    """
    found, start, closes, is_escaped, spoken = [], 0, "", False, list(value)
    for at, sign in enumerate(value):
        if closes == '"':
            spoken[at] = " "
        if is_escaped or sign == "\\":
            is_escaped = not is_escaped
        elif closes:
            closes = "" if sign == closes else closes
        elif sign in _CLOSED_BY:
            closes = _CLOSED_BY[sign]
        elif sign in ",;":
            found.append((start, at))
            start = at + 1
    if closes:
        return [(each, each) for each in re.split("[,;]", value)]
    return [(value[one:end], "".join(spoken[one:end])) for one, end in [*found, (start, len(value))]]


def _person(piece: str, spoken: str) -> tuple[str, str]:
    """Return the name and address of one piece: the address in the last brackets, else the last there is."""
    angled = [each for each in _ANGLED.finditer(spoken) if _ADDRESS.search(each[1])]
    if angled:
        return piece[: angled[-1].start()].strip(" <\"'"), angled[-1][1]
    found = _ADDRESS.findall(spoken) or _ADDRESS.findall(piece)
    return ("", found[-1]) if found else ("", "")


def _bare(written: str) -> str:
    found = _ADDRESS.search(written)
    return found[0].lower() if found else ""
