"""Updates that are asked for arrive as deliveries, durably before they are confirmed."""

from __future__ import annotations

import asyncio
import dataclasses
from dataclasses import replace

import httpx2
import orjson
import pytest

from app.webhooks.polling import TelegramPolling
from ingest.channels.base import Connection, Delivery
from ingest.channels.simulator.telegram_api import SimulatedTelegram, wire
from ingest.channels.telegram.parse import parse
from ingest.domain.delivery import body_of
from ingest.domain.errors import StoreUnavailable
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US, FixedClock
from tests.unit.telegram.wire import ANA, ARRIVED_US, TOKEN, connection


class Journal:
    """Keeps events by key; refuses where told to."""

    def __init__(self) -> None:
        self.kept: dict[str, Event] = {}
        self.refuses_after: int | None = None
        self.came = asyncio.Event()

    async def append(self, event: Event) -> bool:
        if self.refuses_after is not None and len(self.kept) >= self.refuses_after:
            raise StoreUnavailable
        is_new = event.key not in self.kept
        self.kept.setdefault(event.key, event)
        self.came.set()
        return is_new


class Known:
    def __init__(self, *given: Connection) -> None:
        self.given = list(given)

    def of_channel(self, channel: str) -> list[Connection]:
        return self.given if channel == "telegram" else []


def polling(
    telegram: SimulatedTelegram, journal: Journal, clock: FixedClock, updates: str = "polling"
) -> TelegramPolling:
    http = httpx2.AsyncClient(transport=wire(telegram.app))
    return TelegramPolling(Known(connection(updates=updates)), journal, clock, http)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(ARRIVED_US)


@pytest.fixture
def telegram(clock: FixedClock) -> SimulatedTelegram:
    return SimulatedTelegram(token=TOKEN, clock=clock)


async def test_each_update_becomes_a_delivery_and_is_confirmed_later(
    telegram: SimulatedTelegram, clock: FixedClock
) -> None:
    journal = Journal()
    poll = polling(telegram, journal, clock)
    telegram.says(ANA, "one")
    telegram.says(ANA, "two")
    assert await poll.run_once() == 2
    assert len(telegram._waiting) == 2
    assert await poll.run_once() == 0
    assert len(telegram._waiting) == 0
    bodies = [body_of(each) for each in journal.kept.values()]
    texts = [parse(Delivery("ws_1", "con_1", body, ARRIVED_US))[0].payload["text"] for body in bodies]
    assert texts == ["one", "two"]
    assert all(TOKEN not in repr(dataclasses.asdict(each)) for each in journal.kept.values())


async def test_killed_after_the_append_nothing_is_lost_or_doubled(
    telegram: SimulatedTelegram, clock: FixedClock
) -> None:
    journal = Journal()
    telegram.says(ANA, "one")
    await polling(telegram, journal, clock).run_once()
    await polling(telegram, journal, clock).run_once()
    assert len(journal.kept) == 1


async def test_what_the_store_refuses_is_not_confirmed(telegram: SimulatedTelegram, clock: FixedClock) -> None:
    journal = Journal()
    journal.refuses_after = 1
    poll = polling(telegram, journal, clock)
    for text in ("one", "two", "three"):
        telegram.says(ANA, text)
    assert await poll.run_once() == 0
    journal.refuses_after = None
    assert await poll.run_once() == 0
    clock.advance(6 * SECOND_US)
    assert await poll.run_once() == 2
    assert len(journal.kept) == 3


async def test_numbers_that_begin_anew_lose_nothing(telegram: SimulatedTelegram, clock: FixedClock) -> None:
    journal = Journal()
    poll = polling(telegram, journal, clock)
    telegram.says(ANA, "one")
    await poll.run_once()
    await poll.run_once()
    telegram._waiting.append({"update_id": 3, "message": orjson.loads(b"{}")})
    assert await poll.run_once() == 1


async def test_a_webhook_beside_it_makes_it_wait(telegram: SimulatedTelegram, clock: FixedClock) -> None:
    journal = Journal()
    poll = polling(telegram, journal, clock)
    telegram.webhook_url = "https://elsewhere.test"
    telegram.says(ANA, "one")
    assert await poll.run_once() == 0
    telegram.webhook_url = ""
    assert await poll.run_once() == 0
    clock.advance(31 * SECOND_US)
    assert await poll.run_once() == 1


async def test_connections_with_webhooks_are_left_alone(telegram: SimulatedTelegram, clock: FixedClock) -> None:
    telegram.says(ANA, "one")
    assert await polling(telegram, Journal(), clock, "webhook").run_once() == 0


async def test_a_bot_to_whom_nobody_writes_keeps_no_other_one_waiting(clock: FixedClock) -> None:
    journal, noted, ends = Journal(), [], asyncio.Event()
    busy = SimulatedTelegram(token="2:busy", clock=clock)

    class Street(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            if b"1:idle" in request.extensions["target"]:
                await ends.wait()  # Telegram holds the question as long as nothing comes
            return await wire(busy.app).handle_async_request(request)

    known = Known(
        *(replace(connection(token, updates="polling"), connection_id=token) for token in ("1:idle", "2:busy"))
    )
    poll = TelegramPolling(known, journal, clock, httpx2.AsyncClient(transport=Street()), note=noted.append)
    task = asyncio.create_task(poll.run())
    for text in ("one", "two"):
        busy.says(ANA, text)
        kept = len(journal.kept)
        async with asyncio.timeout(10):
            await journal.came.wait()
        assert len(journal.kept) == kept + 1
        journal.came.clear()
    assert noted == ["2:busy", "2:busy"]
    known.given.clear()
    await poll._look_around()
    assert poll._asking == {}
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
