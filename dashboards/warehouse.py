"""The one way from a page to the lake: read-only, always inside the reader's workspace and inboxes.

Answers are kept until the lake changes, so a page that runs again costs nothing; a query that takes too long is
stopped, so one wide question cannot hold up the house.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from dashboards.queries import query
from ingest.domain.errors import ProsaError, StoreUnavailable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from pandas import DataFrame

Value = str | int | float | bool | date | tuple[str, ...] | None
_KEPT, _LOOK_S = 256, 1.0


class LakeMissing(ProsaError):
    """Nothing has landed in the lake yet."""


class TooSlow(ProsaError):
    """The question took too long and was stopped; choose a shorter range."""


class LakeBroken(ProsaError):
    """The lake could not be read just now."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What one reader may see, as the API says it; every query is bound to it."""

    workspace_id: str
    workspace: str
    timezone: str
    inbox_ids: tuple[str, ...]
    may_open_conversations: bool

    def narrowed(self, inbox_ids: Iterable[str]) -> tuple[str, ...]:
        """Return the wanted inboxes that are visible, or all visible ones when none is wanted."""
        wanted = set(inbox_ids)
        return tuple(each for each in self.inbox_ids if not wanted or each in wanted)


class Warehouse:
    """Named queries over the lake, answered as frames.

    `connect` opens a read-only DuckDB with the catalog `lake`; `limit_s` is how long a query may take.
    """

    def __init__(self, connect: Callable[[], DuckDBPyConnection], limit_s: float = 10.0) -> None:
        self._connect, self._limit_s = connect, limit_s
        self._connection: DuckDBPyConnection | None = None
        self._lock = threading.Lock()
        self._seen: tuple[float, str] | None = None
        self._answers: OrderedDict[tuple[Any, ...], DataFrame] = OrderedDict()

    def frame(self, name: str, scope: Scope, **parameters: Value) -> DataFrame:
        """Return the answer to a named query within the scope; parameters not given are NULL.

        `inbox_ids` can narrow what is visible, never widen it. Raises LakeMissing, TooSlow or LakeBroken.
        """
        bound = _bound(name, scope, parameters)
        key = (self._present_version(), name, *sorted(bound.items()))
        if (kept := self._kept(key)) is None:
            kept = self._run(query(name).sql, bound)
            self._keep(key, kept)
        return kept.copy(deep=False)

    def version(self) -> str:
        """Return the lake's present snapshot; an answer is good for as long as this stays the same."""
        with self._cursor() as cursor:
            found = cursor.execute(
                "SELECT count(*) FROM duckdb_databases() WHERE database_name = 'lake' AND type = 'ducklake'"
            )
            if found.fetchall() == [(0,)]:
                return "unversioned"
            return str(cursor.execute("FROM lake.current_snapshot()").fetchall()[0][0])

    def _present_version(self) -> str:
        # asking costs 5 ms and a page asks ten questions, so one look a second is enough
        now = time.monotonic()
        if self._seen is None or now - self._seen[0] > _LOOK_S:
            self._seen = (now, self.version())
        return self._seen[1]

    def _run(self, sql: str, bound: Mapping[str, Any]) -> DataFrame:
        with self._cursor() as cursor:
            stop = threading.Timer(self._limit_s, cursor.interrupt)
            stop.start()
            try:
                return cursor.execute(sql, dict(bound)).df()
            finally:
                stop.cancel()

    @contextmanager
    def _cursor(self) -> Iterator[DuckDBPyConnection]:
        import duckdb

        try:
            with self._open() as cursor:
                yield cursor
        except duckdb.InterruptException as error:
            raise TooSlow from error
        except (duckdb.CatalogException, StoreUnavailable) as error:
            self._forget()
            raise LakeMissing from error
        except duckdb.Error as error:
            self._forget()
            raise LakeBroken(reason=type(error).__name__) from error

    def _open(self) -> DuckDBPyConnection:
        with self._lock:
            self._connection = self._connection or self._connect()
            return self._connection.cursor()

    def _forget(self) -> None:
        with self._lock:
            self._connection = self._seen = None

    def _kept(self, key: tuple[Any, ...]) -> DataFrame | None:
        with self._lock:
            if (kept := self._answers.get(key)) is not None:
                self._answers.move_to_end(key)
            return kept

    def _keep(self, key: tuple[Any, ...], frame: DataFrame) -> None:
        with self._lock:
            self._answers[key] = frame
            while len(self._answers) > _KEPT:
                self._answers.popitem(last=False)


def _bound(name: str, scope: Scope, parameters: Mapping[str, Value]) -> dict[str, Any]:
    wanted = parameters.get("inbox_ids") or ()
    if not isinstance(wanted, tuple):
        raise TypeError("inbox_ids are a tuple")
    ours = {"inbox_ids": scope.narrowed(wanted), "visible_inbox_ids": scope.inbox_ids}
    given = {**parameters, **ours, "workspace_id": scope.workspace_id}
    return {each: given.get(each) for each in query(name).parameters}


@cache
def warehouse() -> Warehouse:
    """Return this process's warehouse over the lake that the settings name."""
    from ingest.settings import Settings
    from ingest.store.lake import open_readonly

    settings = Settings()
    return Warehouse(lambda: open_readonly(settings))
