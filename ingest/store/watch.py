"""Has anybody committed? Asked a hundred times a second, so that nobody reads tables to learn that nothing happened."""

from __future__ import annotations

import contextlib
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from ingest.store.database import Database

_SQLITE = "PRAGMA data_version"
"""Moves with every commit of another connection (SQLite manual); 5 µs, as it only looks at shared memory."""
_POSTGRES = "SELECT pg_snapshot_xmax(pg_current_snapshot())"
"""The next transaction id; reading takes none."""


class Watch:
    """Tells whether the database has changed since it was last asked; belongs to one thread at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._statement = _SQLITE if database.is_sqlite else _POSTGRES
        self._raw: Any = None
        self._seen: object = None
        self.every_s = 0.01 if database.is_sqlite else 0.05
        """How often asking is worth it: a server has to be asked over a socket."""

    def has_moved(self) -> bool:
        """Say whether somebody committed since the last call; True when the database cannot be asked."""
        try:
            version = self._version()
        except Exception:  # whatever the driver raises: whoever looks then meets the error itself and says it
            self.close()
            return True
        moved, self._seen = version != self._seen, version
        return moved

    def close(self) -> None:
        """Give the connection back."""
        raw, self._raw = self._raw, None
        if raw is not None:
            with contextlib.suppress(SQLAlchemyError):
                raw.close()

    def _version(self) -> object:
        if self._raw is None:
            self._raw = self._database.engine.raw_connection()
            if not self._database.is_sqlite:
                self._raw.driver_connection.autocommit = True
        cursor = self._raw.cursor()
        try:
            cursor.execute(self._statement)
            return cursor.fetchone()[0]
        finally:
            cursor.close()
