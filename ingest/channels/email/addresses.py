"""Addresses, message ids and dates as mail headers write them, and as they should not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import getaddresses, parsedate_to_datetime

from ingest.kit.clock import DAY_US, SECOND_US, to_us

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\]{1,255}")
_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f]")
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
    try:
        pairs = getaddresses([value])
    except (ValueError, IndexError, TypeError, AttributeError, RecursionError):
        pairs = []
    if any(_ADDRESS.search(written) for _, written in pairs):
        return pairs
    # Unquoted commas, text around the brackets: the addresses at least can be found.
    return [
        (value[: each.start()].strip(" <\"'") if number == 0 else "", each[0])
        for number, each in enumerate(_ADDRESS.finditer(value))
    ]
