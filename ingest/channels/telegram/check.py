"""Does it work? What a live check asks Telegram about a bot, and how its webhook is set (channels.md §7)."""

from __future__ import annotations

from urllib.parse import urlsplit

from ingest.channels.base import Finding
from ingest.channels.telegram.client import BotApi
from ingest.domain.errors import ChannelError
from ingest.kit.clock import SECOND_US, to_datetime

UPDATES = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
)
"""Every kind of update; reactions and members come only to those who name them."""
_WANTED = ("message", "callback_query", "my_chat_member", "message_reaction")
_MANY_WAITING = 100


async def set_webhook(bot: BotApi, url: str, secret: str) -> None:
    """Let Telegram call `url` with everything; raises what the Bot API answers."""
    given = {"url": url, "secret_token": secret, "allowed_updates": list(UPDATES), "max_connections": 40}
    await bot.ask("setWebhook", given)


async def delete_webhook(bot: BotApi) -> None:
    """Let Telegram keep updates until they are asked for; none is lost by it."""
    await bot.ask("deleteWebhook", {"drop_pending_updates": False})


async def findings(bot: BotApi, path: str | None) -> list[Finding]:
    """Return what was found of token and webhook; raises for no answer that Telegram may give.

    `path` is where Telegram should call us; None where we ask for updates.
    """
    try:
        me = await bot.ask("getMe")
    except ChannelError as error:
        return [Finding.of(error, "token", "Telegram refuses the bot's token: {detail}")]
    name = me.get("username", "") if isinstance(me, dict) else ""
    try:
        told = await bot.ask("getWebhookInfo")
    except ChannelError as error:
        return [_token(name), Finding.of(error, "webhook", "Telegram does not say how it calls us: {detail}")]
    info = told if isinstance(told, dict) else {}
    found = _of_polling(info) if path is None else _of_webhook(info, path)
    return [_token(name), *found]


def _token(name: str) -> Finding:
    return Finding("token", True, "The token is that of the bot {name}.", {"name": f"@{name}"})


def _of_polling(info: dict[str, object]) -> list[Finding]:
    if info.get("url"):
        return [
            Finding(
                "webhook",
                False,
                "A webhook is set, so nothing can be asked for; remove it or switch this connection to webhooks.",
            )
        ]
    return [Finding("webhook", True, "No webhook is set; updates are asked for."), _waiting(info)]


def _of_webhook(info: dict[str, object], path: str) -> list[Finding]:
    url = str(info.get("url") or "")
    if not url:
        return [Finding("webhook", False, "No webhook is set, so nothing arrives; connect the bot again.")]
    if urlsplit(url).path != path:
        return [
            Finding("webhook", False, "Telegram calls another address, {url}; connect the bot again.", {"url": url})
        ]
    host = {"host": urlsplit(url).netloc}
    found = [Finding("webhook", True, "Telegram calls us at {host}.", host)]
    allowed = info.get("allowed_updates")
    missing = [each for each in _WANTED if each not in allowed] if isinstance(allowed, list) and allowed else []
    if missing:
        kept = {"missing": ", ".join(missing)}
        found = [Finding("webhook", False, "Telegram keeps {missing} from us; connect the bot again.", kept)]
    return [*found, *_last_error(info), _waiting(info)]


def _last_error(info: dict[str, object]) -> list[Finding]:
    """Return what Telegram says of its last call that failed; it goes on saying so long after all is well again."""
    if not info.get("last_error_message"):
        return []
    at_s = info.get("last_error_date")
    facts: dict[str, str | int] = {"said": str(info["last_error_message"])}
    facts["at"] = f"{to_datetime(at_s * SECOND_US):%Y-%m-%d %H:%M} UTC" if isinstance(at_s, int) else "?"
    if not info.get("pending_update_count"):
        return [Finding("delivery", True, "Nothing waits; the last call that failed was at {at}: {said}", facts)]
    return [Finding("delivery", False, "Telegram could not reach us at {at}. It says: {said}", facts)]


def _waiting(info: dict[str, object]) -> Finding:
    waiting = info.get("pending_update_count")
    count = waiting if isinstance(waiting, int) else 0
    if count >= _MANY_WAITING:
        return Finding(
            "backlog",
            False,
            "Updates that wait to be delivered: {count}. See whether we are reachable.",
            {"count": count},
        )
    return Finding("backlog", True, "Updates that wait to be delivered: {count}.", {"count": count})
