"""What the outbox reads from the live tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Row, func, select, tuple_
from sqlalchemy.sql import Select

from app.outbox.rules import Standing
from app.state.addresses import reach
from app.state.bounces import is_bounced
from app.state.messages import RETURNED
from app.state.standing import consents, windows
from ingest.domain.connection import Connection as ProviderConnection
from ingest.domain.connection import connection_from
from ingest.domain.event import Event
from ingest.domain.identity import Identity, primary
from ingest.store.live import (
    attachment,
    contact_alias,
    conversation,
    conversation_alias,
    inbox,
    message,
    outbox,
    template,
)
from ingest.store.own import connection


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One row of the outbox: a message that somebody asked for."""

    message_id: str
    workspace_id: str
    inbox_id: str
    channel: str
    conversation_id: str | None
    contact_id: str | None
    attempt: int
    requested_us: int
    payload: Mapping[str, Any]

    @property
    def is_group(self) -> bool:
        """Say whether it goes to several people at once: their address is neither a person's nor a number."""
        to = primary(list(self.payload.get("to") or []))
        return to is not None and to["kind"] == "external"

    @property
    def pair(self) -> str:
        """Return what the pair rate counts by: one contact at one number."""
        return self.conversation_id or f"{self.inbox_id}:{self.contact_id or self.message_id}"

    def event(self, event_type: str, key: str, now_us: int, payload: Mapping[str, Any]) -> Event:
        """Return an event about this message."""
        return Event(
            workspace_id=self.workspace_id,
            type=event_type,
            key=key,
            occurred_us=now_us,
            payload={"message_id": self.message_id, **payload},
            channel=self.channel,
            inbox_id=self.inbox_id,
            conversation_id=self.conversation_id,
            contact_id=self.contact_id,
        )


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A contact's message, as far as telling them it was read needs it."""

    inbox_id: str
    external_id: str
    contact_id: str | None


def due_of_inbox(
    sql: Connection, inbox_id: str, now_us: int, limit: int, without: Collection[str] = ()
) -> list[Outgoing]:
    """Return queued messages of a number that are due, oldest first; none for conversations in `without`.

    A message waits while an earlier one of its conversation is being tried again: the contact reads
    them in the order they were written.
    """
    earlier = outbox.alias("earlier")
    is_held_up = (
        select(earlier.c.message_id)
        .where(
            earlier.c.conversation_id == outbox.c.conversation_id,
            earlier.c.attempt > 0,
            earlier.c.state.in_(("queued", "sending")),
            tuple_(earlier.c.requested_us, earlier.c.message_id) < tuple_(outbox.c.requested_us, outbox.c.message_id),
        )
        .exists()
    )
    written = select(message.c.seq).where(message.c.message_id == outbox.c.message_id).scalar_subquery()
    query = (
        select(outbox)
        .where(outbox.c.inbox_id == inbox_id, outbox.c.state == "queued", outbox.c.due_us <= now_us, ~is_held_up)
        # The parts of one reply were asked for at the same instant; the journal knows which came first.
        .order_by(outbox.c.due_us, outbox.c.requested_us, written, outbox.c.message_id)
        .limit(limit)
    )
    if without:
        query = query.where(func.coalesce(outbox.c.conversation_id, "").not_in(list(without)))
    return [_outgoing(row) for row in sql.execute(query)]


def in_state(sql: Connection, state: str) -> list[Outgoing]:
    """Return every message of the outbox that stands at `state`."""
    return [_outgoing(row) for row in sql.execute(select(outbox).where(outbox.c.state == state))]


def still_queued(sql: Connection, message_ids: Sequence[str]) -> dict[str, int]:
    """Return the attempts made so far of those messages that still wait."""
    query = select(outbox.c.message_id, outbox.c.attempt)
    wanted = query.where(outbox.c.message_id.in_(message_ids), outbox.c.state == "queued")
    return {row.message_id: row.attempt for row in sql.execute(wanted)}


def returned(sql: Connection, limit: int) -> list[tuple[Outgoing, str, str]]:
    """Return messages that were taken and then reported as failed, with the provider's code and sentence."""
    query = (
        select(outbox, message.c.error_code, message.c.error_detail)
        .join(message, message.c.message_id == outbox.c.message_id)
        .where(outbox.c.state == RETURNED)
        .limit(limit)
    )
    return [(_outgoing(row), row.error_code or "unknown", row.error_detail or "") for row in sql.execute(query)]


def inboxes_with_work(sql: Connection, now_us: int) -> list[str]:
    """Return the numbers for which something is due."""
    due = select(outbox.c.message_id).where(
        outbox.c.inbox_id == inbox.c.inbox_id, outbox.c.state == "queued", outbox.c.due_us <= now_us
    )
    return [
        row.inbox_id for row in sql.execute(select(inbox.c.inbox_id).where(due.exists()).order_by(inbox.c.inbox_id))
    ]


def is_on_phone(sql: Connection, inbox_id: str) -> bool:
    """Say whether an inbox's number is on a phone as well."""
    return bool(sql.execute(select(inbox.c.is_on_phone).where(inbox.c.inbox_id == inbox_id)).scalar())


def account_of(sql: Connection, inbox_id: str) -> tuple[ProviderConnection, str] | None:
    """Return an inbox's connection and its account's id at the provider, or None where nothing is connected."""
    query = (
        select(connection, inbox.c.external_id)
        .join(inbox, connection.c.connection_id == inbox.c.connection_id)
        .where(inbox.c.inbox_id == inbox_id)
    )
    row = sql.execute(query).mappings().first()
    return (connection_from(dict(row)), str(row["external_id"])) if row is not None and row["external_id"] else None


def standing_of(sql: Connection, outgoing: Outgoing) -> Standing:
    """Return what is true of a message's conversation, template and contact now."""
    given = outgoing.payload.get("template")
    category = _category(sql, outgoing, given) if given else None
    last_inbound_us, closes_us = _window(sql, outgoing)
    # Whoever tries a message again has decided.
    is_back = not outgoing.attempt and is_bounced(
        sql, outgoing.workspace_id, outgoing.channel, outgoing.contact_id, outgoing.payload.get("to") or []
    )
    return Standing(closes_us, last_inbound_us, category, consents(sql, outgoing.contact_id), is_back)


def external_id_of(sql: Connection, ref: str) -> str | None:
    """Return the provider's id of the message behind a ref, or None."""
    return sql.execute(select(message.c.external_id).where(message.c.ref == ref)).scalar()


def provider_status_of(sql: Connection, message_id: str) -> tuple[str | None, str | None]:
    """Return what the provider reported of a message, and the ref it reported it under."""
    row = sql.execute(
        select(message.c.provider_status, message.c.ref).where(message.c.message_id == message_id)
    ).first()
    return (row.provider_status, row.ref) if row else (None, None)


def last_inbound(sql: Connection, conversation_id: str, until_us: int) -> InboundMessage | None:
    """Return the newest message a contact had written in a conversation by an instant."""
    canonical = select(conversation_alias.c.canonical_id).where(conversation_alias.c.conversation_id == conversation_id)
    query = (
        select(message.c.inbox_id, message.c.external_id, message.c.contact_id)
        .where(
            message.c.conversation_id == (sql.execute(canonical).scalar() or conversation_id),
            message.c.direction == "inbound",
            message.c.is_history.is_(False),
            message.c.external_id.is_not(None),
            message.c.at_us <= until_us,
        )
        .order_by(message.c.at_us.desc(), message.c.message_id.desc())
        .limit(1)
    )
    row = sql.execute(query).first()
    return InboundMessage(*row) if row else None


def author_of(sql: Connection, inbox_id: str, external_id: str) -> str | None:
    """Return the contact who wrote what a provider calls by this id."""
    query = select(message.c.contact_id).where(message.c.inbox_id == inbox_id, message.c.external_id == external_id)
    return sql.execute(query).scalar()


def recipient_of(sql: Connection, contact_id: str | None, inbox_id: str) -> Identity | None:
    """Return the address that a contact is best reached by from an inbox, None where none is known."""
    canonical = select(contact_alias.c.canonical_id).where(contact_alias.c.contact_id == contact_id)
    canonical_id = sql.execute(canonical).scalar() or contact_id
    return primary(reach(sql, canonical_id, inbox_id)) if canonical_id else None


def thread_of(sql: Connection, conversation_id: str | None) -> Mapping[str, Any]:
    """Return the content of the newest inbound message of a conversation, which names its thread."""
    query = (
        select(message.c.content)
        .where(message.c.conversation_id == conversation_id, message.c.direction == "inbound")
        .order_by(message.c.at_us.desc(), message.c.message_id.desc())
        .limit(1)
    )
    found = orjson.loads(sql.execute(query).scalar() or "{}")
    return found if isinstance(found, dict) else {}


def settled_files(sql: Connection, message_ids: Sequence[str]) -> set[tuple[str, int]]:
    """Return which files of these messages are stored or given up, as (message_id, index)."""
    query = select(attachment.c.message_id, attachment.c.index).where(attachment.c.message_id.in_(message_ids))
    return {(message_id, index) for message_id, index in sql.execute(query)}


def is_withdrawn(sql: Connection, message_id: str) -> bool:
    """Say whether the sender took a message back."""
    query = select(message.c.revoked_us).where(message.c.message_id == message_id)
    return sql.execute(query).scalar() is not None


def _window(sql: Connection, outgoing: Outgoing) -> tuple[int | None, int | None]:
    """Return when the contact last wrote, and when the window that this opened closes."""
    conversation_id = outgoing.conversation_id
    row = sql.execute(select(conversation).where(conversation.c.conversation_id == conversation_id)).first()
    return (None, None) if row is None else (row.last_inbound_us, windows(sql, [row])[row.conversation_id])


def _category(sql: Connection, outgoing: Outgoing, given: Mapping[str, Any]) -> str | None:
    query = _templates(outgoing.workspace_id).where(
        template.c.name == given["name"], template.c.language == given["language"]
    )
    categories = {(row.category or "").upper() for row in sql.execute(query)}
    return "MARKETING" if "MARKETING" in categories else next(iter(categories), None)


def _templates(workspace_id: str) -> Select[tuple[str | None]]:
    return select(template.c.category).where(template.c.workspace_id == workspace_id)


def _outgoing(row: Row[Any]) -> Outgoing:
    return Outgoing(
        row.message_id,
        row.workspace_id,
        row.inbox_id,
        row.channel,
        row.conversation_id,
        row.contact_id,
        row.attempt,
        row.requested_us,
        orjson.loads(row.payload),
    )
