"""The composition root: the one place where settings become objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.context import Context
from app.state.unit import Store
from ingest.kit.clock import Clock, SystemClock
from ingest.kit.ids import IdSource, uuid7
from ingest.settings import Settings
from ingest.store.database import Database
from ingest.store.journal import Journal

if TYPE_CHECKING:
    from app.webhooks.parsing import ParserConsumer


def build(settings: Settings, clock: Clock | None = None, ids: IdSource = uuid7) -> Context:
    """Return a process's context; nothing is opened, started or migrated yet."""
    clock = clock or SystemClock()
    return Context(
        settings=settings,
        store=Store(Database(settings.database), Journal(clock, ids), clock),
        clock=clock,
        ids=ids,
    )


def reader(store: Store) -> ParserConsumer:
    """Return what reads deliveries, of every channel, in the light of what is known where that decides."""
    from app.mailroom import known
    from app.webhooks.parsing import ParserConsumer
    from app.webhooks.providers import PARSERS
    from ingest.domain.language import guess_language

    return ParserConsumer(store, PARSERS, guess_language, {"email": known.settled})
