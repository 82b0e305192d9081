"""The part of the live tables that one batch of events touches, and how its rows hang together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection

from app.state.rows import Row, Rows
from ingest.domain import identity
from ingest.domain.event import Event
from ingest.store import live

_CHUNK = 400


class World:
    """Working sets of all folded tables for one batch."""

    def __init__(self, connection: Connection, events: Sequence[Event]) -> None:
        self.connection = connection
        self._sets = {table.name: Rows(connection, table) for table in live.FOLDED}
        self._by_ref: dict[str, str | None] = {}
        self._receipts: dict[str, list[Row]] = {}
        self.recount: set[str] = set()
        """Conversations whose unread count and waiting time must be read again from their messages."""
        self.watermarked: set[str | None] = set()
        """Conversations where a watermark may raise messages: it moved, or what a message reached was said anew."""
        self.renamed: set[str] = set()
        """Contacts whose name or addresses changed, for the search."""
        self.joined: set[str] = set()
        """Contacts with several ids that were joined, or began a conversation."""
        self.regrouped: set[str] = set()
        """Contacts that are new, or whose addresses or links changed: who is one customer must be found anew."""
        self._prefetch(events)

    def __getattr__(self, table: str) -> Rows:
        """Return the working set of a folded table by its name."""
        try:
            sets: dict[str, Rows] = self.__dict__["_sets"]
            return sets[table]
        except KeyError:
            raise AttributeError(table) from None

    # --- who and where ------------------------------------------------------------------------

    def canonical_contact(self, contact_id: str) -> str:
        """Return the id that stands for everybody this contact turned out to be."""
        alias = self.contact_alias.get(contact_id)
        return alias["canonical_id"] if alias else contact_id

    def canonical_conversation(self, event: Event) -> str | None:
        """Return the id of the conversation an event belongs to today."""
        conversation_id = event.conversation_id
        if conversation_id is None:
            return None
        alias = self.conversation_alias.get(conversation_id)
        if alias:
            return str(alias["canonical_id"])
        if event.contact_id is None or event.inbox_id is None:
            return conversation_id
        contact = self.canonical_contact(event.contact_id)
        if contact == event.contact_id:
            return conversation_id
        own = identity.conversation_id(event.workspace_id, event.inbox_id, event.contact_id)
        if conversation_id != own:
            return conversation_id  # an imported thread: it stays apart
        canonical = identity.conversation_id(event.workspace_id, event.inbox_id, contact)
        self.conversation_alias.put(conversation_id, canonical_id=canonical)
        return canonical

    # --- messages -----------------------------------------------------------------------------

    def message_by_ref(self, ref: str) -> Row | None:
        """Return the message a provider's id stands for, whoever wrote it."""
        if row := self.message.get(ref):
            return row
        if ref not in self._by_ref:
            self._read_refs([ref])
        message_id = self._by_ref.get(ref)
        return self.message.get(message_id) if message_id else None

    def name_ref(self, ref: str, message_id: str) -> None:
        """Remember that a provider's id stands for this message of ours."""
        self._by_ref[ref] = message_id

    def forget_ref(self, ref: str) -> None:
        """Forget which message a provider's id stands for."""
        self._by_ref[ref] = None

    def receipts_of(self, ref: str) -> list[Row]:
        """Return every receipt that a provider gave for this id, this batch included."""
        if ref not in self._receipts:
            self._read_receipts([ref])
        return self._receipts[ref]

    # --- the batch ----------------------------------------------------------------------------

    def flush(self) -> None:
        """Write all that changed."""
        for rows in self._sets.values():
            rows.flush()

    def _prefetch(self, events: Sequence[Event]) -> None:
        contacts = {e.contact_id for e in events if e.contact_id}
        conversations = {e.conversation_id for e in events if e.conversation_id}
        refs = {ref for e in events if (ref := e.payload.get("message_ref"))}
        messages = {mid for e in events if (mid := e.payload.get("message_id"))}
        contacts |= {each for e in events for each in e.payload.get("contact_ids") or ()}
        self.contact_alias.prefetch((each,) for each in contacts)
        contacts |= {self.canonical_contact(each) for each in contacts}
        self.contact.prefetch((each,) for each in contacts)
        self.identity.prefetch((each,) for each in contacts | set(_owners(events)))
        self.conversation_alias.prefetch((each,) for each in conversations)
        conversations |= {a["canonical_id"] for c in conversations if (a := self.conversation_alias.get(c))}
        self.conversation.prefetch((each,) for each in conversations)
        self.conversation_tag.prefetch((e.conversation_id, each) for e in events for each in _tags(e))
        self.message.prefetch((each,) for each in refs | messages)
        self.inbox.prefetch((e.inbox_id,) for e in events if e.inbox_id)
        if refs:
            self._read_refs(list(refs))
            self._read_receipts(list(refs))
        if any(e.type.startswith("send.") or e.type == "message.requested" for e in events):
            self.outbox.prefetch((each,) for each in messages)

    def _read_refs(self, refs: list[str]) -> None:
        self._by_ref.update(dict.fromkeys(refs))  # so that what is not there is asked for once
        for chunk in _chunks(refs):
            rows = self.message.read("ref", chunk)
            self.message.adopt(rows)
            self._by_ref.update({row["ref"]: row["message_id"] for row in rows})

    def _read_receipts(self, refs: list[str]) -> None:
        missing = [ref for ref in refs if ref not in self._receipts]
        self._receipts.update({ref: [] for ref in missing})
        for chunk in _chunks(missing):
            found = self.receipt.read("ref", chunk)
            self.receipt.adopt(found)
            for row in found:
                self._receipts[row["ref"]].append(self.receipt.get(row["ref"], row["status"], row["recipient"]) or row)


def _owners(events: Sequence[Event]) -> Iterable[str]:
    """Yield the contact ids that the addresses in these events belong to."""
    for event in events:
        for address in event.payload.get("identities") or ():
            own = address.get("contact_id")
            yield own or identity.contact_id(event.workspace_id, event.channel or "unknown", address)


def _tags(event: Event) -> Iterable[str]:
    """Return the tags that an event puts on or takes off."""
    one = event.payload.get("tag") if event.type in ("conversation.tagged", "conversation.untagged") else None
    return [one] if one else event.payload.get("tags") or () if event.type == "conversation.opened" else ()


def _chunks(items: list[Any]) -> Iterable[list[Any]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))
