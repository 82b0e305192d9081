"""Whoever changes their name and changes it back is called as they call themselves."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from app.state.unit import Store
from app.webhooks.parsing import ParserConsumer
from app.webhooks.providers import PARSERS
from ingest.channels.simulator.webhooks import Contact, inbound_body
from ingest.domain.connection import Connection
from ingest.domain.delivery import delivery_of
from ingest.domain.event import Event
from ingest.kit.clock import FixedClock
from ingest.store.database import Database
from ingest.store.journal import Journal
from ingest.store.live import contact
from tests import builders

CONNECTION = Connection("con_1", builders.WORKSPACE, "whatsapp", "Shop", "", "verify", ["secret"], "")


@pytest.fixture
def store(database: Database, clock: FixedClock) -> Store:
    return Store(database, Journal(clock), clock)


def writes(store: Store, name: str, at: int) -> None:
    """Let somebody of a name write, `at` seconds after T0; what they write tells it from all others."""
    message = {"id": f"wamid.{at}", "timestamp": str(builders.T0 // builders.SECOND + at), "type": "text"}
    body = inbound_body(builders.NUMBER, Contact(name, "16505551234"), message | {"text": {"body": "hi"}})
    with store.unit() as unit:
        unit.emit(delivery_of(CONNECTION, body, "application/json", store.clock.us()))


def parsed(store: Store) -> None:
    while ParserConsumer(store, PARSERS).run_once(store.clock.us()):
        pass


def called(store: Store) -> str:
    with store.read() as sql:
        return str(sql.execute(select(contact.c.name)).scalar_one())


def told(store: Store) -> Sequence[str]:
    with store.read() as sql:
        named = store.journal.after(sql, 0, 1000, ["contact.named"])
    return [str(each.payload["name"]) for each in sorted(named, key=lambda each: each.occurred_us)]


@pytest.mark.parametrize("is_one_batch", [True, False])
def test_a_name_that_comes_back_is_told_again_and_no_other(store: Store, *, is_one_batch: bool) -> None:
    for at, name in enumerate(["Ana", "Ana", "Anna", "Anna", "Ana", "Ana", "Anna"]):
        writes(store, name, at)
        if not is_one_batch:
            parsed(store)
    parsed(store)
    assert called(store) == "Anna"
    assert told(store) == ["Ana", "Anna", "Ana", "Anna"]


def test_what_is_delivered_again_tells_nothing(store: Store) -> None:
    for _ in range(2):
        for at, name in enumerate(["Ana", "Anna", "Ana"]):
            writes(store, name, at)
        parsed(store)
    assert told(store) == ["Ana", "Anna", "Ana"]


def test_the_same_name_again_does_not_undo_what_an_agent_wrote(store: Store) -> None:
    writes(store, "Ana", 0)
    parsed(store)
    by_hand = {"name": "Ana of the bakery", "username": None, "source": "agent"}
    at_us = builders.T0 + builders.SECOND
    with store.unit() as unit:
        whose = builders.whose(builders.phone("16505551234"))
        unit.emit(Event(type="contact.named", key="by hand", occurred_us=at_us, payload=by_hand, **whose))
    writes(store, "Ana", 2)
    parsed(store)
    assert called(store) == "Ana of the bakery"
