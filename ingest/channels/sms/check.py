"""Does it work? What a live check asks an SMS provider about the account, the number and whom it calls."""

from __future__ import annotations

from urllib.parse import urlsplit

from ingest.channels.base import Finding
from ingest.channels.calls import Caller
from ingest.channels.reading import Item, objects
from ingest.domain.errors import ChannelError


async def findings(caller: Caller, account: str, number: str, path: str, callback: str) -> list[Finding]:
    """Return what was found; `account` is its path below the API, `path` where we are called. Raises nothing."""
    try:
        told = await caller.ask("GET", f"{account}.json")
    except ChannelError as error:
        return [Finding.of(error, "token", "The provider refuses account and token: {detail}")]
    return [
        Finding("token", True, "Account and token work together."),
        _status(str(told.get("status") or "unknown")),
        *await _number(caller, account, number, path),
        *_receipts(callback, path),
    ]


def _status(status: str) -> Finding:
    if status == "active":
        return Finding("account", True, "The account is active.")
    return Finding(
        "account", False, "The account is {status}. Nothing can be sent until it is active.", {"status": status}
    )


async def _number(caller: Caller, account: str, number: str, path: str) -> list[Finding]:
    try:
        answer = await caller.ask("GET", f"{account}/IncomingPhoneNumbers.json", {"PhoneNumber": number})
    except ChannelError as error:
        return [Finding.of(error, "number", "The provider does not say anything of the number: {detail}")]
    found = next(objects(answer.get("incoming_phone_numbers")), None)
    if found is None:  # a short code, or a sender that has a name, is in no list of numbers
        if not number.startswith("+"):
            return []
        return [Finding("number", False, "The number {number} is none of this account.", {"number": number})]
    return [_ability(found, number), _called(found, path)]


def _ability(found: Item, number: str) -> Finding:
    able = found.get("capabilities")
    if isinstance(able, dict) and able.get("sms") is False:
        return Finding("number", False, "The number {number} cannot carry SMS.", {"number": number})
    return Finding("number", True, "The number {number} is this account's.", {"number": number})


def _called(found: Item, path: str) -> Finding:
    url = str(found.get("sms_url") or "")
    if urlsplit(url).path == path:
        return Finding("webhook", True, "The provider calls us at {host}.", {"host": urlsplit(url).netloc})
    if not url:
        return Finding(
            "webhook", False, "The number calls nobody when a message comes; enter {path} at it.", {"path": path}
        )
    facts = {"url": url, "path": path}
    return Finding("webhook", False, "The number calls another address, {url}; enter ours, {path}.", facts)


def _receipts(callback: str, path: str) -> list[Finding]:
    if not callback:
        return [Finding("receipts", False, "No public address is set, so nobody learns what was delivered.")]
    if urlsplit(callback).path != path:
        facts = {"url": callback, "path": path}
        return [Finding("receipts", False, "Receipts go to another address, {url}; enter ours, {path}.", facts)]
    return []
