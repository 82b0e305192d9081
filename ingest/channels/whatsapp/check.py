"""Does it work? What a live check asks Meta about a number: token, quality, webhooks (channels.md §3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ingest.channels.base import Finding
from ingest.channels.meta.token_check import Token
from ingest.channels.whatsapp.client import WhatsAppClient
from ingest.domain.errors import ChannelError

_PERMISSIONS = ("whatsapp_business_messaging", "whatsapp_business_management")
_QUALITY = {
    "GREEN": Finding("quality", True, "The number's quality is good (green)."),
    "YELLOW": Finding(
        "quality",
        False,
        "The number's quality is middling (yellow). Send less and only what people asked for until it recovers.",
    ),
    "RED": Finding(
        "quality",
        False,
        "The number's quality is poor (red). Send less and only what people asked for until it recovers.",
    ),
}


async def findings(client: WhatsAppClient, path: str) -> list[Finding]:
    """Return what was found of token, quality and webhook; `path` is where Meta should call us. Raises nothing."""
    try:
        number = await client.number()
    except ChannelError as error:
        return [Finding.of(error, "token", "Meta refuses the access token for this number: {detail}")]
    shown, quality = str(number.get("display_phone_number") or ""), str(number.get("quality_rating") or "").upper()
    token = await client.token(_PERMISSIONS)
    return [
        Finding("token", True, "The access token may use the number {number}.", {"number": shown}),
        _QUALITY.get(quality, Finding("quality", True, "Meta has not judged the number's quality yet.")),
        *token.findings,
        *await _subscribed(client, token),
        *_called(number, path),
    ]


async def _subscribed(client: WhatsAppClient, token: Token) -> list[Finding]:
    """Return whether the token's app has the webhooks of the business accounts that the token is for."""
    if not token.app_id or not token.targets:
        return []
    subscribed: set[str] = set()
    for waba_id in sorted(token.targets):
        try:
            subscribed |= await client.subscribed(waba_id)
        except ChannelError:
            continue  # a token is also given for what is no business account
    if token.app_id in subscribed:
        return [Finding("subscription", True, "The app has the webhooks of the business account.")]
    facts = {"accounts": ", ".join(sorted(token.targets))}
    return [
        Finding(
            "subscription",
            False,
            "No message would arrive; subscribe the app to the business account {accounts}.",
            facts,
        )
    ]


def _called(number: Mapping[str, Any], path: str) -> list[Finding]:
    """Return whether Meta calls us: the number's own address stands before its account's and the app's."""
    given = number.get("webhook_configuration")
    known = given if isinstance(given, dict) else {}
    places = (known.get(each) for each in ("phone_number", "whatsapp_business_account", "application"))
    url = next((each for each in places if isinstance(each, str) and each), None)
    if url is None:
        return []
    if urlsplit(url).path == path:
        return [Finding("webhook", True, "Meta calls us at {host}.", {"host": urlsplit(url).netloc})]
    return [
        Finding("webhook", False, "Meta calls another address, {url}; enter ours, {path}.", {"url": url, "path": path})
    ]
