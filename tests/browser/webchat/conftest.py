"""The house and the shop's pages, served to a real browser, and an agent who answers by the inbox API."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PATIENCE_MS, ROOT, free_port

_numbers = itertools.count(1)


class House:
    """The house and the shop's pages, and an agent who answers by the inbox API."""

    def __init__(self, port: int, shop_port: int) -> None:
        self.shop = f"http://localhost:{shop_port}"
        self.url = f"http://127.0.0.1:{port}"
        token = httpx2.get(f"{self.shop}/token").json()["token"]
        headers = {"X-Prosa": "1", "Cookie": f"prosa_session={token}"}
        self.api = httpx2.Client(base_url=f"{self.url}/api", headers=headers, timeout=20)

    def conversation(self, words: str) -> dict[str, Any]:
        """Return the conversation whose newest message holds these words, once there is one."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for each in self.api.get("/conversations").json()["conversations"]:
                if words in (each["preview"]["text"] or ""):
                    return each
            time.sleep(0.1)
        raise AssertionError(f"nobody wrote {words!r}")

    def reply(self, conversation: dict[str, Any], **reply: Any) -> None:
        """Answer as the agent."""
        client_id = f"0192d3a0-0000-7000-8000-{next(_numbers):012d}"
        path = f"/conversations/{conversation['conversation_id']}/replies"
        self.api.post(path, json={"client_id": client_id, **reply}).raise_for_status()

    def thread(self, conversation: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the messages as the console shows them."""
        entries = self.api.get(f"/conversations/{conversation['conversation_id']}/thread").json()["entries"]
        return [each for each in entries if each["type"] == "message"]


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    port, shop_port = free_port(), free_port()
    folder = tmp_path_factory.mktemp("webchat")
    command = [sys.executable, "-m", "tests.integration.webchat.server", str(folder), str(port), str(shop_port)]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        for _ in range(300):
            try:
                opened = House(port, shop_port)
                break
            except httpx2.HTTPError:
                assert server.poll() is None, "the server ended"
                time.sleep(0.2)
        yield opened
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture
def visit(browser: Browser, house: House) -> Iterator[Callable[..., Page]]:
    """Open a page of the shop as somebody new; an error in the page fails the test."""
    contexts, problems = [], list[str]()

    def open_page(path: str = "/", *, width: int = 1280, height: int = 800, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="en-US", **options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(house.shop + path)
        return page

    yield open_page
    for each in contexts:
        each.close()
    assert problems == []
