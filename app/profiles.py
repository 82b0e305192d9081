"""What the marts say of one contact, for whoever talks to them now."""

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

_SQL = Path(__file__).parent / "sql" / "customer_profile.sql"
_MEMORY = "100MB"
_log = structlog.get_logger()


class Profiles:
    """Reads profiles over one kept connection: to attach the lake costs 150 ms, to ask it 10."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._connection: DuckDBPyConnection | None = None

    def __call__(self, workspace_id: str, contact_id: str) -> dict[str, Any] | None:
        """Return a contact's profile by column; None before the first derivation and while the lake cannot be read."""
        import duckdb

        try:
            with self._lock:
                return self._read(workspace_id, contact_id)
        except StoreUnavailable:  # nothing has landed yet
            return None
        except duckdb.Error as error:  # a conversation can be answered without a profile
            _log.warning("profile could not be read", error=type(error).__name__)
            self._connection = None
            return None

    def _read(self, workspace_id: str, contact_id: str) -> dict[str, Any] | None:
        self._connection = self._connection or lake.attach(self._settings, read_only=True, memory=_MEMORY, threads=1)
        cursor = self._connection.execute(read_sql(_SQL).statement, [workspace_id, contact_id])
        names = [column[0] for column in cursor.description or ()]
        row = cursor.fetchone()
        return dict(zip(names, row, strict=True)) if row else None
