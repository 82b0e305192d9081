"""Connections: how providers reach us and how we know them. Read often, changed rarely, so kept in memory."""

from __future__ import annotations

import time

import structlog
from sqlalchemy import insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from ingest.domain.connection import Connection, connection_from, row_of
from ingest.domain.errors import BadInput, StoreUnavailable
from ingest.store.database import Database
from ingest.store.own import connection as table

_log = structlog.get_logger()
_FRESH_S = 5.0
"""How long a changed secret may go unnoticed by another process."""


class Connections:
    """All connections by id, read again every few seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, Connection] = {}
        self._read_at = float("-inf")

    def get(self, connection_id: str) -> Connection | None:
        """Return a connection, or None; raises StoreUnavailable where none could ever be read."""
        if time.monotonic() - self._read_at > _FRESH_S:
            self._try_refresh()
        return self._known.get(connection_id)

    def of_channel(self, channel: str) -> list[Connection]:
        """Return every connection of a channel, as fresh as `get`."""
        self.get("")
        return [each for each in self._known.values() if each.channel == channel]

    def refresh(self) -> None:
        """Read all connections now."""
        with self._database.read() as connection:
            rows = connection.execute(select(table)).mappings().all()
        self._known = {row["connection_id"]: connection_from(dict(row)) for row in rows}
        self._read_at = time.monotonic()

    def _try_refresh(self) -> None:
        """Read all connections, or go on with those known: a body that they sign is refused at its append, with 503."""
        try:
            self.refresh()
        except SQLAlchemyError as error:
            _log.warning("connections could not be read", error=type(error).__name__)
            if self._read_at == float("-inf"):
                raise StoreUnavailable(reason=type(error).__name__) from error
            self._read_at = time.monotonic()

    def save(self, given: Connection) -> None:
        """Add or replace a connection. Raises BadInput for one that would let anybody in."""
        if not given.verify_token or not given.secrets or not all(given.secrets):
            raise BadInput(
                "A connection needs a verify token and at least one app secret; empty ones would let anybody in."
            )
        values = row_of(given)
        with self._database.write() as connection:
            changed = connection.execute(
                update(table).where(table.c.connection_id == given.connection_id).values(**values)
            )
            if not changed.rowcount:
                connection.execute(insert(table).values(**values))
        self.refresh()
