"""A furnished data folder: one workspace, one number, one connection with a known secret."""

from __future__ import annotations

from pathlib import Path

from app.connections import Connection, Connections
from app.state.unit import Store
from ingest.domain.event import Event
from ingest.kit.clock import SystemClock
from ingest.store.database import Database
from ingest.store.journal import Journal
from ingest.store.migrate import migrate
from tests.builders import INBOX, NUMBER, T0, WORKSPACE

CONNECTION = "con_test"
SECRET = "a secret of the tests"
VERIFY_TOKEN = "a token of the tests"


def furnish(home: Path) -> Store:
    """Make the tables and the few rows that a receiver needs; returns the store, open."""
    home.mkdir(parents=True, exist_ok=True)
    database, clock = Database(f"sqlite:///{home / 'prosa.db'}"), SystemClock()
    migrate(database)
    Connections(database).save(
        Connection(
            CONNECTION, WORKSPACE, "whatsapp", "Test", "http://127.0.0.1:9", VERIFY_TOKEN, [SECRET, "older"], "token"
        )
    )
    store = Store(database, Journal(clock), clock)
    with store.unit() as unit:
        unit.emit(*_furniture())
    return store


def _furniture() -> list[Event]:
    workspace = {"name": "Test", "timezone": "America/Sao_Paulo", "country": "BR"}
    inbox = {
        "name": "Sales",
        "external_id": NUMBER,
        "connection_id": CONNECTION,
        "is_private": False,
        "address": "15550783881",
    }
    return [
        Event(workspace_id=WORKSPACE, type="workspace.created", key="workspace", occurred_us=T0, payload=workspace),
        Event(
            workspace_id=WORKSPACE,
            type="inbox.created",
            key="inbox",
            occurred_us=T0,
            channel="whatsapp",
            inbox_id=INBOX,
            payload=inbox,
        ),
    ]
