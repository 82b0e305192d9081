"""What the receiver and the parser count, for `/metrics` and `/health`."""

from __future__ import annotations

import time

from prometheus_client import Counter

RECEIVED = Counter(
    "prosa_deliveries_received", "Webhook bodies stored before their 200.", ["workspace", "channel", "kind"]
)
REFUSED = Counter("prosa_deliveries_refused", "Webhook bodies refused, by reason.", ["workspace", "channel", "reason"])


class StoreRefusals:
    """Webhook bodies answered 503 because the store did not take them, and how long ago the last one was."""

    def __init__(self) -> None:
        self._counter = Counter("prosa_deliveries_refused_by_store", "Webhook bodies that the store did not take.")
        self._last_s: float | None = None

    def inc(self) -> None:
        """Count one."""
        self._last_s = time.monotonic()
        self._counter.inc()

    def seconds_ago(self) -> float | None:
        """Return how long ago the last one was, None where there was none since the start."""
        return None if self._last_s is None else time.monotonic() - self._last_s

    def forget(self) -> None:
        """Let the last one be forgotten; the count stays."""
        self._last_s = None


REFUSED_BY_STORE = StoreRefusals()
