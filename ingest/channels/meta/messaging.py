"""A webhook body becomes events: the walk through entries and items that Messenger and Instagram share.

An entry holds `messaging`, `standby` or `changes`, one of them or several (channels.md §4, §5). One broken item is
marked and the rest goes on; what has no meaning for this version is kept whole and marked as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ingest.channels.base import Delivery, Parser
from ingest.channels.meta.messages import edit_events, message_events, postback_events, reaction_events
from ingest.channels.meta.reports import (
    HANDOVERS,
    POLICY_NAMES,
    delivery_events,
    handover_events,
    linking_events,
    optin_events,
    policy_events,
    read_events,
    referral_events,
)
from ingest.channels.meta.talks import Origin, Talk
from ingest.channels.reading import Account, Item, Unreadable, json_document, optional_id, unreadable_body
from ingest.domain.event import Event

_ITEMS: dict[str, Callable[[Talk], list[Event]]] = {
    "message": message_events,
    "message_edit": edit_events,
    "reaction": reaction_events,
    "postback": postback_events,
    "delivery": delivery_events,
    "read": read_events,
    "referral": referral_events,
    "optin": optin_events,
    "account_linking": linking_events,
    **dict.fromkeys(POLICY_NAMES, policy_events),
    **dict.fromkeys(HANDOVERS, handover_events),
}
"""What an item may be, by the part it holds; a new kind is a new row."""
_BESIDE = frozenset({"sender", "recipient", "timestamp", "is_self", "message_context", "hop_context"})
"""Parts of an item that belong to what it is."""
_LISTS = ("messaging", "standby", "changes")


def parser(channel: str, object_name: str) -> Parser:
    """Return what reads the deliveries of a channel whose bodies say `object_name` in `object`; total."""

    def parse(delivery: Delivery) -> list[Event]:
        """Return every event of a body, in its order; raises for none."""
        try:
            body = json_document(delivery.body)
            entries = list(_entries(body, object_name))
        except Unreadable as problem:
            return [unreadable_body(delivery, channel, str(problem))]
        found: list[Event] = []
        for entry, pointer, is_ours in entries:
            found += _of_entry(delivery, channel, entry, pointer, is_ours)
        return found

    return parse


def _entries(body: Any, object_name: str) -> Iterator[tuple[Any, str, bool]]:
    """Yield entry, pointer and whether it is of this product; a bare change stands for an entry of its own."""
    if not isinstance(body, dict):
        raise Unreadable("The body is not a JSON object.")
    if "entry" not in body and ("field" in body or "value" in body):
        yield {"changes": [body]}, "", True
        return
    entries = body.get("entry")
    if not isinstance(entries, list) or not entries:
        raise Unreadable("The body has no entries.")
    is_ours = body.get("object", object_name) == object_name
    for number, entry in enumerate(entries):
        yield entry, f"/entry/{number}", is_ours


def _of_entry(delivery: Delivery, channel: str, entry: Any, pointer: str, is_ours: bool) -> list[Event]:
    nowhere = Account(delivery, channel, "", pointer)
    if not isinstance(entry, dict):
        return [nowhere.unreadable(entry, pointer, "It is not an object.")]
    if not is_ours:
        return [nowhere.unrecognised(entry, pointer, "object")]
    found: list[Event] = []
    for name in _LISTS:
        for item, where in _items(entry.get(name), f"{pointer}/{name}" if pointer else ""):
            origin = Origin(delivery, channel, entry, where, name == "standby", is_bare=not pointer)
            found += _guarded(origin, item, _of_change if name == "changes" else _of_item)
    return found or [nowhere.unrecognised(entry, pointer, "entry")]


def _items(value: Any, pointer: str) -> Iterator[tuple[Any, str]]:
    """Yield every item and its pointer; a single one may stand where a list should (seen in tests)."""
    if not pointer and isinstance(value, list):
        yield from ((each, "") for each in value)
    elif isinstance(value, list):
        yield from ((each, f"{pointer}/{number}") for number, each in enumerate(value))
    elif value is not None:
        yield value, pointer


def _guarded(origin: Origin, item: Any, read: Callable[[Origin, Item], list[Event]]) -> list[Event]:
    """Return the events of one item, or the mark that it could not be read."""
    if not isinstance(item, dict):
        return [_account(origin).unreadable(item, origin.pointer, "It is not an object.")]
    try:
        return read(origin, item)
    except Unreadable as problem:
        return [_account(origin).unreadable(item, origin.pointer, str(problem))]
    except Exception as error:  # whatever one item holds, the others must be read
        reason = f"It has a shape that this version cannot read ({type(error).__name__})."
        return [_account(origin).unreadable(item, origin.pointer, reason)]


def _of_item(origin: Origin, item: Item) -> list[Event]:
    known = [name for name in _ITEMS if item.get(name) is not None]
    others = [name for name, value in item.items() if name not in _ITEMS and name not in _BESIDE and value is not None]
    talk = Talk(origin, item)
    if not known:
        return [talk.unrecognised(others[0] if others else "standby" if origin.is_standby else "messaging")]
    found = [event for read in dict.fromkeys(_ITEMS[name] for name in known) for event in read(talk)]
    strangers = [name for name in others if isinstance(item[name], (dict, list))]
    return [*found, *(talk.unrecognised(name, {name: item[name]}) for name in strangers)]


def _of_change(origin: Origin, change: Item) -> list[Event]:
    """Return the events of a change: a direct message where one stands there, else the fact that it came."""
    value = change.get("value")
    if isinstance(value, dict) and any(isinstance(value.get(name), dict) for name in _ITEMS):
        return _of_item(origin, value)
    field = change.get("field")
    # Changes may say no more than their field; the time of the entry tells two of them apart.
    whole = {name: value for name, value in origin.entry.items() if name in ("id", "time")} | {"changes": [change]}
    return [_account(origin).unrecognised(whole, origin.pointer, field if isinstance(field, str) else "changes")]


def _account(origin: Origin) -> Account:
    try:
        external_id = optional_id(origin.entry.get("id")) or ""
    except Unreadable:
        external_id = ""
    return Account(origin.delivery, origin.channel, external_id, origin.pointer)
