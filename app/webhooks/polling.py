"""Telegram where it cannot call us: updates are asked for, and become deliveries as if they had been posted.

An update is confirmed by the next question only, and that comes after its append: killed at any moment, this loses
nothing, and what it appends twice has one key. The offset is Telegram's to keep; none is stored here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
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
_CONFLICT_REST_S = 30


class Connections(Protocol):
    """Whatever knows the connections of a channel."""

    def of_channel(self, channel: str) -> list[Connection]:
        """Return every connection of a channel."""


class TelegramPolling:
    """Asks for the updates of every Telegram connection whose setting `updates` is `polling`."""

    def __init__(
        self,
        connections: Connections,
        appender: Appender,
        clock: Clock,
        http: httpx2.AsyncClient,
        *,
        timeout_s: int = 20,
    ) -> None:
        """Take a pool; Telegram holds a question for up to `timeout_s` seconds (below 30, our patience)."""
        self._connections = connections
        self._appender = appender
        self._clock = clock
        self._http = http
        self._timeout_s = timeout_s
        self._offsets: dict[str, int] = {}
        self._rests_until_us: dict[str, int] = {}

    async def run(self) -> None:
        """Ask until cancelled."""
        while True:
            if not await self.run_once():
                await asyncio.sleep(1)

    async def run_once(self) -> int:
        """Ask once for every connection, all at a time; return how many updates were appended."""
        found = await asyncio.to_thread(self._connections.of_channel, "telegram")
        due = [each for each in found if each.settings.get("updates") == POLLING and not self._is_resting(each)]
        return sum(await asyncio.gather(*(self._poll(each) for each in due)))

    async def _poll(self, connection: Connection) -> int:
        try:
            updates = await self._ask(connection)
            for update in updates:
                body, now = orjson.dumps(update), self._clock.us()
                await self._appender.append(delivery_of(connection, body, "application/json", now))
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
