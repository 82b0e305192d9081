"""A webhook body becomes events: the walk through entries, changes and items (channels.md §3.1).

`parse` is defined for every body. One broken item is marked and the rest goes on; what has no meaning
for this version is kept whole and marked as such. A key depends on the item alone, never on the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ingest.channels.base import Delivery
from ingest.channels.reading import Item, Unreadable, json_document, optional_id, unreadable_body
from ingest.channels.whatsapp.accounts import (
    REPORTS,
    error_events,
    group_events,
    handover_events,
    history_progress,
    report_events,
)
from ingest.channels.whatsapp.items import CHANNEL, Place, nowhere, place_of
from ingest.channels.whatsapp.messages import (
    echo_events,
    message_events,
    system_events,
    thread_message_events,
    user_id_update_events,
    welcome_event,
)
from ingest.channels.whatsapp.people import phone_book_name
from ingest.channels.whatsapp.statuses import call_events, preference_events, status_events
from ingest.domain.event import Event

Read = Callable[[Place, Item], list[Event]]


def parse(delivery: Delivery) -> list[Event]:
    """Return every event of a body, in its order; raises for none."""
    try:
        body = _document(delivery.body)
        changes = list(_changes(body))
    except Unreadable as problem:
        return [unreadable_body(delivery, CHANNEL, str(problem))]
    found: list[Event] = []
    for entry, change, pointer in changes:
        found += _of_change(delivery, entry, change, pointer)
    return found


def _document(body: bytes) -> Item:
    document = json_document(body)
    if not isinstance(document, dict):
        raise Unreadable("The body is not a JSON object.")
    return document


def _changes(body: Item) -> Iterator[tuple[Any, Any, str]]:
    """Yield entry, change and pointer of every change; a bare change, as the dashboard's Test button sends, too."""
    entries = body.get("entry")
    if "entry" not in body and ("field" in body or "value" in body):
        yield None, body, ""
        return
    if not isinstance(entries, list) or not entries:
        raise Unreadable("The body has no entries.")
    is_ours = body.get("object", "whatsapp_business_account") == "whatsapp_business_account"
    for number, entry in enumerate(entries):
        pointer = f"/entry/{number}"
        changes = entry.get("changes") if isinstance(entry, dict) else None
        if not is_ours or not isinstance(changes, list) or not changes:
            yield entry, body.get("object") if not is_ours else None, pointer
            continue
        for position, change in enumerate(changes):
            yield entry, change, f"{pointer}/changes/{position}"


def _of_change(delivery: Delivery, entry: Any, change: Any, pointer: str) -> list[Event]:
    lost = nowhere(delivery, pointer)
    if isinstance(change, str):
        return [lost.unrecognised(entry, pointer, change)]
    if not isinstance(change, dict):
        broken = entry if change is None else change
        return [lost.unreadable(broken, pointer, "It is not an entry with changes.")]
    try:
        place = place_of(delivery, entry or {}, change, pointer, is_bare=entry is None)
        read = _FIELDS.get(place.field)
        return read(place) if read else [place.unrecognised(place.value, place.pointer, place.field)]
    except Unreadable as problem:
        return [lost.unreadable(change, pointer, str(problem))]


def _report(place: Place) -> list[Event]:
    return _guarded(place, place.value, place.pointer, report_events)


def _lists(place: Place) -> list[Event]:
    """Return the events of every list of items that a value holds."""
    found: list[Event] = []
    for name, value in place.value.items():
        read = _LISTS.get(name)
        pointer = f"{place.pointer}/{_escaped(name)}"
        if read is None:
            if name not in _BESIDE and isinstance(value, (list, dict)):
                found.append(place.unrecognised(value, pointer, name))
        elif isinstance(value, list):
            for number, item in enumerate(value):
                found += read(place, item, f"{pointer}/{number}")
        else:
            found.append(place.unreadable(value, pointer, "It is not a list."))
    return found or [place.unrecognised(place.value, place.pointer, place.field)]


def _each(read: Read) -> Callable[[Place, Any, str], list[Event]]:
    return lambda place, item, pointer: _guarded(place, item, pointer, read)


def _guarded(place: Place, item: Any, pointer: str, read: Read) -> list[Event]:
    """Return the events of one item, or the mark that it could not be read."""
    if not isinstance(item, dict):
        return [place.unreadable(item, pointer, "It is not an object.")]
    place.doubts.clear()
    try:
        found = read(place, item)
        # What was read stands; beside it stands what could not be, for whoever looks after the channels.
        return [*found, *([place.unreadable(item, pointer, " ".join(place.doubts))] if place.doubts else [])]
    except Unreadable as problem:
        return [place.unreadable(item, pointer, str(problem))]
    except Exception as error:  # whatever one item holds, the others must be read
        reason = f"It has a shape that this version cannot read ({type(error).__name__})."
        return [place.unreadable(item, pointer, reason)]


def _message(place: Place, item: Item) -> list[Event]:
    type_ = item.get("type")
    if type_ == "system":
        return system_events(place, item)
    return [welcome_event(place, item)] if type_ == "request_welcome" else message_events(place, item)


def _history(place: Place, item: Any, pointer: str) -> list[Event]:
    """Return the events of a chunk of a phone's history: its progress, and every message of every thread."""
    found = _guarded(place, item, pointer, history_progress)
    threads = item.get("threads") if isinstance(item, dict) else None
    if not found and not isinstance(threads, list):
        return [place.unreadable(item, pointer, "The history has no threads.")]
    for number, thread in enumerate(threads if isinstance(threads, list) else []):
        found += _thread(place, thread, f"{pointer}/threads/{number}")
    return found or [place.unrecognised(item, pointer, "history")]


def _thread(place: Place, thread: Any, pointer: str) -> list[Event]:
    messages = thread.get("messages") if isinstance(thread, dict) else None
    try:
        customer = optional_id(thread.get("id")) if isinstance(messages, list) else None
    except Unreadable:
        customer = None
    if customer is None or not isinstance(messages, list):
        return [place.unreadable(thread, pointer, "The thread does not say with whom it was, or what.")]

    def read(place: Place, item: Item) -> list[Event]:
        return thread_message_events(place, item, customer)

    found = [_guarded(place, each, f"{pointer}/messages/{number}", read) for number, each in enumerate(messages)]
    return [event for events in found for event in events]


def _phone_book(place: Place, item: Item) -> list[Event]:
    place.require_inbox()
    named = phone_book_name(place, item)
    return [named] if named else [place.unrecognised(item, f"{place.pointer}/state_sync", "state_sync")]


_LISTS: dict[str, Callable[[Place, Any, str], list[Event]]] = {
    "messages": _each(_message),
    "message_echoes": _each(echo_events),
    "statuses": _each(status_events),
    "user_preferences": _each(preference_events),
    "user_id_update": _each(user_id_update_events),
    "calls": _each(call_events),
    "groups": _each(group_events),
    "state_sync": _each(_phone_book),
    "messaging_handovers": _each(handover_events),
    "errors": _each(error_events),
    "history": _history,
}
_BESIDE = frozenset({"messaging_product", "metadata", "contacts"})
"""Parts of a value that belong to its items."""

_ITEM_FIELDS = (
    "messages",
    "message_echoes",
    "smb_message_echoes",
    "smb_app_state_sync",
    "history",
    "standby",
    "calls",
    "user_preferences",
    "user_id_update",
    "group_lifecycle_update",
    "group_participants_update",
    "group_settings_update",
    "group_status_update",
)

_FIELDS: dict[str, Callable[[Place], list[Event]]] = {
    # A change without a field exists in the wild; its lists say what it is.
    "": _lists,
    **dict.fromkeys(_ITEM_FIELDS, _lists),
    **dict.fromkeys(REPORTS, _report),
}


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
