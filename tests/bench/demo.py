"""How soon the demo stands with a year behind it, and how soon an analyst sees what a customer wrote just now."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from tests.demo import Demo, eventually, running_demo


def main(days: int = 365, rounds: int = 5) -> dict[str, Any]:
    """Start the demo in a folder of its own, write to it, and return the figures; waits are from the webhook's 200."""
    with tempfile.TemporaryDirectory(prefix="prosa-bench-") as folder:
        began = time.perf_counter()
        with running_demo(Path(folder), days) as demo:
            ready_ms = _ms(began)
            events = demo.sql("SELECT count(*) FROM events")[0][0]
            waits = [_follow(demo, number) for number in range(rounds)]
    seen, derived = ([wait[place] for wait in waits] for place in (0, 1))
    return {
        "bench": "demo",
        "days": days,
        "events": events,
        "ready_ms": ready_ms,
        "events_view_median_ms": sorted(seen)[rounds // 2],
        "events_view_max_ms": max(seen),
        "marts_median_ms": sorted(derived)[rounds // 2],
        "marts_max_ms": max(derived),
    }


def _follow(demo: Demo, number: int) -> tuple[float, float]:
    """Let a customer write, and return after how long it was in the view `events`, and in the marts."""
    text = f"fresh-{number}"
    demo.customer_writes(f"wamid.{text}", text)
    began = time.perf_counter()
    said = f"SELECT count(*) FROM events WHERE type = 'message.received' AND payload LIKE '%{text}%'"
    eventually(lambda: demo.sql(said)[0][0], "it is an event", every_s=0.05)
    seen_ms = _ms(began)
    eventually(
        lambda: demo.sql(f"SELECT count(*) FROM lake.marts.fct_message WHERE text = '{text}'")[0][0],
        "it is in the marts",
    )
    return seen_ms, _ms(began)


def _ms(since: float) -> float:
    return round((time.perf_counter() - since) * 1000)
