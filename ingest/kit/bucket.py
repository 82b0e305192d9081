"""A bucket that drips: so many at once, so many per second over time."""

from __future__ import annotations

from math import ceil

from ingest.kit.clock import SECOND_US


class TokenBucket:
    """Holds up to `capacity` tokens and gains `per_s` a second; starts full. Time comes in as instants."""

    def __init__(self, capacity: float, per_s: float) -> None:
        self._capacity = capacity
        self._per_s = per_s
        self._level = capacity
        self._at_us: int | None = None

    def wait_us(self, now_us: int) -> int:
        """Return how long until one token is there; 0 when it is now."""
        self._fill(now_us)
        # A hair below one counts as one: the level is a float, and a wait that was kept must not be asked again.
        missing = 1 - self._level
        return 0 if missing <= 1e-9 else ceil(missing / self._per_s * SECOND_US)

    def take(self, now_us: int) -> None:
        """Take one token; ask `wait_us` first."""
        self._fill(now_us)
        self._level = max(0.0, self._level - 1)

    def is_full(self, now_us: int) -> bool:
        """Say whether nothing is missing; a full bucket may be forgotten."""
        self._fill(now_us)
        return self._level >= self._capacity

    def _fill(self, now_us: int) -> None:
        since = max(0, now_us - self._at_us) if self._at_us is not None else 0
        self._level = min(self._capacity, self._level + since / SECOND_US * self._per_s)
        self._at_us = max(now_us, self._at_us or now_us)
