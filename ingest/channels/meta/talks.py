"""One messaging item: which account it came to, with whom, who speaks and when (channels.md §4, §5)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from ingest.channels.base import Delivery
from ingest.channels.reading import Account, ActorKind, Item, Unreadable, optional_id
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US, to_us

_TEST_PEOPLE = frozenset({"0", "12334", "23245"})
_TEST_MESSAGES = frozenset({"random_mid"})
"""Ids that the dashboard's Test button makes up (channels.md §1)."""
_ONLY_CONTACTS = ("postback", "referral", "optin", "delivery", "read")
"""What only the contact's side does, whoever the sender seems to be."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an item stood in its delivery."""

    delivery: Delivery
    channel: str
    entry: Item
    pointer: str
    is_standby: bool = False
    """True for what another app was to answer."""
    is_bare: bool = False
    """True for a change without an envelope, as the dashboard sends it."""


class Talk:
    """One item, with what is found out once. Raises Unreadable where ids or times are none."""

    def __init__(self, origin: Origin, item: Item) -> None:
        self.item = item
        self.origin = origin
        sender, recipient = _part(item, "sender"), _part(item, "recipient")
        flags = _part(item, "message")
        is_echo = flags.get("is_echo") is True
        self.is_self = True in (flags.get("is_self"), item.get("is_self"))
        ours = optional_id((sender if is_echo else recipient).get("id"))
        own = optional_id(origin.entry.get("id")) or ours or ""
        self.account = Account(origin.delivery, origin.channel, own, origin.pointer)
        self.account.is_test = origin.is_bare or _is_test(own, sender, recipient, item)
        self.is_ours = is_echo or self.is_self or _speaks_for(own, sender, recipient, item)
        is_sent = self.is_ours and optional_id(recipient.get("id")) != own
        self.identities = _identities(recipient if is_sent else sender, item)
        self.occurred_us = self._occurred_us()
        known = self.identities and not self.account.is_test
        self.contact_id = self.account.contact_id(self.identities[0]) if known else None
        self.conversation_id = self.account.conversation_id(self.contact_id)

    def event(self, type_: str, key: str, payload: Item, actor_kind: ActorKind | None = None) -> Event:
        """Return an event of this item; `key` goes on after the account, `actor_kind` is whoever speaks."""
        kind, _, rest = key.partition(":")
        return self.account.event(
            type_,
            f"{kind}:{self.account.external_id}:{rest}",
            self.occurred_us,
            payload,
            contact_id=self.contact_id,
            conversation_id=self.conversation_id,
            actor_kind=actor_kind or ("integration" if self.is_ours else "contact"),
        )

    def unrecognised(self, field: str, item: object = None) -> Event:
        """Return the mark of an item, or of a part of it, that has no meaning for us."""
        return self.account.unrecognised(self.item if item is None else item, self.origin.pointer, field)

    def _occurred_us(self) -> int:
        """Return the item's own time; the entry's where it has none, or one that a test made up."""
        written = self.item.get("timestamp")
        if written is not None:
            try:
                return moment(written, self.account)
            except Unreadable:
                if not self.account.is_test:
                    raise
        with suppress(Unreadable):
            return moment(self.origin.entry.get("time"), self.account)
        return self.origin.delivery.received_us


def moment(value: object, account: Account) -> int:
    """Return a reported time in microseconds, ISO 8601 as well (seen in tests of others); raises Unreadable."""
    if not isinstance(value, str) or "T" not in value:
        return account.instant(value)
    try:
        milliseconds = to_us(datetime.fromisoformat(value)) // (SECOND_US // 1000)
    except (ValueError, OverflowError):
        raise Unreadable(f"{value[:40]!r} is not a time.") from None
    return account.instant(milliseconds)


def _part(item: Item, name: str) -> Item:
    """Return an object inside an item, an empty one where there is none."""
    found = item.get(name)
    return found if isinstance(found, dict) else {}


def _identities(side: Item, item: Item) -> list[dict[str, str]]:
    """Return the contact's addresses: the scoped id, and the `user_ref` that a plugin gave before there was one."""
    user_id = optional_id(side.get("id"))
    user_ref = optional_id(side.get("user_ref") or _part(item, "optin").get("user_ref"))
    found = [{"kind": "user_id", "address": user_id}] if user_id else []
    return [*found, {"kind": "external", "address": user_ref}] if user_ref else found


def _speaks_for(own: str, sender: Item, recipient: Item, item: Item) -> bool:
    """Say whether the sender is the account itself; ids that are the same on both sides say nothing."""
    if any(name in item for name in _ONLY_CONTACTS):
        return False
    return bool(own) and optional_id(sender.get("id")) == own and optional_id(recipient.get("id")) != own


def _is_test(own: str, sender: Item, recipient: Item, item: Item) -> bool:
    people = {optional_id(side.get("id")) for side in (sender, recipient)}
    mids = {str(_part(item, name).get("mid")) for name in ("message", "reaction", "postback", "message_edit", "read")}
    return own == "0" or bool(people & _TEST_PEOPLE) or bool(mids & _TEST_MESSAGES)
