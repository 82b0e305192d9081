"""Who talks with whom in an item of X (channels.md §6)."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.channels.reading import Account, Item, fingerprint, optional_id, text
from ingest.domain.event import Event


@dataclass(slots=True)
class Talk:
    """One item between our account and a person, with the profiles that came along."""

    account: Account
    sender: str
    recipient: str | None
    users: Item
    occurred_us: int

    @property
    def is_ours(self) -> bool:
        """Say whether our account wrote it."""
        return self.sender == self.account.external_id

    @property
    def who(self) -> dict[str, str] | None:
        """Return the other person; None where our account is no party but its message names nobody else."""
        address = self.recipient if self.is_ours else self.sender
        return {"kind": "user_id", "address": address} if address else None

    @property
    def contact_id(self) -> str | None:
        """Return the other person's contact."""
        return self.account.contact_id(self.who) if self.who else None

    @property
    def name(self) -> str | None:
        """Return the other person's display name, where their profile came along."""
        return text(self._profile().get("name"))

    def event(self, type_: str, key: str, payload: Item, *, is_said: bool = True) -> Event:
        """Return an event of this conversation."""
        contact_id = self.contact_id
        return self.account.event(
            type_,
            key,
            self.occurred_us,
            payload,
            contact_id=contact_id,
            conversation_id=self.account.conversation_id(contact_id),
            actor_kind="system" if not is_said else "integration" if self.is_ours else "contact",
        )

    def learned(self) -> list[Event]:
        """Return the other person's name, keyed on what it says."""
        contact_id, profile = self.contact_id, self._profile()
        username = text(profile.get("username")) or text(profile.get("screen_name"))
        if contact_id is None or self.name is None:
            return []
        payload = {"name": self.name, "username": username, "source": "profile"}
        key = f"named:{contact_id}:{fingerprint([self.name, username])}"
        return [
            self.account.event(
                "contact.named", key, self.occurred_us, payload, contact_id=contact_id, actor_kind="contact"
            )
        ]

    def _profile(self) -> Item:
        """Return the profile: bare as AAA has it, or below `data` as XAA has it."""
        found = self.users.get(self.who["address"]) if self.who else None
        inner = found.get("data") if isinstance(found, dict) else None
        return inner if isinstance(inner, dict) else found if isinstance(found, dict) else {}


def an_address(item: Item, name: str) -> str | None:
    """Return an id as X means it: the text beside it (`…_str`) before the number."""
    return optional_id(item.get(f"{name}_str") or item.get(name))
