"""Where an item of Telegram was said, and by whom (channels.md §7, §10)."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.channels.base import Delivery
from ingest.channels.reading import (
    Account,
    ActorKind,
    Item,
    Unreadable,
    an_id,
    an_object,
    fingerprint,
    optional_id,
    text,
)
from ingest.domain.event import Event

CHANNEL = "telegram"


def account_of(delivery: Delivery) -> Account:
    """Return the bot; no body names it, so its account has the id of its connection."""
    return Account(delivery, CHANNEL, delivery.connection_id)


class Talk:
    """One item with what is found out once: which chat, which person, on whose side."""

    def __init__(self, account: Account, item: Item) -> None:
        self.account = account
        self.item = item
        self.chat = an_object(item, "chat")
        self.chat_id = an_id(self.chat, "id")
        self.is_private = self.chat.get("type") == "private"
        self.business_id = optional_id(item.get("business_connection_id"))
        self.person = _sender(item)
        self.place = {"kind": "user_id" if self.is_private else "external", "address": self.chat_id}
        self.contact_id = account.contact_id(self.place)
        self.conversation_id = account.conversation_id(self.contact_id, self.business_id or "")

    @property
    def is_ours(self) -> bool:
        """Say whether the business wrote it: in a private chat somebody who is not the contact; in a channel always.

        A bot hears only of the channels that it was made an administrator of, and what their group copies from there
        is the channel's, too.
        """
        is_post = self.chat.get("type") == "channel" and "new_reaction" not in self.item
        if is_post or self.item.get("is_automatic_forward") is True:
            return True
        return self.is_private and self.person is not None and self.person.address != self.chat_id

    @property
    def is_by_machine(self) -> bool:
        """Say whether a bot wrote it in the owner's name; an owner who writes on the phone is a person."""
        return "sender_business_bot" in self.item

    @property
    def identities(self) -> list[dict[str, str]]:
        """Return the addresses that the item carries, the person's first."""
        if self.is_private or self.person is None or self.is_ours:
            return [self.place]
        return [self.person.identity, self.place]

    def external_id(self, message_id: str) -> str:
        """Return a message of this chat by its number; of a business account's chat, with the connection's id.

        The owner's chat with somebody and the bot's own chat with them have one chat id and two countings.
        """
        return ":".join(filter(None, (self.chat_id, message_id, self.business_id)))

    def event(self, type_: str, key: str, occurred_us: int, payload: Item, *, is_said: bool = True) -> Event:
        """Return an event of this chat; `is_said` where a person did it."""
        in_group = is_said and not self.is_private and not self.is_ours and self.person is not None
        return self.account.event(
            type_,
            key,
            occurred_us,
            payload,
            contact_id=self.contact_id,
            conversation_id=self.conversation_id,
            actor_kind=self._actor_kind if is_said else "system",
            actor_id=self.account.contact_id(self.person.identity) if in_group and self.person else None,
        )

    @property
    def _actor_kind(self) -> ActorKind:
        if not self.is_ours:
            return "contact"
        return "bot" if self.is_by_machine else "integration"

    def reported(self, subject: str, event: str, occurred_us: int, title: str, severity: str = "info") -> Event:
        """Return a report about this chat that holds the whole item."""
        payload = report(subject, event, severity, self.chat_id, title, self.item)
        key = f"report:{self.account.external_id}:{fingerprint(self.item)}"
        return self.event("channel.reported", key, occurred_us, payload, is_said=False)

    def learned(self, occurred_us: int) -> list[Event]:
        """Return what the item says of names, keyed on what it says."""
        person = self.person
        found = []
        if self.is_private:
            person = _person(self.chat) if self.is_ours or person is None else person
        elif title := text(self.chat.get("title")):
            found.append(self._named(self.contact_id, title, text(self.chat.get("username")), occurred_us))
        is_somebody = self.is_private or not (self.is_ours or (person and person.address == self.chat_id))
        if person and person.name and is_somebody:
            contact_id = self.account.contact_id(person.identity)
            found.append(self._named(contact_id, person.name, person.username, occurred_us))
        return found

    def _named(self, contact_id: str, name: str, username: str | None, occurred_us: int) -> Event:
        payload = {"name": name, "username": username, "source": "profile"}
        key = f"named:{contact_id}:{fingerprint([name, username])}"
        return self.account.event(
            "contact.named", key, occurred_us, payload, contact_id=contact_id, actor_kind="contact"
        )


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as Telegram shows them: a user, or a chat that speaks."""

    address: str
    kind: str
    name: str | None
    username: str | None

    @property
    def identity(self) -> dict[str, str]:
        """Return the address the person is known by."""
        return {"kind": self.kind, "address": self.address}


def report(subject: str, event: str, severity: str, external_id: str | None, title: str, content: Item) -> Item:
    """Return the payload of a `channel.reported`."""
    return {
        "subject": subject,
        "event": event,
        "severity": severity,
        "external_id": external_id,
        "title": title,
        "content": content,
    }


def _sender(item: Item) -> Person | None:
    """Return who did it: a chat that speaks for itself (anonymous administrators, channels) before the user."""
    for name in ("sender_chat", "actor_chat"):
        if isinstance(item.get(name), dict):
            return _person(item[name], "external")
    for name in ("from", "user"):
        if isinstance(item.get(name), dict):
            return _person(item[name])
    return None


def _person(given: Item, kind: str = "user_id") -> Person:
    address = optional_id(given.get("id"))
    if address is None:
        raise Unreadable("It does not say who did it.")
    names = (text(given.get("first_name")), text(given.get("last_name")))
    name = " ".join(filter(None, names)) or text(given.get("title"))
    return Person(address, kind, name, text(given.get("username")))
