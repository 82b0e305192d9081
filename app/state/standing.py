"""Where a conversation stands when somebody wants to write in it: its window and its contact's consents.

The composer asks before a reply is taken, the outbox again before it is sent; both ask here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from ingest.channels.registry import window_closes_us
from ingest.domain.consent import Said
from ingest.store.live import consent, contact_alias, conversation, message


def windows(sql: Connection, rows: Iterable[Any]) -> dict[str, int | None]:
    """Return when each conversation's time for free texts ends or ended; None where it has none or never opened.

    `rows`: of the table `conversation`.
    """
    known = list(rows)
    answered = _first_answers(sql, [row.conversation_id for row in known if row.referral_us is not None])
    return {
        row.conversation_id: window_closes_us(
            row.channel, row.last_inbound_us, row.referral_us, answered.get(row.conversation_id)
        )
        for row in known
    }


def consents(sql: Connection, contact_id: str | None) -> Mapping[str, Said]:
    """Return the latest word of a contact on each purpose."""
    alias = select(contact_alias.c.canonical_id).where(contact_alias.c.contact_id == contact_id)
    query = select(consent).where(consent.c.contact_id == (sql.execute(alias).scalar() or contact_id))
    return {row.purpose: Said(row.value, row.set_us) for row in sql.execute(query)}


def _first_answers(sql: Connection, ids: Sequence[str]) -> dict[str, int]:
    """Return the instant of the first answer after the last ad click of each conversation; one that went out."""
    if not ids:
        return {}
    query = (
        select(message.c.conversation_id, func.min(message.c.at_us))
        .join(conversation, conversation.c.conversation_id == message.c.conversation_id)
        .where(
            message.c.conversation_id.in_(ids),
            message.c.direction == "outbound",
            message.c.send_state == "accepted",
            message.c.kind != "reaction",
            message.c.at_us >= conversation.c.referral_us,
        )
        .group_by(message.c.conversation_id)
    )
    return {row[0]: row[1] for row in sql.execute(query)}
