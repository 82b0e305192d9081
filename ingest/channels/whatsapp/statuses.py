"""What is reported of our messages, of calls and of a contact's preferences (channels.md §3.2, §3.4, §3.5)."""

from __future__ import annotations

from ingest.channels.failures import account_report
from ingest.channels.meta.graph import read_error
from ingest.channels.reading import Item, Unreadable, an_id, fingerprint, objects, optional_id, text
from ingest.channels.whatsapp.errors import STOPPED_MARKETING, classify
from ingest.channels.whatsapp.items import Place
from ingest.channels.whatsapp.people import Person, conversation_of, learned, person_of
from ingest.domain import identity
from ingest.domain.event import Event

_CONSENT = {"stop": "withdrawn", "resume": "granted", "signup": "granted"}
_DIRECTION = {"USER_INITIATED": "inbound", "BUSINESS_INITIATED": "outbound"}


def status_events(place: Place, item: Item) -> list[Event]:
    """Return the events of one item of `statuses`: how far a message has come, or what a call does."""
    if item.get("type") == "call":
        callee = person_of(place, item.get("recipient_id"), *_user_ids(item, "recipient"))
        return _call(place, item, optional_id(item.get("status")), callee)
    external_id = an_id(item, "id")
    status = an_id(item, "status")
    occurred_us = place.instant(item.get("timestamp"))
    participant, contact_id = _recipient(place, item)
    errors = [_error(each) for each in objects(item.get("errors"))]
    payload = {
        "message_ref": place.ref(external_id),
        "message_id": _our_id(item.get("biz_opaque_callback_data")),
        "status": status,
        "errors": errors,
        "pricing": item.get("pricing"),
        "recipient": participant.identities[0]["address"] if participant and participant.identities else None,
    }
    key = f"status:{place.external_id}:{external_id}:{status}:{optional_id(item.get('timestamp')) or ''}"
    if participant and participant.contact_id:
        key += f":{participant.contact_id}"
    conversation_id = conversation_of(place, contact_id)
    found = [
        place.event(
            "message.status_reported", key, occurred_us, payload, contact_id=contact_id, conversation_id=conversation_id
        )
    ]
    found += _alarms(place, errors, occurred_us)
    if any(each["code"] == STOPPED_MARKETING for each in errors) and contact_id:
        found.append(_opted_out(place, external_id, contact_id, conversation_id, occurred_us))
    person = participant or person_of(place, item.get("recipient_id"), *_user_ids(item, "recipient"))
    return [*found, *learned(place, person, occurred_us)]


def call_events(place: Place, item: Item) -> list[Event]:
    """Return the events of one item of `calls`."""
    is_inbound = _direction(place, item) == "inbound"
    side, user_side = ("from", "from_user_id") if is_inbound else ("to", "to_user_id")
    return _call(place, item, optional_id(item.get("event")), person_of(place, item.get(side), item.get(user_side)))


def preference_events(place: Place, item: Item) -> list[Event]:
    """Return the events of one item of `user_preferences`: a contact allowed or forbade marketing."""
    place.require_inbox()
    value = _CONSENT.get(str(item.get("value")))
    if value is None:
        return [place.unrecognised(item, place.pointer, "user_preferences")]
    occurred_us = place.instant(item.get("timestamp"))
    person = person_of(place, item.get("wa_id"), item.get("user_id"), item.get("parent_user_id"))
    if person.contact_id is None:
        raise Unreadable("It does not say whose preference it is.")
    contact_id = None if place.is_test else person.contact_id
    payload = {
        "purpose": text(item.get("category")) or "marketing_messages",
        "value": value,
        "source": "whatsapp",
        "wording": text(item.get("detail")),
        "identities": person.identities,
    }
    event = place.event(
        "consent.recorded",
        f"preference:{place.external_id}:{fingerprint(item)}",
        occurred_us,
        payload,
        contact_id=contact_id,
        conversation_id=conversation_of(place, contact_id),
        actor_kind="contact",
    )
    return [event, *learned(place, person, occurred_us)]


def _alarms(place: Place, errors: list[Item], occurred_us: int) -> list[Event]:
    """Return what presses on an administrator: errors that no other message will be spared."""
    meant = [(str(each["code"]), classify(each["code"])) for each in errors]
    reports = [
        account_report(place.require_inbox(), code, meaning.advice, occurred_us)
        for code, meaning in meant
        if meaning.retry == "account" and not place.is_test
    ]
    return [place.event("channel.reported", key, occurred_us, payload) for key, payload in reports]


def _opted_out(place: Place, external_id: str, contact_id: str, conversation_id: str | None, occurred_us: int) -> Event:
    payload = {"purpose": "marketing_messages", "value": "withdrawn", "source": "whatsapp", "wording": None}
    return place.event(
        "consent.recorded",
        f"preference:{place.external_id}:{external_id}:{STOPPED_MARKETING}",
        occurred_us,
        payload,
        contact_id=contact_id,
        conversation_id=conversation_id,
        actor_kind="contact",
    )


def _recipient(place: Place, item: Item) -> tuple[Person | None, str | None]:
    """Return the group participant a status speaks for, and the contact it was sent to."""
    if item.get("recipient_type") != "group":
        person = person_of(place, item.get("recipient_id"), *_user_ids(item, "recipient"))
        return None, None if place.is_test else person.contact_id
    participant = person_of(place, item.get("recipient_participant_id"), *_user_ids(item, "recipient_participant"))
    group_id = optional_id(item.get("recipient_id"))
    if group_id is None or place.is_test:
        return participant, None
    return participant, place.contact_id({"kind": "external", "address": group_id})


def _user_ids(item: Item, whose: str) -> tuple[object, object, object]:
    # Older test data spell the parent's key the other way round.
    return item.get(f"{whose}_user_id"), item.get(f"{whose}_parent_user_id"), item.get(f"parent_{whose}_user_id")


def _our_id(tracker: object) -> str | None:
    return tracker if isinstance(tracker, str) and tracker.startswith("msg_") else None


def _error(item: Item) -> Item:
    error = read_error(item)
    return {"code": error.code, "title": error.title, "details": error.detail}


def _direction(place: Place, item: Item) -> str:
    told = _DIRECTION.get(str(item.get("direction")))
    if told:
        return told
    sender = item.get("from")
    is_ours = str(sender) in place.own_addresses or identity.canonical_phone(str(sender)) in place.own_addresses
    return "outbound" if is_ours else "inbound"


def _call(place: Place, item: Item, event: str | None, person: Person) -> list[Event]:
    if event is None:
        raise Unreadable("It does not say what happened to the call.")
    external_id = an_id(item, "id")
    occurred_us = place.instant(item.get("timestamp"))
    is_status = item.get("type") == "call"
    contact_id = None if place.is_test else person.contact_id
    payload = {
        "call_ref": place.ref(external_id),
        "event": event.lower(),
        "direction": "outbound" if is_status else _direction(place, item),
        "content": item,
    }
    key = f"call:{place.external_id}:{external_id}:{event.lower()}:{optional_id(item.get('timestamp')) or ''}"
    conversation_id = conversation_of(place, contact_id)
    reported = place.event(
        "call.reported", key, occurred_us, payload, contact_id=contact_id, conversation_id=conversation_id
    )
    return [reported, *learned(place, person, occurred_us)]
