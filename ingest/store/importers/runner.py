"""Runs an import: batch by batch into the journal, the place reached committed with each batch.

A source cuts its file into units (a dialogue, a line, a row) that always come in the same order. The
number of units done is kept in the `cursor` table in the transaction that appended their events, so a
run that was killed goes on where it stood; natural keys make the rest a no-op.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from ingest.domain.event import Event
from ingest.store.database import Database
from ingest.store.journal import Journal
from ingest.store.own import cursor

BATCH = 5_000
"""Events a transaction takes at least, but for the last one."""
Progress = Callable[[int, int], None]
"""Told `(done, total)` units after every batch."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A place in the source that could not be read, and why."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What a source says up to `done` of its units."""

    done: int
    events: Sequence[Event]
    unreadable: Sequence[Unreadable] = ()


class Source(Protocol):
    """Something to import; pure reading, the same batches for the same bytes."""

    @property
    def name(self) -> str:
        """Return a name that is the same for the same content only (kind and fingerprint)."""

    @property
    def total(self) -> int:
        """Return how many units there are."""

    def batches(self, workspace_id: str, start: int) -> Iterator[Batch]:
        """Yield what comes after the first `start` units, in order."""


@dataclass(slots=True)
class ImportReport:
    """What an import did: events appended, events that were there already, places it could not read."""

    appended: int = 0
    skipped: int = 0
    unreadable: list[Unreadable] = field(default_factory=list)
    resumed_at: int = 0
    """Units that an earlier run had done already; they were not read again."""
    total: int = 0

    def sentence(self) -> str:
        """Return the report as one sentence for people."""
        parts = [f"{self.appended:,} events appended", f"{self.skipped:,} were there already"]
        if self.resumed_at:
            parts.append(f"{self.resumed_at:,} of {self.total:,} units were done by an earlier run")
        if self.unreadable:
            parts.append(f"{len(self.unreadable):,} places could not be read")
        return "; ".join(parts) + "."


def run_import(
    database: Database,
    journal: Journal,
    workspace_id: str,
    source: Source,
    progress: Progress = lambda done, total: None,
) -> ImportReport:
    """Append everything a source says; a second run appends nothing.

    Raises BadInput for a source that is not what it should be, StoreUnavailable where the store refuses;
    what was committed before stays, and the next run goes on from there.
    """
    consumer = f"import:{workspace_id}:{source.name}"
    with database.read() as connection:
        start = connection.execute(select(cursor.c.seq).where(cursor.c.consumer == consumer)).scalar() or 0
    report = ImportReport(resumed_at=start, total=source.total)
    progress(start, source.total)
    for batch in source.batches(workspace_id, start):
        appended = _commit(database, journal, consumer, batch)
        report.appended += appended
        report.skipped += len(batch.events) - appended
        report.unreadable.extend(batch.unreadable)
        progress(batch.done, source.total)
    return report


def gathered(batches: Iterator[Batch], size: int = BATCH) -> Iterator[Batch]:
    """Join small batches until they hold `size` events, so that one flush pays for many units."""
    events: list[Event] = []
    unreadable: list[Unreadable] = []
    done = 0
    for batch in batches:
        events.extend(batch.events)
        unreadable.extend(batch.unreadable)
        done = batch.done
        if len(events) >= size:
            yield Batch(done, events, unreadable)
            events, unreadable = [], []
    if events or unreadable:
        yield Batch(done, events, unreadable)


def fingerprint(*paths: Path) -> str:
    """Return 16 hex digits of what the files hold, whatever they are called."""
    digest = hashlib.blake2b(digest_size=8)
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _commit(database: Database, journal: Journal, consumer: str, batch: Batch) -> int:
    with database.write() as connection:
        appended = len(journal.append(connection, batch.events))
        make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        statement = make(cursor).values(consumer=consumer, seq=batch.done)
        connection.execute(statement.on_conflict_do_update(index_elements=["consumer"], set_={"seq": batch.done}))
    return appended
