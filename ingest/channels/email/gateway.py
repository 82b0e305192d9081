"""The gateway of a mailbox: the contract's words turned into SMTP, and a look at both servers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import httpx2

from ingest.channels.base import Accepted, Connection, Finding, Sending
from ingest.channels.email.compose import external_id_of, mail_of, recipient_of
from ingest.channels.email.config import Server, folders_of, imap_of, sender_of, since_of, smtp_of
from ingest.channels.email.imap import Mailbox, open_mailbox
from ingest.channels.email.keepers import keeper_of
from ingest.channels.email.settings import is_signing_key
from ingest.channels.email.smtp import deliver, signed_in
from ingest.channels.email.webhook import topic_of
from ingest.domain.errors import ChannelError, Rejected
from ingest.domain.identity import Identity
from ingest.kit.clock import SystemClock
from ingest.kit.outward import Resolve, resolve


class EmailGateway:
    """One mailbox."""

    def __init__(
        self,
        connection: Connection,
        open_imap: Callable[[Server], Mailbox] = open_mailbox,
        http: httpx2.AsyncClient | None = None,
        resolver: Resolve = resolve,
    ) -> None:
        """Take a connection, what signs in at its IMAP server, and a pool to ask its provider through."""
        self._connection = connection
        self._open_imap = open_imap
        self._keeper = None if http is None else keeper_of(connection, http, SystemClock().us, resolver)

    async def send(self, sending: Sending) -> Accepted:
        """Compose the mail and hand it to the server; its Message-ID is known beforehand."""
        server, sender = smtp_of(self._connection), sender_of(self._connection)
        files = [*([sending.file] if sending.file is not None else []), *sending.more_files]
        contents = [await asyncio.to_thread(each.read) for each in files]
        mail = await asyncio.to_thread(mail_of, sending, sender, *contents)
        await asyncio.to_thread(deliver, server, sender.address, recipient_of(sending), mail)
        return Accepted(external_id_of(sending, sender))

    async def mark_read(self, external_id: str, recipient: Identity | None) -> None:
        """Do nothing: mail has receipts only for who asks, and nobody here does."""

    async def show_typing(self, external_id: str, recipient: Identity | None) -> None:
        """Do nothing: nobody sees a mail being written."""

    async def fetch(self, file: Mapping[str, Any], into: BinaryIO, *, is_fresh: bool) -> None:
        """Raise Rejected: the files of a mail lie inside its delivery."""
        raise Rejected("The file lies inside its mail; there is nowhere to fetch it.", code="media_nowhere")

    async def check(self) -> list[Finding]:
        """Sign in at both servers, ask for mail that is kept for us, look whether receivers will believe our mail."""
        return [
            await asyncio.to_thread(self._check_smtp),
            *await asyncio.to_thread(self._check_imap),
            *self._check_sender(),
            *self._check_topic(),
            *([await self._keeper.check()] if self._keeper is not None else []),
        ]

    def _check_smtp(self) -> Finding:
        try:
            server = smtp_of(self._connection)
            with signed_in(server):
                return Finding("smtp", True, "The server {host} lets us send.", {"host": server.host})
        except ChannelError as error:
            return Finding.of(error, "smtp", "Mail cannot be sent: {detail}")

    def _check_imap(self) -> list[Finding]:
        try:
            server = imap_of(self._connection)
            if server is None:
                return []
            since_of(self._connection)
            mailbox = self._open_imap(server)
            missing = [each for each in folders_of(self._connection) if not mailbox.folder_exists(each)]
            with contextlib.suppress(Exception):  # servers part in many ways, and none of them matters
                mailbox.logout()
        except ChannelError as error:
            return [Finding.of(error, "imap", "The mailbox cannot be read: {detail}")]
        except OSError:
            return [Finding("imap", False, "The IMAP server cannot be reached; check host, port and security.")]
        except Exception:  # the library raises many kinds, whose texts may repeat what was sent
            return [Finding("imap", False, "The IMAP server refuses to let us in; check user and password.")]
        if missing:
            known = {"folder": missing[0]}
            return [Finding("imap", False, "The server has no folder {folder}; correct the folders.", known)]
        return [Finding("imap", True, "The mailbox at {host} can be read.", {"host": server.host})]

    def _check_topic(self) -> list[Finding]:
        if str(self._connection.settings.get("provider") or "").strip().lower() != "ses" or topic_of(self._connection):
            return []
        return [
            Finding(
                "sns_topic",
                False,
                "Amazon signs for every account alike: set the ARN of your topic; without it nothing is taken.",
            )
        ]

    def _check_sender(self) -> list[Finding]:
        try:
            sender = sender_of(self._connection)
        except ChannelError as error:
            return [Finding.of(error, "address", "No mail can go out: {detail}")]
        if sender.dkim_key and not sender.dkim_selector:
            return [Finding("dkim", False, "There is a DKIM key without its selector; set it.")]
        if sender.dkim_key and not is_signing_key(sender.dkim_key):
            return [Finding("dkim", False, "The DKIM key cannot be read; enter it again, with all its lines.")]
        return [Finding("address", True, "Mail goes out as {address}.", {"address": sender.address})]
