"""Messages, echoes, reactions, edits and history (channels.md §3.2, §3.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ingest.channels.whatsapp.contents import content_of
from ingest.channels.whatsapp.people import Person, envelope, introduce, one_person, person
from ingest.channels.whatsapp.reading import Unreadable, Where, fingerprint, items, obj, text, word
from ingest.domain import identity
from ingest.domain.event import Event

_RANKED_IDS = ("0", "12334", "random_mid", "ABGGFlA5Fpa")
"""What a dashboard's "Test" button sends for ids."""


def message(where: Where, item: Mapping[str, Any], contacts: list[Any], *, is_history: bool = False) -> Iterator[Event]:
    """Yield what one item of `messages` says. Direction goes by who wrote it, not by the field it came in."""
    kind = text(item.get("type")) or "unknown"
    if _is_ours(where, item):
        yield from echo(where, item, source="other_app", is_history=is_history)
    elif kind == "request_welcome":
        yield _welcome(where, item)
    elif kind == "reaction":
        yield _reaction(where, item, "contact")
    elif kind == "edit":
        yield _edit(where, item)
    elif kind == "revoke":
        yield _revoke(where, item)
    elif kind == "system":
        yield from _system(where, item)
    else:
        yield from _received(where, item, contacts, is_history)


def echo(where: Where, item: Mapping[str, Any], *, source: str, is_history: bool = False, to: Any = None) -> Iterator[Event]:
    """Yield what the business itself wrote elsewhere."""
    kind = text(item.get("type"))
    if kind == "reaction":
        yield _reaction(where, item, "business")
        return
    if kind == "edit":
        yield _edit(where, item)
        return
    if kind == "revoke":
        yield _revoke(where, item)
        return
    occurred_us = where.time_us(item.get("timestamp"))
    external_id = _external_id(item)
    who = person(item.get("to") or to, item.get("to_user_id"))
    if text(item.get("message_creation_type")) == "created_by_1p_bot":
        source = "provider_agent"
    payload = _said(where, item, external_id) | {"source": "history" if is_history else source, "is_history": is_history}
    yield from introduce(where, who, occurred_us)
    yield where.event(
        "message.echoed",
        where.key("message", external_id),
        occurred_us,
        payload,
        actor_kind="bot" if source == "provider_agent" else "integration",
        **envelope(where, who, text(item.get("group_id"))),
    )
    yield from _history_status(where, item, external_id, occurred_us)


def thread(where: Where, given: Mapping[str, Any]) -> Iterator[tuple[str, Iterator[Event]]]:
    """Yield pointer and events of every message of one thread of a phone's history."""
    customer = given.get("id")
    for position, each in enumerate(items(given.get("messages"))):
        item = obj(each)
        if _is_ours(where, item):
            yield f"/messages/{position}", echo(where, item, source="history", is_history=True, to=customer)
        else:
            known = item if item.get("from") or item.get("from_user_id") else {**item, "from": customer}
            yield f"/messages/{position}", message(where, known, [], is_history=True)


def _received(where: Where, item: Mapping[str, Any], contacts: list[Any], is_history: bool) -> Iterator[Event]:
    occurred_us = where.time_us(item.get("timestamp"))
    external_id = _external_id(item)
    who = _author(item, contacts)
    group_id = text(item.get("group_id"))
    is_test = where.is_test or external_id in _RANKED_IDS
    payload = _said(where, item, external_id) | {
        "identities": [dict(each) for each in who.identities],
        "name": who.name,
        "referral": item.get("referral") or None,
        "is_forwarded": _is_forwarded(item),
        "group_ref": group_id,
        "is_history": is_history,
        "is_test": is_test,
        "errors": items(item.get("errors")),
    }
    if not is_test:
        yield from introduce(where, who, occurred_us)
    yield where.event(
        "message.received",
        where.key("message", external_id),
        occurred_us,
        payload,
        actor_kind="contact",
        actor_id=None if is_test else who.contact_id(where),
        **({} if is_test else envelope(where, who, group_id)),
    )


def _said(where: Where, item: Mapping[str, Any], external_id: str) -> dict[str, Any]:
    ref = where.ref(external_id)
    context = obj(item.get("context"))
    answered = text(context.get("id"))
    content = content_of(item)
    if product := context.get("referred_product"):
        content["content"] = {**obj(content["content"]), "referred_product": product}
    return {
        "message_id": ref,
        "message_ref": ref,
        "external_id": external_id,
        **content,
        "reply_to_ref": where.ref(answered) if answered else None,
        "language": None,
    }


def _external_id(item: Mapping[str, Any]) -> str:
    """Return the provider's id; an item without one is named by what it says."""
    return text(item.get("id")) or f"none-{fingerprint(dict(item))}"


def _author(item: Mapping[str, Any], contacts: list[Any]) -> Person:
    """Return who wrote: the message's own addresses, completed by the entry of `contacts` that is about them."""
    phone, user_id = item.get("from") or None, item.get("from_user_id")
    about = _entry(phone, user_id, contacts)
    return person(phone or about.get("wa_id"), user_id or about.get("user_id"), obj(about.get("profile")))


def _entry(phone: Any, user_id: Any, contacts: list[Any]) -> Mapping[str, Any]:
    candidates = [obj(each) for each in contacts]
    for each in candidates:
        if (user_id and each.get("user_id") == user_id) or (phone and each.get("wa_id") == phone):
            return each
    if len(candidates) == 1 and _may_be(phone, user_id, candidates[0]):
        return candidates[0]
    return {}


def _may_be(phone: Any, user_id: Any, entry: Mapping[str, Any]) -> bool:
    """Say whether the only entry can be the author: it is, unless it names another address of the same kind.

    Brazilian and Mexican numbers come in two forms, so numbers are compared in their one form.
    """
    number, other = text(phone), text(entry.get("wa_id"))
    if number and other and identity.canonical_phone(number) != identity.canonical_phone(other):
        return False
    return not (user_id and entry.get("user_id") and user_id != entry.get("user_id"))


def _is_ours(where: Where, item: Mapping[str, Any]) -> bool:
    sender = text(item.get("from"))
    return bool(sender) and sender in {where.number_id, where.number} - {""}


def _is_forwarded(item: Mapping[str, Any]) -> bool:
    context = obj(item.get("context"))
    return context.get("forwarded") is True or context.get("frequently_forwarded") is True


def _welcome(where: Where, item: Mapping[str, Any]) -> Event:
    """A first look at the chat: no message, and no contact before they write."""
    content = {"subject": "other", "event": "request_welcome", "severity": "info", "external_id": where.number_id}
    key = where.key("welcome", fingerprint(dict(item)))
    payload = content | {"title": "Somebody opened the chat for the first time.", "content": dict(item)}
    return where.event("channel.reported", key, where.time_us(item.get("timestamp")), payload)


def _target(where: Where, value: Any) -> str:
    external_id = text(value)
    if external_id is None:
        raise Unreadable("it does not say which message it is about")
    return where.ref(external_id)


def _reaction(where: Where, item: Mapping[str, Any], by: str) -> Event:
    given = obj(item.get("reaction"))
    payload = {"message_ref": _target(where, given.get("message_id")), "emoji": text(given.get("emoji")), "by": by}
    occurred_us = where.time_us(item.get("timestamp"))
    who = person(item.get("from") or None, item.get("from_user_id")) if by == "contact" else person(item.get("to"), item.get("to_user_id"))
    kind = "contact" if by == "contact" else "integration"
    more = envelope(where, who, text(item.get("group_id")))
    return where.event("message.reacted", where.key("reaction", _external_id(item)), occurred_us, payload, actor_kind=kind, **more)


def _edit(where: Where, item: Mapping[str, Any]) -> Event:
    given = obj(item.get("edit"))
    content = content_of(obj(given.get("message")))
    payload = {"message_ref": _target(where, given.get("original_message_id")), **content}
    return where.event("message.edited", where.key("edit", _external_id(item)), where.time_us(item.get("timestamp")), payload)


def _revoke(where: Where, item: Mapping[str, Any]) -> Event:
    payload = {"message_ref": _target(where, obj(item.get("revoke")).get("original_message_id"))}
    return where.event("message.revoked", where.key("revoke", _external_id(item)), where.time_us(item.get("timestamp")), payload)


def _system(where: Where, item: Mapping[str, Any]) -> Iterator[Event]:
    given = obj(item.get("system"))
    kind = word(given.get("type"), "system")
    occurred_us = where.time_us(item.get("timestamp"))
    old = person(item.get("from") or None, item.get("from_user_id"))
    changed: list[Any] = []
    if kind == "user_changed_number":
        new = person(given.get("wa_id") or given.get("new_wa_id"), given.get("user_id"))
        changed = _different(old, new)
        reason = "changed_number"
    elif kind == "user_changed_user_id":
        new = person(given.get("wa_id"), given.get("user_id"))
        changed = _different(old, new)
        reason = "changed_user_id"
    if len(changed) > 1:
        yield one_person(where, changed, reason, occurred_us)
    payload = {
        "subject": "other",
        "event": kind,
        "severity": "info",
        "external_id": where.number_id,
        "title": text(given.get("body")) or kind.replace("_", " "),
        "content": dict(item),
    }
    yield where.event("channel.reported", where.key("system", _external_id(item)), occurred_us, payload, **envelope(where, old))


def _different(old: Person, new: Person) -> list[identity.Identity]:
    unique = {(each["kind"], each["address"]): each for each in [*old.identities, *new.identities]}
    return list(unique.values())


def _history_status(where: Where, item: Mapping[str, Any], external_id: str, occurred_us: int) -> Iterator[Event]:
    """Yield how far a message of the imported history had come, where it says so."""
    status = text(obj(item.get("history_context")).get("status"))
    if status is None or status.lower() not in ("sent", "delivered", "read", "played"):
        return
    payload = {
        "message_ref": where.ref(external_id),
        "message_id": None,
        "status": status.lower(),
        "errors": [],
        "pricing": None,
        "recipient": None,
    }
    yield where.event("message.status_reported", where.key("status", external_id, status.lower(), "history"), occurred_us, payload)
