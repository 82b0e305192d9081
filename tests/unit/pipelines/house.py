"""A small lake for tests: journal in, tables out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ingest.domain.event import Event
from ingest.kit.clock import FixedClock
from ingest.settings import Settings
from ingest.store.database import Database
from ingest.store.journal import Journal
from ingest.store.schema import metadata
from pipelines.derive import Derivation
from pipelines.plan import TABLES
from pipelines.resources import opened
from tests import builders as b


@contextmanager
def a_lake(home: Path) -> Iterator[tuple[Derivation, Settings]]:
    """Give a derivation over a new lake."""
    settings = Settings(home=home)
    database = Database(settings.database)
    metadata.create_all(database.engine)
    database.close()
    with opened(settings) as derivation:
        yield derivation, settings


def record(settings: Settings, events: Sequence[Event]) -> None:
    """Append events to the journal."""
    database = Database(settings.database)
    with database.write() as connection:
        Journal(FixedClock(b.T0)).append(connection, events)
    database.close()


def bring_up(derivation: Derivation, settings: Settings, batches: Iterable[Sequence[Event]]) -> None:
    """Record, land and derive batch by batch."""
    for batch in batches:
        record(settings, batch)
        derivation.bring_up()


def rows(derivation: Derivation, statement: str) -> list[tuple[Any, ...]]:
    """Return the answer to a question."""
    return list(derivation.connection.execute(statement).fetchall())


def tables(derivation: Derivation) -> dict[str, list[str]]:
    """Return every derived table, its rows as sorted text."""
    return {path: sorted(map(repr, rows(derivation, f"FROM lake.{path.replace('/', '.')}"))) for path in TABLES}
