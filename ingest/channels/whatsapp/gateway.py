"""The gateway of a WhatsApp number: the contract's words turned into calls of the Cloud API."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO

from ingest.channels.base import Accepted, Finding, Sending
from ingest.channels.files import MEDIA_LIMIT, Forbidden, Gone
from ingest.channels.whatsapp.check import findings
from ingest.channels.whatsapp.client import WhatsAppClient
from ingest.channels.whatsapp.items import business_account
from ingest.channels.whatsapp.send import MEDIA_KINDS, recipient_of, request_body
from ingest.domain.errors import Misconfigured, Rejected, Throttled
from ingest.domain.identity import Identity
from ingest.domain.template import Template
from ingest.kit.clock import HOUR_US

_UPLOAD_LIFE_US = 24 * HOUR_US
"""Meta keeps an upload for 30 days; a day is enough for one file that goes to many."""


class WhatsAppGateway:
    """One number, called at `path`. `uploads` outlives it: what a file became at Meta, and until when we trust that."""

    def __init__(
        self,
        client: WhatsAppClient,
        number: str,
        uploads: dict[tuple[str, str], tuple[str, int]],
        account_id: str | None = None,
        *,
        path: str,
    ) -> None:
        """Take the number's client; `account_id` is its business account's id where somebody entered it."""
        self.client = client
        self._path = path
        self._number = number
        self._uploads = uploads
        self._account_id = account_id

    async def send(self, sending: Sending) -> Accepted:
        """Upload the message's own file where it is not there yet, and hand the message over."""
        recipient = recipient_of(sending.requested, sending.recipient)
        media_id = await self._uploaded(sending)
        body = request_body(
            sending.requested, sending.message_id, recipient, reply_to=sending.reply_to, media_id=media_id
        )
        return await self.client.send(body)

    async def templates(self, newest: Callable[[], Iterable[bytes]]) -> list[Template]:
        """Return the templates of the business account, which was entered or is named by what the webhook brings."""
        account_id = self._account_id or await asyncio.to_thread(self._account_in, newest)
        if account_id is None:
            raise Throttled("The business account is known once its webhook has brought something.", code="no_account")
        return await self.client.templates(account_id)

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
            except (Gone, Forbidden):
                # With an expired token the address refuses us as well; the id lives for a week.
                if not provider_id:
                    raise
            into.seek(0)
            into.truncate()
        address = await self.client.media_address(str(provider_id))
        if address.size is not None and address.size > MEDIA_LIMIT:
            raise Rejected(f"The file is larger than {MEDIA_LIMIT} bytes.", code="media_too_large")
        try:
            return await self.client.download(address.url, into, sha256=announced or address.sha256)
        except Forbidden as error:
            raise Misconfigured(error.detail, **error.facts) from error

    async def check(self) -> list[Finding]:
        """Ask Meta for the number: whether the token may, how long, its quality, and whether Meta calls us."""
        return await findings(self.client, self._path)

    def _account_in(self, newest: Callable[[], Iterable[bytes]]) -> str | None:
        found = (business_account(body, self._number) for body in newest())
        return next((each for each in found if each), None)

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
