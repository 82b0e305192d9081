"""Many requests, one flush: the durable door of the journal for the receiver.

A flush to disk takes about 4 ms here whatever it carries, so single appends end at 300 a second and
shared ones above 10,000. One thread owns the connection; whoever waits is told only after the commit.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable

import structlog

from ingest.domain.errors import StoreUnavailable
from ingest.domain.event import Event
from ingest.store.database import Database
from ingest.store.journal import Journal

_MOST = 64
"""Events enough for a flush: with more each costs hardly less, and the loop goes on while these are written."""
_REST_S = 0.5
"""Pause after a refusal before the store is asked again."""

_log = structlog.get_logger()
_Waiting = tuple[Event, "asyncio.Future[bool]"]
_Batch = tuple[asyncio.AbstractEventLoop, list[_Waiting]]


class GroupCommit:
    """Appends single events durably, many at once.

    `append` returns True for a new event and False for one that was there already; either way it is on
    disk. After a failed flush nothing is acknowledged until the store has been reopened and has answered.
    """

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal
        self._gathered: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
        self._waiting: queue.SimpleQueue[_Batch | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._is_closed = False
        self.failures = 0
        """Flushes that failed since the start; an alarm for whoever watches."""

    def start(self) -> None:
        """Begin to take events."""
        self._thread.start()

    def close(self) -> None:
        """Commit what waits, then stop."""
        self._is_closed = True
        for loop in list(self._gathered):
            self._waiting.put((loop, self._gathered.pop(loop)))
        self._waiting.put(None)
        self._thread.join(timeout=10)

    async def append(self, event: Event) -> bool:
        """Append one event; returns once it is on disk. Raises StoreUnavailable when it is not."""
        if self._is_closed:
            raise StoreUnavailable
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool] = loop.create_future()
        if loop not in self._gathered:
            self._gathered[loop] = []
            loop.call_soon(self._hand_over, loop, 0)
        self._gathered[loop].append((event, future))
        return await future

    def _hand_over(self, loop: asyncio.AbstractEventLoop, known: int) -> None:
        """Give what a loop gathered to the thread, once a round of the loop brings no more.

        A commit costs 0.6 ms of CPU whatever it carries, so a busy loop makes few large ones; an idle one waits for
        nothing.
        """
        count = len(self._gathered.get(loop, ()))
        if known < count < _MOST:
            loop.call_soon(self._hand_over, loop, count)
        elif count:
            self._waiting.put((loop, self._gathered.pop(loop)))

    def _run(self) -> None:
        is_open = True
        while is_open:
            batches, is_open = self._gather()
            if batches:
                self._commit(batches)

    def _gather(self) -> tuple[list[_Batch], bool]:
        """Return what waits, as soon as anything does, and whether there will be more."""
        batches: list[_Batch] = []
        count = 0
        while count < _MOST and not (batches and self._waiting.empty()):
            batch = self._waiting.get()
            if batch is None:
                return batches, False
            batches.append(batch)
            count += len(batch[1])
        return batches, True

    def _commit(self, batches: list[_Batch]) -> None:
        events = [event for _, waiting in batches for event, _ in waiting]
        try:
            with self._database.write() as connection:
                new = {id(event) for event in self._journal.append_only(connection, events)}
        except Exception as error:  # whatever it was: nothing may be acknowledged, and this thread must live
            self._refuse(batches, len(events), error)
            return
        _tell(batches, lambda event: id(event) in new)

    def _refuse(self, batches: list[_Batch], count: int, error: Exception) -> None:
        self.failures += 1
        _log.error("flush failed, nothing acknowledged", events=count, error=repr(error))
        reason = error if isinstance(error, StoreUnavailable) else StoreUnavailable(reason=type(error).__name__)
        _tell(batches, lambda _event: reason)
        try:
            self._database.reopen()
        except StoreUnavailable:
            time.sleep(_REST_S)


def _tell(batches: list[_Batch], outcome: Callable[[Event], bool | Exception]) -> None:
    for loop, waiting in batches:
        with contextlib.suppress(RuntimeError):  # the loop is gone: nobody waits any more
            loop.call_soon_threadsafe(_resolve, [(future, outcome(event)) for event, future in waiting])


def _resolve(results: list[tuple[asyncio.Future[bool], bool | Exception]]) -> None:
    for future, result in results:
        if future.done():
            continue  # the client went away; the event is kept all the same
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
