"""Former ids of conversations: each finds the conversation that it became part of.

A contact's conversation in an inbox has the id that the contact's own gives it. Which of several contact ids was told,
or stood for the others while only some were known to be one, depends on the order of arrival; so the conversation is
found under the id that each of them would give it.
"""

from __future__ import annotations

from sqlalchemy import select

from app.state.world import World
from ingest.domain.identity import conversation_id
from ingest.store.live import contact_alias, conversation

_CHUNK = 400
_KNOWN = select(
    conversation.c.conversation_id,
    conversation.c.workspace_id,
    conversation.c.inbox_id,
    conversation.c.contact_id,
    contact_alias.c.contact_id.label("member"),
).join(contact_alias, contact_alias.c.canonical_id == conversation.c.contact_id)


def settle(world: World) -> None:
    """Name the conversations that this batch began or joined, of contacts with several ids; all else is written."""
    contacts = sorted({world.canonical_contact(each) for each in world.joined})
    stands_for: dict[str, str] = {}
    for start in range(0, len(contacts), _CHUNK):
        part = _KNOWN.where(conversation.c.contact_id.in_(contacts[start : start + _CHUNK]))
        for row in world.connection.execute(part):
            own = conversation_id(row.workspace_id, row.inbox_id, row.contact_id)
            former = conversation_id(row.workspace_id, row.inbox_id, row.member)
            if row.conversation_id == own != former:  # an imported thread is nobody's own
                stands_for[former] = own
    world.conversation_alias.prefetch((former,) for former in stands_for)
    for former, own in stands_for.items():
        known = world.conversation_alias.get(former)
        if known is None or known["canonical_id"] != own:
            world.conversation_alias.put(former, canonical_id=own)
    world.conversation_alias.flush()
