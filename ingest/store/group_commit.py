"""Many requests, one flush: the durable door of the journal for the receiver.

A flush to disk takes about 4 ms here whatever it carries, so single appends end at 300 a second and
shared ones above 10,000. One thread owns the connection; whoever waits is told only after the commit.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable

import structlog

from ingest.domain.errors import StoreUnavailable
from ingest.domain.event import Event
from ingest.store.database import Database
from ingest.store.journal import Journal

_MOST = 512
"""Events in one flush; at 1 KB a body a commit of this size stays under 30 ms."""
_GATHER_S = 0.001
"""Time given to more events while they come in numbers: a commit costs 0.6 ms of CPU whatever it carries."""
_REST_S = 0.5
"""Pause after a refusal before the store is asked again."""

_log = structlog.get_logger()
_Waiting = tuple[Event, asyncio.AbstractEventLoop, "asyncio.Future[bool]"]


class GroupCommit:
    """Appends single events durably, many at once.

    `append` returns True for a new event and False for one that was there already; either way it is on
    disk. After a failed flush nothing is acknowledged until the store has been reopened and has answered.
    """

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal
        self._waiting: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._is_closed = False
        self._is_busy = False
        self.failures = 0
        """Flushes that failed since the start; an alarm for whoever watches."""

    def start(self) -> None:
        """Begin to take events."""
        self._thread.start()

    def close(self) -> None:
        """Commit what waits, then stop."""
        self._is_closed = True
        self._waiting.put(None)
        self._thread.join(timeout=10)

    async def append(self, event: Event) -> bool:
        """Append one event; returns once it is on disk. Raises StoreUnavailable when it is not."""
        if self._is_closed:
            raise StoreUnavailable
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool] = loop.create_future()
        self._waiting.put((event, loop, future))
        return await future

    def _run(self) -> None:
        is_open = True
        while is_open:
            batch, is_open = self._gather()
            self._is_busy = len(batch) > 1
            if batch:
                self._commit(batch)

    def _gather(self) -> tuple[list[_Waiting], bool]:
        first = self._waiting.get()
        if first is None:
            return [], False
        if self._is_busy:
            time.sleep(_GATHER_S)
        batch = [first]
        while len(batch) < _MOST:
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                break
            if item is None:
                return batch, False
            batch.append(item)
        return batch, True

    def _commit(self, batch: list[_Waiting]) -> None:
        try:
            with self._database.write() as connection:
                new = {id(event) for event in self._journal.append_only(connection, [event for event, _, _ in batch])}
        except Exception as error:  # whatever it was: nothing may be acknowledged, and this thread must live
            self._refuse(batch, error)
            return
        _tell(batch, lambda event: id(event) in new)

    def _refuse(self, batch: list[_Waiting], error: Exception) -> None:
        self.failures += 1
        _log.error("flush failed, nothing acknowledged", events=len(batch), error=repr(error))
        reason = error if isinstance(error, StoreUnavailable) else StoreUnavailable(reason=type(error).__name__)
        _tell(batch, lambda _event: reason)
        try:
            self._database.reopen()
        except StoreUnavailable:
            time.sleep(_REST_S)


def _tell(batch: list[_Waiting], outcome: Callable[[Event], bool | Exception]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[bool], bool | Exception]]] = {}
    for event, loop, future in batch:
        by_loop.setdefault(loop, []).append((future, outcome(event)))
    for loop, results in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, results)


def _resolve(results: list[tuple[asyncio.Future[bool], bool | Exception]]) -> None:
    for future, result in results:
        if future.done():
            continue  # the client went away; the event is kept all the same
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
