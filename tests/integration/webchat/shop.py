"""A small business with a web chat: its connection, its agent, and the loops that fold and send."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from app.accounts import service
from app.connections import Connections
from app.context import Context
from app.outbox.service import loops
from app.webchat import deliveries
from app.webchat.visits import Door, Visitor
from app.worker import steps
from ingest.channels import registry
from ingest.channels.webchat.parse import CHANNEL
from ingest.channels.webchat.rules import widget_of
from ingest.domain import identity
from ingest.domain.connection import Connection
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US

if CHANNEL not in registry.NAMES:
    registry.NAMES = (*registry.NAMES, CHANNEL)

KEY = "a key of at least thirty-two characters"
ID = "con_shop"
AGENT = "Bruno Lima"


def open_shop(context: Context, **settings: Any) -> tuple[str, str, str]:
    """Set a business up with a widget; returns the ids of workspace, inbox and agent."""
    workspace_id = service.create_workspace(
        context.store, context.ids, context.clock, "Loja Aurora", "America/Sao_Paulo", "BR"
    )
    person_id = service.add_person(
        context.store,
        context.ids,
        context.clock,
        workspace_id,
        email="bruno@aurora.example",
        name=AGENT,
        role="administrator",
    )
    save(context, workspace_id, **settings)
    inbox_id = identity.inbox_id(workspace_id, CHANNEL, ID)
    described = {"name": "Site", "external_id": ID, "connection_id": ID, "is_private": False, "address": None}
    with context.store.unit() as unit:
        unit.emit(
            Event(
                workspace_id=workspace_id,
                type="inbox.created",
                key="inbox:site",
                occurred_us=context.clock.us(),
                channel=CHANNEL,
                inbox_id=inbox_id,
                payload=described,
            )
        )
    return workspace_id, inbox_id, person_id


def save(context: Context, workspace_id: str, connection_id: str = ID, **settings: Any) -> None:
    """Write the connection with these settings."""
    given = {"title": "Loja Aurora", "colour": "#0f766e", "allowed_origins": ["https://shop.example"]} | settings
    Connections(context.store.database).save(
        Connection(connection_id, workspace_id, CHANNEL, "Site", "", "verify", [KEY], "", given)
    )


def chatter(context: Context, visitor_id: str, length: int) -> list[str]:
    """Let a visitor have said so many things, one a second until a minute ago: more than the pace lets anybody write."""
    connection = Connections(context.store.database).get(ID)
    assert connection is not None
    visitor = Visitor(Door(connection, widget_of(connection), ""), visitor_id, None, None, 0)
    began_us = context.clock.us() - (length + 60) * SECOND_US
    said = [f"word {number}" for number in range(length)]
    with context.store.unit() as unit:
        for number, text in enumerate(said):
            at_us = began_us + number * SECOND_US
            unit.emit(deliveries.message(visitor, at_us, f"chatter-{number:04}", {"text": text}))
    return said


@contextlib.contextmanager
def working(context: Context) -> Iterator[None]:
    """Fold and send in a thread of its own, as the worker does."""
    stop = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_work(context, stop)), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)


async def _work(context: Context, stop: threading.Event) -> None:
    sending = loops(context)
    while not stop.is_set():
        for _, step, _ in [*steps(context), *sending.steps]:
            await step()
        await asyncio.sleep(0.02)
    await sending.close()


def work(context: Context) -> None:
    """Do once all there is to do."""
    asyncio.run(_work_once(context))


async def _work_once(context: Context) -> None:
    sending = loops(context)
    for _ in range(3):
        for _, step, _ in [*steps(context), *sending.steps]:
            await step()
    await sending.close()
