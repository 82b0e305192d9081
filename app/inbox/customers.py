"""Customers over the inbox: the doors one person uses, and joining or parting contacts by hand (decision 9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, or_, select

from app.access import Actor, require
from app.context import Context
from app.inbox import catalogue, repository
from app.inbox.repository import Found
from app.state.addresses import addresses_of
from ingest.domain.errors import BadInput
from ingest.domain.event import Event
from ingest.domain.identity import link_end
from ingest.store.live import contact, contact_alias, contact_attribute, contact_link, conversation, identity
from ingest.store.search import find_contacts

_MOST_DOORS = 20
_MOST_OFFERED = 8
_SEARCHED = 200


# --- reading ---------------------------------------------------------------------------------------


def doors(connection: Connection, actor: Actor, row: Found) -> list[Found]:
    """Return a conversation's row and those at the customer's other doors that the actor sees, the newest first.

    Another thread of the same contact in the same inbox is a matter of its own, and no other door.
    """
    others = (
        select(conversation)
        .join(contact, contact.c.contact_id == conversation.c.contact_id)
        .where(
            contact.c.customer_id.in_(_customer_of(row.contact_id)),
            _is_theirs(actor),
            or_(conversation.c.inbox_id != row.inbox_id, conversation.c.contact_id != row.contact_id),
        )
        .order_by(conversation.c.last_message_us.desc(), conversation.c.conversation_id)
        .limit(_MOST_DOORS)
    )
    return [row, *connection.execute(others)]


def members(connection: Connection, actor: Actor, contact_id: str) -> list[Found]:
    """Return the contacts of a contact's customer that the actor sees, this one first, then the latest seen."""
    query = select(contact).where(
        contact.c.customer_id.in_(_customer_of(contact_id)), _is_seen(actor) | (contact.c.contact_id == contact_id)
    )
    found = connection.execute(query.order_by(contact.c.last_seen_us.desc(), contact.c.contact_id)).all()
    return sorted(found, key=lambda each: bool(each.contact_id != contact_id))


def is_whole(connection: Connection, actor: Actor, customer_id: str) -> bool:
    """Say whether the actor sees every door of a customer: figures over all of them tell of each."""
    hidden = (
        select(conversation.c.conversation_id)
        .join(contact, contact.c.contact_id == conversation.c.contact_id)
        .where(contact.c.customer_id == customer_id, conversation.c.inbox_id.not_in(sorted(actor.inbox_ids)))
    )
    return connection.execute(hidden.limit(1)).first() is None


def candidates(connection: Connection, actor: Actor, contact_id: str, q: str | None) -> catalogue.Candidates:
    """Return contacts who may be the same person: found by words, or offered for what they say of themselves."""
    require(actor, "contacts.read")
    row = repository.visible_contact(connection, actor, contact_id)
    wanted = q.strip() if q else row.name or ""
    ids = [] if q else _saying_the_same(connection, row.contact_id)
    ids += find_contacts(connection, wanted, actor.workspace_id, _SEARCHED)
    query = select(contact).where(
        contact.c.contact_id.in_(ids),
        contact.c.workspace_id == actor.workspace_id,
        contact.c.customer_id != row.customer_id,
        _is_seen(actor),
    )
    place = {each: number for number, each in reversed(list(enumerate(ids)))}
    found = sorted(connection.execute(query), key=lambda each: place[each.contact_id])[:_MOST_OFFERED]
    return catalogue.Candidates(contacts=present(connection, found))


def present(connection: Connection, rows: Sequence[Found]) -> list[catalogue.Door]:
    """Return contacts as doors of a customer."""
    ids = [row.contact_id for row in rows]
    addresses = addresses_of(connection, ids)
    channels = _channels(connection, ids)
    return [
        catalogue.Door(
            contact_id=row.contact_id,
            name=row.name,
            channels=channels.get(row.contact_id, []),
            identities=[catalogue.Identity(**each) for each in addresses.get(row.contact_id, [])],
        )
        for row in rows
    ]


# --- commands --------------------------------------------------------------------------------------


def join(context: Context, actor: Actor, contact_id: str, other_id: str) -> None:
    """Say that two contacts are one customer; nothing happens where they are already."""
    require(actor, "contacts.change")
    with context.store.unit() as unit:
        pair = [repository.visible_contact(unit.connection, actor, each) for each in (contact_id, other_id)]
        one, other = sorted(row.contact_id for row in pair)
        if one == other:
            raise BadInput("This is the same contact; choose another.", contact_id=other_id)
        if pair[0].customer_id == pair[1].customer_id:
            return
        known = _said(unit.connection, [(one, other)])
        unit.emit(_event(context, actor, "contact.joined", pair[0].contact_id, known, contact_ids=[one, other]))


def part(context: Context, actor: Actor, contact_id: str) -> None:
    """Take a contact out of its customer by cutting every link that holds it there."""
    require(actor, "contacts.change")
    with context.store.unit() as unit:
        row = repository.visible_contact(unit.connection, actor, contact_id)
        own = _ids_of(unit.connection, row.contact_id)
        links = sorted({*_shared(unit.connection, own), *_joined(unit.connection, own)})
        if not links:
            return
        with_them = select(contact.c.contact_id).where(contact.c.customer_id == row.customer_id)
        others = sorted({*unit.connection.execute(with_them).scalars()} - {row.contact_id})
        told = [{"contact_id": one, "other": other} for one, other in links]
        known = _said(unit.connection, links)
        ids = [row.contact_id, *others]
        unit.emit(_event(context, actor, "contact.parted", row.contact_id, known, contact_ids=ids, links=told))


def _event(context: Context, actor: Actor, event_type: str, contact_id: str, known: int, **payload: Any) -> Event:
    """Return a word on links; of two at one instant the fold could not tell the later, so it comes after `known`."""
    now_us = max(context.clock.us(), known + 1)
    return Event(
        workspace_id=actor.workspace_id,
        type=event_type,
        key=f"{event_type}:{contact_id}:{now_us}",
        occurred_us=now_us,
        contact_id=contact_id,
        actor_kind="agent",
        actor_id=actor.person_id,
        payload=payload,
    )


# --- shared ----------------------------------------------------------------------------------------


def _customer_of(contact_id: str) -> Select[Any]:
    return select(contact.c.customer_id).where(contact.c.contact_id == contact_id)


def _is_seen(actor: Actor) -> Any:
    return exists().where(conversation.c.contact_id == contact.c.contact_id, _is_theirs(actor))


def _is_theirs(actor: Actor) -> Any:
    """Say whether a conversation, found by its contact, lies in an inbox of the actor.

    The sum hides the column from its index: SQLite would read whole inboxes, a second among 200,000 conversations.
    """
    return (conversation.c.inbox_id + "").in_(sorted(actor.inbox_ids))


def _channels(connection: Connection, ids: Iterable[str]) -> dict[str, list[str]]:
    query = select(conversation.c.contact_id, conversation.c.channel).where(conversation.c.contact_id.in_(list(ids)))
    found: dict[str, list[str]] = {}
    for contact_id, channel in connection.execute(query.distinct().order_by(conversation.c.channel)):
        found.setdefault(contact_id, []).append(channel)
    return found


def _saying_the_same(connection: Connection, contact_id: str) -> list[str]:
    """Return contacts whose address is what this one only says of itself, the form before the chat above all."""
    says = select(contact_attribute.c.value).where(contact_attribute.c.contact_id == contact_id)
    told = [each.strip().lower() for each in connection.execute(says).scalars() if each]
    owners = select(identity.c.contact_id).where(identity.c.address.in_(told), identity.c.kind.in_(("phone", "email")))
    ids = list(connection.execute(owners).scalars())
    alias = select(contact_alias.c.canonical_id).where(contact_alias.c.contact_id.in_(ids))
    return [*ids, *connection.execute(alias).scalars()]


def _ids_of(connection: Connection, contact_id: str) -> list[str]:
    """Return every id of a contact: its own and those that became part of it."""
    merged = select(contact_alias.c.contact_id).where(contact_alias.c.canonical_id == contact_id)
    return sorted({contact_id, *connection.execute(merged).scalars()})


def _shared(connection: Connection, own: list[str]) -> list[tuple[str, str]]:
    """Return the proven addresses of a contact that another has proven, too."""
    other = identity.alias()
    is_other = exists().where(
        other.c.workspace_id == identity.c.workspace_id,
        other.c.address == identity.c.address,
        other.c.kind == identity.c.kind,
        other.c.is_proven,
        other.c.contact_id.not_in(own),
    )
    query = select(identity).where(identity.c.contact_id.in_(own), identity.c.is_proven, is_other)
    return [(row.contact_id, link_end(row.kind, row.address)) for row in connection.execute(query)]


def _joined(connection: Connection, own: list[str]) -> list[tuple[str, str]]:
    leaves = or_(
        and_(contact_link.c.contact_id.in_(own), contact_link.c.other.not_in(own)),
        and_(contact_link.c.other.in_(own), contact_link.c.contact_id.not_in(own)),
    )
    query = select(contact_link.c.contact_id, contact_link.c.other).where(contact_link.c.is_on, leaves)
    return [(row.contact_id, row.other) for row in connection.execute(query)]


def _said(connection: Connection, links: Iterable[tuple[str, str]]) -> int:
    """Return when somebody last spoke on one of these links, 0 for never."""
    ones = {one for one, _ in links}
    query = select(contact_link).where(contact_link.c.contact_id.in_(ones))
    rows = connection.execute(query).all()
    return max((int(row.set_us) for row in rows if (row.contact_id, row.other) in set(links)), default=0)
