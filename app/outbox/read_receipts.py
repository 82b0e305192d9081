"""Tells contacts that we read what they wrote, when an agent did. Best effort: a lost one is lost."""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy import Connection

from app.outbox import repository
from app.outbox.gateways import Gateways
from app.state.unit import Store
from ingest.channels.base import Gateway
from ingest.domain.errors import ChannelError
from ingest.domain.event import Event
from ingest.domain.identity import Identity
from ingest.kit.clock import HOUR_US
from ingest.store.consumers import cursor_of, move_cursor, next_cursor

CONSUMER = "read_receipts"
_BATCH = 100
_Call = tuple[Gateway, str, Identity | None]

_log = structlog.get_logger()


class ReadReceipts:
    """A consumer of `conversation.seen`."""

    def __init__(self, store: Store, gateways: Gateways) -> None:
        self._store = store
        self._gateways = gateways

    async def run_once(self) -> int:
        """Pass on one batch; returns how many looks there were."""
        events, calls, reached = await asyncio.to_thread(self._look)
        await asyncio.gather(*(self._tell(*call) for call in calls))
        if reached:
            await asyncio.to_thread(self._move, reached)
        return len(events)

    def _look(self) -> tuple[list[Event], list[_Call], int | None]:
        """Return the looks of one batch, what to tell for them, and where the cursor goes."""
        with self._store.read() as sql:
            cursor, head = cursor_of(sql, CONSUMER), self._store.journal.head(sql)
            events = self._store.journal.after(sql, cursor, _BATCH, ["conversation.seen"])
            recent = self._store.clock.us() - HOUR_US
            newest = {event.conversation_id: event for event in events if event.recorded_us > recent}
            calls = [call for event in newest.values() if (call := self._call_of(sql, event)) is not None]
        return events, calls, next_cursor(events, _BATCH, cursor, head)

    def _call_of(self, sql: Connection, event: Event) -> _Call | None:
        found = repository.last_inbound(sql, event.conversation_id or "", event.payload["seen_us"])
        if found is None:
            return None
        try:
            gateway = self._gateways.of_inbox(sql, found.inbox_id)
        except ChannelError:
            return None
        return gateway, found.external_id, repository.recipient_of(sql, found.contact_id, found.inbox_id)

    async def _tell(self, gateway: Gateway, external_id: str, recipient: Identity | None) -> None:
        try:
            await gateway.mark_read(external_id, recipient)
        except ChannelError as error:
            _log.info("read receipt lost", code=error.facts.get("code"))

    def _move(self, seq: int) -> None:
        with self._store.database.write(durably=False) as sql:  # a receipt sent twice is none too many
            move_cursor(sql, CONSUMER, seq)
