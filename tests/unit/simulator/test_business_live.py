"""The business that goes on: customers write, agents work through the API, customers answer back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from ingest.channels.registry import NAMES
from ingest.channels.simulator.live import LiveBusiness, is_left_to_the_watcher
from ingest.channels.simulator.people import Agent
from ingest.channels.simulator.wire import Party, Said, read, wire_of
from ingest.domain.errors import Conflict
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US, FixedClock


class Shop:
    """A small house behind the two doors: what came in waits, what agents send is told to the business."""

    def __init__(self, *, seed: int = 7, refuses_first_claim: bool = False) -> None:
        self.clock = FixedClock(1_760_000_000 * SECOND_US)
        self.received: list[Event] = []
        self.waiting: dict[str, dict[str, Any]] = {}
        self.replies: list[tuple[Agent, str]] = []
        self.claims = 0
        self.refuses = refuses_first_claim
        self.business = LiveBusiness(seed, self.clock, "w", messages_per_minute=60, pause=self.pause)

    async def pause(self, seconds: float) -> None:
        self.clock.advance(int(seconds * SECOND_US))
        await asyncio.sleep(0)

    async def write(self, party: Party, text: str) -> None:
        wire, now = wire_of(party.door.channel), self.clock.us()
        body = wire.wrote(party, now, wire.new_id(party, now, is_ours=False), Said("text", text))
        for event in read(party, body, now):
            if event.type == "message.received":
                assert event.conversation_id
                self.received.append(event)
                address = event.payload["identities"][0]["address"]
                known = self.waiting.get(event.conversation_id, {})
                self.waiting[event.conversation_id] = {
                    "conversation_id": event.conversation_id,
                    "version": 1,
                    "assignee": known.get("assignee"),
                    "contact": {"name": event.payload["name"], "address": address, "language": None},
                    "waiting_since_at": "2025-10-09T00:00:00Z",
                }

    async def api(self, agent: Agent, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        if method == "GET":
            return {"conversations": [each for each in self.waiting.values() if each["waiting_since_at"]]}
        conversation = self.waiting[path.split("/")[3]]
        if path.endswith("/claim"):
            self.claims += 1
            if self.refuses and self.claims == 1:
                raise Conflict
            conversation["assignee"] = {"name": agent.name}
        if path.endswith("/replies"):
            assert body
            self.replies.append((agent, conversation["conversation_id"]))
            conversation["waiting_since_at"] = None
            self.business.on_sent(conversation["contact"]["address"])
        return {}

    async def runs(self, until: Callable[[], bool]) -> None:
        task = asyncio.create_task(self._run())
        for _ in range(20_000):
            if until() or task.done():
                break
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def _run(self) -> Awaitable[None]:
        return self.business.run(self.write, self.api)  # type: ignore[return-value]


async def test_customers_write_and_agents_answer_leaving_some_to_the_watcher() -> None:
    shop = Shop()
    await shop.runs(lambda: len(shop.replies) > 30 and len(shop.received) > 60)
    assert len(shop.replies) > 30
    answered = {conversation_id for _, conversation_id in shop.replies}
    assert not any(is_left_to_the_watcher(each) for each in answered)
    assert any(is_left_to_the_watcher(event.conversation_id or "") for event in shop.received)


async def test_a_customer_may_answer_what_the_watcher_sent() -> None:
    shop = Shop()
    shop.business = LiveBusiness(7, shop.clock, "w", messages_per_minute=600, pause=shop.pause)
    await shop.runs(lambda: len(shop.received) > 20)
    before = len(shop.received)
    for event in shop.received[:20]:
        shop.business.on_sent(event.payload["identities"][0]["address"])
    assert shop.business._answers.qsize() > 5
    assert len(shop.received) == before


@pytest.mark.parametrize("seed", range(1, 21))
async def test_of_the_first_forty_messages_one_at_least_is_on_each_channel(seed: int) -> None:
    shop = Shop(seed=seed)
    await shop.runs(lambda: len(shop.received) >= 40)
    assert {event.channel for event in shop.received[:40]} == set(NAMES)


async def test_strangers_are_passed_over() -> None:
    shop = Shop()
    await shop.runs(lambda: len(shop.received) > 5)
    size = shop.business._answers.qsize()
    shop.business.on_sent("5511000000000")
    assert shop.business._answers.qsize() == size


async def test_a_lost_claim_does_not_end_the_day() -> None:
    shop = Shop(refuses_first_claim=True)
    await shop.runs(lambda: len(shop.replies) > 5)
    assert len(shop.replies) > 5
