"""The unit of work: bring the fold up to the head, check, append, fold; all in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection, delete

from app.state.fold import HANDLERS, fold
from ingest.domain.event import Event
from ingest.kit.clock import Clock
from ingest.store import search
from ingest.store.consumers import PROJECTOR, cursor_of, move_cursor
from ingest.store.database import Database
from ingest.store.journal import Journal
from ingest.store.live import FOLDED
from ingest.store.own import quarantine

_BATCH = 400
"""Events a fold transaction takes at most: about 100 ms here, so that the receiver never waits long for the lock."""

_NEAR = 1_000
"""Events that a unit folds within its own transaction; under load most are deliveries, which cost nothing."""


class Unit:
    """One command's transaction. What is read through `connection` stays true until it commits."""

    def __init__(self, connection: Connection, journal: Journal, clock: Clock) -> None:
        self.connection = connection
        self._journal = journal
        self._clock = clock

    def emit(self, *events: Event) -> list[Event]:
        """Append events and fold what was new; returns just that, with seq and ids."""
        fresh = self._journal.append(self.connection, events)
        if fresh:
            fold(self.connection, fresh, self._clock.us())
            move_cursor(self.connection, PROJECTOR, fresh[-1].seq)
        return fresh


class Store:
    """The door of every room to journal and live tables."""

    def __init__(self, database: Database, journal: Journal, clock: Clock) -> None:
        self.database = database
        self.journal = journal
        self.clock = clock
        self.on_commit: list[Callable[[], None]] = []
        """Called after every unit that committed, outside its transaction (the stream's nudge)."""

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        """Open a writing transaction with the fold at the head.

        Raises StoreUnavailable when disk or server refuse; then nothing was accepted.
        """
        self.come_near()
        with self.database.write() as connection:
            while self._fold_next(connection):
                pass
            yield Unit(connection, self.journal, self.clock)
        for notify in self.on_commit:
            notify()

    def read(self) -> AbstractContextManager[Connection]:
        """Open a reading transaction on one consistent view."""
        return self.database.read()

    def catch_up(self, limit: int = _BATCH) -> int:
        """Fold one batch of what others appended; returns how many events that were."""
        with self.database.read() as connection:  # an idle look must not take the writer's lock
            if cursor_of(connection, PROJECTOR) >= self.journal.head(connection):
                return 0
        with self.database.write(durably=False) as connection:
            count = self._fold_next(connection, limit)
        if count:
            for notify in self.on_commit:
                notify()
        return count

    def rebuild(self, progress: Callable[[int], None] = lambda seq: None) -> int:
        """Empty the folded tables and fold the whole journal again; returns the events folded.

        One transaction: readers see the old tables until the new ones are complete.
        """
        total = 0
        with self.database.write() as connection:
            for table in FOLDED:
                connection.execute(delete(table))
            search.clear(connection)
            connection.execute(delete(quarantine).where(quarantine.c.consumer == PROJECTOR))
            move_cursor(connection, PROJECTOR, 0)
            while count := self._fold_next(connection):
                total += count
                progress(total)
        return total

    def come_near(self) -> None:
        """Fold a long backlog but for its last part, in transactions that webhooks come between.

        Whoever appends much calls it after each part: a unit waits for whatever is not folded.
        """
        with self.database.read() as connection:
            goal = self.journal.head(connection) - _NEAR
            position = cursor_of(connection, PROJECTOR)
        while position < goal and (count := self.catch_up()):
            position += count

    def _fold_next(self, connection: Connection, limit: int = _BATCH) -> int:
        """Fold what is next of what changes live tables; returns how far the cursor moved."""
        after, head = cursor_of(connection, PROJECTOR), self.journal.head(connection)
        if after >= head:
            return 0
        events = self.journal.after(connection, after, limit, HANDLERS)
        reached = events[-1].seq if len(events) == limit else head
        fold(connection, events, self.clock.us())
        move_cursor(connection, PROJECTOR, reached)
        return reached - after
