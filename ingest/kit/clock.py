"""Time comes in as an argument; these are the two places it can come from.

Instants are integers: microseconds since 1970-01-01 UTC (`…_us`).
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol

SECOND_US = 1_000_000
HOUR_US = 3_600 * SECOND_US
DAY_US = 24 * HOUR_US


class Clock(Protocol):
    """Anything that can say what time it is."""

    def us(self) -> int:
        """Return the present instant in microseconds since the epoch, UTC."""


class SystemClock:
    """The machine's clock."""

    def us(self) -> int:
        """Return the machine's idea of now."""
        return time.time_ns() // 1000


class FixedClock:
    """A clock that moves only when told to; tests and replays live by it."""

    def __init__(self, us: int) -> None:
        self._us = us

    def us(self) -> int:
        """Return the instant last set."""
        return self._us

    def advance(self, us: int) -> None:
        """Move the clock on by `us` microseconds."""
        self._us += us


def to_datetime(us: int) -> datetime:
    """Return the aware UTC datetime of an instant."""
    return datetime.fromtimestamp(us / SECOND_US, UTC)


def to_us(moment: datetime) -> int:
    """Return the instant of a datetime; a naive one is read as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(aware.timestamp() * SECOND_US)


def iso(us: int) -> str:
    """Return the instant as ISO 8601 with a trailing Z, to the microsecond."""
    return to_datetime(us).isoformat(timespec="microseconds").replace("+00:00", "Z")
