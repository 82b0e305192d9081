"""Takes a thread from another app of the business (channels.md §4). Somebody waits for the answer: no outbox."""

from __future__ import annotations

import asyncio
from typing import cast

from app.context import Context
from app.outbox import repository
from app.outbox.gateways import Gateways
from ingest.channels.base import Sharer
from ingest.channels.registry import capabilities
from ingest.domain.errors import BadInput
from ingest.domain.identity import Identity


class TakeThread:
    """Called with a contact and the inbox whose thread with them is to be ours."""

    def __init__(self, context: Context, gateways: Gateways) -> None:
        self._store = context.store
        self._gateways = gateways

    async def __call__(self, contact_id: str, inbox_id: str) -> None:
        """Take it. Raises a ChannelError where the provider refuses, BadInput where no thread is ever shared."""
        gateway, recipient = await asyncio.to_thread(self._reach, contact_id, inbox_id)
        await gateway.take_thread(recipient)

    def _reach(self, contact_id: str, inbox_id: str) -> tuple[Sharer, Identity]:
        with self._store.read() as sql:
            found, recipient = repository.account_of(sql, inbox_id), repository.recipient_of(sql, contact_id, inbox_id)
            if found is None or recipient is None or not capabilities(found[0].channel).shares_threads:
                raise BadInput("No other app can hold a conversation of this inbox.")
            return cast(Sharer, self._gateways.of_inbox(sql, inbox_id)), recipient
