"""The gateway of a WhatsApp number: the contract's words turned into calls of the Cloud API."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, BinaryIO

from ingest.channels.base import Accepted, Finding, Sending
from ingest.channels.files import MEDIA_LIMIT, Gone
from ingest.channels.whatsapp.check import findings
from ingest.channels.whatsapp.client import WhatsAppClient
from ingest.channels.whatsapp.send import MEDIA_KINDS, request_body
from ingest.domain.errors import Rejected
from ingest.domain.identity import Identity
from ingest.kit.clock import HOUR_US

_UPLOAD_LIFE_US = 24 * HOUR_US
"""Meta keeps an upload for 30 days; a day is enough for one file that goes to many."""


class WhatsAppGateway:
    """One number, called at `path`. `uploads` outlives it: what a file became at Meta, and until when we trust that."""

    def __init__(
        self, client: WhatsAppClient, number: str, uploads: dict[tuple[str, str], tuple[str, int]], *, path: str
    ) -> None:
        self.client = client
        self._path = path
        self._number = number
        self._uploads = uploads

    async def send(self, sending: Sending) -> Accepted:
        """Upload the message's own file where it is not there yet, and hand the message over."""
        media_id = await self._uploaded(sending)
        body = request_body(
            sending.requested, sending.message_id, sending.recipient, reply_to=sending.reply_to, media_id=media_id
        )
        return await self.client.send(body)

    async def mark_read(self, external_id: str, recipient: Identity | None) -> None:
        """Tell the contact that a message, and all before it, was read."""
        await self.client.mark_read(external_id)

    async def show_typing(self, external_id: str, recipient: Identity | None) -> None:
        """Show typing for up to 25 s, as an answer to a message; it marks it read, too (channels.md §3.12)."""
        await self.client.show_typing(external_id)

    async def fetch(self, file: Mapping[str, Any], into: BinaryIO, *, is_fresh: bool) -> None:
        """Take the announced address while it is fresh; ask for a new one when it is not, or has gone."""
        url, provider_id, announced = (file.get(name) for name in ("url", "provider_id", "sha256"))
        if url and (is_fresh or not provider_id):
            try:
                return await self.client.download(url, into, sha256=announced)
            except Gone:
                if not provider_id:
                    raise
            into.seek(0)
            into.truncate()
        address = await self.client.media_address(str(provider_id))
        if address.size is not None and address.size > MEDIA_LIMIT:
            raise Rejected(f"The file is larger than {MEDIA_LIMIT} bytes.", code="media_too_large")
        return await self.client.download(address.url, into, sha256=announced or address.sha256)

    async def check(self) -> list[Finding]:
        """Ask Meta for the number: whether the token may, how long, its quality, and whether Meta calls us."""
        return await findings(self.client, self._path)

    async def _uploaded(self, sending: Sending) -> str | None:
        file = sending.file
        if file is None or sending.requested["kind"] not in MEDIA_KINDS | {"template"}:
            return None
        known = self._uploads.get((self._number, file.sha256))
        if known and sending.now_us < known[1]:
            return known[0]
        content = await asyncio.to_thread(file.read)
        media_id = await self.client.upload(content, file.mime, file.filename)
        self._uploads[self._number, file.sha256] = media_id, sending.now_us + _UPLOAD_LIFE_US
        return media_id
