"""Reads of conversations: found by id where visible, and made into what the API shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from app.access import Actor
from app.inbox import schemas
from app.state import standing
from app.state.addresses import addresses_of
from app.state.conversations import ANOTHER_APP
from ingest.channels.registry import capabilities, is_window_open, reply_kinds
from ingest.domain.errors import NotFound
from ingest.kit.clock import iso
from ingest.store.live import (
    contact,
    contact_alias,
    conversation,
    conversation_alias,
    conversation_tag,
    inbox,
    message,
    person,
)

Found = Row[Any]
_ADDRESS_RANK = {"phone": 0, "username": 1, "external": 2, "user_id": 3}
"""Which address people know somebody by; sending goes by what was told last (`identity.best_first`)."""


def at(us: int | None) -> str | None:
    """Return an instant as the API writes it; None for none."""
    return None if us is None else iso(us)


# --- one conversation ------------------------------------------------------------------------------


def get_visible(connection: Connection, actor: Actor, conversation_id: str) -> Found:
    """Return a conversation's row, by its own id or that of one that became part of it.

    Raises NotFound where it is missing, foreign, or in an inbox that the actor does not see.
    """
    row = _by_id(connection, conversation_id)
    if row is None:
        canonical = select(conversation_alias.c.canonical_id).where(
            conversation_alias.c.conversation_id == conversation_id
        )
        canonical_id = connection.execute(canonical).scalar()
        row = _by_id(connection, canonical_id) if canonical_id else None
    if row is None or row.workspace_id != actor.workspace_id or row.inbox_id not in actor.inbox_ids:
        raise NotFound
    return row


def visible_contact(connection: Connection, actor: Actor, contact_id: str) -> Found:
    """Return a contact's row, by its own id or that of one that became part of it.

    Raises NotFound where it is missing, foreign, or has no conversation that the actor sees.
    """
    alias = select(contact_alias.c.canonical_id).where(contact_alias.c.contact_id == contact_id)
    canonical_id = connection.execute(alias).scalar() or contact_id
    query = select(contact).where(contact.c.contact_id == canonical_id, contact.c.workspace_id == actor.workspace_id)
    row = connection.execute(query).first()
    seen = select(conversation.c.conversation_id).where(
        conversation.c.contact_id == canonical_id, conversation.c.inbox_id.in_(sorted(actor.inbox_ids))
    )
    if row is None or connection.execute(seen.limit(1)).first() is None:
        raise NotFound
    return row


def all_ids(connection: Connection, conversation_id: str) -> list[str]:
    """Return the ids under which the journal knows a conversation: its own and those that became part of it."""
    aliases = select(conversation_alias.c.conversation_id).where(conversation_alias.c.canonical_id == conversation_id)
    return [conversation_id, *connection.execute(aliases).scalars()]


def get_message(connection: Connection, actor: Actor, message_id: str) -> Found:
    """Return a message's row; raises NotFound unless the actor sees its conversation."""
    row = connection.execute(select(message).where(message.c.message_id == message_id)).first()
    if row is None or row.direction is None or row.conversation_id is None:
        raise NotFound
    get_visible(connection, actor, row.conversation_id)
    return row


def last_inbound(connection: Connection, conversation_id: str) -> str | None:
    """Return the provider's id of what the contact wrote last."""
    query = select(message.c.external_id).where(
        message.c.conversation_id == conversation_id, message.c.direction == "inbound"
    )
    return connection.execute(query.order_by(message.c.at_us.desc(), message.c.message_id.desc()).limit(1)).scalar()


def _by_id(connection: Connection, conversation_id: str) -> Found | None:
    return connection.execute(select(conversation).where(conversation.c.conversation_id == conversation_id)).first()


# --- as the API shows them -------------------------------------------------------------------------

_SHOWN = (
    select(
        conversation,
        contact.c.name.label("contact_name"),
        contact.c.username,
        contact.c.picture,
        contact.c.language,
        contact.c.customer_id,
        inbox.c.name.label("inbox_name"),
        person.c.name.label("assignee_name"),
    )
    .select_from(conversation)
    .outerjoin(contact, contact.c.contact_id == conversation.c.contact_id)
    .outerjoin(inbox, inbox.c.inbox_id == conversation.c.inbox_id)
    .outerjoin(person, person.c.person_id == conversation.c.assignee_id)
)


def present(connection: Connection, ids: Sequence[str], now_us: int) -> list[schemas.Conversation]:
    """Return conversations as the API shows them, in the order of `ids`; missing ones are left out."""
    if not ids:
        return []
    rows = {
        row.conversation_id: row for row in connection.execute(_SHOWN.where(conversation.c.conversation_id.in_(ids)))
    }
    tags = _tags(connection, rows)
    addresses = addresses_of(connection, {row.contact_id for row in rows.values()})
    closing = standing.windows(connection, rows.values())
    return [
        _conversation(rows[each], tags.get(each, []), addresses.get(rows[each].contact_id, []), closing[each], now_us)
        for each in ids
        if each in rows
    ]


def present_one(connection: Connection, conversation_id: str, now_us: int) -> schemas.Conversation:
    """Return one conversation as the API shows it; raises NotFound."""
    shown = present(connection, [conversation_id], now_us)
    if not shown:
        raise NotFound
    return shown[0]


def present_open(connection: Connection, rows: Sequence[Found], now_us: int) -> schemas.OpenConversation:
    """Return one conversation with what its channel can carry, and those at the customer's other doors (`rows[1:]`)."""
    shown, *others = present(connection, [row.conversation_id for row in rows], now_us)
    able = capabilities(shown.inbox.channel)
    return schemas.OpenConversation(
        **dict(shown),
        doors=others,
        capabilities=schemas.Capabilities(
            text_limit=able.text_limit,
            text_unit=able.text_unit,
            kinds=sorted(sendable(connection, rows[0])),
            button_limit=able.button_limit,
            button_title_limit=able.button_title_limit,
            list_row_limit=able.list_row_limit,
            reports=sorted(able.reports),
            quotes=able.has_quotes,
        ),
    )


def sendable(connection: Connection, row: Found) -> frozenset[str]:
    """Return the kinds of reply that a conversation can carry; none where its inbox is not connected to a provider."""
    connected = select(inbox.c.connection_id).where(inbox.c.inbox_id == row.inbox_id)
    return reply_kinds(row.channel) if connection.execute(connected).scalar() else frozenset()


def names_of(connection: Connection, person_ids: Iterable[str | None]) -> dict[str, str]:
    """Return the names of these people."""
    wanted = {each for each in person_ids if each}
    if not wanted:
        return {}
    query = select(person.c.person_id, person.c.name).where(person.c.person_id.in_(wanted))
    return {row.person_id: row.name for row in connection.execute(query)}


def _tags(connection: Connection, ids: Iterable[str]) -> dict[str, list[str]]:
    query = select(conversation_tag.c.conversation_id, conversation_tag.c.tag).where(
        conversation_tag.c.conversation_id.in_(list(ids)), conversation_tag.c.is_on
    )
    found: dict[str, list[str]] = {}
    for conversation_id, tag in connection.execute(query.order_by(conversation_tag.c.tag)):
        found.setdefault(conversation_id, []).append(tag)
    return found


def _conversation(
    row: Found, tags: list[str], addresses: list[dict[str, str]], closes_us: int | None, now_us: int
) -> schemas.Conversation:
    is_open = is_window_open(row.channel, closes_us, now_us)
    return schemas.Conversation(
        conversation_id=row.conversation_id,
        version=row.version,
        status=row.status,
        snoozed_until_at=at(row.snoozed_until_us),
        inbox=schemas.Inbox(inbox_id=row.inbox_id, name=row.inbox_name or "", channel=row.channel),
        contact=schemas.ContactBrief(
            contact_id=row.contact_id,
            customer_id=row.customer_id or row.contact_id,
            name=row.contact_name,
            address=_address(addresses, row.username),
            picture_url=f"/api/contacts/{row.contact_id}/picture?v={row.picture[:12]}" if row.picture else None,
            language=row.language,
        ),
        assignee=schemas.Person(person_id=row.assignee_id, name=row.assignee_name or "") if row.assignee_id else None,
        tags=tags,
        unread_count=row.unread_count,
        waiting_since_at=at(row.waiting_since_us),
        last_message_at=at(row.last_message_us),
        last_inbound_at=at(row.last_inbound_us),
        preview=schemas.Preview(text=row.preview or "", kind=row.preview_kind, direction=row.preview_direction),
        window_closes_at=at(closes_us) if is_open else None,
        window_open=is_open,
        held_elsewhere=row.holder == ANOTHER_APP,
    )


def _address(addresses: list[dict[str, str]], username: str | None) -> str | None:
    best = min(addresses, key=lambda each: _ADDRESS_RANK.get(each["kind"], 9), default=None)
    if best is not None and best["kind"] == "phone":
        return f"+{best['address']}"
    if username:
        return f"@{username}"
    return best["address"] if best else None
