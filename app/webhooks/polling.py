"""Telegram where it cannot call us: updates are asked for, and become deliveries as if they had been posted.

An update is confirmed by the next question only, and that comes after its append: killed at any moment, this loses
nothing, and what it appends twice has one key. The offset is Telegram's to keep; none is stored here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import httpx2
import orjson
import structlog

from ingest.channels.base import Connection
from ingest.channels.telegram.channel import POLLING
from ingest.channels.telegram.check import UPDATES
from ingest.channels.telegram.client import BotApi
from ingest.domain.delivery import Appender, delivery_of
from ingest.domain.errors import ChannelError, StoreUnavailable
from ingest.kit.clock import SECOND_US, Clock

_log = structlog.get_logger()
_CONFLICT = 409
_MOST = 100
_REST_S = 5
_PAUSE_S = 1.0
_LOOK_S = 5.0
"""How long a new connection waits until somebody asks for it."""
_CONFLICT_REST_S = 30


class Connections(Protocol):
    """Whatever knows the connections of a channel."""

    def of_channel(self, channel: str) -> list[Connection]:
        """Return every connection of a channel."""


class TelegramPolling:
    """Asks for the updates of every Telegram connection whose setting `updates` is `polling`, each in its own time."""

    def __init__(
        self,
        connections: Connections,
        appender: Appender,
        clock: Clock,
        http: httpx2.AsyncClient,
        *,
        note: Callable[[str], None] = lambda connection_id: None,
        timeout_s: int = 20,
    ) -> None:
        """Take a pool, and what is told of each delivery; Telegram holds a question for up to `timeout_s` seconds.

        That is below 30, our patience.
        """
        self._connections = connections
        self._appender = appender
        self._clock = clock
        self._http = http
        self._note = note
        self._timeout_s = timeout_s
        self._offsets: dict[str, int] = {}
        self._rests_until_us: dict[str, int] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Ask until cancelled; a bot to whom nobody writes keeps no other one waiting."""
        try:
            while True:
                await self._look_around()
                await asyncio.sleep(_LOOK_S)
        finally:
            for task in self._asking.values():
                task.cancel()
            await asyncio.gather(*self._asking.values(), return_exceptions=True)

    async def run_once(self) -> int:
        """Ask once for every connection, all at a time; return how many updates were appended."""
        due = [each for each in await self._polled() if not self._is_resting(each)]
        return sum(await asyncio.gather(*(self._poll(each) for each in due)))

    async def _look_around(self) -> None:
        """Begin to ask for connections that are new or were changed, and stop where nobody is to ask any more."""
        try:
            found = {each.connection_id: each for each in await self._polled()}
        except StoreUnavailable as error:
            _log.warning("telegram connections could not be read", reason=error.detail)
            return
        for gone in self._asking.keys() - found.keys():
            self._asking.pop(gone).cancel()
        for connection_id in found.keys() - self._asking.keys():
            self._asking[connection_id] = asyncio.create_task(self._ask_on(connection_id), name=f"poll {connection_id}")

    async def _ask_on(self, connection_id: str) -> None:
        """Ask for one connection until cancelled; it is read anew each time, for its token may change."""
        while True:
            known = {each.connection_id: each for each in await self._polled()}
            connection = known.get(connection_id)
            try:
                did = 0 if connection is None or self._is_resting(connection) else await self._poll(connection)
            except Exception as error:  # a bug must not end it for good
                _log.exception("polling failed, tries again", connection_id=connection_id, error=type(error).__name__)
                did = 0
            if not did:
                await asyncio.sleep(_PAUSE_S)

    async def _polled(self) -> list[Connection]:
        found = await asyncio.to_thread(self._connections.of_channel, "telegram")
        return [each for each in found if each.settings.get("updates") == POLLING]

    async def _poll(self, connection: Connection) -> int:
        try:
            updates = await self._ask(connection)
            for update in updates:
                body, now = orjson.dumps(update), self._clock.us()
                await self._appender.append(delivery_of(connection, body, "application/json", now))
                self._note(connection.connection_id)
                # What cannot be numbered cannot be confirmed on its own; the next one confirms it, too.
                self._confirm(connection, update)
        except ChannelError as error:
            self._rest(connection, error)
            return 0
        except StoreUnavailable:
            # Nothing is confirmed that was not appended; it comes again.
            self._rests_until_us[connection.connection_id] = self._clock.us() + _REST_S * SECOND_US
            return 0
        return len(updates)

    async def _ask(self, connection: Connection) -> list[Any]:
        bot = BotApi(self._http, connection.base_url, connection.access_token)
        question: dict[str, Any] = {"timeout": self._timeout_s, "limit": _MOST, "allowed_updates": list(UPDATES)}
        if connection.connection_id in self._offsets:
            question["offset"] = self._offsets[connection.connection_id]
        answer = await bot.ask("getUpdates", question)
        # It is confirmed now. After a quiet week Telegram numbers anew, and an old offset would throw updates away.
        self._offsets.pop(connection.connection_id, None)
        return answer if isinstance(answer, list) else []

    def _confirm(self, connection: Connection, update: Any) -> None:
        update_id = update.get("update_id") if isinstance(update, Mapping) else None
        if isinstance(update_id, int) and not isinstance(update_id, bool):
            self._offsets[connection.connection_id] = update_id + 1

    def _is_resting(self, connection: Connection) -> bool:
        return self._rests_until_us.get(connection.connection_id, 0) > self._clock.us()

    def _rest(self, connection: Connection, error: ChannelError) -> None:
        """Wait before the next question, and say why: a webhook is set, or somebody else asks, too."""
        code = error.facts.get("code")
        told_s = error.facts.get("retry_after_s")
        rest_s = told_s or (_CONFLICT_REST_S if code == _CONFLICT else _REST_S)
        self._rests_until_us[connection.connection_id] = self._clock.us() + rest_s * SECOND_US
        _log.warning(
            "telegram updates cannot be asked for",
            connection_id=connection.connection_id,
            code=code,
            detail=error.detail,
            again_in_s=rest_s,
        )
