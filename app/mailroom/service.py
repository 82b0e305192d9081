"""The mailroom as a whole: a reader for every mailbox that is set up, and the door for SMTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

import structlog

from app.mailroom.imap import POLL_S, MailboxReader
from app.mailroom.notices import notice
from app.mailroom.smtp_listener import SmtpListener
from ingest.channels.base import Connection
from ingest.channels.email.config import Server
from ingest.channels.email.imap import Mailbox, open_mailbox
from ingest.domain.delivery import Appender
from ingest.domain.errors import ProsaError
from ingest.kit.clock import Clock

_LOOK_S = 10.0
"""How long a new or changed mailbox may go unnoticed."""
_log = structlog.get_logger()


class Mailroom:
    """Call `run` in a task; it returns once `stop` is set and every reader has left its server."""

    def __init__(
        self,
        connections: Callable[[], Iterable[Connection]],
        appender: Appender,
        clock: Clock,
        home: Path,
        *,
        listener: SmtpListener | None = None,
        open_imap: Callable[[Server], Mailbox] = open_mailbox,
        poll_s: float = POLL_S,
        look_s: float = _LOOK_S,
    ) -> None:
        """Take what returns the channel's connections, and where to write down how far mailboxes were read."""
        self._connections = connections
        self._appender = appender
        self._clock = clock
        self._home = home
        self._listener = listener
        self._open = open_imap
        self._poll_s, self._look_s = poll_s, look_s
        self._readers: dict[str, tuple[Connection, asyncio.Event, asyncio.Task[None]]] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Keep one reader for every mailbox until told to stop."""
        try:
            while not stop.is_set():
                await self._open_door()
                await self._tend()
                await self._pause(stop)
        finally:
            if self._listener is not None:
                await self._listener.stop()
            await self._dismiss(list(self._readers))

    async def _open_door(self) -> None:
        """Listen for mail, where that is wanted and not done yet: a port in use ends nothing else, and is said."""
        if self._listener is None or self._listener.is_open:
            return
        try:
            await self._listener.start()
        except OSError as error:
            _log.error("mail cannot be taken by SMTP, tries again", port=self._listener.port, error=error.strerror)
            await self._tell_of_door(self._listener.port)

    async def _tell_of_door(self, port: int) -> None:
        title = f"Mail cannot be taken by SMTP: port {port} is in use; an administrator must free or change it."
        try:
            for connection in await asyncio.to_thread(lambda: list(self._connections())):
                told = notice(connection, "smtp_closed", "port", title, self._clock.us())
                await self._appender.append(told)
        except ProsaError as error:
            _log.warning("nobody could be told", error=error.detail)

    async def _tend(self) -> None:
        try:
            found = await asyncio.to_thread(lambda: {each.connection_id: each for each in self._connections()})
        except ProsaError as error:
            _log.warning("mailboxes cannot be looked up", error=error.detail)
            return
        wanted = {key: each for key, each in found.items() if each.settings.get("imap_host")}
        await self._dismiss([key for key, reader in self._readers.items() if wanted.get(key) != reader[0]])
        for key, connection in wanted.items():
            if key not in self._readers:
                self._readers[key] = self._hired(connection)

    def _hired(self, connection: Connection) -> tuple[Connection, asyncio.Event, asyncio.Task[None]]:
        stop = asyncio.Event()
        reader = MailboxReader(connection, self._appender, self._clock, self._home, self._open, self._poll_s)
        name = f"mailbox {connection.connection_id}"
        return connection, stop, asyncio.get_running_loop().create_task(reader.run(stop), name=name)

    async def _dismiss(self, keys: list[str]) -> None:
        leaving = [self._readers.pop(key) for key in keys]
        for _, stop, _ in leaving:
            stop.set()
        await asyncio.gather(*(task for _, _, task in leaving), return_exceptions=True)

    async def _pause(self, stop: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(self._look_s):
                await stop.wait()
        except TimeoutError:
            return
