"""Consumers: how far each has come, and what it could not handle.

A consumer reads the journal after its cursor and moves it in the transaction that holds what it did, so
it may see an event again but never skips one. What it emits is keyed by cause, so that again is no more
than once. One bad event goes to quarantine with the reason and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from ingest.domain.event import Event
from ingest.store.own import cursor, quarantine

PARSER = "parser"
PROJECTOR = "projector"
LANDER = "lander"
_WORTH_A_WRITE = 500
"""Events of other types that a consumer's cursor may lie behind."""


def cursor_of(connection: Connection, consumer: str) -> int:
    """Return the seq up to which a consumer has worked, 0 at first."""
    return connection.execute(select(cursor.c.seq).where(cursor.c.consumer == consumer)).scalar() or 0


def move_cursor(connection: Connection, consumer: str, seq: int) -> None:
    """Say that a consumer has worked up to `seq`; commits with what it did."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = make(cursor).values(consumer=consumer, seq=seq)
    connection.execute(statement.on_conflict_do_update(index_elements=["consumer"], set_={"seq": seq}))


def next_cursor(events: Sequence[Event], batch: int, position: int, head: int) -> int | None:
    """Return where a consumer of few types moves to, or None while that is not worth a write.

    A batch that was not full saw everything up to the head, so the cursor need not stay behind what is of
    other types: it would be read again at every look.
    """
    reached = head if len(events) < batch else events[-1].seq
    return reached if events or reached - position >= _WORTH_A_WRITE else None


def set_aside(connection: Connection, consumer: str, event: Event, reason: str, now_us: int) -> None:
    """Put an event in quarantine; doing so twice keeps the newest reason."""
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = {
        "consumer": consumer,
        "seq": event.seq,
        "event_id": event.event_id,
        "workspace_id": event.workspace_id,
        "reason": reason[:2000],
        "at_us": now_us,
    }
    statement = make(quarantine).values(**row)
    newest = {"reason": row["reason"], "at_us": now_us}
    connection.execute(statement.on_conflict_do_update(index_elements=["consumer", "seq"], set_=newest))
