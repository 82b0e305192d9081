"""The gateway of a bot: the contract's words turned into calls of the Bot API (channels.md §7)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, BinaryIO

from ingest.channels.base import Accepted, Finding, Sending
from ingest.channels.telegram.check import findings
from ingest.channels.telegram.client import BotApi
from ingest.channels.telegram.errors import MAY_NOT_ANSWER
from ingest.channels.telegram.send import Method, chat_of, message_of, method_of
from ingest.domain.errors import ChannelError, Misconfigured, OutcomeUnknown, Rejected, Throttled
from ingest.domain.identity import Identity
from ingest.kit.clock import SECOND_US


class TelegramGateway:
    """One bot; `path` is where Telegram calls us, None where we ask for updates."""

    def __init__(self, bot: BotApi, *, path: str | None) -> None:
        self._bot = bot
        self._path = path

    async def send(self, sending: Sending) -> Accepted:
        """Hand a message over; to a group that moved, where it is now."""
        method = method_of(sending)
        content = await asyncio.to_thread(sending.file.read) if sending.file and method.file_field else None
        try:
            return await self._send(sending, method, content)
        except ChannelError as error:
            moved = error.facts.get("migrate_to_chat_id")
            if moved is None:
                await self._explain(error, method.parameters.get("business_connection_id"))
                raise _timed(error, sending.now_us) from error.__cause__
        # What it answers has another number there.
        kept = {name: value for name, value in method.parameters.items() if name != "reply_parameters"}
        return await self._send(sending, replace(method, parameters=kept | {"chat_id": str(moved)}), content)

    async def _explain(self, error: ChannelError, business_id: str | None) -> None:
        """Raise why a business account's bot may not answer, where that is why; Telegram's refusal does not say it."""
        if business_id is None or not isinstance(error, Rejected):
            return
        try:
            link = await self._bot.ask("getBusinessConnection", {"business_connection_id": business_id})
        except ChannelError:
            return
        if isinstance(link, dict) and not _may_answer(link):
            facts = {**error.facts, "retry": MAY_NOT_ANSWER.retry}
            raise Misconfigured(MAY_NOT_ANSWER.advice, **facts) from error

    async def _send(self, sending: Sending, method: Method, content: bytes | None) -> Accepted:
        file = None
        if sending.file is not None and method.file_field is not None and content is not None:
            file = method.file_field, sending.file, content
        result = await self._bot.call(method.name, method.parameters, file)
        if result is True:
            # A reaction is no message of its own and gets no id.
            return Accepted(f"reaction:{sending.message_id}")
        return Accepted(_named(result, method.parameters.get("business_connection_id")))

    async def mark_read(self, external_id: str, recipient: Identity | None) -> None:
        """Read what came to a business account; else nothing."""
        message = message_of(external_id)
        if message.business_id:
            named = {"business_connection_id": message.business_id, "chat_id": message.chat_id}
            await self._bot.call("readBusinessMessage", named | {"message_id": message.message_id})

    async def heard(self, external_id: str) -> None:
        """Stop the clock on a button that was tapped; nothing for what is no tap."""
        kind, _, callback_id = external_id.partition(":")
        if kind == "callback":
            await self._bot.call("answerCallbackQuery", {"callback_query_id": callback_id})

    async def show_typing(self, external_id: str, recipient: Identity | None) -> None:
        """Show that an answer is being written, for up to five seconds."""
        if recipient is None:
            return
        business_id = message_of(external_id).business_id
        where = {"business_connection_id": business_id} if business_id else {}
        await self._bot.call("sendChatAction", {"chat_id": chat_of(recipient), "action": "typing", **where})

    async def fetch(self, file: Mapping[str, Any], into: BinaryIO, *, is_fresh: bool) -> None:
        """Ask where the file lies and write it; up to 20 MB."""
        if not file.get("provider_id"):
            raise Rejected("The provider did not say where the file is.", code="media_nowhere")
        await self._bot.download(str(file["provider_id"]), into)

    async def check(self) -> list[Finding]:
        """Ask Telegram for the bot and its webhook."""
        return await findings(self._bot, self._path)


def _may_answer(link: Mapping[str, Any]) -> bool:
    """Say whether a business connection lets the bot answer; before Bot API 9.0 the right stood beside the others."""
    rights = link.get("rights")
    can = rights.get("can_reply") if isinstance(rights, dict) else link.get("can_reply")
    return link.get("is_enabled") is not False and can is True


def _named(message: Any, business_id: str | None) -> str:
    try:
        parts = (str(message["chat"]["id"]), str(message["message_id"]), business_id)
    except (KeyError, TypeError) as error:
        raise OutcomeUnknown("The provider took the message but did not name it.", code="unreadable_answer") from error
    return ":".join(filter(None, parts))


def _timed(error: ChannelError, now_us: int) -> ChannelError:
    """Return a refusal with the instant until which Telegram wants us to rest, where it said how long."""
    wait_s = error.facts.get("retry_after_s")
    if isinstance(error, Throttled) and wait_s is not None:
        error.facts["until_us"] = now_us + wait_s * SECOND_US
    return error
