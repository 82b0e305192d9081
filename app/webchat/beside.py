"""What stands beside a message: what it quotes and the signs put on it; and which message a name means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from ingest.store.live import message, reaction

CHUNK = 400
REACTION = "reaction"
SHOWN = ("accepted", "sent", "delivered", "read", "played")

Json = dict[str, Any]


def is_shown() -> Any:
    """Return the condition for messages that visitors may see: theirs, and ours once they are on their way."""
    ours = and_(message.c.direction == "outbound", message.c.delivery_status.in_(SHOWN))
    return and_(message.c.kind != REACTION, or_(message.c.direction == "inbound", ours))


def meant(sql: Connection, names: Iterable[str]) -> dict[str, str]:
    """Return the message to show for each id or ref; for a reaction of ours the message that it is put on."""
    found = _named(sql, names)
    aims = {name: row.reply_to_ref for name, row in found.items() if row.kind == REACTION and row.reply_to_ref}
    targets = _named(sql, aims.values())
    shown = {name: targets.get(aims[name], row) if name in aims else row for name, row in found.items()}
    return {name: row.message_id for name, row in shown.items()}


def quotes(sql: Connection, rows: Sequence[Row[Any]]) -> dict[str, Json]:
    """Return what each of these messages answers, where visitors may see it."""
    answering = {row.message_id: row for row in rows if row.reply_to_ref and row.revoked_us is None}
    quoted = _named(sql, {row.reply_to_ref for row in answering.values()}, is_shown())
    return {
        message_id: _quote(quoted[row.reply_to_ref])
        for message_id, row in answering.items()
        if row.reply_to_ref in quoted and quoted[row.reply_to_ref].conversation_id == row.conversation_id
    }


def signs(sql: Connection, rows: Sequence[Row[Any]]) -> dict[str, list[Json]]:
    """Return the emoji on each of these messages, ours before the visitor's."""
    owner = {ref: row.message_id for row in rows for ref in (row.message_id, row.ref) if ref}
    found: dict[str, list[Json]] = {}
    for refs in _chunks(owner):
        query = select(reaction).where(reaction.c.ref.in_(refs), reaction.c.emoji.is_not(None), reaction.c.emoji != "")
        for row in sql.execute(query.order_by(reaction.c.by)):
            found.setdefault(owner[row.ref], []).append({"emoji": row.emoji, "is_ours": row.by == "business"})
    return found


def _quote(row: Row[Any]) -> Json:
    is_gone = row.revoked_us is not None
    text = None if is_gone else (row.text or "")[:200] or None
    is_ours = row.direction == "outbound"
    return {"id": row.message_id, "is_ours": is_ours, "kind": row.kind, "text": text, "is_gone": is_gone}


def _named(sql: Connection, names: Iterable[str], *conditions: Any) -> dict[str, Row[Any]]:
    """Return messages by their ids and refs, as far as they were named."""
    wanted = set(names)
    found: dict[str, Row[Any]] = {}
    for chunk in _chunks(wanted):
        query = select(message).where(or_(message.c.message_id.in_(chunk), message.c.ref.in_(chunk)), *conditions)
        for row in sql.execute(query):
            found |= {each: row for each in (row.message_id, row.ref) if each in wanted}
    return found


def _chunks(names: Iterable[str]) -> list[list[str]]:
    ordered = sorted(names)
    return [ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK)]
