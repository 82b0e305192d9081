"""Who an item is about: one person's addresses, and what is learned of them on the way (channels.md §3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from ingest.channels.reading import Item, fingerprint, optional_id, text
from ingest.channels.whatsapp.items import Place
from ingest.domain import identity
from ingest.domain.event import Event


@dataclass(slots=True)
class Person:
    """A contact as one item shows it. A person known by nothing has no id."""

    identities: list[dict[str, str]]
    """Addresses as received, the one that the contact is keyed on first."""
    contact_id: str | None
    entry: Item
    """What stands in `contacts` about this person; empty when nothing does."""

    @property
    def name(self) -> str | None:
        """Return the profile name, None when it is not told."""
        return text(self._profile().get("name"))

    @property
    def username(self) -> str | None:
        """Return the username without its @, None when it is not told."""
        return (text(self._profile().get("username")) or "").removeprefix("@") or None

    def _profile(self) -> Item:
        profile = self.entry.get("profile")
        return profile if isinstance(profile, dict) else {}


def phone_identity(written: str) -> dict[str, str]:
    """Return the identity behind what stands where a phone number should."""
    kind = "phone" if any(map(str.isdigit, written)) else "external"
    return {"kind": kind, "address": written}


def person_of(place: Place, phone: object, *user_ids: object) -> Person:
    """Return the person with this phone and the first of these user ids, completed from `contacts`.

    An entry of `contacts` is the person's when it shares an address, or when it stands alone and
    contradicts none: of two numbers that differ nobody knows whether they are one person.
    """
    number = optional_id(phone)
    user_id = next((found for each in user_ids if (found := optional_id(each))), None)
    entry = _entry(place, number, user_id)
    user_id = user_id or optional_id(entry.get("user_id"))
    number = number or optional_id(entry.get("wa_id"))
    identities = [{"kind": "user_id", "address": user_id}] if user_id else []
    if number:
        identities.append(phone_identity(number))
    return Person(identities, place.contact_id(identities[0]) if identities else None, entry)


def conversation_of(place: Place, contact_id: str | None) -> str | None:
    """Return the conversation of a contact with the place's number."""
    return place.conversation_id(contact_id) if place.external_id else None


def learned(place: Place, person: Person, occurred_us: int) -> list[Event]:
    """Return what an item says of a person beside itself: that two addresses are one, and a name.

    Both are keyed on what they say, so they exist once however often they are said.
    """
    if person.contact_id is None or place.is_test:
        return []
    found = [
        event
        for one, other in pairwise(person.identities)
        for event in same_person(place, one, other, "seen_together", occurred_us)
    ]
    if person.name:
        found.append(_named(place, person.contact_id, person.name, person.username, "profile", occurred_us))
    return found


def same_person(place: Place, one: dict[str, str], other: dict[str, str], reason: str, occurred_us: int) -> list[Event]:
    """Return the fact that two addresses are one person; nothing when they are one contact already.

    Of a change `one` is the new address. It is keyed on its time, too, where that is told and not of its arrival: who
    takes an old number back changes again.
    """
    first, second = place.contact_id(one), place.contact_id(other)
    if first == second or place.is_test:
        return []
    ids = sorted((first, second))
    identities = [{"contact_id": first, **one}, {"contact_id": second, **other}]
    payload = {"contact_ids": ids, "identities": identities, "reason": reason}
    is_dated = reason != "seen_together" and occurred_us != place.delivery.received_us
    key = f"identified:{ids[0]}:{ids[1]}" + (f":{occurred_us}" if is_dated else "")
    return [place.event("contact.identified", key, occurred_us, payload, contact_id=first)]


def phone_book_name(place: Place, item: Item) -> Event | None:
    """Return the name the business's own phone book gives a contact, None when an entry was removed."""
    contact = item.get("contact")
    contact = contact if isinstance(contact, dict) else {}
    metadata = item.get("metadata")
    occurred_us = place.instant(metadata.get("timestamp") if isinstance(metadata, dict) else item.get("timestamp"))
    person = person_of(place, contact.get("phone_number"), contact.get("user_id"))
    name = text(contact.get("full_name")) or text(contact.get("first_name"))
    if item.get("action") != "add" or person.contact_id is None or name is None:
        return None
    return _named(place, person.contact_id, name, None, "phone_book", occurred_us)


def _named(place: Place, contact_id: str, name: str, username: str | None, source: str, occurred_us: int) -> Event:
    payload = {"name": name, "username": username, "source": source}
    actor = "contact" if source == "profile" else "integration"
    key = f"named:{contact_id}:{fingerprint([name, username, source])}"
    return place.event("contact.named", key, occurred_us, payload, contact_id=contact_id, actor_kind=actor)  # type: ignore[arg-type]


def _entry(place: Place, number: str | None, user_id: str | None) -> Item:
    entries = place.contacts
    for each in entries:
        if (user_id and each.get("user_id") == user_id) or (number and _is_same_number(each.get("wa_id"), number)):
            return each
    if len(entries) != 1:
        return {}
    only = entries[0]
    contradicts = (user_id and only.get("user_id")) or (number and only.get("wa_id"))
    return {} if contradicts else only


def _is_same_number(one: object, other: str) -> bool:
    if one == other:
        return True
    canonical = identity.canonical_phone(other)
    return isinstance(one, str) and canonical != "" and identity.canonical_phone(one) == canonical
