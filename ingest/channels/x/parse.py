"""A body of X becomes events: of the X Activity API, or of the Account Activity API before it (channels.md §6).

`parse` is defined for every body. Typing becomes nothing at all: it is over before anybody could look, and the
delivery keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ingest.channels.base import Delivery
from ingest.channels.reading import Account, Item, Unreadable, fingerprint, json_document, optional_id, unreadable_body
from ingest.channels.x.messages import encrypted_events, message_events, read_events
from ingest.channels.x.talks import Talk, an_address
from ingest.domain.consent import MESSAGES
from ingest.domain.event import Event
from ingest.kit.clock import to_us

CHANNEL = "x"
Read = Callable[[Account, Item, Item], list[Event]]


def parse(delivery: Delivery) -> list[Event]:
    """Return every event of a body, in its order; raises for none."""
    try:
        body = json_document(delivery.body)
        if not isinstance(body, dict) or not body:
            raise Unreadable("The body is not a JSON object that says something.")
    except Unreadable as problem:
        return [unreadable_body(delivery, CHANNEL, str(problem))]
    data = body.get("data")
    if isinstance(data, dict) and "event_type" in data:
        return _of_activity(delivery, data)
    return _lists(_account(delivery, body.get("for_user_id")), body, "")


def _account(delivery: Delivery, external_id: object, pointer: str = "") -> Account:
    try:
        return Account(delivery, CHANNEL, optional_id(external_id) or "", pointer)
    except Unreadable:
        return Account(delivery, CHANNEL, "", pointer)


def _of_activity(delivery: Delivery, data: Item) -> list[Event]:
    """Return the events of the X Activity API."""
    filtered, payload = data.get("filter"), data.get("payload")
    user_id = filtered.get("user_id") if isinstance(filtered, dict) else None
    kind = str(data["event_type"])
    if isinstance(payload, dict) and kind == "oauth.revoke":
        user_id = user_id or payload.get("user_id")
    account = _account(delivery, user_id, "/data/payload")
    if not isinstance(payload, dict):
        return [account.unreadable(data, "/data", "It has no payload.")]
    if kind in _TYPING:
        return []
    if kind.startswith("dm."):
        return _lists(account, payload, "/data/payload")
    if kind in ("chat.received", "chat.sent"):
        return _guarded(account, payload, {}, lambda account, item, _: encrypted_events(account, item))
    if kind == "oauth.revoke":
        return _guarded(account, payload, {}, _revoked)
    if kind in ("block.create", "user.block", "block.delete", "user.unblock"):
        return _guarded(account, payload | {"type": kind}, {}, _blocked)
    return [account.unrecognised(data, "/data", kind)]


def _lists(account: Account, body: Item, pointer: str) -> list[Event]:
    """Return the events of every list that a body holds."""
    users = body.get("users")
    known = users if isinstance(users, dict) else {}
    found: list[Event] = []
    is_typing = False
    for name, value in body.items():
        here = f"{pointer}/{name}"
        if name in _BESIDE:
            continue
        if name in _TYPING:
            is_typing = True
        elif name == "user_event":
            found += _user_event(account, value, here)
        elif name not in _LISTS:
            found.append(account.unrecognised(value, here, name))
        elif not isinstance(value, list):
            found.append(account.unreadable(value, here, "It is not a list."))
        else:
            for number, item in enumerate(value):
                account.pointer = f"{here}/{number}"
                found += _guarded(account, item, known, _LISTS[name])
    if not found and not is_typing:
        return [account.unrecognised(body, pointer, "body")]
    return found


def _guarded(account: Account, item: Any, users: Item, read: Read) -> list[Event]:
    """Return the events of one item, or the mark that it could not be read."""
    if not isinstance(item, dict):
        return [account.unreadable(item, account.pointer, "It is not an object.")]
    try:
        account.require_inbox()
        return read(account, item, users)
    except Unreadable as problem:
        return [account.unreadable(item, account.pointer, str(problem))]
    except Exception as error:  # whatever one item holds, the others must be read
        reason = f"It has a shape that cannot be read ({type(error).__name__})."
        return [account.unreadable(item, account.pointer, reason)]


def _user_event(account: Account, value: Any, pointer: str) -> list[Event]:
    """Return that somebody took our access back; such a body does not say for whom it is, but whose it was."""
    revoke = value.get("revoke") if isinstance(value, dict) else None
    if not isinstance(revoke, dict):
        return [account.unrecognised(value, pointer, "user_event")]
    source = revoke.get("source")
    user_id = source.get("user_id") if isinstance(source, dict) else None
    owner = _account(account.delivery, account.external_id or user_id, pointer)
    return _guarded(owner, revoke, {}, _revoked)


def _revoked(account: Account, item: Item, _users: Item) -> list[Event]:
    payload = {
        "subject": "account",
        "event": "revoke",
        "severity": "critical",
        "external_id": account.external_id,
        "title": "The account took its permission back; connect it again",
        "content": item,
    }
    key = f"report:{account.external_id}:{fingerprint(item)}"
    return [account.event("channel.reported", key, _moment(account, item.get("date_time")), payload)]


def _blocked(account: Account, item: Item, users: Item) -> list[Event]:
    """Return that a contact blocked our account or let it in again; our own blocks are no consent of theirs."""
    source, target = item.get("source"), item.get("target")
    sender = an_address(source, "id") if isinstance(source, dict) else None
    if sender is None or not isinstance(target, dict):
        raise Unreadable("It does not say who blocked whom.")
    talk = Talk(account, sender, an_address(target, "id"), users, account.instant(item.get("created_timestamp")))
    if talk.is_ours or talk.who is None:
        return [account.unrecognised(item, account.pointer, "own_block")]
    payload = {
        "identities": [talk.who],
        "purpose": MESSAGES,
        "value": "granted" if str(item.get("type")) in _UNBLOCKED else "withdrawn",
        "source": CHANNEL,
        "wording": None,
    }
    return [talk.event("consent.recorded", f"preference:{account.external_id}:{fingerprint(item)}", payload)]


def _moment(account: Account, written: object) -> int:
    """Return a time in ISO 8601, the time of arrival where there is none."""
    if not isinstance(written, str):
        return account.instant(None)
    try:
        return to_us(datetime.fromisoformat(written))
    except (ValueError, OverflowError):
        raise Unreadable("The time is none.") from None


_TYPING = frozenset({"dm.indicate_typing", "direct_message_indicate_typing_events"})
_UNBLOCKED = frozenset({"unblock", "block.delete", "user.unblock"})
_BESIDE = frozenset({"for_user_id", "users", "apps", "user_has_blocked"})
"""Parts of a body that belong to its items."""
_LISTS: dict[str, Read] = {
    "direct_message_events": message_events,
    "direct_message_mark_read_events": read_events,
    "block_events": _blocked,
}
