"""Customers: which contacts are one person, through whatever doors they write (decision 9).

A customer is a connected set of contacts: linked by addresses that several of them have proven, by people who
joined them, and by being one contact. Nothing of theirs is moved, so a link that is cut leaves everything as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, literal, or_, select, update

from app.state.world import World
from ingest.domain import identity
from ingest.domain.event import Event
from ingest.store.live import contact, contact_alias, contact_link
from ingest.store.live import identity as address

_CHUNK = 400
Edge = tuple[str, str]


def _joined(world: World, event: Event) -> None:
    one, other = sorted(event.payload["contact_ids"][:2])
    _say(world, event, one, other, is_on=True)


def _parted(world: World, event: Event) -> None:
    for link in event.payload["links"]:
        _say(world, event, link["contact_id"], link["other"], is_on=False)
    world.regrouped.update(event.payload["contact_ids"])


def _say(world: World, event: Event, one: str, other: str, *, is_on: bool) -> None:
    """Keep the latest word on a link; of two at once the cut, which is the easier to mend."""
    world.regrouped.update((one, other))
    row = world.contact_link.get(one, other)
    if row is None or (event.occurred_us, not is_on) >= (row["set_us"], not row["is_on"]):
        world.contact_link.put(one, other, workspace_id=event.workspace_id, is_on=is_on, set_us=event.occurred_us)


def settle(world: World) -> None:
    """Say anew who is one customer, wherever this batch changed a link, a contact or an address."""
    if not world.regrouped:
        return
    sql = world.connection
    reached = _with_former(sql, world.regrouped)
    edges = list(_edges(sql, reached))
    sets = _components(reached, edges)
    known = {row.contact_id: row.customer_id for part in _chunks(reached) for row in sql.execute(_known(part))}
    merged = {row[0] for part in _chunks(reached) for row in sql.execute(_gone(part))}
    changed = []
    for members in sets:
        customer = min(members - merged)
        changed += [
            {"of": each, "customer": customer} for each in sorted(members) if known.get(each, customer) != customer
        ]
    if changed:
        ours = update(contact).where(contact.c.contact_id == bindparam("of")).values(customer_id=bindparam("customer"))
        sql.execute(ours, changed)


def _with_former(sql: Connection, changed: Iterable[str]) -> set[str]:
    """Return contacts with everybody who was one customer with them until now."""
    found = set(changed)
    for part in _chunks(found.copy()):
        own = select(contact.c.customer_id).where(contact.c.contact_id.in_(part))
        former = {*part, *sql.execute(own).scalars()}
        for each in _chunks(former):
            found.update(sql.execute(select(contact.c.contact_id).where(contact.c.customer_id.in_(each))).scalars())
    return found


def _edges(sql: Connection, reached: set[str]) -> Iterator[Edge]:
    """Yield every link of the contacts, and of whom these lead to; adds those to `reached`."""
    fresh = set(reached)
    while fresh:
        found = [edge for part in _chunks(fresh) for query in _LINKS for edge in _ask(sql, query, part)]
        yield from found
        fresh = {each for edge in found for each in edge} - reached
        reached |= fresh


def _ask(sql: Connection, query: Select[Any], part: Sequence[str]) -> list[Edge]:
    return [(row[0], row[1]) for row in sql.execute(query, {"ids": part})]


def _components(nodes: Iterable[str], edges: Sequence[Edge]) -> list[set[str]]:
    """Return the connected sets."""
    home: dict[str, set[str]] = {each: {each} for each in nodes}
    for one, other in edges:
        small, large = sorted((home[one], home[other]), key=len)
        if small is not large:
            large |= small
            home.update(dict.fromkeys(small, large))
    return list({id(each): each for each in home.values()}.values())


def _known(part: Sequence[str]) -> Select[Any]:
    return select(contact.c.contact_id, contact.c.customer_id).where(contact.c.contact_id.in_(part))


def _gone(part: Sequence[str]) -> Select[Any]:
    """Return the statement that finds ids that became part of another contact."""
    is_other = contact_alias.c.canonical_id != contact_alias.c.contact_id
    return select(contact_alias.c.contact_id).where(contact_alias.c.contact_id.in_(part), is_other)


def _proven() -> Select[Any]:
    """Return the statement that finds who has proven the same address as a contact."""
    other, cut, their_cut = address.alias(), contact_link.alias(), contact_link.alias()
    return (
        select(address.c.contact_id, other.c.contact_id)
        .join(
            other,
            (other.c.workspace_id == address.c.workspace_id)
            & (other.c.address == address.c.address)
            & (other.c.kind == address.c.kind)
            & (other.c.contact_id != address.c.contact_id),
        )
        .outerjoin(cut, _is_of(cut, address))
        .outerjoin(their_cut, _is_of(their_cut, other))
        .where(
            address.c.contact_id.in_(bindparam("ids", expanding=True)),
            address.c.is_proven,
            other.c.is_proven,
            or_(cut.c.is_on.is_(None), cut.c.is_on),
            or_(their_cut.c.is_on.is_(None), their_cut.c.is_on),
        )
    )


def _is_of(link: Any, owner: Any) -> Any:
    end = owner.c.kind + literal(identity.link_end("", "")) + owner.c.address
    return (link.c.contact_id == owner.c.contact_id) & (link.c.other == end)


def _either(one: Any, other: Any, *more: Any) -> tuple[Select[Any], Select[Any]]:
    """Return the statements that find pairs by their first and by their second id, each by its index."""
    ids: Any = bindparam("ids", expanding=True)
    return select(one, other).where(one.in_(ids), *more), select(one, other).where(other.in_(ids), *more)


_LINKS: tuple[Select[Any], ...] = (
    _proven(),
    *_either(contact_alias.c.contact_id, contact_alias.c.canonical_id),
    *_either(contact_link.c.contact_id, contact_link.c.other, contact_link.c.is_on),
)
"""What links contacts: an address, being one contact, a person's word."""


def _chunks(items: Iterable[str]) -> Iterator[list[str]]:
    wanted = sorted(items)
    return (wanted[start : start + _CHUNK] for start in range(0, len(wanted), _CHUNK))


HANDLERS = {"contact.joined": _joined, "contact.parted": _parted}
