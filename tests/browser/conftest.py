"""A fake server in a process of its own, and a real browser in front of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
]  # fmt: skip
ROOT = Path(__file__).parents[2]
START_S = 60.0
PATIENCE_MS = 30_000
"""A busy machine is slow, not broken."""

expect.set_options(timeout=PATIENCE_MS)


def free_port() -> int:
    """Return a port nobody listens on just now."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    """Start the fake server with the console, and return its address."""
    port = free_port()
    environment = {**os.environ, "PROSA_PORT": str(port), "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen([sys.executable, "-m", "tests.browser.fake_server", str(port)], cwd=ROOT, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(10)


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            httpx2.get(f"{address}/api/me")
            return
        except httpx2.HTTPError:
            time.sleep(0.1)
    raise RuntimeError("the fake server did not start")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once."""
    if not CHROMIUM.exists():
        pytest.skip("no Chromium at /usr/bin/chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def fake(url: str) -> Callable[..., Any]:
    """Make things happen at the business: `fake("inbound", conversation_id=…, text=…)`."""

    def control(do: str, **facts: Any) -> Any:
        return httpx2.post(f"{url}/fake", json={"do": do, **facts}).raise_for_status().json()

    return control


@pytest.fixture
def visit(browser: Browser, url: str) -> Iterator[Callable[..., Page]]:
    """Open the console as Ana; `visit("?c=c-0001", width=360)`. Errors in the page fail the test."""
    contexts = []
    problems: list[str] = []

    def open_page(path: str = "/", *, width: int = 1280, height: int = 850, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([{"name": "prosa_session", "value": "fake", "url": url}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{url}/{path.lstrip('/')}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []
