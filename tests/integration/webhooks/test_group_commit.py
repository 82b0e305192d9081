"""The durable door: those who come together share a flush, nobody waits for company, nobody is forgotten at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ingest.domain.errors import StoreUnavailable
from ingest.domain.event import Event
from ingest.store.database import Database
from ingest.store.group_commit import GroupCommit
from ingest.store.journal import Journal
from tests.builders import T0, WORKSPACE


class Counted:
    """A database that counts its writing transactions."""

    def __init__(self, behind: Database) -> None:
        self._behind = behind
        self.flushes = 0

    @contextmanager
    def write(self) -> Iterator[Any]:
        self.flushes += 1
        with self._behind.write() as connection:
            yield connection


@pytest.fixture
def counted(database: Database) -> Counted:
    return Counted(database)


@pytest.fixture
def door(counted: Counted, journal: Journal) -> Iterator[GroupCommit]:
    commit = GroupCommit(counted, journal)  # type: ignore[arg-type]
    commit.start()
    yield commit
    commit.close()


def a_delivery(number: int) -> Event:
    return Event(workspace_id=WORKSPACE, type="delivery.received", key=f"d{number}", occurred_us=T0, raw=b"x")


def keys(database: Database) -> list[str]:
    with database.read() as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT key FROM journal ORDER BY seq")]


async def test_those_who_come_together_share_a_flush_in_their_order(
    door: GroupCommit, counted: Counted, database: Database
) -> None:
    assert await asyncio.gather(*(door.append(a_delivery(number)) for number in range(100))) == [True] * 100
    assert counted.flushes == 1
    assert keys(database) == [f"d{number}" for number in range(100)]


async def test_those_who_come_in_consecutive_rounds_of_a_busy_loop_share_a_flush(
    door: GroupCommit, counted: Counted
) -> None:
    tasks = []
    for number in range(50):
        tasks.append(asyncio.create_task(door.append(a_delivery(number))))
        await asyncio.sleep(0)
    assert all(await asyncio.gather(*tasks))
    assert counted.flushes == 1


async def test_a_crowd_is_flushed_in_several_parts(door: GroupCommit, counted: Counted) -> None:
    tasks = []
    for number in range(2_000):
        tasks.append(asyncio.create_task(door.append(a_delivery(number))))
        await asyncio.sleep(0)
    assert all(await asyncio.gather(*tasks))
    assert counted.flushes > 3


async def test_who_comes_twice_at_once_is_new_once(door: GroupCommit, database: Database) -> None:
    assert await asyncio.gather(*(door.append(a_delivery(7)) for _ in range(3))) == [True, False, False]
    assert keys(database) == ["d7"]


async def test_what_was_gathered_when_the_door_closes_is_kept_and_nothing_after(
    door: GroupCommit, database: Database
) -> None:
    tasks = [asyncio.create_task(door.append(a_delivery(number))) for number in range(10)]
    await asyncio.sleep(0)
    door.close()
    assert await asyncio.gather(*tasks) == [True] * 10
    with pytest.raises(StoreUnavailable):
        await door.append(a_delivery(11))
    assert len(keys(database)) == 10


async def test_loops_of_several_threads_are_each_told(door: GroupCommit, database: Database) -> None:
    async def bring(start: int) -> list[bool]:
        return list(await asyncio.gather(*(door.append(a_delivery(start + number)) for number in range(20))))

    told = await asyncio.gather(*(asyncio.to_thread(asyncio.run, bring(start)) for start in range(0, 100, 20)))
    assert told == [[True] * 20] * 5
    assert len(keys(database)) == 100


async def test_a_loop_that_is_gone_stops_nobody(door: GroupCommit, database: Database) -> None:
    async def leave() -> None:
        task = asyncio.create_task(door.append(a_delivery(1)))
        await asyncio.sleep(0)
        task.cancel()

    await asyncio.to_thread(asyncio.run, leave())
    assert await door.append(a_delivery(2))
    assert "d2" in keys(database)
