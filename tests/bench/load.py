"""A busy day on all channels at once: signed webhooks, visitors in the web chat, and a console that watches.

Real processes (web and worker) in a folder of their own. What was answered with a 2xx must be in the journal exactly
once and reach the console; the times say how soon. Everything runs on one machine, the load itself included.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import uvloop
import websockets

from app.accounts.repository import put_token
from app.accounts.service import add_person, create_workspace
from app.accounts.sessions import TOKEN_PREFIX, hash_token
from app.bootstrap import build
from app.connections import Connections
from app.context import Context
from ingest.channels.base import Connection
from ingest.channels.simulator.business import foundation
from ingest.channels.simulator.people import Door, People
from ingest.channels.simulator.traffic import traffic
from ingest.channels.simulator.wire import Addresses, Request, connections
from ingest.kit.clock import SystemClock
from ingest.settings import Settings
from ingest.store.migrate import migrate
from tests.bench import servers
from tests.bench.client import Pacer, post

TOKEN = f"{TOKEN_PREFIX}of-the-console-of-the-bench"
_GRACE_S = 30.0
"""How long after the last webhook the console may still be told."""


def main(seconds: float = 300.0, rate: float = 500.0, visitors: int = 500) -> dict[str, Any]:
    """Run it and return the figures; raises AssertionError for a webhook that was answered and is not there."""
    with tempfile.TemporaryDirectory(prefix="prosa-bench-") as folder:
        home, port = Path(folder), servers.free_port()
        doors = _furnish(home, port)
        command, environment = servers.web(home, port)
        with (
            servers.running(command, port, **environment) as web,
            servers.beside("app.worker", **environment) as worker,
        ):
            watch, crowd = uvloop.run(
                _day(port, doors, seconds, rate, visitors, {"web": web.pid, "worker": worker.pid})
            )
        return _figures(home, watch, rate) | watch.cores | crowd


class Watch:
    """What the client knows: when each message went out, under which key, and when the console was told of it."""

    def __init__(self) -> None:
        self.pacer = Pacer()
        self.keys: dict[str, str] = {}
        self.told: dict[str, float] = {}
        self.resets = 0
        self.cores: dict[str, float] = {}
        """How many cores each of our processes used, and everybody else on the machine."""

    def requests(self, calls: Iterator[Request]) -> Iterator[tuple[str, bytes]]:
        """Yield calls under the ids of their messages."""
        for call in calls:
            self.keys[call.message_id] = _key(call)
            yield call.message_id, post(call.path, call.body, dict(call.headers))

    def hear(self, message: str | bytes) -> None:
        """Note what the console's stream says."""
        now, said = time.time(), orjson.loads(message)
        self.resets += said["type"] == "reset"
        for entry in said.get("entries", ()):
            self.told.setdefault(entry.get("message_id", ""), now)

    def missing(self) -> int:
        """Return how many the console was not told of yet."""
        return len(self.pacer.sent.keys() - self.told.keys())


def _furnish(home: Path, port: int) -> list[tuple[Door, Connection]]:
    context = build(Settings(home=home))
    migrate(context.store.database)
    people, now = People(), context.clock.us()
    workspace_id = create_workspace(
        context.store, context.ids, context.clock, people.name, people.timezone, people.country
    )
    with context.store.unit() as unit:
        unit.emit(*foundation(workspace_id, people, now))
    seen = tuple(door for door in people.doors if not door.is_private)  # the console's others are told of nothing
    doors = list(connections(workspace_id, seen, Addresses(f"http://127.0.0.1:{port}", "http://127.0.0.1:9", 9)))
    for _, connection in doors:
        Connections(context.store.database).save(connection)
    _let_in(context, workspace_id)
    context.store.database.close()
    return doors


def _let_in(context: Context, workspace_id: str) -> None:
    who = {
        "email": "admin@aurora.example",
        "name": "Alex",
        "role": "administrator",
        "password": "a password of the bench",
    }
    person_id = add_person(context.store, context.ids, context.clock, workspace_id, **who)  # type: ignore[arg-type]
    now = context.clock.us()
    with context.store.database.write() as sql:
        put_token(
            sql, token_id="tok_bench", token_hash=hash_token(TOKEN), person_id=person_id, name="bench", created_us=now
        )


async def _day(
    port: int,
    doors: Sequence[tuple[Door, Connection]],
    seconds: float,
    rate: float,
    visitors: int,
    pids: Mapping[str, int],
) -> tuple[Watch, dict[str, Any]]:
    """Let everybody come; returns when the console was told of everything, or its time is over."""
    watch, site = Watch(), next(given for door, given in doors if door.channel == "webchat")
    listening = asyncio.create_task(_listen(port, watch))
    command = [
        sys.executable,
        "-m",
        "tests.bench.crowd",
        str(port),
        site.connection_id,
        str(visitors),
        str(seconds + 5),
    ]  # they stay to the end
    crowd = await asyncio.create_subprocess_exec(*command, cwd=servers.ROOT, stdout=asyncio.subprocess.PIPE)
    await asyncio.sleep(1.0)
    pids = {**pids, "client": os.getpid(), "crowd": crowd.pid}
    before, all_before = {name: servers.cpu_s(pid) for name, pid in pids.items()}, servers.machine_cpu_s()
    await watch.pacer.run(port, watch.requests(traffic(7, doors, SystemClock())), rate, seconds)
    watch.cores = _cores(pids, before, all_before, seconds)
    deadline = time.monotonic() + _GRACE_S
    while watch.missing() and time.monotonic() < deadline:  # noqa: ASYNC110  # one look in 0.1 s is nothing here
        await asyncio.sleep(0.1)
    said, _ = await crowd.communicate()
    listening.cancel()
    return watch, json.loads(said or b"{}")


def _cores(pids: Mapping[str, int], before: Mapping[str, float], all_before: float, seconds: float) -> dict[str, float]:
    used = {name: (servers.cpu_s(pid) - before[name]) / seconds for name, pid in pids.items()}
    used["others"] = (servers.machine_cpu_s() - all_before) / seconds - sum(used.values())
    return {f"{name}_cores": round(value, 2) for name, value in used.items()}


async def _listen(port: int, watch: Watch) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    url = f"ws://127.0.0.1:{port}/api/stream"
    async with websockets.connect(
        url, additional_headers=headers, compression=None, max_queue=None, max_size=None, proxy=None
    ) as socket:
        async for message in socket:
            watch.hear(message)


def _figures(home: Path, watch: Watch, rate: float) -> dict[str, Any]:
    rows, sent = _journal(home), watch.pacer.sent
    stored = [rows["delivery.received"][watch.keys[name]] for name in sent]
    lost = sum(not times for times in stored)
    if any(len(times) != 1 for times in stored):
        raise AssertionError(f"{lost} of {len(stored)} answered webhooks are not stored exactly once")
    outcome = watch.pacer.outcome
    return {
        "bench": "load",
        "seconds": round(outcome.elapsed, 1),
        "offered_per_s": rate,
        "sustained_per_s": round(len(sent) / outcome.elapsed, 1),
        "acked": len(sent),
        "stored": sum(map(len, stored)),
        "lost": lost,
        "told": len(sent) - watch.missing(),
        "resets": watch.resets,
        "other_statuses": {status: count for status, count in outcome.statuses.items() if status != 200},
        "ack_p50_ms": outcome.percentile_ms(0.5),
        "ack_p95_ms": outcome.percentile_ms(0.95),
        **_times(watch),
        **_stages(watch, rows),
    }


def _times(watch: Watch) -> dict[str, float]:
    waits = sorted(watch.told[name] - sent for name, sent in watch.pacer.sent.items() if name in watch.told)
    return {f"event_to_console_p{share}_ms": _at(waits, share) for share in (50, 95, 99)}


def _stages(watch: Watch, rows: dict[str, dict[str, list[float]]]) -> dict[str, float]:
    """Return where the time goes: from the call to the journal, to the parsed message, to the console."""
    stored = {name: rows["delivery.received"][watch.keys[name]][0] for name in watch.pacer.sent}
    parsed = {name: rows["message.received"][name][0] for name in stored if rows["message.received"].get(name)}
    both = [name for name in parsed if name in watch.told]
    return {
        "call_to_stored_p95_ms": _at(sorted(stored[name] - watch.pacer.sent[name] for name in stored), 95),
        "stored_to_parsed_p95_ms": _at(sorted(parsed[name] - stored[name] for name in parsed), 95),
        "parsed_to_console_p95_ms": _at(sorted(watch.told[name] - parsed[name] for name in both), 95),
    }


def _at(ordered: Sequence[float], share: int) -> float:
    return round(1000 * ordered[min(len(ordered) - 1, len(ordered) * share // 100)], 1) if ordered else -1.0


def _journal(home: Path) -> dict[str, dict[str, list[float]]]:
    """Return by type, and by key or message id, the seconds at which each was recorded."""
    found: dict[str, dict[str, list[float]]] = {
        name: defaultdict(list) for name in ("delivery.received", "message.received")
    }
    asked = "SELECT type, key, payload, recorded_us FROM journal WHERE type IN (?, ?) AND channel != 'webchat'"
    with closing(sqlite3.connect(home / "prosa.db")) as sql:
        for type_, key, payload, recorded_us in sql.execute(asked, tuple(found)):
            name = key if type_ == "delivery.received" else orjson.loads(payload)["message_id"]
            found[type_][name].append(recorded_us / 1e6)
    return found


def _key(call: Request) -> str:
    """Return the key under which the receiver stores a call."""
    connection_id = call.path.rpartition("/")[2]
    return "delivery:" + hashlib.blake2b(call.body, digest_size=16, person=connection_id.encode()[:16]).hexdigest()
