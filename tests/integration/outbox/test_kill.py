"""A real process, really killed: the sender dies at random moments while the provider counts."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from sqlalchemy import update

from ingest.channels.simulator.faults import FaultPlan
from ingest.store.own import connection as connection_table
from tests import builders
from tests.integration.outbox.conftest import Build
from tests.integration.outbox.street import Street

ROOT = Path(__file__).parents[3]
COUNT = 60

PROCESS = """
import asyncio, sys
from pathlib import Path
from app.outbox.gateways import Gateways
from app.outbox.sender import Outbox
from app.outbox.service import open_http
from app.state.unit import Store
from ingest.kit.clock import FixedClock
from ingest.store.database import Database
from ingest.store.journal import Journal
from ingest.store.media import MediaStore

async def main(url, us):
    clock = FixedClock(us)
    store = Store(Database(url), Journal(clock), clock)
    outbox = Outbox(store, Gateways(open_http()), MediaStore(Path("unused")))
    while True:
        if not await outbox.run_once():
            clock.advance(100_000)
            await asyncio.sleep(0.005)

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


@contextlib.asynccontextmanager
async def _served(street: Street, port: int) -> AsyncIterator[None]:
    server = uvicorn.Server(
        uvicorn.Config(street.graph.app, host="127.0.0.1", port=port, log_level="error", lifespan="off")
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    yield
    server.should_exit = True
    await serving


@pytest.mark.slow
async def test_killed_at_random_moments_nobody_gets_anything_twice(build_street: Build) -> None:
    await _sweep(build_street, kills=2)


@pytest.mark.slow
async def test_killed_many_times_nobody_gets_anything_twice(build_street: Build) -> None:
    await _sweep(build_street, kills=15)


async def _sweep(build_street: Build, kills: int) -> None:
    street = build_street(FaultPlan(1, errors={131000: 0.05}, read=0.0))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with street.store.database.write() as sql:
        sql.execute(update(connection_table).values(base_url=f"http://127.0.0.1:{port}/v24.0"))
    for number in range(COUNT):
        who = builders.phone(f"1650{number:07}")
        street.hears(who)
        street.asks(f"m{number}", who)
    dice = random.Random(kills)
    async with _served(street, port):
        for _ in range(kills):
            await _run_and_kill(street, dice.uniform(0.02, 0.25))
        await _run_and_kill(street, 60)
    taken = street.graph.times_taken()
    states = {state: street.in_state(state) for state in ("accepted", "unresolved", "failed", "queued", "sending")}
    assert set(taken.values()) == {1}
    assert len(states["accepted"]) + len(states["unresolved"]) == COUNT
    assert not states["queued"]
    assert not states["sending"]
    assert set(states["accepted"]) <= set(taken)
    assert set(taken) <= set(states["accepted"]) | set(states["unresolved"])


async def _run_and_kill(street: Street, seconds: float) -> None:
    """Start a sender, let it work that long after its first call (or until nothing is left), and kill it."""
    before = len(street.graph.sends)
    url = street.store.database.url
    process = subprocess.Popen([sys.executable, "-c", PROCESS, url, str(street.clock.us())], cwd=ROOT)  # noqa: ASYNC220
    try:
        while len(street.graph.sends) == before and process.poll() is None and _is_open(street):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        waited = 0.0
        while waited < seconds and _is_open(street):
            await asyncio.sleep(0.02)
            waited += 0.02
        assert process.poll() is None, "the sender must not end by itself"
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()


def _is_open(street: Street) -> bool:
    return bool(street.in_state("queued") or street.in_state("sending"))
