"""SQLite's log goes home beside the writers, not in their commits.

Left to itself SQLite copies the log into the database in whichever commit finds it long. Two busy writers never leave
it a moment to begin the log anew, so it grows (325 MB in 100 s of 500 webhooks a second), every commit tries again,
and every read searches all of it.
"""

from __future__ import annotations

from contextlib import closing
from typing import Any

from ingest.store.database import BUSY_MS, Database

LONG = 4_000
"""Pages (16 MB) from which a log is begun anew."""
_WAIT_MS = 250
"""How long to look for a moment between two writers, and then to keep them out until the old log's readers are done."""


def checkpoint(database: Database) -> int:
    """Copy the log into the database, begin it anew where it is long; returns the pages it had.

    Nobody waits for the copying. Beginning anew needs a moment without writers and readers; a reader who takes long
    is left alone until next time. Nothing to do on PostgreSQL.
    """
    if not database.is_sqlite:
        return 0
    with closing(database.engine.raw_connection()) as raw:
        connection: Any = raw.driver_connection
        pages = _copy(connection, "PASSIVE")
        if pages >= LONG:
            connection.execute(f"PRAGMA busy_timeout={_WAIT_MS}")
            try:
                _copy(connection, "RESTART")
            finally:
                connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    return pages


def _copy(connection: Any, mode: str) -> int:
    """Return the pages of the log, none where somebody else copies it just now."""
    _, pages, _ = connection.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
    return max(int(pages), 0)
