"""What Telegram reports beside messages: reactions, who blocked the bot, business accounts (channels.md §7)."""

from __future__ import annotations

from ingest.channels.reading import Account, Item, an_id, an_object, fingerprint, objects, text
from ingest.channels.telegram.talks import Talk, report
from ingest.domain.consent import MESSAGES
from ingest.domain.event import Event

_GONE = frozenset({"kicked", "left"})


def reaction_events(account: Account, item: Item) -> list[Event]:
    """Return a reaction as it is now: the newest of several, None where all were taken back."""
    talk = Talk(account, item)
    occurred_us = account.instant(item.get("date"))
    external_id = talk.external_id(an_id(item, "message_id"))
    signs = [_sign(each) for each in objects(item.get("new_reaction"))]
    payload = {
        "message_ref": account.ref(external_id),
        "emoji": signs[-1] if signs else None,
        "by": "business" if talk.is_ours else "contact",
    }
    key = f"reaction:{account.external_id}:{external_id}:{fingerprint(item)}"
    return [talk.event("message.reacted", key, occurred_us, payload), *talk.learned(occurred_us)]


def membership_events(account: Account, item: Item) -> list[Event]:
    """Return what became of the bot in a chat: in a private one, that the person blocked it or let it in again."""
    talk = Talk(account, item)
    occurred_us = account.instant(item.get("date"))
    before, now = (_status(item, name) for name in ("old_chat_member", "new_chat_member"))
    if not talk.is_private:
        severity = "warning" if now in _GONE else "info"
        return [talk.reported("group", now, occurred_us, f"The bot is now {now} in a group", severity)]
    if now == "kicked":
        title, value = "The contact blocked the bot", "withdrawn"
    elif before == "kicked":
        title, value = "The contact lets the bot write again", "granted"
    else:
        return [talk.reported("other", now, occurred_us, "The contact opened the bot")]
    return [_consent(talk, value, occurred_us), talk.reported("other", now, occurred_us, title)]


def member_events(account: Account, item: Item) -> list[Event]:
    """Return what became of somebody in a group."""
    talk = Talk(account, item)
    now = _status(item, "new_chat_member")
    title = f"Somebody is now {now} in a group"
    return [talk.reported("group", now, account.instant(item.get("date")), title)]


def business_connection_events(account: Account, item: Item) -> list[Event]:
    """Return that somebody linked their business account with the bot, changed the bot's rights, or undid it."""
    event, severity, title = _standing(item)
    payload = report("account", event, severity, an_id(item, "id"), title, item)
    key = f"report:{account.external_id}:{fingerprint(item)}"
    return [account.event("channel.reported", key, account.instant(item.get("date")), payload)]


def _standing(item: Item) -> tuple[str, str, str]:
    """Return event, severity and title of a link to a business account."""
    if item.get("is_enabled") is False:
        return "disabled", "warning", "A business account left the bot"
    rights = item.get("rights")
    can_reply = rights.get("can_reply") if isinstance(rights, dict) else item.get("can_reply")
    if can_reply is False or (isinstance(rights, dict) and can_reply is None):
        return "enabled", "warning", "A business account does not let the bot answer"
    return "enabled", "info", "A business account is linked with the bot"


def _sign(reaction: Item) -> str:
    return text(reaction.get("emoji")) or text(reaction.get("custom_emoji_id")) or "⭐"


def _status(item: Item, name: str) -> str:
    return text(an_object(item, name).get("status")) or "unknown"


def _consent(talk: Talk, value: str, occurred_us: int) -> Event:
    payload = {
        "identities": talk.identities,
        "purpose": MESSAGES,
        "value": value,
        "source": "telegram",
        "wording": None,
    }
    key = f"preference:{talk.account.external_id}:{fingerprint(talk.item)}"
    return talk.event("consent.recorded", key, occurred_us, payload)
