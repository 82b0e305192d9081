"""Reads a mailbox: every mail becomes a delivery, and only then its UID is remembered.

A crash in between reads a mail twice, and twice has the same key. Where the server can it tells us of news
(IDLE); else, and for further folders, we ask every minute.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog

from app.mailroom.deliveries import SIZE_LIMIT, delivery_of_mail
from app.mailroom.notices import notice
from app.mailroom.places import Place, Places
from ingest.channels.base import Connection
from ingest.channels.email.config import Server, folders_of, imap_of, since_of
from ingest.channels.email.errors import misconfigured
from ingest.channels.email.imap import SENT, Mailbox, open_mailbox
from ingest.domain.delivery import Appender
from ingest.domain.errors import ChannelError, Misconfigured, ProsaError
from ingest.kit.clock import SECOND_US, Clock

POLL_S = 60.0
_LISTEN_S = 2.0
"""One wait for news; a stop is noticed after this long."""
_IDLE_S = 9 * 60.0
"""Servers and what lies before them forget who idles for longer."""
_FIRST_REST_S, _LONGEST_REST_S = 5.0, 300.0
_SILENT_US = 300 * SECOND_US
"""How long a server may be away without a word to anybody."""

_log = structlog.get_logger()


class MailboxReader:
    """Reads one connection's mailbox for as long as it is told to."""

    def __init__(
        self,
        connection: Connection,
        appender: Appender,
        clock: Clock,
        home: Path,
        open_imap: Callable[[Server], Mailbox] = open_mailbox,
        poll_s: float = POLL_S,
    ) -> None:
        self._connection = connection
        self._appender = appender
        self._clock = clock
        self._places = Places(home, connection.connection_id)
        self._open = open_imap
        self._poll_s = poll_s
        self._folders = folders_of(connection)
        self._sent: str | None = None
        self._rest_s = _FIRST_REST_S
        self._well_us = clock.us()
        """When the mailbox was last read whole, or we began to try."""

    async def run(self, stop: asyncio.Event) -> None:
        """Read until told to stop; what fails is tried again, after longer and longer rests."""
        while not stop.is_set():
            try:
                await self._session(stop)
            except Exception as error:  # whatever a server does, the next attempt may go well
                said = error.detail if isinstance(error, ProsaError) else type(error).__name__
                _log.warning("mailbox cannot be read", connection_id=self._connection.connection_id, error=said)
                await self._tell(error)
                await _pause(stop, self._rest_s)
                self._rest_s = min(self._rest_s * 2, _LONGEST_REST_S)

    async def _tell(self, error: Exception) -> None:
        """Let an administrator know: at once of what only they can mend, else after some minutes without mail."""
        now_us = self._clock.us()
        if not isinstance(error, Misconfigured) and now_us - self._well_us < _SILENT_US:
            return
        code = str(error.facts.get("code")) if isinstance(error, ChannelError) else "unreachable"
        detail = error.detail if isinstance(error, ProsaError) else "The IMAP server does not answer as it should."
        title = f"The mailbox cannot be read: {detail}"
        with contextlib.suppress(ProsaError):  # the store is away, too: the next attempt tells
            await self._appender.append(notice(self._connection, "mailbox_unread", code, title, now_us))

    async def read_once(self, mailbox: Mailbox) -> int:
        """Read what is new in every folder; returns how many mails were kept."""
        if len(self._folders) > 1 and self._sent is None:
            self._sent = await asyncio.to_thread(mailbox.find_special_folder, SENT) or ""
        return sum([await self._read_folder(mailbox, folder) for folder in reversed(self._folders)])

    async def _session(self, stop: asyncio.Event) -> None:
        server = imap_of(self._connection)
        if server is None:
            stop.set()
            return
        mailbox = await asyncio.to_thread(self._open, server)
        try:
            can_idle = b"IDLE" in await asyncio.to_thread(mailbox.capabilities)
            while not stop.is_set():
                await self.read_once(mailbox)
                self._rest_s, self._well_us = _FIRST_REST_S, self._clock.us()
                # The first folder was read last, so it is the one that is open.
                await (self._idle(mailbox, stop) if can_idle else self._wait(mailbox, stop))
        finally:
            with contextlib.suppress(Exception):
                await asyncio.to_thread(mailbox.logout)

    async def _read_folder(self, mailbox: Mailbox, folder: str) -> int:
        opened = await asyncio.to_thread(_opened, mailbox, folder)
        place, kept = self._places.of(folder, int(opened[b"UIDVALIDITY"])), 0
        uids = await asyncio.to_thread(self._new_uids, mailbox, place.uid)
        if not self._places.knows(folder):
            # Years of mail that were answered elsewhere must not wait for anybody here.
            place = replace(place, history=max(uids, default=0))
            await asyncio.to_thread(self._places.remember, folder, place)
        for uid in uids:
            mail = await asyncio.to_thread(_mail_of, mailbox, uid)
            if mail:
                known = self._known(folder, uid, place)
                await self._appender.append(delivery_of_mail(self._connection, mail, self._clock, **known))
                kept += 1
            place = replace(place, uid=uid)
            await asyncio.to_thread(self._places.remember, folder, place)
        return kept

    def _known(self, folder: str, uid: int, place: Place) -> dict[str, str]:
        """Return what the place of a mail tells of it, as `content_type_of` writes it."""
        is_sent, is_history = folder == self._sent, uid <= place.history
        return ({"folder": "sent"} if is_sent else {}) | ({"history": "yes"} if is_history else {})

    def _new_uids(self, mailbox: Mailbox, after: int) -> list[int]:
        criteria: list[Any] = ["UID", f"{after + 1}:*"]
        if since := since_of(self._connection):
            criteria += ["SINCE", since]
        # `n:*` always gives the newest mail, however small its UID.
        return sorted(uid for uid in mailbox.search(criteria) if uid > after)

    async def _idle(self, mailbox: Mailbox, stop: asyncio.Event) -> None:
        await asyncio.to_thread(mailbox.idle)
        loop = asyncio.get_running_loop()
        ends = loop.time() + (_IDLE_S if len(self._folders) == 1 else self._poll_s)
        news: list[Any] = []
        while not news and not stop.is_set() and loop.time() < ends:
            news = await asyncio.to_thread(mailbox.idle_check, _LISTEN_S)
        await asyncio.to_thread(mailbox.idle_done)

    async def _wait(self, mailbox: Mailbox, stop: asyncio.Event) -> None:
        await _pause(stop, self._poll_s)
        await asyncio.to_thread(mailbox.noop)


def _opened(mailbox: Mailbox, folder: str) -> dict[bytes, Any]:
    """Open a folder; raises Misconfigured where there is none, and what the library raises."""
    try:
        return mailbox.select_folder(folder, True)
    except Exception:
        if mailbox.folder_exists(folder):
            raise
        raise misconfigured(
            "imap_folder", "The IMAP server has no folder of this name; an administrator must correct “Folders”."
        ) from None


def _mail_of(mailbox: Mailbox, uid: int) -> bytes:
    """Return a mail, of one that is too large its headers alone; nothing for one that is gone."""
    size = mailbox.fetch([uid], ["RFC822.SIZE"]).get(uid, {}).get(b"RFC822.SIZE", 0)
    part = "BODY.PEEK[HEADER]" if size > SIZE_LIMIT else "BODY.PEEK[]"
    if size > SIZE_LIMIT:
        _log.warning("mail is too large, only its headers are kept", uid=uid, size=size)
    found = mailbox.fetch([uid], [part]).get(uid, {})
    mail: bytes = found.get(part.replace(".PEEK", "").encode()) or b""
    return mail


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
