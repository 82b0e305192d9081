"""Asking the marts from the web process: few and small questions over one kept connection."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from ingest.domain.errors import StoreUnavailable
from ingest.kit.sql import read_sql
from ingest.settings import Settings
from ingest.store import lake

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SQL = Path(__file__).parent / "sql"
_MEMORY = "100MB"
_log = structlog.get_logger()


class Marts:
    """One connection for everybody: to attach the lake costs 150 ms, to ask it 10."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._connection: DuckDBPyConnection | None = None

    def rows(self, name: str, *parameters: Any) -> list[dict[str, Any]]:
        """Return the rows of `app/sql/<name>.sql`; none before the first derivation and while the lake is away."""
        import duckdb

        try:
            with self._lock:
                return self._read(name, parameters)
        except StoreUnavailable:  # nothing has landed yet
            return []
        except duckdb.Error as error:  # people can work without what the marts would say
            _log.warning("marts could not be read", name=name, error=type(error).__name__)
            self._connection = None
            return []

    def profile(self, workspace_id: str, contact_id: str) -> dict[str, Any] | None:
        """Return a contact's profile by column, None where there is none yet."""
        return next(iter(self.rows("customer_profile", workspace_id, contact_id)), None)

    def _read(self, name: str, parameters: tuple[Any, ...]) -> list[dict[str, Any]]:
        self._connection = self._connection or lake.attach(self._settings, read_only=True, memory=_MEMORY, threads=1)
        cursor = self._connection.execute(read_sql(_SQL / f"{name}.sql").statement, list(parameters))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
