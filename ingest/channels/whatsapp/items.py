"""Where an item of a delivery came to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ingest.channels.base import Delivery
from ingest.channels.reading import (
    ActorKind,
    Item,
    Unreadable,
    fingerprint,
    instant,
    objects,
    optional_id,
    text,
)
from ingest.domain import identity
from ingest.domain.event import Event

CHANNEL = "whatsapp"


@dataclass(slots=True)
class Place:
    """One change of a delivery: the number it is about, and everything its items share."""

    delivery: Delivery
    field: str
    value: Item
    pointer: str
    """JSON pointer to the change's value."""
    account_id: str
    """The business account (`entry.id`); empty when missing."""
    time: object = None
    """`entry.time` as received; only account-type fields have it."""
    is_test: bool = False
    number_id: str = ""
    inbox_id: str | None = None
    own_addresses: frozenset[str] = frozenset()
    contacts: list[Item] | None = None

    def require_inbox(self) -> str:
        """Return the inbox of the number; raises Unreadable when no number is named."""
        if self.inbox_id is None:
            raise Unreadable("It does not say which business number it is about (metadata.phone_number_id).")
        return self.inbox_id

    def ref(self, external_id: str) -> str:
        """Return what a provider's message id becomes."""
        return identity.message_ref(self.delivery.workspace_id, self.require_inbox(), external_id)

    def instant(self, value: object) -> int:
        """Return a reported time in microseconds; the time of arrival when there is none."""
        return instant(value, self.delivery.received_us)

    def event(
        self,
        type_: str,
        key: str,
        occurred_us: int,
        payload: Item,
        *,
        contact_id: str | None = None,
        conversation_id: str | None = None,
        actor_kind: ActorKind = "system",
        actor_id: str | None = None,
    ) -> Event:
        """Return an event of this place; `key` goes on after `whatsapp:`."""
        return Event(
            workspace_id=self.delivery.workspace_id,
            type=type_,
            key=f"{CHANNEL}:{key}",
            occurred_us=occurred_us,
            payload=payload,
            channel=CHANNEL,
            inbox_id=self.inbox_id,
            conversation_id=conversation_id,
            contact_id=contact_id,
            actor_kind=actor_kind,
            actor_id=actor_id,
            cause_id=self.delivery.event_id or None,
        )

    def unreadable(self, item: object, pointer: str, reason: str) -> Event:
        """Return the mark of an item that could not be read."""
        payload = {"reason": reason, "pointer": pointer, "item": item}
        key = f"unreadable:{self.number_id or self.account_id}:{fingerprint(item)}"
        return self.event("delivery.unreadable", key, self.delivery.received_us, payload)

    def unrecognised(self, item: object, pointer: str, field: str) -> Event:
        """Return the mark of an item whose kind has no meaning for us."""
        payload = {"field": field, "pointer": pointer, "item": item}
        key = f"unrecognised:{self.number_id or self.account_id}:{fingerprint([field, self.time, item])}"
        return self.event("delivery.unrecognised", key, self.delivery.received_us, payload)


def place_of(delivery: Delivery, entry: Item, change: Item, pointer: str, *, is_bare: bool) -> Place:
    """Return the place of a change; raises Unreadable when it has no value or its ids are no ids."""
    value = change.get("value")
    if not isinstance(value, dict):
        raise Unreadable("The change has no value.")
    metadata = value.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    number_id = optional_id(metadata.get("phone_number_id")) or ""
    field = change.get("field")
    account_id = optional_id(entry.get("id")) or ""
    field = field if isinstance(field, str) else ""
    place = Place(delivery, field, value, f"{pointer}/value", account_id, entry.get("time"))
    place.contacts = list(objects(value.get("contacts")))
    if number_id:
        place.number_id = number_id
        place.inbox_id = _inbox_id(delivery.workspace_id, number_id)
        place.own_addresses = _own_addresses(number_id, text(metadata.get("display_phone_number")) or "")
    place.is_test = is_bare or account_id == "0" or number_id in _TEST_NUMBERS
    return place


_TEST_NUMBERS = frozenset({"0", "123456123"})
"""The number ids that the dashboard's Test button makes up."""


# Every item of a number asks for these two again.
@lru_cache(maxsize=1024)
def _inbox_id(workspace_id: str, number_id: str) -> str:
    return identity.inbox_id(workspace_id, CHANNEL, number_id)


@lru_cache(maxsize=1024)
def _own_addresses(number_id: str, display: str) -> frozenset[str]:
    # Samples carry words in place of numbers, the same for both sides; a word is nobody's number.
    names = (number_id, display, identity.canonical_phone(display))
    return frozenset(each for each in names if any(map(str.isdigit, each)))
