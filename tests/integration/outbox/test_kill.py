"""A real worker, really killed while its calls are under way; the provider is a process that lives on and counts."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx2
import pytest
import uvicorn
from sqlalchemy import select, update

from app.state.unit import Store
from ingest.channels.simulator.faults import FaultPlan
from ingest.channels.simulator.graph_api import SimulatedGraph, Taken
from ingest.channels.simulator.webhooks import Number
from ingest.domain.event import Event
from ingest.store.live import message as message_table
from ingest.store.live import outbox as outbox_table
from ingest.store.own import connection as connection_table
from tests import builders
from tests.bench import servers
from tests.bench.house import furnish

KILLS = 24
CUSTOMERS, EACH = 120, 5
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["app.worker"])


@pytest.mark.slow
def test_killed_while_calls_are_under_way_nobody_gets_anything_twice_and_what_nobody_knows_is_listed(
    tmp_path: Path,
) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    moments = random.Random(seed)
    ledger, port = Ledger(tmp_path / "taken"), servers.free_port()
    store = _furnished(tmp_path, port)
    asked = _ask(store)
    with _running(_provide, port, ledger.path, seed) as provider:
        _wait_until(lambda: servers.answers(port), provider)
        for _ in range(KILLS):
            before = len(ledger.lines())
            with _running(_work, tmp_path) as worker:
                _wait_until(lambda: len(ledger.lines()) > before, worker)  # noqa: B023
                time.sleep(moments.uniform(0.0, 0.4))
        left = set(_states(store, "sending"))
        with _running(_work, tmp_path) as worker:
            _wait_until(lambda: not _states(store, "queued", "sending"), worker)

    taken, accepted, unknown = ledger.taken(), _accepted(store), _states(store, "unresolved")
    print(
        len(accepted), "accepted,", len(unknown), "unknown, of which the provider took", len(set(unknown) & set(taken))
    )
    assert len(ledger.lines()) == len(taken), "somebody got a message twice"
    assert set(accepted) | set(unknown) == asked
    assert accepted.items() <= taken.items()
    assert set(taken) <= set(accepted) | set(unknown)
    assert left <= set(unknown)
    assert set(unknown) & set(taken), "no kill fell between a call and its result"
    assert _shown_as(store, "unresolved") == set(unknown)


class Ledger:
    """What the provider took, written by its process and read by ours: our id and the provider's, a line each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()

    def lines(self) -> list[str]:
        return self.path.read_text().splitlines()

    def taken(self) -> dict[str, str]:
        return dict(line.split(" ") for line in self.lines())  # type: ignore[misc]


def _provide(port: int, ledger: Path, seed: int) -> None:
    """Be the provider: slow for half of the calls, now and then refusing, and writing down whatever it takes."""
    asyncio.run(_serve(port, ledger, FaultPlan(seed, errors={131000: 0.03}, late=0.5, silence_s=0.6, read=0.0)))


async def _serve(port: int, ledger: Path, faults: FaultPlan) -> None:
    graph = SimulatedGraph(
        Number(builders.NUMBER),
        access_token="token",
        app_secret="secret",
        http=httpx2.AsyncClient(transport=httpx2.MockTransport(lambda _: httpx2.Response(200))),
        callback_url="http://us.test/webhooks",
        faults=faults,
    )
    with ledger.open("a", buffering=1) as book:

        def write(taken: Taken) -> None:
            book.write(f"{taken.tracker} {taken.external_id}\n")

        graph.listeners.append(write)
        await uvicorn.Server(uvicorn.Config(graph.app, port=port, log_level="critical", lifespan="off")).serve()


def _work(home: Path) -> None:
    """Be the worker, whole, with a log that nobody reads."""
    from app import worker

    os.environ["PROSA_HOME"] = str(home)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        worker.main()


@contextmanager
def _running(target: object, *given: object) -> Iterator[BaseProcess]:
    """Run a process and, at the end of the block, take its life as a power cut would."""
    process = PROCESSES.Process(target=target, args=given)  # type: ignore[arg-type]
    process.start()
    try:
        yield process
        assert process.is_alive(), "it must not end by itself"
    finally:
        process.kill()
        process.join()


def _wait_until(is_true: object, process: BaseProcess) -> None:
    deadline = time.monotonic() + 60
    while not is_true():  # type: ignore[operator]
        assert process.is_alive(), "the worker must not end by itself"
        assert time.monotonic() < deadline, "the worker does nothing"
        time.sleep(0.01)


def _furnished(home: Path, port: int) -> Store:
    store = furnish(home)
    with store.database.write() as sql:
        sql.execute(update(connection_table).values(base_url=f"http://127.0.0.1:{port}/v24.0"))
    return store


def _ask(store: Store) -> set[str]:
    """Let everybody write, and queue as many answers for each; returns their ids."""
    now = store.clock.us()
    people = [builders.phone(f"1650{number:07}") for number in range(CUSTOMERS)]
    heard = [
        builders.a_message(f"wamid.in.{number}", who, (now - builders.T0) // builders.SECOND)
        for number, who in enumerate(people)
    ]
    wanted = {f"m{number}.{n}": who for number, who in enumerate(people) for n in range(EACH)}
    with store.unit() as unit:
        unit.emit(*heard, *(_request(message_id, who, now) for message_id, who in wanted.items()))
    return set(wanted)


def _request(message_id: str, who: dict[str, str], now_us: int) -> Event:
    body = {"message_id": message_id, "kind": "text", "text": message_id, "media": [], "to": [who]}
    return Event(
        type="message.requested",
        key=f"requested:{message_id}",
        occurred_us=now_us,
        actor_kind="agent",
        actor_id="per_1",
        payload=body | {"origin": "typed", "due_us": now_us},
        **builders.whose(who),
    )


def _states(store: Store, *states: str) -> list[str]:
    with store.read() as sql:
        query = select(outbox_table.c.message_id).where(outbox_table.c.state.in_(states))
        return list(sql.execute(query).scalars())


def _accepted(store: Store) -> dict[str, str]:
    """Return the provider's id of what we believe was taken."""
    with store.read() as sql:
        query = select(message_table.c.message_id, message_table.c.external_id)
        return {
            row.message_id: row.external_id
            for row in sql.execute(query.where(message_table.c.send_state == "accepted"))
        }


def _shown_as(store: Store, status: str) -> set[str]:
    with store.read() as sql:
        query = select(message_table.c.message_id).where(message_table.c.delivery_status == status)
        return set(sql.execute(query).scalars())
