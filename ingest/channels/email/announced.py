"""Mail that a provider tells of and keeps: Resend's `email.received`, and what SES lays into S3 (channels.md §8).

An announcement says where the mail lies, and holds a stand-in: the message as far as the announcement tells it, which
is shown for as long as the mail cannot be fetched. The mail itself comes in as a delivery of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from ingest.channels.email.inbound import Told, letter_events
from ingest.channels.email.letter import Letter
from ingest.channels.reading import Account, Item, fingerprint, text
from ingest.domain.event import Event

_STAND_IN = ("type", "key", "contact_id", "conversation_id", "actor_kind", "payload")


def in_resend(data: Item) -> Item:
    """Return where Resend keeps a mail."""
    return {"email_id": text(data.get("email_id"))}


def in_s3(item: Item, topic: str) -> Item:
    """Return where Amazon SES laid a mail; empty where the notification does not say. The topic tells the region."""
    receipt = item.get("receipt")
    action = receipt.get("action") if isinstance(receipt, dict) else None
    if not isinstance(action, dict) or not action.get("bucketName") or not action.get("objectKey"):
        return {}
    parts = topic.split(":")
    region = parts[3] if len(parts) > 3 else ""
    return {"bucket": str(action["bucketName"]), "key": str(action["objectKey"]), "region": region}


def announcement(account: Account, letter: Letter, source: Item, *, is_proven: bool) -> list[Event]:
    """Return that a mail is there to be fetched, and what its sender calls themself."""
    message, *named = letter_events(account, letter, kind="placeholder", is_proven=is_proven)
    payload = {
        "connection_id": account.delivery.connection_id,
        "source": source,
        "is_proven": is_proven,
        "stand_in": {name: getattr(message, name) for name in _STAND_IN},
    }
    key = f"announced:{account.external_id}:{fingerprint([source, letter.message_id])}"
    return [account.event("delivery.announced", key, message.occurred_us, payload), *named]


@dataclass(frozen=True, slots=True)
class Announced:
    """One announcement, read back from the log."""

    event: Event

    @property
    def source(self) -> Mapping[str, Any]:
        """Return where the mail lies."""
        found: Mapping[str, Any] = self.event.payload["source"]
        return found

    @property
    def delivery_key(self) -> str:
        """Return what names the mail among the deliveries of its connection, however often it is fetched."""
        return f"fetched:{self.event.payload['connection_id']}:{fingerprint(self.source)}"

    @property
    def stand_in_key(self) -> str:
        """Return the key of the stand-in."""
        return str(self.event.payload["stand_in"]["key"])

    def stand_in(self, problem: str) -> Event:
        """Return the message that is shown for the mail, and why it has no text."""
        given = self.event.payload["stand_in"]
        payload = {**given["payload"], "content": {**given["payload"]["content"], "problem": problem}}
        return Event(
            **{**given, "payload": payload},
            workspace_id=self.event.workspace_id,
            occurred_us=self.event.occurred_us,
            channel=self.event.channel,
            inbox_id=self.event.inbox_id,
            cause_id=self.event.event_id,
        )

    def beside(self, is_told: bool) -> dict[str, str]:
        """Return what goes with the fetched mail beside its type: what vouches for it, and how it was told already."""
        found = {"proven": "yes"} if self.event.payload["is_proven"] else {}
        if is_told:
            content = self.event.payload["stand_in"]["payload"]["content"]
            found |= {"told": quote(content["message_id"], safe="@."), "thread": content["thread"]}
        return found


def told_of(known: Mapping[str, str]) -> Told | None:
    """Return how a fetched mail was told already, from what goes with it; None for a mail that was not."""
    return Told(unquote(known["told"]), known["thread"]) if known.get("told") and known.get("thread") else None
