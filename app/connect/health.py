"""How a channel does: what came last, and whether its silence is longer than its customers' rhythm explains. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.kit.clock import SECOND_US

ALARMING = 7.0
"""Messages missing before silence alarms: of a Poisson rhythm one silence in a thousand is that long by chance."""
_LONGEST = timedelta(days=7)

Rhythm = Mapping[tuple[int, int], float]
"""(ISO weekday, hour in UTC) to the inbound messages that this hour usually brings."""


def rhythms(rows: Iterable[Mapping[str, Any]]) -> dict[str, Rhythm]:
    """Return the rhythm of each inbox from the rows of `usual_rhythm.sql`."""
    found: dict[str, dict[tuple[int, int], float]] = {}
    for row in rows:
        found.setdefault(row["inbox_id"], {})[row["weekday"], row["hour"]] = row["messages"]
    return dict(found)


def missing(rhythm: Rhythm, last_us: int | None, now_us: int) -> float:
    """Return how many messages the silence since `last_us` would usually have brought."""
    if last_us is None:
        return 0.0
    now = datetime.fromtimestamp(now_us / SECOND_US, UTC)
    at = max(datetime.fromtimestamp(last_us / SECOND_US, UTC), now - _LONGEST)
    expected = 0.0
    while at < now:
        following = min(now, at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1))
        expected += rhythm.get((at.isoweekday(), at.hour), 0.0) * ((following - at) / timedelta(hours=1))
        at = following
    return expected


def is_unusual(rhythm: Rhythm, last_us: int | None, now_us: int) -> bool:
    """Say whether so long a silence should make somebody look."""
    return missing(rhythm, last_us, now_us) >= ALARMING
