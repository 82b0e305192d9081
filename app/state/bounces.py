"""Whether an address takes nothing any more: what came back from it, and nobody wrote from it or got anything since.

It is read off the messages as they stand, so any order in which sends, reports and mails come says the same.
"""

from __future__ import annotations

from collections.abc import Iterable

import orjson
from sqlalchemy import Connection, func, or_, select

from ingest.channels import registry
from ingest.domain import identity
from ingest.domain.identity import Identity
from ingest.store.live import contact_alias, conversation, message, outbox

_ARRIVED = ("delivered", "read")
_MOST = 50


def is_bounced(
    sql: Connection, workspace_id: str, channel: str, contact_id: str | None, to: Iterable[Identity]
) -> bool:
    """Say whether what would be sent to a contact goes to an address that is known to take nothing.

    `to` is best first, as a message carries it.
    """
    codes, first = registry.bounced(channel), identity.primary(to)
    if not codes or first is None:
        return False
    alias = select(contact_alias.c.canonical_id).where(contact_alias.c.contact_id == contact_id)
    contact_id = sql.execute(alias).scalar() or contact_id
    sent = (
        select(message.c.error_code, message.c.delivery_status, outbox.c.payload)
        .join(conversation, conversation.c.conversation_id == message.c.conversation_id)
        .join(outbox, outbox.c.message_id == message.c.message_id)
        .where(conversation.c.contact_id == contact_id, conversation.c.channel == channel)
        .where(message.c.direction == "outbound", message.c.at_us > _last_written_us(sql, workspace_id, channel, first))
        .where(
            or_(
                message.c.delivery_status.in_(_ARRIVED),
                (message.c.delivery_status == "failed") & message.c.error_code.in_(codes),
            )
        )
        .order_by(message.c.at_us.desc(), message.c.message_id.desc())
        .limit(_MOST)
    )
    newest = next((row for row in sql.execute(sent) if _went_to(row.payload) == _plain(first)), None)
    return newest is not None and newest.delivery_status not in _ARRIVED


def _last_written_us(sql: Connection, workspace_id: str, channel: str, who: Identity) -> int:
    """Return when somebody last wrote from an address, -1 for never."""
    own = identity.contact_id(workspace_id, channel, who)
    alias = select(contact_alias.c.canonical_id).where(contact_alias.c.contact_id == own)
    theirs = select(conversation.c.conversation_id).where(
        conversation.c.contact_id == (sql.execute(alias).scalar() or own)
    )
    query = select(func.max(message.c.at_us)).where(
        message.c.conversation_id.in_(theirs), message.c.direction == "inbound", message.c.author_id == own
    )
    found: int | None = sql.execute(query).scalar()
    return -1 if found is None else found


def _went_to(payload: str) -> str:
    first = identity.primary(orjson.loads(payload).get("to") or [])
    return _plain(first) if first else ""


def _plain(who: Identity) -> str:
    return who["address"].strip().lower()
