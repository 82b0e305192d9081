"""The promise everything hangs on: what was answered 2xx is in the store, whole, exactly once."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
import zstandard

from ingest.channels.meta.signature import sign
from ingest.domain.errors import StoreUnavailable
from ingest.domain.event import Event
from ingest.kit.clock import SystemClock
from ingest.store.database import Database
from ingest.store.group_commit import GroupCommit
from ingest.store.journal import Journal
from ingest.store.schema import metadata
from tests.bench import servers
from tests.bench.house import CONNECTION, SECRET, furnish
from tests.bench.receiver import body_of_1_kb
from tests.builders import T0, WORKSPACE

KILLS = 20
CLIENTS = 16
HTTP = httpx2.Client(timeout=30, verify=False)
PATH = f"/webhooks/whatsapp/{CONNECTION}"


class Client:
    """Sends bodies, each until it is answered 2xx, and remembers which were."""

    def __init__(self, name: int, port: int) -> None:
        self.name, self.port = name, port
        self.answered: set[str] = set()
        self.offered: set[str] = set()

    async def run(self, stop: asyncio.Event) -> None:
        count = 0
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=5, verify=False) as http:
            while not stop.is_set():
                count += 1
                body = body_of_1_kb(f"{self.name}.{count}")
                self.offered.add(_digest(body))
                if await self._deliver(http, body, stop):
                    self.answered.add(_digest(body))

    async def _deliver(self, http: httpx2.AsyncClient, body: bytes, stop: asyncio.Event) -> bool:
        headers = {"x-hub-signature-256": sign(body, SECRET), "content-type": "application/json"}
        while not stop.is_set():
            try:
                if (await http.post(PATH, content=body, headers=headers)).status_code == 200:
                    return True
            except httpx2.TransportError:
                await asyncio.sleep(0.25)  # the server needs the core to start again
        return False


async def test_killed_at_random_moments_under_load_nothing_answered_is_lost_or_doubled(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    moments = random.Random(seed)
    port = servers.free_port()
    furnish(tmp_path).database.close()
    clients = [Client(number, port) for number in range(CLIENTS)]
    stop = asyncio.Event()
    tasks = [asyncio.create_task(client.run(stop)) for client in clients]
    try:
        for _ in range(KILLS):
            with _started(tmp_path, port) as process:
                await asyncio.to_thread(servers.wait_for, port, process)
                await asyncio.sleep(moments.uniform(0.0, 0.6))
        with _started(tmp_path, port) as process:
            await asyncio.to_thread(servers.wait_for, port, process)
            await asyncio.sleep(0.5)
            stop.set()
            await asyncio.gather(*tasks)
    finally:
        stop.set()

    answered = set.union(*(client.answered for client in clients))
    offered = set.union(*(client.offered for client in clients))
    stored = _stored(tmp_path)
    assert len(answered) > CLIENTS
    assert len(stored) == len(set(stored))
    assert answered <= set(stored)
    assert set(stored) <= offered
    assert len(set(stored) - answered) <= CLIENTS  # only what was in flight at the very end


def test_a_full_disk_refuses_and_recovers_by_itself(tmp_path: Path) -> None:
    port = servers.free_port()
    furnish(tmp_path).database.close()
    command, environment = servers.web(tmp_path, port)
    answered: set[str] = set()
    with servers.running(command, port, **environment) as process:
        room = max(path.stat().st_size for path in tmp_path.iterdir() if path.is_file())
        subprocess.run(["prlimit", f"--fsize={room + 200_000}:unlimited", "--pid", str(process.pid)], check=True)
        statuses = [_post(port, f"full.{n}", answered) for n in range(1500)]
        assert set(statuses) <= {200, 503}
        assert statuses[-1] == 503
        subprocess.run(["prlimit", "--fsize=unlimited:unlimited", "--pid", str(process.pid)], check=True)
        deadline = time.monotonic() + 30
        while _post(port, "after", answered) != 200:
            assert time.monotonic() < deadline, "the receiver did not come back"
            time.sleep(0.2)
    stored = _stored(tmp_path)
    assert answered <= set(stored)
    assert len(stored) == len(set(stored))


@pytest.mark.parametrize("nth", [1, 2, 3, 5])
async def test_a_failed_flush_acknowledges_nothing_until_the_store_answers_again(tmp_path: Path, nth: int) -> None:
    database = FailingDatabase(f"sqlite:///{tmp_path / 'prosa.db'}", nth)
    metadata.create_all(database.engine)
    appender = GroupCommit(database, Journal(SystemClock()))
    appender.start()
    acknowledged, refused = set(), set()
    for number in range(12):
        try:
            await appender.append(a_delivery(f"d{number}"))
            acknowledged.add(f"d{number}")
        except StoreUnavailable:
            refused.add(f"d{number}")
    for key in refused:
        assert await appender.append(a_delivery(key)), "what was refused had been stored"
    appender.close()

    assert len(refused) == 1
    assert appender.failures == 1
    with database.read() as connection:
        keys = [row[0] for row in connection.exec_driver_sql("SELECT key FROM journal")]
    assert sorted(keys) == sorted(acknowledged | refused)


class FailingDatabase(Database):
    """A database whose n-th commit fails at the flush, as a disk does once."""

    def __init__(self, url: str, nth: int) -> None:
        super().__init__(url)
        self._left = nth

    def write(self):  # type: ignore[no-untyped-def]
        return self._failing(super().write())

    def _failing(self, inner):  # type: ignore[no-untyped-def]
        @contextmanager
        def guarded():  # type: ignore[no-untyped-def]
            with inner as connection:
                yield connection
                self._left -= 1
                if self._left == 0:
                    connection.rollback()
                    raise StoreUnavailable(reason="disk I/O error")

        return guarded()


def a_delivery(key: str) -> Event:
    return Event(workspace_id=WORKSPACE, type="delivery.received", key=key, occurred_us=T0, raw=b"x")


@contextmanager
def _started(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Start the server and, at the end of the block, take its life as a power cut would."""
    command, environment = servers.web(home, port)
    process = subprocess.Popen(
        command,
        cwd=servers.ROOT,
        env=os.environ | {"PYTHONPATH": str(servers.ROOT)} | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _post(port: int, name: str, answered: set[str]) -> int:
    body = body_of_1_kb(name)
    headers = {"x-hub-signature-256": sign(body, SECRET)}
    status = HTTP.post(f"http://127.0.0.1:{port}{PATH}", content=body, headers=headers).status_code
    if status == 200:
        answered.add(_digest(body))
    return status


def _stored(home: Path) -> list[str]:
    """Return the digest of every stored delivery's bytes, as they were received."""
    decompress = zstandard.ZstdDecompressor().decompress
    database = sqlite3.connect(home / "prosa.db")
    try:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = database.execute("SELECT raw FROM journal WHERE type = 'delivery.received'").fetchall()
    finally:
        database.close()
    return [_digest(decompress(raw)) for (raw,) in rows]


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
