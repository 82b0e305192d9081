"""The fold: events in, rows of the live tables changed. Order of arrival does not matter.

Each handler takes the working set and one event. What provider events leave behind depends only on
which events there were and on their own times, so shuffled and repeated deliveries end in equal rows
(`seq`, `version` and `recorded_us` excepted: they say where in the journal something lies).
An event whose handler fails goes to quarantine with the reason; the rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import structlog
from sqlalchemy import Connection

from app.state import calls, contacts, conversations, customers, former, house, messages, sends, templates
from app.state.world import World
from ingest.domain.event import Event
from ingest.store.consumers import set_aside
from ingest.store.search import index_contacts, index_messages

Handler = Callable[[World, Event], None]

HANDLERS: Mapping[str, Handler] = {
    **house.HANDLERS,
    **templates.HANDLERS,
    **contacts.HANDLERS,
    **customers.HANDLERS,
    **messages.HANDLERS,
    **sends.HANDLERS,
    **conversations.HANDLERS,
    **calls.HANDLERS,
}
"""Event type to handler; a type without one changes no live table."""

_log = structlog.get_logger()


def fold(connection: Connection, events: Sequence[Event], now_us: int) -> None:
    """Apply events, in order, to the live tables of this transaction."""
    relevant = [event for event in events if event.type in HANDLERS]
    if not relevant:
        return
    # Who is one person comes first: what a new contact says in the same batch then need not be moved, which took a
    # fifth of all folding where every customer has a phone number and a user id.
    relevant.sort(key=lambda event: event.type != "contact.identified")
    world = World(connection, relevant)
    for event in relevant:
        try:
            HANDLERS[event.type](world, event)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            _log.error("event set aside", consumer="projector", seq=event.seq, type=event.type, error=repr(error))
            set_aside(connection, "projector", event, f"{type(error).__name__}: {error}", now_us)
    conversations.settle(world)
    world.flush()
    former.settle(world)
    customers.settle(world)
    conversations.recount(world)
    conversations.apply_watermarks(world)
    index_messages(connection, [row for row in world.message.written() if row["direction"] is not None])
    index_contacts(connection, {world.canonical_contact(each) for each in world.renamed})
