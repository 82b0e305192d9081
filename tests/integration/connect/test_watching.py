"""The check nobody asks for: what does not work becomes a notice once, and so does that it works again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import httpx2
import pytest

from app.connect.service import connect
from app.connect.watching import EVERY_US, Watching
from app.context import Context
from app.webhooks.signs import Signs
from ingest.channels.simulator.graph_api import SimulatedGraph
from ingest.channels.simulator.webhooks import Number
from ingest.kit.clock import DAY_US, SECOND_US, FixedClock
from tests.house import House

SOON = 3 * 60 * SECOND_US


@dataclass
class Street:
    """A number at a simulated provider, and the worker's watch over it."""

    house: House
    clock: FixedClock
    graph: SimulatedGraph
    watching: Watching
    context: Context
    connection_id: str

    async def later(self, us: int) -> int:
        self.clock.advance(us)
        return await self.watching.run_once()

    def notices(self) -> list[dict[str, Any]]:
        found = self.house.browser("administrator").get("/api/channels/notices").json()["notices"]
        return [each for each in found if each["title"].startswith("Sales, ")]

    def pressing(self) -> list[str]:
        return [each["title"] for each in self.notices() if each["is_pressing"]]


@pytest.fixture
def street(house: House) -> Street:
    clock = house.context.clock
    assert isinstance(clock, FixedClock)
    values = {"external_id": "77", "access_token": "the-token", "secret": "s", "base_url": "http://sim.test/v24.0"}
    made = connect(house.context, house.own.workspace_id, "whatsapp", "Sales", values)
    hook = f"https://us.test/webhooks/whatsapp/{made.connection_id}"
    nobody = httpx2.AsyncClient(transport=httpx2.MockTransport(lambda request: httpx2.Response(200)))
    graph = SimulatedGraph(
        Number("77"), access_token="the-token", app_secret="s", http=nobody, callback_url=hook, clock=clock
    )
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(graph.app))
    return Street(house, clock, graph, Watching(house.context, http), house.context, made.connection_id)


async def test_what_is_well_is_looked_at_every_six_hours_and_told_nobody(street: Street) -> None:
    assert [await street.later(us) for us in (0, SOON, SOON, EVERY_US, SOON)] == [0, 1, 0, 1, 0]
    assert street.notices() == []


async def test_what_does_not_work_presses_once_and_is_told_again_after_a_week_and_once_more_when_it_is_well(
    street: Street,
) -> None:
    await street.later(0)
    street.graph.token_says.expires_s = (street.clock.us() + 10 * DAY_US) // SECOND_US
    await street.later(SOON)
    (title,) = street.pressing()
    assert title.startswith("Sales, expiry: The token lasts until")
    for _ in range(8):
        await street.later(EVERY_US)
    assert len(street.notices()) == 1
    await street.later(6 * DAY_US)
    assert (len(street.notices()), street.pressing()) == (2, [title])
    street.graph.token_says.expires_s = 0
    await street.later(EVERY_US)
    assert (street.pressing(), street.notices()[0]["title"]) == ([], "Sales, expiry: It is well again.")


async def test_two_workers_tell_it_once(street: Street) -> None:
    street.graph.subscribed.clear()
    other = Watching(street.context, street.watching._http)
    await other.run_once()
    await street.later(0)
    await street.later(SOON)
    await other.run_once()
    assert len(street.notices()) == 1


async def test_calls_that_are_refused_bring_the_check_forward(street: Street) -> None:
    await street.later(0)
    await street.later(SOON)
    signs = Signs(street.context.store.database, street.clock)
    for _ in range(3):
        signs.note(street.connection_id, "refused")
    signs.write()
    assert await street.later(SOON) == 0
    assert await street.later(4 * SOON) == 1
    assert street.pressing() == [
        "Sales, refused: The last call was refused – its signature is none of our secrets'. Enter the secret again."
    ]
    assert await street.later(4 * SOON) == 0


async def test_a_provider_that_cannot_be_reached_is_not_told_as_broken(street: Street) -> None:
    def away(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("away", request=request)

    watching = Watching(street.context, httpx2.AsyncClient(transport=httpx2.MockTransport(away)))
    street = replace(street, watching=watching)
    await street.later(0)
    assert await street.later(SOON) >= 1
    assert street.notices() == []
