"""How fast the inbox is in a real browser: event → paint and click → thread, against a running server.

`python -m tests.bench.console --url http://127.0.0.1:8800 --email … --password …` signs in, opens the console in
headless Chromium, clicks through the list, lets a second session write notes (each is an event of the stream), and
prints one line of JSON with times in milliseconds. Event → paint runs from just before the request that causes the
event to the painted frame, so it includes the API's commit and the stream; both ends read one machine's clock. It
leaves notes behind: measure on a demo. The fake server of the browser tests works too (no e-mail needed).
"""

from __future__ import annotations

import argparse
import json
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

CHROMIUM = Path("/usr/bin/chromium")
PAUSE_MS = 400
"""People look before they click again; a click in the middle of the last one's work measures nobody's day."""
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
COOKIE = "prosa_session"
_MARKS = "(window.prosaMarks ?? [])"
EVENT_MARK = f"id => {_MARKS}.find(mark => mark.kind === 'event' && mark.entries.includes(id))?.painted_at_ms"
THREAD_MARK = f"id => {_MARKS}.findLast(mark => mark.kind === 'thread' && mark.key === id)?.took_ms"


def summary(name: str, times_ms: Sequence[float]) -> dict[str, float | int]:
    """Return n, p50, p95 and the largest of some times."""
    cuts = quantiles(times_ms, n=20, method="inclusive") if len(times_ms) > 1 else [*times_ms] * 19
    figures = {"p50": cuts[9], "p95": cuts[18], "max": max(times_ms)}
    return {f"{name}_count": len(times_ms)} | {
        f"{name}_{which}_ms": round(value, 1) for which, value in figures.items()
    }


def signed_in(url: str, email: str, password: str) -> Any:
    """Return a client with a session of its own, as a colleague would have."""
    import httpx2

    client = httpx2.Client(base_url=url, headers={"X-Prosa": "1", "Origin": url}, trust_env=False)
    client.post("/login", data={"email": email, "password": password, "next": "/"})
    if COOKIE not in client.cookies:
        raise SystemExit("console bench: sign-in was refused")
    return client


def events(page: Any, client: Any, conversation_id: str, count: int) -> list[float]:
    """Write notes into the open conversation; return the times from request to paint."""
    times = []
    for number in range(count):
        page.wait_for_timeout(PAUSE_MS / 4)
        began_ms = time.time() * 1000
        answer = client.post(
            f"/api/conversations/{conversation_id}/notes",
            json={"text": f"bench {number}", "client_id": str(uuid.uuid4())},
        )
        note_id = answer.raise_for_status().json()["note"]["note_id"]
        painted = page.wait_for_function(EVENT_MARK, arg=note_id)
        times.append(painted.json_value() - began_ms)
    return times


def clicks(page: Any, count: int) -> list[float]:
    """Click down the list, each for the first time; return the times from click to painted thread."""
    times = []
    for number in range(1, count + 1):
        row = page.locator(".row[data-id]").nth(number)
        if row.count() == 0:
            break
        page.wait_for_timeout(PAUSE_MS)
        conversation_id = row.get_attribute("data-id")
        row.click()
        mark = page.wait_for_function(THREAD_MARK, arg=conversation_id)
        times.append(mark.json_value())
    return times


def measure(url: str, email: str, password: str, count: int) -> dict[str, float | int]:
    """Return the figures of one run."""
    from playwright.sync_api import sync_playwright

    client = signed_in(url, email, password)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        try:
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            context.add_cookies(
                [{"name": COOKIE, "value": signed_in(url, email, password).cookies[COOKIE], "url": url}]
            )
            page = context.new_page()
            began = time.monotonic()
            page.goto(url)
            page.locator("[data-tab=all]").click()
            page.locator(".row[data-id]").first.click()
            page.locator(".bubble, .activity").first.wait_for()
            first_s = time.monotonic() - began
            clicked = clicks(page, count)
            shown = page.locator(".row.chosen").get_attribute("data-id") or ""
            heard = events(page, client, shown, count)
        finally:
            browser.close()
    return (
        summary("event_to_paint", heard)
        | summary("click_to_thread", clicked)
        | {"first_thread_ms": round(first_s * 1000)}
    )


def main() -> None:
    """Read the command line, measure, print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8800")
    parser.add_argument("--email", default="")
    parser.add_argument("--password", default="")
    parser.add_argument("--count", type=int, default=40)
    asked = parser.parse_args()
    print(json.dumps(measure(asked.url.rstrip("/"), asked.email, asked.password, asked.count)))


if __name__ == "__main__":
    main()
