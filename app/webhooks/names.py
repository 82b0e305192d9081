"""Names that come back: whoever was A, became B and is A again tells nothing that was not told before.

A parser sees one delivery, so it keys a name on what it says; the same name with every message is one fact. Here, where
the fold is at hand, a name that is not the newest any more and is told again gets a key of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from app.state.text import shown
from ingest.domain.event import Event
from ingest.store.bulk import known_keys
from ingest.store.live import contact, contact_alias

_Told = tuple[int, str]
"""When a profile's name was told, and the name."""


def told_anew(sql: Connection, events: Sequence[Event]) -> list[Event]:
    """Return the events; of a profile's name that comes back, the one that says so has its time in its key."""
    named = [each for each in events if _is_profile(each)]
    if not named:
        return list(events)
    told = _told_before(sql, named)
    newest = _newest(sql, {str(each.contact_id) for each in named})
    found = []
    for event in events:
        if _is_profile(event):
            now = event.occurred_us, shown(event.payload["name"]) or ""
            last = newest.get(str(event.contact_id))
            if event.key in told and last is not None and last[0] < now[0] and last[1] != now[1]:
                event = replace(event, key=f"{event.key}:{event.occurred_us}")
            told.add(event.key)
            newest[str(event.contact_id)] = max(now, last) if last else now
        found.append(event)
    return found


def _is_profile(event: Event) -> bool:
    return event.type == "contact.named" and event.payload.get("source") == "profile" and event.contact_id is not None


def _told_before(sql: Connection, named: Sequence[Event]) -> set[str]:
    found: set[str] = set()
    for workspace_id in {each.workspace_id for each in named}:
        keys = list({each.key for each in named if each.workspace_id == workspace_id})
        found |= set(known_keys(sql, workspace_id, keys))
    return found


def _newest(sql: Connection, contact_ids: set[str]) -> dict[str, _Told]:
    """Return the newest name that each contact's profile told, whoever they turned out to be."""
    query = select(contact_alias.c.contact_id, contact_alias.c.canonical_id).where(
        contact_alias.c.contact_id.in_(contact_ids)
    )
    stands_for = {row.contact_id: row.canonical_id for row in sql.execute(query)}
    ids = {each: stands_for.get(each, each) for each in contact_ids}
    rows = select(contact.c.contact_id, contact.c.profile_us, contact.c.profile_name).where(
        contact.c.contact_id.in_(set(ids.values())), contact.c.profile_us.is_not(None)
    )
    told = {row.contact_id: (row.profile_us, row.profile_name) for row in sql.execute(rows)}
    return {each: told[canonical] for each, canonical in ids.items() if canonical in told}
