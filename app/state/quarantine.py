"""Events that a consumer could not handle, with the reason, until somebody replays them."""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from ingest.domain.event import Event
from ingest.store.own import quarantine


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
    keys = ["consumer", "seq"]
    connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_={"reason": row["reason"], "at_us": now_us})
    )
