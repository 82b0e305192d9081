"""Where an item of a delivery came to."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import lru_cache

from ingest.channels.base import Delivery
from ingest.channels.reading import Account, Item, Unreadable, instant, json_document, objects, optional_id, text
from ingest.domain import identity

CHANNEL = "whatsapp"


@dataclass(slots=True, kw_only=True)
class Place(Account):
    """One change of a delivery: the number it is about, and everything its items share.

    `external_id` is the number's (`metadata.phone_number_id`), `pointer` leads to the change's value.
    """

    field: str = ""
    value: Item
    account_id: str = ""
    """The business account (`entry.id`); empty when missing."""
    time: object = None
    """`entry.time` as received; only account-type fields have it."""
    own_addresses: frozenset[str] = frozenset()
    contacts: list[Item]
    doubts: list[str] = dataclasses.field(default_factory=list)
    """What of the item that is being read could not be, although the item itself could."""

    @property
    def called(self) -> str:
        """Return what keys call it: the number, or the business account where a change is about no number."""
        return self.external_id or self.account_id

    def instant(self, value: object) -> int:
        """Return a reported time in microseconds; the time of arrival for one that is missing or cannot be."""
        try:
            return instant(value, self.delivery.received_us)
        except Unreadable as problem:
            self.doubts.append(str(problem))
            return self.delivery.received_us

    @property
    def told(self) -> tuple[object, ...]:
        """Return when it was told: account-type items say so nowhere else."""
        return (self.time,)


def nowhere(delivery: Delivery, pointer: str) -> Place:
    """Return the place of what does not say where it came to."""
    return Place(delivery, CHANNEL, "", pointer, value={}, contacts=[])


def business_account(body: bytes, number_id: str) -> str | None:
    """Return the business account that a delivery names beside a number; None where it names none."""
    try:
        document = json_document(body)
    except Unreadable:
        return None
    for entry in objects(document.get("entry")) if isinstance(document, dict) else ():
        account_id = entry.get("id")
        if not isinstance(account_id, (str, int)) or not str(account_id).isdecimal() or str(account_id) == "0":
            continue
        values = (change.get("value") for change in objects(entry.get("changes")))
        numbers = (value.get("metadata") for value in values if isinstance(value, dict))
        if any(isinstance(each, dict) and str(each.get("phone_number_id")) == number_id for each in numbers):
            return str(account_id)
    return None


def place_of(delivery: Delivery, entry: Item, change: Item, pointer: str, *, is_bare: bool) -> Place:
    """Return the place of a change; raises Unreadable when it has no value or its ids are no ids."""
    value = change.get("value")
    if not isinstance(value, dict):
        raise Unreadable("The change has no value.")
    metadata = value.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    number_id = optional_id(metadata.get("phone_number_id")) or ""
    account_id = optional_id(entry.get("id")) or ""
    named = change.get("field")
    display = text(metadata.get("display_phone_number")) or ""
    return Place(
        delivery,
        CHANNEL,
        number_id,
        f"{pointer}/value",
        is_bare or account_id == "0" or number_id in _TEST_NUMBERS,
        field=named if isinstance(named, str) else "",
        value=value,
        account_id=account_id,
        time=entry.get("time"),
        own_addresses=_own_addresses(number_id, display) if number_id else frozenset(),
        contacts=list(objects(value.get("contacts"))),
    )


_TEST_NUMBERS = frozenset({"0", "123456123"})
"""The number ids that the dashboard's Test button makes up."""


@lru_cache(maxsize=1024)
def _own_addresses(number_id: str, display: str) -> frozenset[str]:
    # Samples carry words in place of numbers, the same for both sides; a word is nobody's number.
    names = (number_id, display, identity.canonical_phone(display))
    return frozenset(each for each in names if any(map(str.isdigit, each)))
