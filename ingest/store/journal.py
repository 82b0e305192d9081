"""The journal: every fact, once, in one order.

Under the writer's lock `append` gives out `seq` itself, so journal order is commit order and no
cursor can skip a row. A key that is there already makes its event a no-op.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, Row, delete, select
from sqlalchemy.sql import Select

from ingest.domain.event import Event
from ingest.domain.events import EVENTS, upcast
from ingest.kit.clock import Clock
from ingest.kit.ids import IdSource, uuid7
from ingest.store.bulk import driver, insert_new_tuples, insert_tuples, known_keys
from ingest.store.live import journal

_Given = tuple[int, str, int]
"""What the journal gives an event: seq, id, time of recording."""
_FIELDS = tuple(each.name for each in fields(Event))
_HEAD = "SELECT coalesce(max(seq), 0) FROM journal"
_LOOKUP = 500
"""Keys looked up in one statement; PostgreSQL and SQLite both plan this as index probes."""


class Journal:
    """Append and read; every method works inside the caller's transaction."""

    def __init__(self, clock: Clock, ids: IdSource = uuid7) -> None:
        self._clock = clock
        self._ids = ids

    def append(self, connection: Connection, events: Sequence[Event]) -> list[Event]:
        """Append what is new and return exactly that, with seq, id and time of recording.

        Must run inside `Database.write()`. Raises ValueError for a type outside the catalogue.
        """
        return [_numbered(event, *given) for event, given in self._write(connection, events)]

    def append_only(self, connection: Connection, events: Sequence[Event]) -> list[Event]:
        """Append what is new and return exactly that, as it was given.

        Costs a third less than `append` where nearly everything is new: it is written without asking first, and only
        where a key turns out to be known written again without what is.
        """
        unique = list(_first_of_each(events).values())
        head = self._seq(connection)
        rows = [_to_row(event, *given) for event, given in self._number(unique, head)]
        if insert_new_tuples(connection, journal, rows) == len(rows):
            return unique
        connection.execute(delete(journal).where(journal.c.seq > head))
        return [event for event, _ in self._write(connection, unique)]

    def _write(self, connection: Connection, events: Sequence[Event]) -> list[tuple[Event, _Given]]:
        fresh = _without_known(connection, events)
        if not fresh:
            return []
        written = self._number(fresh, self._seq(connection))
        insert_tuples(connection, journal, [_to_row(event, *given) for event, given in written])
        return written

    def _number(self, events: Sequence[Event], head: int) -> list[tuple[Event, _Given]]:
        now = self._clock.us()
        return [
            (event, (head + position, event.event_id or self._ids(now), event.recorded_us or now))
            for position, event in enumerate(events, start=1)
        ]

    def _seq(self, connection: Connection) -> int:
        return int(driver(connection).execute(_HEAD).fetchone()[0])

    def head(self, connection: Connection) -> int:
        """Return the seq of the newest event, 0 for an empty journal."""
        return int(connection.exec_driver_sql(_HEAD).scalar_one())

    def after(
        self, connection: Connection, seq: int, limit: int, types: Iterable[str] = (), *, with_raw: bool = False
    ) -> list[Event]:
        """Return up to `limit` events after `seq`, in order; only of the given types where there are any.

        Bytes of deliveries are read only when asked for.
        """
        wanted = tuple(types)
        text, names = _after_sql(connection.dialect.name, len(wanted), with_raw)
        found = driver(connection).execute(text, (seq, *wanted, limit)).fetchall()
        return [_event(dict(zip(names, row, strict=True))) for row in found]

    def of_conversation(self, connection: Connection, conversation_id: str) -> list[Event]:
        """Return every event of one conversation, in journal order."""
        return [
            _from_row(row) for row in connection.execute(_ordered().where(journal.c.conversation_id == conversation_id))
        ]

    def get(self, connection: Connection, event_id: str) -> Event | None:
        """Return one event by its id."""
        row = connection.execute(_ordered().where(journal.c.event_id == event_id)).first()
        return _from_row(row) if row else None


def replay(read: Callable[[int, int], list[Event]], *, batch: int = 2000, start: int = 0) -> Iterator[list[Event]]:
    """Yield the whole journal in batches; `read(seq, limit)` fetches what comes after."""
    while events := read(start, batch):
        yield events
        start = events[-1].seq


def _from_row(row: Row[Any]) -> Event:
    return _event(dict(row._mapping))


def _event(values: dict[str, Any]) -> Event:
    """Return the event of a journal row, its payload in the present version."""
    payload = upcast(values["type"], values["version"], orjson.loads(values["payload"]))
    return Event(**{**values, "payload": payload, "version": EVENTS[values["type"]].version})


def _ordered() -> Select[Any]:
    return select(journal).order_by(journal.c.seq)


@lru_cache(maxsize=32)
def _after_sql(dialect: str, types: int, with_raw: bool) -> tuple[str, list[str]]:
    """Return the statement of `after` and its columns; made by hand, as it is asked for at every look."""
    mark = "?" if dialect == "sqlite" else "%s"
    names = [each.name for each in journal.columns if with_raw or each.name != "raw"]
    of_types = f"AND type IN ({', '.join([mark] * types)}) " if types else ""
    return f"SELECT {', '.join(names)} FROM journal WHERE seq > {mark} {of_types}ORDER BY seq LIMIT {mark}", names


def _numbered(event: Event, seq: int, event_id: str, recorded_us: int) -> Event:
    """Return the event with what the journal gave it (`dataclasses.replace` costs 20 µs, this 3)."""
    values = {name: getattr(event, name) for name in _FIELDS}
    return Event(**{**values, "seq": seq, "event_id": event_id, "recorded_us": recorded_us})


def _to_row(event: Event, seq: int, event_id: str, recorded_us: int) -> tuple[Any, ...]:
    """Return the values of the journal's columns, in their order."""
    if event.type not in EVENTS:
        raise ValueError(f"{event.type!r} is not in the event catalogue")
    return (
        seq,
        event_id,
        event.workspace_id,
        event.key,
        event.type,
        event.version,
        event.occurred_us,
        recorded_us,
        event.channel,
        event.inbox_id,
        event.conversation_id,
        event.contact_id,
        event.actor_kind,
        event.actor_id,
        event.cause_id,
        orjson.dumps(event.payload).decode(),
        event.raw,
    )


def _without_known(connection: Connection, events: Sequence[Event]) -> list[Event]:
    """Return the events whose keys are not in the journal, the first of each key, in their order."""
    unique = _first_of_each(events)
    for workspace_id, keys in _by_workspace(unique).items():
        for start in range(0, len(keys), _LOOKUP):
            for key in known_keys(connection, workspace_id, keys[start : start + _LOOKUP]):
                del unique[workspace_id, key]
    return list(unique.values())


def _first_of_each(events: Sequence[Event]) -> dict[tuple[str, str], Event]:
    """Return the events by workspace and key, the first of each key, in their order."""
    unique: dict[tuple[str, str], Event] = {}
    for event in events:
        unique.setdefault((event.workspace_id, event.key), event)
    return unique


def _by_workspace(unique: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for workspace_id, key in unique:
        found.setdefault(workspace_id, []).append(key)
    return found
