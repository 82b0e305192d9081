"""What every room is given: settings, the store, time and ids."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from app.state.unit import Store
from ingest.kit.clock import Clock
from ingest.kit.ids import IdSource
from ingest.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """One process's composition, built by `app.bootstrap.build` and by nobody else."""

    settings: Settings
    store: Store
    clock: Clock
    ids: IdSource


def current_context(connection: HTTPConnection) -> Context:
    """Return the context of the application that serves a request or WebSocket (a FastAPI dependency)."""
    context: Context = connection.app.state.context
    return context
