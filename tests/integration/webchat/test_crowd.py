"""Visitors without browsers, against a house in a process of its own: all that they say comes back to them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from ingest.channels.simulator.visitors import Crowd
from tests.bench.servers import ROOT, free_port
from tests.integration.webchat import shop


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    port, shop_port = free_port(), free_port()
    command = [sys.executable, "-m", "tests.integration.webchat.server", str(tmp_path), str(port), str(shop_port)]
    server = subprocess.Popen(command, cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                httpx2.get(f"{address}/health/live")
                break
            except httpx2.TransportError:
                assert server.poll() is None, "the server ended"
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(20)


async def test_a_crowd_writes_and_each_sees_their_own_words_alone(url: str) -> None:
    crowd = Crowd(url, shop.ID, origin=url, seed=7)
    await crowd.run(visitors=20, seconds=8, every_s=2)
    assert crowd.failures == []
    written = sum(len(each.acks_s) for each in crowd.visitors)
    assert written >= 40
    assert len(crowd.delays_s) >= 0.9 * written  # the last words may still be on their way
    assert all(len(each.messages) <= len(each.acks_s) for each in crowd.visitors)
