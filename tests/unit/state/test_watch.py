"""The watch: nobody reads tables to learn that nothing happened, and nobody sleeps through what did."""

from __future__ import annotations

import asyncio

from app.worker import Bell
from ingest.store.database import Database
from ingest.store.journal import Journal
from ingest.store.watch import Watch
from tests import builders as b


def _append(database: Database, journal: Journal, ref: str) -> None:
    with database.write() as connection:
        journal.append(connection, [b.a_message(ref, b.phone("5511987654321"), 0)])


def test_a_commit_of_anybody_is_seen_once(database: Database, journal: Journal) -> None:
    watch = Watch(database)
    watch.has_moved()
    assert not watch.has_moved()
    _append(database, journal, "one")
    assert watch.has_moved()
    assert not watch.has_moved()
    watch.close()


def test_reading_moves_nothing(database: Database, journal: Journal) -> None:
    _append(database, journal, "one")
    watch = Watch(database)
    watch.has_moved()
    with database.read() as connection:
        assert journal.after(connection, 0, 10)
    assert not watch.has_moved()
    watch.close()


def test_a_database_that_cannot_be_asked_counts_as_moved(database: Database) -> None:
    watch = Watch(database)
    watch.has_moved()
    watch._statement = "SELECT nothing FROM nowhere"
    assert watch.has_moved()
    assert watch.has_moved(), "and so it stays, until somebody's own look says what is wrong"


def test_a_bell_wakes_every_loop_at_a_commit_and_at_the_end(database: Database, journal: Journal) -> None:
    async def run() -> None:
        stop = asyncio.Event()
        bell = Bell(Watch(database), stop)
        ropes = [bell.rope(), bell.rope()]
        ringing = asyncio.create_task(bell.run())
        await asyncio.gather(*(rope.wait() for rope in ropes))  # the first look: anything may have happened before
        for rope in ropes:
            rope.clear()
        await asyncio.sleep(0.1)
        assert not any(rope.is_set() for rope in ropes)
        await asyncio.to_thread(_append, database, journal, "one")
        await asyncio.gather(*(rope.wait() for rope in ropes))
        for rope in ropes:
            rope.clear()
        stop.set()
        await ringing
        assert all(rope.is_set() for rope in ropes)

    asyncio.run(asyncio.wait_for(run(), 30))
