"""Connections: how providers reach us and how we know them. Read often, changed rarely, so kept in memory."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import orjson
import structlog
from sqlalchemy import insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from ingest.domain.errors import BadInput, StoreUnavailable
from ingest.store.database import Database
from ingest.store.own import connection as table

_log = structlog.get_logger()
_FRESH_S = 5.0
"""How long a changed secret may go unnoticed by another process."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One app at a provider. `secrets` are tried in order, so that they can be rotated."""

    connection_id: str
    workspace_id: str
    channel: str
    name: str
    base_url: str
    verify_token: str = field(repr=False)
    secrets: list[str] = field(repr=False)
    access_token: str = field(repr=False)


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

    def refresh(self) -> None:
        """Read all connections now."""
        with self._database.read() as connection:
            rows = connection.execute(select(table)).mappings().all()
        self._known = {
            row["connection_id"]: Connection(**{**row, "secrets": orjson.loads(row["secrets"])}) for row in rows
        }
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
        values = {
            "connection_id": given.connection_id,
            "workspace_id": given.workspace_id,
            "channel": given.channel,
            "name": given.name,
            "base_url": given.base_url,
            "verify_token": given.verify_token,
            "secrets": orjson.dumps(given.secrets).decode(),
            "access_token": given.access_token,
        }
        with self._database.write() as connection:
            changed = connection.execute(
                update(table).where(table.c.connection_id == given.connection_id).values(**values)
            )
            if not changed.rowcount:
                connection.execute(insert(table).values(**values))
        self.refresh()
