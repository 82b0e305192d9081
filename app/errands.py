"""Errands: slow calls that events ask for, several at a time, each tried until it is settled.

A kind of errand is a consumer of the journal whose cursor stays before the oldest event that is not settled: killed at
any moment, the next start takes up what is left, and says nothing twice that has the same key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from sqlalchemy import Connection

from app.state.unit import Store
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US
from ingest.store.consumers import cursor_of, move_cursor

CONCURRENCY = 4

_STRIDE = 1_000


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing to do for one event, and how often it was tried."""

    event: Event
    tries: int = 0
    due_us: int = 0

    @property
    def key(self) -> Hashable:
        """Return what tells it from all other errands of its kind."""
        return self.event.event_id


E = TypeVar("E", bound=Errand)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[E]):
    """What came of a try: events to tell, and the errand with its next time where it is not settled."""

    events: Sequence[Event] = ()
    again: E | None = None


def later(errand: E, now_us: int, first_s: float, longest_s: float) -> E:
    """Return an errand that is to be tried again, after longer and longer waits."""
    wait_s = min(first_s * 4 ** min(errand.tries, 8), longest_s)
    return replace(errand, tries=errand.tries + 1, due_us=now_us + round(wait_s * SECOND_US))


class Errands(Generic[E]):
    """One kind of errand. Call `run_once` in a loop; `drain` before stopping."""

    consumer: str
    types: tuple[str, ...]
    """Of the events that ask for something."""
    most = 500
    """Errands known and not yet settled; beyond that the journal keeps them for us."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: dict[Hashable, E] = {}
        self._calls: dict[asyncio.Task[Outcome[E]], E] = {}
        self._read_seq: int | None = None
        self._saved_seq = 0

    def asked(self, sql: Connection, events: Sequence[Event]) -> list[E]:
        """Return what events ask for, without what is settled already."""
        raise NotImplementedError

    async def attempt(self, errand: E) -> Outcome[E]:
        """Try once; raises for nothing that a provider may do."""
        raise NotImplementedError

    async def run_once(self) -> int:
        """Look for new errands, try what is due and write down what came of it; returns how many were settled."""
        await asyncio.to_thread(self._look)
        self._start()
        if self._calls:
            await asyncio.wait(self._calls, timeout=0.05, return_when=asyncio.FIRST_COMPLETED)
        return await self._write_down()

    async def drain(self) -> None:
        """Give up the calls under way; the next start takes them up again."""
        for task in self._calls:
            task.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)
        self._calls.clear()

    def _look(self) -> None:
        """Read on in the journal and remember errands that nobody has settled."""
        if len(self._waiting) >= self.most:
            return
        with self._store.read() as sql:
            if self._read_seq is None:
                self._read_seq = self._saved_seq = cursor_of(sql, self.consumer)
            head = self._store.journal.head(sql)
            events = self._store.journal.after(sql, self._read_seq, _STRIDE, self.types)
            asked = self.asked(sql, events) if events else []
        for errand in asked:
            self._waiting.setdefault(errand.key, errand)
        # A batch that was not full saw everything; what is of other types need not be read again at every look.
        self._read_seq = head if len(events) < _STRIDE else events[-1].seq

    def _start(self) -> None:
        now, busy = self._store.clock.us(), {errand.key for errand in self._calls.values()}
        due = (each for each in self._waiting.values() if each.due_us <= now and each.key not in busy)
        for errand, _ in zip(due, range(CONCURRENCY - len(self._calls)), strict=False):
            self._calls[asyncio.get_running_loop().create_task(self.attempt(errand))] = errand

    async def _write_down(self) -> int:
        """Tell what came of the tries that ended; they are kept when the store refuses, and told next time."""
        done = {task: errand for task, errand in self._calls.items() if task.done()}
        settled = {errand.key for task, errand in done.items() if task.result().again is None}
        events = [event for task in done for event in task.result().events]
        seq = self._safe_seq(settled)
        if events or settled or seq - self._saved_seq >= _STRIDE:
            await asyncio.to_thread(self._emit, events, seq)
        for task, errand in done.items():
            del self._calls[task]
            again = task.result().again
            if again is None:
                del self._waiting[errand.key]
            else:
                self._waiting[errand.key] = again
        return len(settled)

    def _safe_seq(self, settled: set[Hashable]) -> int:
        open_seqs = [errand.event.seq for key, errand in self._waiting.items() if key not in settled]
        return min(open_seqs) - 1 if open_seqs else self._read_seq or 0

    def _emit(self, events: Sequence[Event], seq: int) -> None:
        if events:
            with self._store.unit() as unit:
                unit.emit(*events)
                move_cursor(unit.connection, self.consumer, seq)
        else:  # nothing is said: no need to wait for the fold
            with self._store.database.write(durably=False) as sql:  # what is read again asks for nothing new
                move_cursor(sql, self.consumer, seq)
        self._saved_seq = seq
