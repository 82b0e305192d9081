"""The parser's consumer: raw deliveries in, canonical events out and folded, each keyed so that twice is once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import structlog
from sqlalchemy import Connection

from app.state.unit import Store, Unit
from app.webhooks.names import told_anew
from ingest.channels.base import Delivery, Parser
from ingest.domain.delivery import body_of
from ingest.domain.event import Event
from ingest.store.consumers import cursor_of, move_cursor, next_cursor, set_aside

CONSUMER = "parser"
_BATCH = 150
"""Deliveries a transaction takes: it is open for about 75 ms, so that the receiver never waits long for the lock."""

_log = structlog.get_logger()
Settle = Callable[[Connection, list[Event]], list[Event]]
"""Given what is known and the events of one delivery, return them as they are to be kept."""


class ParserConsumer:
    """Reads deliveries after its cursor, appends and folds what they say, moves the cursor, all in one transaction."""

    def __init__(
        self,
        store: Store,
        parsers: Mapping[str, Parser],
        guess_language: Callable[[str], str | None] = lambda text: None,
        settle: Mapping[str, Settle] = MappingProxyType({}),
    ) -> None:
        """Take, beside what reads a body, what looks at a channel's events in the light of what is known (`settle`)."""
        self._store = store
        self._parsers = parsers
        self._guess = guess_language
        self._settle = settle

    def run_once(self, now_us: int) -> int:
        """Parse one batch; returns the deliveries handled."""
        journal = self._store.journal
        with self._store.read() as connection:
            after, head = cursor_of(connection, CONSUMER), journal.head(connection)
            deliveries = journal.after(connection, after, _BATCH, ["delivery.received"], with_raw=True)
        reached = next_cursor(deliveries, _BATCH, after, head)
        if reached is None:
            return 0
        parsed = [(event, self._parse(event)) for event in deliveries]
        with self._store.unit() as unit:
            if cursor_of(unit.connection, CONSUMER) != after:
                return 0  # another worker took this batch
            self._emit(unit, [(event, events) for event, events in parsed if isinstance(events, list)])
            for event, outcome in parsed:
                if isinstance(outcome, str):
                    set_aside(unit.connection, CONSUMER, event, outcome, now_us)
            move_cursor(unit.connection, CONSUMER, reached)
        return len(deliveries)

    def _emit(self, unit: Unit, parsed: list[tuple[Event, list[Event]]]) -> None:
        """Append and fold what deliveries say: at once, but one by one where what is known decides."""
        together: list[Event] = []
        for delivery, events in parsed:
            settle = self._settle.get(delivery.channel or "")
            if settle is None:
                together += events
                continue
            unit.emit(*told_anew(unit.connection, together))
            unit.emit(*settle(unit.connection, events))
            together = []
        unit.emit(*told_anew(unit.connection, together))

    def _parse(self, event: Event) -> list[Event] | str:
        """Return the events of a delivery, or the reason why it goes to quarantine."""
        parse = self._parsers.get(event.channel or "")
        if parse is None:
            return f"no parser for channel {event.channel!r} in this version"
        try:
            return [self._with_language(each) for each in parse(_delivery(event))]
        except Exception as error:  # a parser is total; if one is not, its delivery must not stop the rest
            _log.error("delivery set aside", consumer=CONSUMER, seq=event.seq, error=repr(error))
            return f"{type(error).__name__}: {error}"

    def _with_language(self, event: Event) -> Event:
        if event.type != "message.received" or not event.payload.get("text") or event.payload.get("language"):
            return event
        return replace(event, payload={**event.payload, "language": self._guess(str(event.payload["text"]))})


def _delivery(event: Event) -> Delivery:
    return Delivery(
        workspace_id=event.workspace_id,
        connection_id=str(event.payload["connection_id"]),
        body=body_of(event),
        received_us=event.recorded_us,
        event_id=event.event_id,
        content_type=str(event.payload.get("content_type") or ""),
    )
