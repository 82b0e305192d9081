"""A button that was tapped comes to rest at once, whether or not anybody opens the conversation."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from sqlalchemy import insert

from app.outbox.gateways import Gateways
from app.outbox.taps import Taps
from ingest.channels.simulator.telegram_api import SimulatedTelegram, wire
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US
from ingest.store.own import connection as connection_table
from tests import builders
from tests.integration.outbox.street import Street
from tests.unit.telegram.wire import ANA, TOKEN, USER, update

INBOX = "inb_bot"


@pytest.fixture
def telegram(street: Street) -> SimulatedTelegram:
    """Return a bot of the street's business."""
    given: dict[str, Any] = {"verify_token": "v", "secrets": "[]", "access_token": TOKEN, "name": "Bot"}
    with street.store.database.write() as sql:
        row = {"connection_id": "con_bot", "workspace_id": builders.WORKSPACE, "channel": "telegram"}
        sql.execute(insert(connection_table).values(**row, base_url="http://sim.test", **given))
    opened = {"name": "Bot", "external_id": "con_bot", "connection_id": "con_bot", "is_private": False}
    street.emit(
        Event(
            workspace_id=builders.WORKSPACE,
            type="inbox.created",
            key="bot",
            occurred_us=builders.T0,
            channel="telegram",
            inbox_id=INBOX,
            payload=opened,
        )
    )
    return SimulatedTelegram(token=TOKEN, clock=street.clock)


def _taps(street: Street, telegram: SimulatedTelegram) -> Taps:
    return Taps(street.store, Gateways(httpx2.AsyncClient(transport=wire(telegram.app))))


def _tap(street: Street, number: str = "q1") -> None:
    item = {"id": number, "from": USER, "data": "yes", "message": {"message_id": 5, "chat": {"id": ANA}}}
    (event, *_) = update("callback_query", item)
    street.emit(
        Event(
            workspace_id=builders.WORKSPACE,
            type=event.type,
            key=event.key,
            occurred_us=street.clock.us(),
            channel="telegram",
            inbox_id=INBOX,
            conversation_id=event.conversation_id,
            contact_id=event.contact_id,
            actor_kind="contact",
            payload=event.payload,
        )
    )


async def _settle(taps: Taps) -> None:
    for _ in range(20):
        await taps.run_once()


async def test_a_tap_is_answered_once_and_nothing_else_is(street: Street, telegram: SimulatedTelegram) -> None:
    street.hears()
    _tap(street)
    taps = _taps(street, telegram)
    await _settle(taps)
    await _settle(taps)
    assert [(each.method, each.parameters) for each in telegram.sends] == [
        ("answerCallbackQuery", {"callback_query_id": "q1"})
    ]


async def test_a_tap_of_long_ago_is_left_alone(street: Street, telegram: SimulatedTelegram) -> None:
    _tap(street)
    street.clock.advance(600 * SECOND_US)
    await _settle(_taps(street, telegram))
    assert not telegram.sends


async def test_a_bot_that_cannot_be_reached_holds_nobody_up(street: Street, telegram: SimulatedTelegram) -> None:
    _tap(street)

    def fail(_request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("down")

    taps = Taps(street.store, Gateways(httpx2.AsyncClient(transport=httpx2.MockTransport(fail))))
    await _settle(taps)
    assert not taps._waiting
