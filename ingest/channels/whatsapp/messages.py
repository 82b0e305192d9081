"""Messages, in both directions, live and from a phone's history (channels.md §3.2, §3.3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from ingest.channels.reading import Content, Item, Unreadable, an_id, an_object, fingerprint, optional_id, text
from ingest.channels.whatsapp.content import content_of
from ingest.channels.whatsapp.items import Place
from ingest.channels.whatsapp.people import (
    Person,
    conversation_of,
    learned,
    person_of,
    phone_identity,
    same_person,
)
from ingest.domain import identity
from ingest.domain.event import Event

_ECHO_FIELDS = frozenset({"message_echoes", "smb_message_echoes"})
_TEST_IDS = frozenset({"0", "12334", "random_mid", "ABGGFlA5Fpa"})
"""Message ids that the dashboard's Test button makes up (channels.md §1)."""
_USER_ID = re.compile(r"\b[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}\b")


_HISTORY_STATES = {"SENT": "sent", "DELIVERED": "delivered", "READ": "read", "PLAYED": "played", "ERROR": "failed"}
"""A phone's own words for how far a message had come (channels.md §3.2)."""


class Said:
    """One message item, with what is found out once: who, to whom, when, where."""

    def __init__(self, place: Place, item: Item, customer: str | None = None, *, is_echo: bool = False) -> None:
        place.require_inbox()
        self.place = place
        self.item = item
        self.is_history = customer is not None or place.field == "history"
        self.occurred_us = place.instant(item.get("timestamp"))
        self.is_ours = _is_ours(place, item, customer, is_echo=is_echo)
        self.person = self._person(customer)
        self.group_id = optional_id(item.get("group_id"))
        group = {"kind": "external", "address": self.group_id} if self.group_id else None
        contact_id = place.contact_id(group) if group else self.person.contact_id
        self.is_test = place.is_test or optional_id(item.get("id")) in _TEST_IDS
        self.contact_id = None if self.is_test else contact_id
        if self.contact_id is None and not self.is_test and not self.is_ours:
            raise Unreadable("It does not say who sent it.")
        self.conversation_id = conversation_of(place, self.contact_id)
        self.identities = [*self.person.identities, *([group] if group else [])]

    def _person(self, customer: str | None) -> Person:
        item, place = self.item, self.place
        if customer is not None and (self.is_ours or not item.get("from")):
            return person_of(place, customer, item.get("to_user_id") if self.is_ours else item.get("from_user_id"))
        if self.is_ours:
            return person_of(place, item.get("to"), item.get("to_user_id"), item.get("to_parent_user_id"))
        return person_of(place, item.get("from"), item.get("from_user_id"), item.get("from_parent_user_id"))

    @property
    def is_by_machine(self) -> bool:
        """Say whether WhatsApp's own agent wrote it, which answers for the business on its number (channels.md §2)."""
        return self.item.get("message_creation_type") == "created_by_1p_bot"

    def event(self, type_: str, kind: str, payload: Item) -> Event:
        """Return an event of this message, keyed on its kind and the provider's id."""
        speaks = not self.is_ours
        return self.place.event(
            type_,
            f"{kind}:{self.place.external_id}:{an_id(self.item, 'id')}",
            self.occurred_us,
            payload,
            contact_id=self.contact_id,
            conversation_id=self.conversation_id,
            actor_kind="contact" if speaks else "bot" if self.is_by_machine else "integration",
            actor_id=self.person.contact_id if speaks and self.group_id and not self.is_test else None,
        )


def message_events(place: Place, item: Item) -> list[Event]:
    """Return the events of one item of `messages`."""
    return _events(Said(place, item))


def echo_events(place: Place, item: Item) -> list[Event]:
    """Return the events of one item of `message_echoes`."""
    return _events(Said(place, item, is_echo=True))


def thread_message_events(place: Place, item: Item, customer: str) -> list[Event]:
    """Return the events of one message in the history thread of a customer."""
    return _events(Said(place, item, customer))


def _events(said: Said) -> list[Event]:
    special = _SPECIAL.get(str(said.item.get("type")))
    found = special(said) if special else [_message(said), *_state_in_history(said)]
    return found if said.is_test else [*found, *learned(said.place, said.person, said.occurred_us)]


def _message(said: Said) -> Event:
    item, place = said.item, said.place
    external_id = an_id(item, "id")
    says = _says(place, item)
    context = item.get("context")
    context = context if isinstance(context, dict) else {}
    answered = _quoted(place, context)
    ref = place.ref(external_id)
    payload: Item = {
        "message_id": ref,
        "message_ref": ref,
        "external_id": external_id,
        "kind": says.kind,
        "text": says.text,
        "media": says.media,
        "content": _with_context(says, context, item),
        "reply_to_ref": place.ref(answered) if answered else None,
        "language": None,
        "identities": said.identities,
        "is_history": said.is_history,
    }
    # The file itself comes later under the same id, and must not look like a repetition.
    kind = "placeholder" if says.kind == "placeholder" else "message"
    if said.is_ours:
        return said.event("message.echoed", kind, payload | {"source": _source(said)})
    return said.event("message.received", kind, payload | _inbound_facts(said, context))


def _state_in_history(said: Said) -> list[Event]:
    """Return how far a message of ours had come on the phone; nobody says when, so that it counts from its own time."""
    context = said.item.get("history_context")
    status = _HISTORY_STATES.get(str(context.get("status")).upper()) if isinstance(context, dict) else None
    if status is None or not (said.is_ours and said.is_history):
        return []
    external_id = an_id(said.item, "id")
    payload: Item = {
        "message_ref": said.place.ref(external_id),
        "message_id": None,
        "status": status,
        "errors": [],
        "pricing": None,
        "recipient": None,
    }
    key = f"status:{said.place.external_id}:{external_id}:{status}:history"
    return [
        said.place.event(
            "message.status_reported",
            key,
            said.occurred_us,
            payload,
            contact_id=said.contact_id,
            conversation_id=said.conversation_id,
        )
    ]


def _says(place: Place, item: Item) -> Content:
    """Return what a message says; what cannot be read is shown as it came, for somebody wrote something."""
    try:
        return content_of(item)
    except Unreadable as problem:
        place.doubts.append(str(problem))
    except Exception as error:  # a shape nobody foresaw
        place.doubts.append(f"It has a shape that this version cannot read ({type(error).__name__}).")
    return Content("unknown", content={name: value for name, value in item.items() if name != "errors"})


def _quoted(place: Place, context: Item) -> str | None:
    try:
        return optional_id(context.get("id"))
    except Unreadable as problem:
        place.doubts.append(str(problem))
        return None


def _inbound_facts(said: Said, context: Item) -> Item:
    referral, errors = said.item.get("referral"), said.item.get("errors")
    return {
        "name": said.person.name,
        "referral": referral if isinstance(referral, dict) and referral else None,
        "is_forwarded": context.get("forwarded") is True or context.get("frequently_forwarded") is True,
        "group_ref": said.group_id,
        "is_test": said.is_test,
        "errors": errors if isinstance(errors, list) else [],
    }


def _with_context(says: Content, context: Item, item: Item) -> Any:
    """Return the content with the product asked about and the state a history message is in, where there are any."""
    beside = {"referred_product": context.get("referred_product"), "history_context": item.get("history_context")}
    found = {name: value for name, value in beside.items() if value}
    if not found:
        return says.content
    return {**says.content, **found} if isinstance(says.content, dict) else found


def _source(said: Said) -> str:
    if said.is_history:
        return "history"
    if said.place.field == "smb_message_echoes":
        return "phone_app"
    return "provider_agent" if said.is_by_machine else "other_app"


def _reaction(said: Said) -> list[Event]:
    reaction = an_object(said.item, "reaction")
    payload = {
        "message_ref": said.place.ref(an_id(reaction, "message_id")),
        "emoji": text(reaction.get("emoji")),
        "by": "business" if said.is_ours else "contact",
    }
    return [said.event("message.reacted", "reaction", payload)]


def _edit(said: Said) -> list[Event]:
    edit = an_object(said.item, "edit")
    says = content_of(an_object(edit, "message"))
    payload = {
        "message_ref": said.place.ref(an_id(edit, "original_message_id")),
        "kind": says.kind,
        "text": says.text,
        "media": says.media,
        "content": says.content,
    }
    return [said.event("message.edited", "edit", payload)]


def _revoke(said: Said) -> list[Event]:
    original = an_id(an_object(said.item, "revoke"), "original_message_id")
    return [said.event("message.revoked", "revoke", {"message_ref": said.place.ref(original)})]


_SPECIAL: dict[str, Callable[[Said], list[Event]]] = {"reaction": _reaction, "edit": _edit, "revoke": _revoke}


def system_events(place: Place, item: Item) -> list[Event]:
    """Return what a message of type system says: a person has a new number, a new user id, a new key."""
    place.require_inbox()
    system = an_object(item, "system")
    occurred_us = place.instant(item.get("timestamp"))
    kind = str(system.get("type"))
    person = person_of(place, item.get("from"), item.get("from_user_id"), item.get("from_parent_user_id"))
    if kind in ("user_changed_number", "customer_changed_number"):
        found = _changed_number(place, person, system, occurred_us)
    elif kind == "user_changed_user_id":
        old_id, new_id = _previous_user_id(item, system), _current(system)
        found = _changed(place, _user_identity, old_id, new_id, "changed_user_id", occurred_us)
    else:
        found = []
    return found or [_system_report(place, item, kind, person, occurred_us)]


def _changed_number(place: Place, person: Person, system: Item, occurred_us: int) -> list[Event]:
    """Return that somebody's addresses of before and the new ones are one person's; of both there may be user ids."""
    new = optional_id(system.get("new_wa_id") or system.get("wa_id"))
    new_ids = [phone_identity(new)] if new else []
    new_ids += [_user_identity(current)] if (current := _current(system)) else []
    if not new_ids:
        return []
    joined = [
        event
        for old in person.identities
        for event in same_person(place, new_ids[0], old, "changed_number", occurred_us)
    ]
    return joined + [
        event
        for one, other in pairwise(new_ids)
        for event in same_person(place, one, other, "seen_together", occurred_us)
    ]


def user_id_update_events(place: Place, item: Item) -> list[Event]:
    """Return what an item of `user_id_update` says: the user id of a person is another one now."""
    place.require_inbox()
    occurred_us = place.instant(item.get("timestamp"))
    ids = an_object(item, "user_id")
    old, new = an_id(ids, "previous"), an_id(ids, "current")
    found = _changed(place, _user_identity, old, new, "changed_user_id", occurred_us)
    # The update stands beside the name and number, which are the person's under the new id.
    return [*found, *learned(place, person_of(place, item.get("wa_id"), new), occurred_us)]


def welcome_event(place: Place, item: Item) -> Event:
    """Return that somebody opened the chat for the first time; a contact begins with a message, not with this."""
    external_id = optional_id(item.get("id"))
    payload = {
        "subject": "other",
        "event": "request_welcome",
        "severity": "info",
        "external_id": external_id,
        "title": "Somebody opened the chat for the first time",
        "content": item,
    }
    key = f"welcome:{place.external_id}:{external_id or fingerprint(item)}"
    return place.event("channel.reported", key, place.instant(item.get("timestamp")), payload)


def _changed(
    place: Place,
    as_identity: Callable[[str], dict[str, str]],
    old: str | None,
    new: str | None,
    reason: str,
    occurred_us: int,
) -> list[Event]:
    return same_person(place, as_identity(new), as_identity(old), reason, occurred_us) if old and new else []


def _user_identity(address: str) -> dict[str, str]:
    return {"kind": "user_id", "address": address}


def _current(system: Item) -> str | None:
    user_id = system.get("user_id")
    return optional_id(user_id.get("current") if isinstance(user_id, dict) else user_id)


def _previous_user_id(item: Item, system: Item) -> str | None:
    """Return the user id of before. It has a field since August 2026; earlier it stood in the sentence alone."""
    user_id = system.get("user_id")
    beside = system.get("previous_user_id") or item.get("from_user_id")
    told = user_id.get("previous") if isinstance(user_id, dict) else beside
    written = set(_USER_ID.findall(text(system.get("body")) or ""))
    current = _current(system)
    # A name in the sentence may look like an id; then there are more than two, and none can be trusted.
    others = written - {current} if current in written and len(written) == 2 else set()
    return optional_id(told) or next(iter(others), None)


def _system_report(place: Place, item: Item, kind: str, person: Person, occurred_us: int) -> Event:
    is_identity = kind == "customer_identity_changed"
    payload = {
        "subject": "security" if is_identity else "other",
        "event": kind,
        "severity": "warning" if is_identity else "info",
        "external_id": optional_id(item.get("id")),
        "title": "A contact's security code changed" if is_identity else "WhatsApp reported a change of a contact",
        "content": item,
    }
    contact_id = None if place.is_test else person.contact_id
    key = f"system:{place.external_id}:{optional_id(item.get('id')) or fingerprint(item)}"
    return place.event("channel.reported", key, occurred_us, payload, contact_id=contact_id)


def _is_ours(place: Place, item: Item, customer: str | None, *, is_echo: bool) -> bool:
    """Say whether the business wrote it: by its sender, and only where that says nothing by the field."""
    if _is_own(place, item.get("from")):
        return True
    if customer is not None:
        return not item.get("from") and "from_user_id" not in item
    return is_echo and not _is_own(place, item.get("to"))


def _is_own(place: Place, address: object) -> bool:
    if not isinstance(address, (str, int)) or not address:
        return False
    written = str(address)
    own = place.own_addresses
    return written in own or identity.canonical_phone(written) in own
