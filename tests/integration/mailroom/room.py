"""What the tests of the mailroom look at: the deliveries there are, and a mailbox that is set up."""

from __future__ import annotations

from typing import Any

from ingest.channels.base import Connection
from ingest.domain.errors import StoreUnavailable
from ingest.domain.event import Event
from ingest.store.database import Database
from ingest.store.journal import Journal

US, ANA, PASSWORD = "support@example.com", "ana@people.example", "correct-horse"


def a_connection(connection_id: str = "con_1", **settings: Any) -> Connection:
    given = {"address": US, "imap_host": "127.0.0.1", "imap_security": "none"} | settings
    return Connection(connection_id, "ws", "email", "Mail", "", "verify", ["secret"], PASSWORD, given)


def deliveries(database: Database, journal: Journal) -> list[Event]:
    with database.read() as connection:
        return journal.after(connection, 0, 1_000, ["delivery.received"], with_raw=True)


class FullDisk:
    """A store that refuses, for so many times, and then takes what comes."""

    def __init__(self, behind: Any, refusals: int) -> None:
        self._behind, self._refusals = behind, refusals

    async def append(self, event: Event) -> bool:
        if self._refusals:
            self._refusals -= 1
            raise StoreUnavailable(reason="full")
        kept: bool = await self._behind.append(event)
        return kept
