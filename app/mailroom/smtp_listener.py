"""A door for servers that bring mail by SMTP: 250 only once a mail is durable.

It listens on this machine alone unless told otherwise, takes mail for addresses of our connections only, and
sends nothing on: what it refuses, the server before it keeps and answers for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.mailroom.deliveries import SIZE_LIMIT, delivery_of_mail
from ingest.channels.base import Connection
from ingest.channels.email.config import address_of
from ingest.domain.delivery import Appender
from ingest.domain.errors import StoreUnavailable
from ingest.kit.clock import Clock

_TIMEOUT_S = 60
_RECIPIENTS = 100

_log = structlog.get_logger()


class SmtpListener:
    """Takes mail for known addresses; `connections` returns those of the channel, as fresh as may be."""

    def __init__(
        self,
        connections: Callable[[], Iterable[Connection]],
        appender: Appender,
        clock: Clock,
        *,
        host: str = "127.0.0.1",
        port: int = 8825,
        size_limit: int = SIZE_LIMIT,
    ) -> None:
        self._connections = connections
        self._appender = appender
        self._clock = clock
        self._host, self.port = host, port
        self._size_limit = size_limit
        self._server: asyncio.Server | None = None

    @property
    def is_open(self) -> bool:
        """Say whether it listens."""
        return self._server is not None

    async def start(self) -> None:
        """Listen; with port 0 on any free one, which `port` then says. Raises OSError."""
        self._server = await asyncio.get_running_loop().create_server(self._session, self._host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Take no more mail."""
        if self._server is not None:
            self._server.close()

    async def handle_RCPT(  # noqa: N802  # the library looks for this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient that one of our connections is."""
        if len(envelope.rcpt_tos) >= _RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            known = await asyncio.to_thread(self._connection_of, address)
        except StoreUnavailable:
            return "451 4.3.0 Addresses cannot be looked up just now"
        if known is None:
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail for every connection it came to; all of them, or the sender tries again."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            kept = await self._keep(envelope, content)
        except StoreUnavailable:
            return "451 4.3.0 Cannot be kept just now, try again"
        return "250 2.0.0 Kept" if kept else "550 5.1.1 No such mailbox here"

    async def handle_exception(self, error: Exception) -> str:
        """Answer for what went wrong in here; the mail stays with who brought it."""
        _log.error("mail could not be taken", error=type(error).__name__)
        return "451 4.3.0 Cannot be taken just now, try again"

    async def _keep(self, envelope: Envelope, content: bytes) -> int:
        taken: dict[str, tuple[Connection, str]] = {}
        for address in envelope.rcpt_tos:
            connection = await asyncio.to_thread(self._connection_of, address)
            if connection is not None:
                taken.setdefault(connection.connection_id, (connection, address))
        for connection, address in taken.values():
            mail = _stamped(envelope, address) + content
            await self._appender.append(delivery_of_mail(connection, mail, self._clock))
        return len(taken)

    def _connection_of(self, address: str) -> Connection | None:
        """Return the connection of an address, with or without something after a plus."""
        local, _, domain = address.strip().lower().rpartition("@")
        wanted = {f"{local}@{domain}", f"{local.partition('+')[0]}@{domain}"}
        found = [each for each in self._connections() if address_of(each) in wanted]
        return next((each for each in found if address_of(each) == f"{local}@{domain}"), next(iter(found), None))

    def _session(self) -> SMTP:
        return SMTP(
            self,
            data_size_limit=self._size_limit,
            enable_SMTPUTF8=True,
            hostname="prosa",
            ident="Prosa",
            timeout=_TIMEOUT_S,
        )


def _stamped(envelope: Envelope, address: str) -> bytes:
    """Return what the last server puts above a mail; nothing in it changes when the same mail comes again."""
    clean = "".join(each for each in envelope.mail_from or "" if each.isprintable() and each not in "<>")
    to = "".join(each for each in address if each.isprintable())
    return f"Return-Path: <{clean}>\r\nDelivered-To: {to}\r\n".encode("utf-8", "replace")
