"""The parser's consumer: raw deliveries in, canonical events out and folded, each keyed so that twice is once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import structlog
from sqlalchemy import Connection, delete, select

from app.state.unit import Store, Unit
from app.webhooks.names import told_anew
from ingest.channels.base import Delivery, Parser
from ingest.domain.delivery import body_of
from ingest.domain.event import Event
from ingest.store.consumers import PARSER, cursor_of, move_cursor, next_cursor, set_aside
from ingest.store.own import quarantine

_UNREAD = ("delivery.unreadable", "delivery.unrecognised")
_BATCH = 150
"""Deliveries a transaction takes: it is open for about 75 ms, so that the receiver never waits long for the lock."""
_AGAIN = 50
"""Deliveries read again in a transaction; here the reading itself is within."""

_log = structlog.get_logger()
Settle = Callable[[Connection, list[Event]], list[Event]]
"""Given what is known and the events of one delivery, return them as they are to be kept."""


@dataclass(slots=True)
class Reread:
    """What reading again came to: deliveries read, events that were new, deliveries that still cannot be read."""

    deliveries: int = 0
    events: int = 0
    failed: int = 0


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
            after, head = cursor_of(connection, PARSER), journal.head(connection)
            deliveries = journal.after(connection, after, _BATCH, ["delivery.received"], with_raw=True)
        reached = next_cursor(deliveries, _BATCH, after, head)
        if reached is None:
            return 0
        parsed = [(event, self._parse(event)) for event in deliveries]
        with self._store.unit() as unit:
            if cursor_of(unit.connection, PARSER) != after:
                return 0  # another worker took this batch
            self._emit(unit, [(event, events) for event, events in parsed if isinstance(events, list)])
            for event, outcome in parsed:
                if isinstance(outcome, str):
                    set_aside(unit.connection, PARSER, event, outcome, now_us)
            move_cursor(unit.connection, PARSER, reached)
        return len(deliveries)

    def _emit(self, unit: Unit, parsed: list[tuple[Event, list[Event]]]) -> int:
        """Append and fold what deliveries say, one by one where what is known decides; returns how many are new."""
        new, together, settled = 0, list[Event](), set[str]()
        for delivery, events in parsed:
            settle = self._settle.get(delivery.channel or "")
            if settle is not None:
                about = _about(events)
                if about & settled:  # what this depends on must be folded; to fold at each would halve the pace
                    new += len(unit.emit(*told_anew(unit.connection, together)))
                    together, settled = [], set()
                events, settled = settle(unit.connection, events), settled | about
            together += events
        return new + len(unit.emit(*told_anew(unit.connection, together)))

    def replay(self, unit: Unit, event: Event, now_us: int) -> int | None:
        """Read a delivery again and return how many events were new; None where it went back to quarantine.

        Events have keys, so what was read before is not there twice.
        """
        outcome = self._parse(event)
        if isinstance(outcome, str):
            set_aside(unit.connection, PARSER, event, outcome, now_us)
            return None
        unit.connection.execute(
            delete(quarantine).where(quarantine.c.consumer == PARSER, quarantine.c.seq == event.seq)
        )
        return self._emit(unit, [(event, outcome)])

    def reread(self, now_us: int, progress: Callable[[int], None] = lambda seq: None) -> Reread:
        """Read again every delivery of which something could not be read, or was of an unknown kind, as after a fix."""
        done = Reread()
        for seq, causes in self._unread():
            for start in range(0, len(causes), _AGAIN):
                with self._store.unit() as unit:
                    for each in causes[start : start + _AGAIN]:
                        self._reread_one(unit, each, now_us, done)
            progress(seq)
        return done

    def _reread_one(self, unit: Unit, event_id: str, now_us: int, done: Reread) -> None:
        event = self._store.journal.get(unit.connection, event_id)
        if event is None or event.type != "delivery.received":
            return
        found = self.replay(unit, event, now_us)
        done.deliveries += 1
        done.events += found or 0
        done.failed += found is None

    def _unread(self) -> Iterator[tuple[int, list[str]]]:
        """Yield deliveries of which something is unread, in parts, each with the seq up to which was looked."""
        with self._store.read() as connection:
            head = self._store.journal.head(connection)
            of_parser = select(quarantine.c.event_id).where(quarantine.c.consumer == PARSER).order_by(quarantine.c.seq)
            yield 0, list(connection.execute(of_parser).scalars())
        seq = 0
        while seq < head:  # what reading again adds lies past this head
            with self._store.read() as connection:
                marks = self._store.journal.after(connection, seq, _BATCH, _UNREAD)
            marks = [each for each in marks if each.seq <= head]
            seq = marks[-1].seq if marks else head
            yield seq, list(dict.fromkeys(each.cause_id for each in marks if each.cause_id))

    def _parse(self, event: Event) -> list[Event] | str:
        """Return the events of a delivery, or the reason why it goes to quarantine."""
        parse = self._parsers.get(event.channel or "")
        if parse is None:
            return f"no parser for channel {event.channel!r} in this version"
        try:
            return [self._with_language(each) for each in parse(_delivery(event))]
        except Exception as error:  # a parser is total; if one is not, its delivery must not stop the rest
            _log.error("delivery set aside", consumer=PARSER, seq=event.seq, error=repr(error))
            return f"{type(error).__name__}: {error}"

    def _with_language(self, event: Event) -> Event:
        if event.type != "message.received" or not event.payload.get("text") or event.payload.get("language"):
            return event
        return replace(event, payload={**event.payload, "language": self._guess(str(event.payload["text"]))})


def _about(events: Iterable[Event]) -> set[str]:
    """Return the contacts and messages that events are about."""
    named = ((each.contact_id, each.payload.get("message_id"), each.payload.get("message_ref")) for each in events)
    return {str(name) for names in named for name in names if name}


def _delivery(event: Event) -> Delivery:
    return Delivery(
        workspace_id=event.workspace_id,
        connection_id=str(event.payload["connection_id"]),
        body=body_of(event),
        received_us=event.recorded_us,
        event_id=event.event_id,
        content_type=str(event.payload.get("content_type") or ""),
    )
