"""What the receiver and the parser count, for `/metrics`."""

from __future__ import annotations

from prometheus_client import Counter

RECEIVED = Counter(
    "prosa_deliveries_received", "Webhook bodies stored before their 200.", ["workspace", "channel", "kind"]
)
REFUSED = Counter("prosa_deliveries_refused", "Webhook bodies refused, by reason.", ["workspace", "channel", "reason"])
