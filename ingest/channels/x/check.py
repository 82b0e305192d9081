"""Does it work? What a live check asks X about an account, its webhook and its subscriptions (channels.md §6)."""

from __future__ import annotations

from urllib.parse import urlsplit

from ingest.channels.base import Finding
from ingest.channels.calls import Caller
from ingest.channels.reading import Item, objects
from ingest.domain.errors import ChannelError

_WANTED = ("dm.received", "dm.sent", "dm.read")
"""Without the first nothing comes in."""


async def of_token(caller: Caller, account_id: str) -> list[Finding]:
    """Return whose token it is; raises for no answer that X may give."""
    try:
        answer = await caller.ask("GET", "2/users/me")
    except ChannelError as error:
        return [Finding.of(error, "token", "X refuses the access token: {detail}")]
    data = answer.get("data")
    me = data if isinstance(data, dict) else {}
    if str(me.get("id") or "") == account_id:
        return [Finding("token", True, "It is the token of {name}.", {"name": f"@{me.get('username', '')}"})]
    facts = {"seen": str(me.get("id") or "?"), "asked": account_id}
    return [
        Finding("token", True, "The access token works."),
        Finding("account", False, "The token is of {seen}, not of {asked}; enter that id or another token.", facts),
    ]


async def of_webhook(app: Caller | None, account_id: str, path: str) -> list[Finding]:
    """Return whether X calls us at `path` and is subscribed to the account; `app` asks as the app, which alone may."""
    if app is None:
        return [Finding("webhook", True, "Enter the app's bearer token to see whether X calls us.")]
    try:
        ours = [each for each in objects((await app.ask("GET", "2/webhooks")).get("data")) if _is_at(each, path)]
        subscriptions = list(objects((await app.ask("GET", "2/activity/subscriptions")).get("data")))
    except ChannelError as error:
        return [Finding.of(error, "webhook", "X does not say whom it calls: {detail}")]
    if not ours:
        return [Finding("webhook", False, "X has no webhook of ours; register {path} at the app.", {"path": path})]
    if not any(each.get("valid") is True for each in ours):
        return [
            Finding("webhook", False, "X found our webhook invalid; check the consumer secret, then validate it again.")
        ]
    return [
        Finding("webhook", True, "X calls us at {host}.", {"host": _host(ours[0])}),
        _subscribed(subscriptions, account_id),
    ]


def _subscribed(subscriptions: list[Item], account_id: str) -> Finding:
    events = {
        str(each.get("event_type"))
        for each in subscriptions
        if isinstance(each.get("filter"), dict) and str(each["filter"].get("user_id")) == account_id
    }
    missing = [each for each in _WANTED if each not in events]
    if not missing:
        return Finding("subscription", True, "X tells of {events}.", {"events": ", ".join(_WANTED)})
    return Finding(
        "subscription",
        _WANTED[0] not in missing,
        "No message would arrive; subscribe the account to {events}."
        if _WANTED[0] in missing
        else "Messages arrive, other things do not; subscribe the account to {events}.",
        {"events": ", ".join(missing)},
    )


def _is_at(webhook: Item, path: str) -> bool:
    return urlsplit(str(webhook.get("url") or "")).path == path


def _host(webhook: Item) -> str:
    return urlsplit(str(webhook["url"])).netloc
