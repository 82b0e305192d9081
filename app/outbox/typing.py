"""Shows a contact that somebody types. Best effort, and never through the outbox: it is no message."""

from __future__ import annotations

import asyncio

from app.context import Context
from app.outbox.gateways import Gateways
from ingest.channels.whatsapp.client import WhatsAppClient


class Typing:
    """Called with an inbox and the provider's id of the message that is being answered."""

    def __init__(self, context: Context, gateways: Gateways) -> None:
        self._store = context.store
        self._gateways = gateways

    async def __call__(self, inbox_id: str, external_id: str) -> None:
        """Show it for up to 25 seconds (channels.md §3.12). Raises a ChannelError where the provider refuses."""
        client = await asyncio.to_thread(self._client, inbox_id)
        await client.show_typing(external_id)

    def _client(self, inbox_id: str) -> WhatsAppClient:
        with self._store.read() as sql:
            return self._gateways.of_inbox(sql, inbox_id)
