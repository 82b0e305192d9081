"""A message that Instagram only announces is asked for where it does not follow, and is a message like any other."""

from __future__ import annotations

import httpx2
import orjson
import pytest

from app.connect.announced import FOLLOWS_US, Announcements
from app.connect.service import connect
from app.webhooks.parsing import ParserConsumer
from app.webhooks.providers import PARSERS
from ingest.channels.meta.announced import body_of
from ingest.channels.simulator.meta_pages import SimulatedPages
from ingest.domain.connection import Connection
from ingest.domain.delivery import delivery_of
from ingest.domain.errors import Rejected
from ingest.kit.clock import SECOND_US, FixedClock
from tests.house import House

ACCOUNT, ANA = "17841400000000001", "1000000000000001"
VALUES = {"external_id": ACCOUNT, "login": "facebook", "access_token": "tok", "secret": "s"}


class Street:
    """An account at a simulated provider whose webhooks become deliveries of the house, and the worker's loops."""

    def __init__(self, house: House) -> None:
        self.house, self.store = house, house.context.store
        assert isinstance(house.context.clock, FixedClock)
        self.clock: FixedClock = house.context.clock
        given = VALUES | {"base_url": "http://sim.test/v24.0"}
        self.made: Connection = connect(house.context, house.own.workspace_id, "instagram", "Insta", given)
        hook = httpx2.AsyncClient(transport=httpx2.MockTransport(self._take))
        self.pages = SimulatedPages(
            "instagram",
            ACCOUNT,
            access_token="tok",
            app_secret="s",
            http=hook,
            callback_url="http://us.test",
            clock=self.clock,
        )
        self.parser = ParserConsumer(self.store, PARSERS)
        self.errands = Announcements(
            self.store, httpx2.AsyncClient(transport=httpx2.ASGITransport(self.pages.app)), lambda host, port: []
        )

    def _take(self, request: httpx2.Request) -> httpx2.Response:
        with self.store.unit() as unit:
            unit.emit(delivery_of(self.made, request.content, "application/json", self.clock.us()))
        return httpx2.Response(200)

    async def work(self) -> None:
        await self.pages.courier.settled()
        for _ in range(4):
            self.parser.run_once(self.clock.us())
            await self.errands.run_once()
        self.parser.run_once(self.clock.us())

    def texts(self) -> list[str]:
        with self.store.read() as sql:
            found = self.store.journal.after(sql, 0, 1000, ["message.received"])
        return [str(each.payload["text"]) for each in found if each.channel == "instagram"]


async def test_what_does_not_follow_is_asked_for_and_what_follows_is_not(house: House) -> None:
    street = Street(house)
    mid = street.pages.announces(ANA, "only announced")
    late = street.pages.announces(ANA, "comes by itself")
    await street.work()
    assert street.texts() == []
    message = {"mid": late, "text": "comes by itself"}
    street.pages.happens(ANA, {"message": message})
    await street.work()
    street.clock.advance(FOLLOWS_US + SECOND_US)
    del street.pages.kept[late]  # asked for, it would not be given
    await street.work()
    assert street.texts() == ["comes by itself", "only announced"]
    again = {"mid": mid, "text": "only announced"}
    street.pages.happens(ANA, {"message": again})  # the webhook of hours later is the same message
    await street.work()
    assert len(street.texts()) == 2


def test_our_own_message_is_an_echo_and_without_parties_it_is_nobodys() -> None:
    told = {
        "created_time": "2026-11-18T11:06:40+0000",
        "message": "hi",
        "from": {"id": ACCOUNT},
        "to": {"data": [{"id": ANA}]},
    }
    item = orjson.loads(body_of(ACCOUNT, "m", told))["entry"][0]["messaging"][0]
    assert item["message"]["is_echo"] is True
    with pytest.raises(Rejected):
        body_of("another", "m", told)
    with pytest.raises(Rejected):
        body_of(ACCOUNT, "m", {"message": "hi"})
