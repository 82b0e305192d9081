"""Where somebody is reached: the addresses of a contact, the one to write to first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, select, union_all

from ingest.domain.identity import Known, best_first
from ingest.store.live import contact_alias, conversation, identity, message


def addresses_of(connection: Connection, contact_ids: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    """Return every address {kind, address} of these contacts, merged ones included, the newest first."""
    found: dict[str, list[Known]] = {}
    for row in _rows(connection, contact_ids):
        found.setdefault(row.owner, []).append(Known(row.kind, row.address, row.told_us))
    return {owner: best_first(known) for owner, known in found.items()}


def reach(connection: Connection, contact_id: str, inbox_id: str) -> list[dict[str, str]]:
    """Return the addresses of a contact (its canonical id), best first for writing to them from an inbox.

    What they last wrote from counts as told then; a user id that only another inbox has seen comes last.
    """
    wrote_from, wrote_us = _last_written(connection, contact_id, inbox_id)
    known = []
    for row in _rows(connection, [contact_id]):
        is_here = row.contact_id == wrote_from
        told_us = max(row.told_us or -1, wrote_us) if is_here else row.told_us
        is_foreign = not is_here and row.told_inbox_id not in (None, inbox_id)
        known.append(Known(row.kind, row.address, told_us, is_foreign))
    return best_first(known)


def _rows(connection: Connection, contact_ids: Iterable[str]) -> Iterable[Row[Any]]:
    wanted = list(contact_ids)
    columns = (
        identity.c.contact_id, identity.c.kind, identity.c.address, identity.c.told_us, identity.c.told_inbox_id
    )  # fmt: skip
    own = select(identity.c.contact_id.label("owner"), *columns).where(identity.c.contact_id.in_(wanted))
    merged = (
        select(contact_alias.c.canonical_id, *columns)
        .join(identity, identity.c.contact_id == contact_alias.c.contact_id)
        .where(contact_alias.c.canonical_id.in_(wanted), contact_alias.c.contact_id != contact_alias.c.canonical_id)
    )
    return connection.execute(union_all(own, merged))


def _last_written(connection: Connection, contact_id: str, inbox_id: str) -> tuple[str | None, int]:
    """Return the own id of the address that the contact last wrote to an inbox from, and when; (None, -1) for never."""
    query = (
        select(message.c.author_id, message.c.at_us)
        .join(conversation, conversation.c.conversation_id == message.c.conversation_id)
        # the sum keeps SQLite from reading the whole inbox
        .where(conversation.c.contact_id == contact_id, conversation.c.inbox_id + "" == inbox_id)
        .where(message.c.direction == "inbound")
        .order_by(message.c.at_us.desc(), message.c.message_id.desc())
    )
    row = connection.execute(query.limit(1)).first()
    return (row.author_id, row.at_us) if row else (None, -1)
