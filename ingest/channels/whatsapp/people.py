"""Who wrote, and to whom: addresses, the conversation they mean, and two that are one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ingest.channels.whatsapp.reading import CHANNEL, Where, fingerprint, obj, text
from ingest.domain import identity
from ingest.domain.event import Event


@dataclass(frozen=True, slots=True)
class Person:
    """A contact as one item names them; `identities` is empty for nobody."""

    identities: list[identity.Identity]
    name: str | None = None
    username: str | None = None

    def contact_id(self, where: Where) -> str | None:
        """Return the id that the best address gives."""
        best = identity.primary(self.identities)
        return identity.contact_id(where.delivery.workspace_id, CHANNEL, best) if best else None


def person(phone: Any, user_id: Any, profile: Mapping[str, Any] | None = None) -> Person:
    """Return the person behind a phone and a business-scoped user id, either of which may be missing."""
    found: list[identity.Identity] = []
    if address := text(user_id):
        found.append({"kind": "user_id", "address": address.strip()})
    if (number := text(phone)) and (digits := identity.canonical_phone(number)):
        found.append({"kind": "phone", "address": digits})
    given = obj(profile)
    return Person(found, text(given.get("name")), text(given.get("username")))


def envelope(where: Where, who: Person, group_id: str | None = None) -> dict[str, Any]:
    """Return contact and conversation of an event; a group's thread belongs to the group."""
    workspace_id = where.delivery.workspace_id
    contact_id = who.contact_id(where)
    if group_id:
        contact_id = identity.contact_id(workspace_id, CHANNEL, {"kind": "external", "address": group_id})
    if contact_id is None or where.inbox_id is None:
        return {"contact_id": contact_id}
    return {
        "contact_id": contact_id,
        "conversation_id": identity.conversation_id(workspace_id, where.inbox_id, contact_id),
    }


def introduce(where: Where, who: Person, occurred_us: int) -> list[Event]:
    """Return what an item tells of its person beside what it is about: that addresses belong together, a name."""
    found = []
    if len(who.identities) > 1:
        found.append(one_person(where, who.identities, "seen_together", occurred_us))
    if who.name and (contact_id := who.contact_id(where)):
        payload = {"name": who.name, "username": who.username, "source": "profile"}
        key = where.key("named", contact_id, fingerprint(payload))
        found.append(
            where.event("contact.named", key, occurred_us, payload, contact_id=contact_id, actor_kind="contact")
        )
    return found


def one_person(where: Where, identities: list[identity.Identity], reason: str, occurred_us: int) -> Event:
    """Return the fact that addresses are one person; it exists once per pair, ever."""
    workspace_id = where.delivery.workspace_id
    known = [{"contact_id": identity.contact_id(workspace_id, CHANNEL, each), **each} for each in identities]
    ids = sorted({each["contact_id"] for each in known})
    payload = {"contact_ids": ids, "identities": known, "reason": reason}
    return where.event("contact.identified", f"{CHANNEL}:identified:{':'.join(ids)}", occurred_us, payload)
