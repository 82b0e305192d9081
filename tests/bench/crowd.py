"""Visitors of a web chat in a process of their own; prints what they saw as one line of JSON.

`python -m tests.bench.crowd <port> <connection id> <visitors> <seconds>`
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence

from ingest.channels.simulator.visitors import Crowd

ARRIVAL_S = 30.0


def main(port: int, connection_id: str, visitors: int, seconds: float) -> dict[str, float | int]:
    """Let them come over half a minute and write now and then; returns counts and times."""
    address = f"http://127.0.0.1:{port}"
    crowd = Crowd(address, connection_id, origin=address, seed=7)
    asyncio.run(crowd.run(visitors, seconds, arrival_s=min(ARRIVAL_S, seconds / 2)))
    acks = [each for visitor in crowd.visitors for each in visitor.acks_s]
    return {
        "visitors": sum(bool(each.session) for each in crowd.visitors),
        "visitor_messages": len(acks),
        "visitor_failures": len(crowd.failures),
        "visitor_ack_p95_ms": _ms(acks, 0.95),
        "visitor_seen_p95_ms": _ms(crowd.delays_s, 0.95),
    }


def _ms(times: Sequence[float], share: float) -> float:
    ordered = sorted(times)
    return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1) if ordered else 0.0


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))))
