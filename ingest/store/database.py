"""One database for journal and live tables: SQLite or PostgreSQL behind one door."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from ingest.domain.errors import StoreUnavailable
from ingest.store.bulk import driver

# PostgreSQL gives out sequence numbers before commits are visible; one lock makes journal order commit order.
_WRITER_LOCK = 0x70726F7361
BUSY_MS = 30_000
"""How long SQLite waits for a lock before it gives up."""
_ONE_VIEW = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_LOOK_AGAIN_S = 0.001
_PRIMARY = 0xFF
"""Of an error's code, the part that is not of its variety: somebody who recovers the log is busy, too."""
_KEPT = 32
"""Connections kept, as many as threads read at once: a new one costs 2 ms, for it reads the schema."""
_CACHE_KIB = 16_384
"""Memory of a connection for pages that it changed or found in the log; the file itself is mapped, once for all."""
_LONGEST_LOG = 16_000
"""Pages (64 MB) from which a commit copies the log itself: only where no worker does (`checkpoint`)."""


class Database:
    """Connections to the one database, reading or writing.

    `write()` is exclusive: while it is open nobody else appends, so what is read in it stays true
    until its commit.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._present = _Present(make_url(url).database if self.is_sqlite else None)
        if self.is_sqlite:
            self.engine, self._writing = _sqlite(url, self._present), _sqlite(url, self._present, waits_ms=0)
        else:
            self.engine = self._writing = create_engine(url, pool_pre_ping=True, hide_parameters=True)
        # SQLite's transactions see one state anyway; PostgreSQL's would see each statement's own
        self._reader = self.engine if self.is_sqlite else self.engine.execution_options(**_ONE_VIEW)
        self._writer = self._writing.execution_options(prosa_write="FULL")
        self._deriver = self._writing.execution_options(prosa_write="NORMAL")
        self._kept = threading.local()
        self._refusals = (OperationalError, self.engine.dialect.loaded_dbapi.OperationalError)

    @contextmanager
    def write(self, *, durably: bool = True) -> Iterator[Connection]:
        """Open the one writing transaction; commits at the end, rolls back on any error.

        What can be derived again need not be written `durably`: a power cut may undo it, to the last, until the next
        durable commit; a killed process undoes nothing. It saves the others a flush under the lock.
        Raises StoreUnavailable where disk or server refuse.
        """
        try:
            with self._opened(durably=durably) as connection:
                if not self.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITER_LOCK})
                    if not durably:
                        connection.execute(text("SET LOCAL synchronous_commit = off"))
                yield connection
        except self._refusals as error:
            self._forget()
            raise StoreUnavailable(reason=type(getattr(error, "orig", error)).__name__) from error

    @contextmanager
    def _opened(self, *, durably: bool) -> Iterator[Connection]:
        """Begin on a connection; on SQLite each thread keeps its own, for to fetch one costs as much as four rows."""
        engine = self._writer if durably else self._deriver
        if not self.is_sqlite:
            with engine.begin() as connection:
                yield connection
            return
        self._present()  # a connection that is kept would go on writing into a file that nobody can find
        kept: dict[Any, Connection] = self._kept.__dict__
        connection = kept.get(engine) or kept.setdefault(engine, engine.connect())
        with connection.begin():
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a reading transaction with one consistent view."""
        with self._reader.connect() as connection, connection.begin():
            yield connection

    def reopen(self) -> None:
        """Forget every connection and prove that the store answers, after a failed flush.

        A connection whose flush failed must not be trusted again; a new one reads what the disk holds.
        """
        self._forget()
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError as error:
            raise StoreUnavailable(reason=type(error.orig).__name__) from error

    def close(self) -> None:
        """Give all connections back."""
        self._forget()

    def _forget(self) -> None:
        """Let every connection go that this thread holds or nobody does."""
        for connection in self._kept.__dict__.values():
            connection.invalidate()
            connection.close()
        self._kept.__dict__.clear()
        self.engine.dispose()
        self._writing.dispose()


def _sqlite(url: str, present: _Present, waits_ms: int = BUSY_MS) -> Engine:
    """Return an engine whose connections wait so long for a lock; who writes looks for the lock himself."""
    options = {"timeout": BUSY_MS / 1000, "check_same_thread": False}
    engine = create_engine(url, connect_args=options, hide_parameters=True, pool_size=_KEPT, max_overflow=_KEPT)
    event.listen(engine, "do_connect", present)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "connect", partial(_wait_for, waits_ms))
    event.listen(engine, "begin", _begin)
    return engine


class _Present:
    """Opens no second, empty file where the first one vanished: with its disk, say."""

    def __init__(self, path: str | None) -> None:
        self._path = Path(path) if path and path != ":memory:" else None
        self._was_there = False

    def __call__(self, *_of_event: object) -> None:
        if self._path is not None:
            is_there = self._path.exists()
            if self._was_there and not is_there:
                raise sqlite3.OperationalError(f"{self._path} is not there any more")
            self._was_there = is_there


def _set_up(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin by hand: sqlite3 would begin late and deferred
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "temp_store=MEMORY",
        f"cache_size={-_CACHE_KIB}",
        "mmap_size=268435456",
        f"wal_autocheckpoint={_LONGEST_LOG}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _wait_for(waits_ms: int, connection: Any, _record: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout={waits_ms}")


def _begin(connection: Connection) -> None:
    if flush := connection.get_execution_options().get("prosa_write"):
        _begin_writing(connection, flush)
    else:
        driver(connection).execute("BEGIN")


def _begin_writing(connection: Connection, flush: str) -> None:
    """Take the writer's lock as soon as it is free.

    SQLite itself looks again after up to 0.1 s, and by then somebody else has it: with two busy writers a wait took
    0.4 s at the 95th percentile.
    """
    raw = driver(connection)
    if connection.info.get("prosa_flush") != flush:  # asked for at every commit it costs as much as ten rows
        raw.execute(f"PRAGMA synchronous={flush}")
        connection.info["prosa_flush"] = flush
    deadline = time.monotonic() + BUSY_MS / 1000
    while not _has_begun(raw, deadline):
        time.sleep(_LOOK_AGAIN_S)


def _has_begun(connection: sqlite3.Connection, deadline: float) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & _PRIMARY != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
            raise
        return False
    return True
