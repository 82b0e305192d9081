"""Does it work? What a live check asks Telegram about a bot, and how its webhook is set (channels.md §7)."""

from __future__ import annotations

from ingest.channels.base import Finding
from ingest.channels.telegram.client import BotApi
from ingest.domain.errors import ChannelError

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


async def findings(bot: BotApi, *, is_polling: bool) -> list[Finding]:
    """Return what was found of token and webhook; raises for no answer that Telegram may give."""
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
    found = _of_polling(info) if is_polling else _of_webhook(info)
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


def _of_webhook(info: dict[str, object]) -> list[Finding]:
    if not info.get("url"):
        return [Finding("webhook", False, "No webhook is set, so nothing arrives; set it.")]
    found = [Finding("webhook", True, "Telegram calls us.")]
    allowed = info.get("allowed_updates")
    missing = [each for each in _WANTED if each not in allowed] if isinstance(allowed, list) and allowed else []
    if missing:
        kept = {"missing": ", ".join(missing)}
        found = [Finding("webhook", False, "Telegram keeps {missing} from us; set the webhook again.", kept)]
    if info.get("last_error_message"):
        said = {"said": str(info["last_error_message"])}
        found.append(Finding("delivery", False, "Telegram could not reach us lately. It says: {said}", said))
    return [*found, _waiting(info)]


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
