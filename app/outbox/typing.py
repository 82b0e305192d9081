"""Shows a contact that somebody types. Best effort, and never through the outbox: it is no message."""

from __future__ import annotations

import asyncio

from app.context import Context
from app.outbox import repository
from app.outbox.gateways import Gateways
from ingest.channels.base import Gateway
from ingest.domain.identity import Identity


class Typing:
    """Called with an inbox and the provider's id of the message that is being answered."""

    def __init__(self, context: Context, gateways: Gateways) -> None:
        self._store = context.store
        self._gateways = gateways

    async def __call__(self, inbox_id: str, external_id: str) -> None:
        """Show it for as long as the channel does. Raises a ChannelError where the provider refuses."""
        gateway, recipient = await asyncio.to_thread(self._reach, inbox_id, external_id)
        await gateway.show_typing(external_id, recipient)

    def _reach(self, inbox_id: str, external_id: str) -> tuple[Gateway, Identity | None]:
        with self._store.read() as sql:
            contact_id = repository.author_of(sql, inbox_id, external_id)
            return self._gateways.of_inbox(sql, inbox_id), repository.recipient_of(sql, contact_id, inbox_id)
