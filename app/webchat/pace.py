"""How fast visitors may go: so much at once, then so much a second, for each browser and for each address."""

from __future__ import annotations

from ingest.domain.errors import TooMany
from ingest.kit.bucket import TokenBucket
from ingest.kit.clock import SECOND_US

RATES: dict[str, tuple[float, float]] = {
    "session": (120, 2),
    "address": (240, 4),
    "message": (20, 0.5),
    "file": (10, 0.1),
    "small": (120, 4),
    "unsubscribe": (600, 20),  # a provider asks for all its readers from few addresses
}
"""At once, and a second. A whole office or a mobile network is one address; a session keeps nothing here."""
_MOST = 20_000
_OURSELVES = frozenset({"127.0.0.1", "::1", ""})


class Pace:
    """Buckets by what is done and by whom; those that are full again are forgotten."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str], TokenBucket] = {}

    def take(self, what: str, who: str, now_us: int) -> None:
        """Count one; raises TooMany with the seconds to wait.

        This machine is nobody in particular: behind a proxy that names no addresses it is everybody.
        """
        if who in _OURSELVES:
            return
        if len(self._buckets) > _MOST:
            self._buckets = {key: each for key, each in self._buckets.items() if not each.is_full(now_us)}
        bucket = self._buckets.get((what, who))
        if bucket is None:
            bucket = self._buckets[what, who] = TokenBucket(*RATES[what])
        if wait_us := bucket.wait_us(now_us):
            raise TooMany(retry_after_s=-(-wait_us // SECOND_US))
        bucket.take(now_us)
