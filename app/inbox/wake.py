"""Snoozed conversations come back when their time has come."""

from __future__ import annotations

from sqlalchemy import select

from app.state.unit import Store
from ingest.domain.event import Event
from ingest.store.live import conversation

_MOST = 200


def wake_snoozed(store: Store, now_us: int) -> int:
    """Reopen every conversation whose snooze ended; returns how many.

    The event is keyed by conversation and instant, so that a crash in between wakes nobody twice.
    """
    due = select(conversation).where(conversation.c.snoozed_until_us <= now_us).limit(_MOST)
    with store.read() as connection:
        rows = connection.execute(due).mappings().all()
    if not rows:
        return 0
    with store.unit() as unit:
        awake = unit.emit(
            *(
                Event(
                    workspace_id=row["workspace_id"],
                    type="conversation.reopened",
                    key=f"snooze_ended:{row['conversation_id']}:{row['snoozed_until_us']}",
                    occurred_us=max(row["snoozed_until_us"], row["status_us"] or 0),
                    channel=row["channel"],
                    inbox_id=row["inbox_id"],
                    conversation_id=row["conversation_id"],
                    contact_id=row["contact_id"],
                    payload={"reason": "snooze_ended"},
                )
                for row in rows
            )
        )
    return len(awake)
