"""Signs of life: when a connection last shook hands, delivered something, or sent what was refused or too large.

Noted in memory, for a webhook waits for nothing it does not need, and written every few seconds.
"""

from __future__ import annotations

import asyncio
from typing import Literal

import structlog
from sqlalchemy import insert, update

from ingest.domain.errors import StoreUnavailable
from ingest.kit.clock import Clock
from ingest.store.database import Database
from ingest.store.own import connection_sign as table

Sign = Literal["handshake", "delivery", "refused", "too_large"]
_EVERY_S = 10.0

_log = structlog.get_logger()


class Signs:
    """What one process saw since it last wrote it down."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._fresh: dict[tuple[str, Sign], int] = {}

    def note(self, connection_id: str, sign: Sign) -> None:
        """Count one sign, now."""
        key = connection_id, sign
        self._fresh[key] = self._fresh.get(key, 0) + 1

    def write(self) -> None:
        """Write what was noted. Raises StoreUnavailable; then it is kept for the next time."""
        fresh, now = dict(self._fresh), self._clock.us()
        if not fresh:
            return
        with self._database.write() as connection:
            for (connection_id, sign), count in fresh.items():
                is_it = (table.c.connection_id == connection_id) & (table.c.sign == sign)
                known = connection.execute(update(table).where(is_it).values(at_us=now, count=table.c.count + count))
                if not known.rowcount:
                    row = {"connection_id": connection_id, "sign": sign, "at_us": now, "count": count}
                    connection.execute(insert(table).values(**row))
        for key, count in fresh.items():
            self._fresh[key] -= count
        self._fresh = {key: count for key, count in self._fresh.items() if count}

    async def run(self) -> None:
        """Write every few seconds until cancelled."""
        while True:
            await asyncio.sleep(_EVERY_S)
            try:
                await asyncio.to_thread(self.write)
            except StoreUnavailable as error:
                _log.warning("signs of life wait to be written", reason=error.detail)
