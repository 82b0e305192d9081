"""A webhook body becomes events: all entries, all changes, all items; defined for every body, raising for none.

What cannot be read is a `delivery.unreadable` beside all that can; a field without a meaning here is a
`delivery.unrecognised`, kept whole. The bytes stay with the delivery either way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from ingest.channels.base import Delivery
from ingest.channels.whatsapp import accounts, messages, statuses
from ingest.channels.whatsapp.people import person
from ingest.channels.whatsapp.reading import CHANNEL, Where, fingerprint, items, obj, text, word
from ingest.domain.event import Event

_BOM = b"\xef\xbb\xbf"
_Each = Callable[[Where, Mapping[str, Any]], Iterable[Event]]


def parse(delivery: Delivery) -> list[Event]:
    """Return every event of a body, in its order."""
    try:
        body = orjson.loads(delivery.body.removeprefix(_BOM))
        orjson.dumps(body)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError, RecursionError) as error:
        return [_unreadable(_nowhere(delivery), "", None, f"the body is not JSON: {error}")]
    given = obj(body)
    if "entry" in given:
        return list(_entries(delivery, given))
    if "field" in given and "value" in given:  # what the dashboard's "Test" button sends
        where = replace(_nowhere(delivery), is_test=True)
        return list(_change(where, given, ""))
    return [_unrecognised(_nowhere(delivery), "body", "", body)]


def _entries(delivery: Delivery, body: Mapping[str, Any]) -> Iterator[Event]:
    if text(body.get("object")) not in ("whatsapp_business_account", None):
        yield _unrecognised(_nowhere(delivery), word(body.get("object"), "object"), "", body)
        return
    entries = items(body.get("entry"))
    if not entries:
        yield _unrecognised(_nowhere(delivery), "body", "", body)
    for position, entry in enumerate(entries):
        pointer = f"/entry/{position}"
        changes = items(obj(entry).get("changes"))
        where = replace(_nowhere(delivery), entry_id=text(obj(entry).get("id")) or "", entry_time=obj(entry).get("time"))
        if not changes:
            yield _unrecognised(where, "entry", pointer, entry)
        for number, change in enumerate(changes):
            yield from _change(where, obj(change), f"{pointer}/changes/{number}", change)


def _change(where: Where, change: Mapping[str, Any], pointer: str, whole: Any = None) -> Iterator[Event]:
    value = obj(change.get("value"))
    metadata = obj(value.get("metadata"))
    where = replace(
        where,
        field=text(change.get("field")) or ("messages" if value.get("messages") or value.get("statuses") else ""),
        number_id=text(metadata.get("phone_number_id")) or "",
        number="".join(c for c in text(metadata.get("display_phone_number")) or "" if c.isdigit()),
    )
    found = list(_items(where, value, f"{pointer}/value"))
    if found:
        yield from found
    elif subject := accounts.SUBJECTS.get(where.field):
        yield from _safely(where, pointer, change, lambda: [accounts.report(where, subject, value)])
    else:
        yield _unrecognised(where, where.field or "change", pointer, dict(change) or whole)


def _items(where: Where, value: Mapping[str, Any], pointer: str) -> Iterator[Event]:
    contacts = items(value.get("contacts"))
    is_history = where.field == "history"
    known: dict[str, _Each] = {
        "messages": lambda at, item: messages.message(at, item, contacts, is_history=is_history),
        "message_echoes": lambda at, item: messages.echo(at, item, source="other_app"),
        "smb_message_echoes": lambda at, item: messages.echo(at, item, source="phone_app"),
        "statuses": statuses.status,
        "user_preferences": statuses.preference,
        "calls": lambda at, item: [statuses.call(at, item)],
        "user_id_update": _user_id_changed,
        "state_sync": _phone_book,
    }
    if where.field == "smb_message_echoes":
        known["message_echoes"] = known["smb_message_echoes"]
    for name, each in known.items():
        for position, item in enumerate(items(value.get(name))):
            yield from _item(where, f"{pointer}/{name}/{position}", item, each)
    for position, item in enumerate(items(value.get("history"))):
        yield from _history(where, f"{pointer}/history/{position}", item, value)
    if where.field not in accounts.SUBJECTS:
        for position, item in enumerate(items(value.get("errors"))):
            yield from _item(where, f"{pointer}/errors/{position}", item, lambda at, it: [accounts.value_error(at, it, value)])


def _item(where: Where, pointer: str, item: Any, each: _Each) -> Iterator[Event]:
    if not isinstance(item, dict):
        yield _unreadable(where, pointer, item, "an object was expected here")
        return
    yield from _safely(where, pointer, item, lambda: each(where, item))


def _history(where: Where, pointer: str, item: Any, value: Mapping[str, Any]) -> Iterator[Event]:
    given = obj(item)
    threads = items(given.get("threads"))
    for number, given_thread in enumerate(threads):
        for tail, events in messages.thread(where, obj(given_thread)):
            yield from _safely(where, f"{pointer}/threads/{number}{tail}", given_thread, lambda events=events: events)
    about = {"subject": "history", "field": where.field}
    progress = {"metadata": given.get("metadata"), "errors": given.get("errors"), "threads": len(threads)}
    name = "DECLINED" if given.get("errors") else "CHUNK"
    payload = {
        "subject": about["subject"],
        "event": name,
        "severity": "warning" if given.get("errors") else "info",
        "external_id": where.number_id,
        "title": "The owner of the number did not share its history." if given.get("errors") else "A part of the number's history arrived.",
        "content": progress,
    }
    moment = value.get("timestamp") or where.entry_time
    yield from _safely(
        where,
        pointer,
        item,
        lambda: [where.event("channel.reported", where.key("history", fingerprint(given)), where.time_us(moment), payload)],
    )


def _user_id_changed(where: Where, item: Mapping[str, Any]) -> Iterator[Event]:
    """A person's user id changed: the old, the new and the phone are one person."""
    ids = obj(item.get("user_id"))
    old = person(item.get("wa_id"), ids.get("previous") or item.get("previous_user_id"))
    new = person(None, ids.get("current") or (item.get("user_id") if not ids else None))
    occurred_us = where.time_us(item.get("timestamp"))
    everything = [*old.identities, *new.identities]
    if len(everything) > 1:
        yield messages.one_person(where, everything, "changed_user_id", occurred_us)
    payload = {
        "subject": "other",
        "event": "user_id_update",
        "severity": "info",
        "external_id": where.number_id,
        "title": "A contact's user id changed.",
        "content": dict(item),
    }
    yield where.event("channel.reported", where.key("user_id_update", fingerprint(dict(item))), occurred_us, payload)


def _phone_book(where: Where, item: Mapping[str, Any]) -> Iterator[Event]:
    """An entry of the phone's own contact book: a name that the business gave."""
    given = obj(item.get("contact"))
    who = person(given.get("phone_number"), given.get("user_id"))
    name = text(given.get("full_name")) or text(given.get("first_name"))
    contact_id = who.contact_id(where)
    occurred_us = where.time_us(obj(item.get("metadata")).get("timestamp"))
    if contact_id and name and text(item.get("action")) != "remove":
        payload = {"name": name, "username": text(given.get("username")), "source": "phone_book"}
        key = where.key("named", contact_id, fingerprint(payload))
        yield where.event("contact.named", key, occurred_us, payload, contact_id=contact_id)
        return
    payload = {
        "subject": "other",
        "event": "phone_book",
        "severity": "info",
        "external_id": where.number_id,
        "title": "The phone's contact book changed.",
        "content": dict(item),
    }
    yield where.event("channel.reported", where.key("phone_book", fingerprint(dict(item))), occurred_us, payload)


def _safely(where: Where, pointer: str, item: Any, read: Callable[[], Iterable[Event]]) -> Iterator[Event]:
    """Yield what an item says, or why it cannot be read; one bad item never touches its neighbours."""
    try:
        events = list(read())
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError) as error:
        yield _unreadable(where, pointer, item, str(error) or type(error).__name__)
        return
    yield from events


def _unreadable(where: Where, pointer: str, item: Any, reason: str) -> Event:
    mark = fingerprint(item) if item is not None else where.delivery.event_id or fingerprint(where.delivery.body.hex())
    payload = {"reason": reason[:500], "pointer": pointer, "item": item}
    return where.event("delivery.unreadable", where.key("unreadable", mark), where.delivery.received_us, payload)


def _unrecognised(where: Where, field: str, pointer: str, item: Any) -> Event:
    payload = {"field": field, "pointer": pointer, "item": item}
    return where.event("delivery.unrecognised", where.key("unrecognised", fingerprint(item)), where.delivery.received_us, payload)


def _nowhere(delivery: Delivery) -> Where:
    return Where(delivery, "", "", None, "", "")


__all__ = ["CHANNEL", "parse"]
