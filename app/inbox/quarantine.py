"""The quarantine: what a consumer set aside or could not read, why, and trying it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, delete, select, text

from app.access import Actor, require
from app.context import Context
from app.inbox import catalogue
from app.inbox.repository import at
from app.state.fold import fold
from app.state.unit import Unit
from ingest.domain.errors import BadInput, NotFound
from ingest.domain.event import Event
from ingest.store.consumers import PROJECTOR
from ingest.store.live import journal
from ingest.store.own import quarantine

_MOST = 200
_MOST_UNREAD = 1_000
_LONGEST_REASON = 120


def quarantined(connection: Connection, actor: Actor) -> catalogue.QuarantineItems:
    """Return the events that could not be handled, oldest first."""
    require(actor, "quarantine.read")
    rows = connection.execute(
        select(quarantine, journal.c.type)
        .join(journal, journal.c.seq == quarantine.c.seq)
        .where(quarantine.c.workspace_id == actor.workspace_id)
        .order_by(quarantine.c.seq, quarantine.c.consumer)
        .limit(_MOST)
    )
    return catalogue.QuarantineItems(
        unread=_unread(connection, actor),
        items=[
            catalogue.QuarantineItem(
                consumer=row.consumer,
                seq=row.seq,
                event_id=row.event_id,
                type=row.type,
                reason=row.reason,
                at=at(row.at_us) or "",
            )
            for row in rows
        ],
    )


def _unread(connection: Connection, actor: Actor) -> list[catalogue.Unread]:
    """Return what deliveries held that nobody could read, by sort."""
    query = (
        select(journal.c.type, journal.c.channel, journal.c.inbox_id, journal.c.payload, journal.c.recorded_us)
        .where(
            # as the index has it, which holds these alone
            text("type IN ('delivery.unreadable', 'delivery.unrecognised')"),
            journal.c.workspace_id == actor.workspace_id,
        )
        .order_by(journal.c.seq.desc())
        .limit(_MOST_UNREAD)
    )
    sorts: dict[tuple[Any, ...], catalogue.Unread] = {}
    for row in connection.execute(query):
        said, is_unknown = orjson.loads(row.payload), row.type == "delivery.unrecognised"
        reason = str(said.get("field" if is_unknown else "reason") or "")[:_LONGEST_REASON]
        sort = (row.channel, row.inbox_id, is_unknown, reason)
        if sort not in sorts:
            sorts[sort] = catalogue.Unread(
                channel=row.channel,
                inbox_id=row.inbox_id,
                reason=reason,
                is_unknown=is_unknown,
                count=0,
                at=at(row.recorded_us) or "",
            )
        sorts[sort].count += 1
    return sorted(sorts.values(), key=lambda each: -each.count)[:_MOST]


Replay = Callable[[Unit, Event, int], object]
"""Lets a consumer try an event again, with the time of now; it sets aside again what fails again."""


def replay(context: Context, actor: Actor, consumer: str, seq: int, replays: Mapping[str, Replay]) -> None:
    """Let a consumer try an event again; it comes back to quarantine if it fails again.

    The fold's is known here, those of other rooms are in `replays`. Raises BadInput for any other consumer.
    """
    require(actor, "quarantine.replay")
    again = {PROJECTOR: _fold_again, **replays}.get(consumer)
    with context.store.unit() as unit:
        item = (
            quarantine.c.consumer == consumer,
            quarantine.c.seq == seq,
            quarantine.c.workspace_id == actor.workspace_id,
        )
        row = unit.connection.execute(select(quarantine).where(*item)).first()
        if row is None:
            raise NotFound
        if again is None:
            raise BadInput("Items of this consumer cannot be replayed from here.", consumer=consumer)
        event = context.store.journal.get(unit.connection, row.event_id)
        if event is None:
            raise NotFound
        unit.connection.execute(delete(quarantine).where(*item))
        again(unit, event, context.clock.us())


def _fold_again(unit: Unit, event: Event, now_us: int) -> None:
    fold(unit.connection, [event], now_us)
