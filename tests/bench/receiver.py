"""Durable webhooks a second on one server core, against a bare append-and-flush server in the same run."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from ingest.channels.meta.signature import sign
from tests.bench import servers
from tests.bench.client import Outcome, drive, post
from tests.bench.house import CONNECTION, SECRET, furnish

_ROUNDS = 3


def main(seconds: float = 10.0, connections: int = 32) -> dict[str, Any]:
    """Run both servers in turn, several rounds; returns medians and the ratio of rates."""
    ours, bare = [], []
    for number in range(_ROUNDS):
        ours.append(_measure(_prosa, number, connections, seconds / _ROUNDS))
        bare.append(_measure(_bare, number, connections, seconds / _ROUNDS))
    best = sorted(ours, key=lambda each: each.rate())[_ROUNDS // 2]
    base = sorted(bare, key=lambda each: each.rate())[_ROUNDS // 2]
    return {
        "bench": "receiver",
        "connections": connections,
        "durable_per_s": round(best.rate()),
        "p50_ms": best.percentile_ms(0.5),
        "p99_ms": best.percentile_ms(0.99),
        "bare_per_s": round(base.rate()),
        "bare_p99_ms": base.percentile_ms(0.99),
        "ratio_to_bare": round(best.rate() / base.rate(), 3),
        "cpu_us": round(best.cpu_us / len(best.times)),
        "bare_cpu_us": round(base.cpu_us / len(base.times)),
        "answered": sum(each.statuses.get(200, 0) for each in ours),
        "other_statuses": {s: n for each in ours for s, n in each.statuses.items() if s != 200},
    }


def _measure(run: Any, number: int, connections: int, seconds: float) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        return run(Path(folder), number, connections, seconds)


def _prosa(folder: Path, number: int, connections: int, seconds: float) -> Outcome:
    port = servers.free_port()
    furnish(folder)
    command, environment = servers.web(folder, port)
    with servers.running(command, port, core=0, **environment) as process:
        outcome = _drive(process, port, f"/webhooks/whatsapp/{CONNECTION}", number, connections, seconds)
    stored = (
        sqlite3.connect(folder / "prosa.db")
        .execute("SELECT count(*), count(DISTINCT key) FROM journal WHERE type = 'delivery.received'")
        .fetchone()
    )
    answered = outcome.statuses.get(200, 0)
    if stored[0] != stored[1] or not answered <= stored[0] <= answered + connections:
        raise AssertionError(f"answered {answered}, stored {stored}")
    return outcome


def _bare(folder: Path, number: int, connections: int, seconds: float) -> Outcome:
    port = servers.free_port()
    command = [sys.executable, "-m", "tests.bench.bare", str(folder / "log"), str(port)]
    with servers.running(command, port, core=0) as process:
        return _drive(process, port, "/", number, connections, seconds)


def _drive(
    process: subprocess.Popen[bytes], port: int, path: str, number: int, connections: int, seconds: float
) -> Outcome:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    before_s = servers.cpu_s(process.pid)
    try:
        outcome = asyncio.run(drive(port, _requests(path, number), connections, seconds))
    finally:
        os.sched_setaffinity(0, set(range(os.cpu_count() or 1)))
    outcome.cpu_us = round((servers.cpu_s(process.pid) - before_s) * 1e6)
    return outcome


def _requests(path: str, number: int) -> Iterator[bytes]:
    """Yield signed bodies of 1 KB, no two alike; signing costs the client 4 µs, the server as much again."""
    count = 0
    while True:
        count += 1
        body = body_of_1_kb(f"{number}.{count}")
        yield post(path, body, {"content-type": "application/json", "x-hub-signature-256": sign(body, SECRET)})


def body_of_1_kb(name: str) -> bytes:
    """Return a WhatsApp text message body of 1,024 bytes."""
    message = {
        "from": "5511987654321",
        "id": f"wamid.{name}",
        "timestamp": "1750000000",
        "type": "text",
        "text": {"body": ""},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"},
        "contacts": [{"profile": {"name": "Sheena"}, "wa_id": "5511987654321"}],
        "messages": [message],
    }
    envelope = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"value": value, "field": "messages"}]}],
    }
    message["text"] = {"body": "x" * (1024 - len(orjson.dumps(envelope)))}
    return orjson.dumps(envelope)
