"""What contacts call themselves, where messages bring no name: asked once, told in the log, refusals remembered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import insert, select

from app.outbox.gateways import Gateways
from app.outbox.profiles import ProfileFetcher
from app.state.unit import Store
from ingest.channels import registry
from ingest.channels.base import Connection, Delivery
from ingest.channels.simulator.meta_pages import SimulatedPages
from ingest.domain import identity
from ingest.domain.connection import row_of
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US, HOUR_US, SECOND_US, FixedClock
from ingest.store.database import Database
from ingest.store.journal import Journal
from ingest.store.live import contact
from ingest.store.media import MediaStore
from ingest.store.own import connection as connection_table

ACCOUNT, ANA, BO = "108000000000001", "71234567890123456", "71234567890123457"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00" + b"x" * 400
NAMES = {ANA: "Ana Souza", BO: "Bo"}
DOORS = [("messenger", {}), ("instagram", {"login": "facebook"}), ("instagram", {"login": "instagram"})]


class Page:
    """One account at a simulated provider, and the house whose account it is."""

    def __init__(self, store: Store, clock: FixedClock, folder: Path, channel: str, settings: dict[str, str]) -> None:
        self.store, self.clock, self.channel = store, clock, channel
        self.media = MediaStore(folder / "media")
        self.bodies: list[bytes] = []
        self.pages = SimulatedPages(
            "messenger" if channel == "messenger" else "instagram",
            ACCOUNT,
            login="instagram" if settings.get("login") == "instagram" else "facebook",
            access_token="token",
            app_secret="secret",
            http=httpx2.AsyncClient(transport=httpx2.MockTransport(self._take)),
            callback_url="http://us.test/hook",
            clock=clock,
        )
        self.pages.name_of = NAMES.get
        self.is_cut = False
        self._inner = httpx2.ASGITransport(self.pages.app)
        self.gateways = Gateways(httpx2.AsyncClient(transport=httpx2.MockTransport(self._carry)))
        base_url = "http://pages.test/v24.0"
        self.connection = Connection("con_1", "ws", channel, "P", base_url, "verify", ["secret"], "token", settings)
        self.inbox_id = identity.inbox_id("ws", channel, ACCOUNT)
        with store.database.write() as sql:
            sql.execute(insert(connection_table).values(**row_of(self.connection)))
        opened = {"name": "P", "external_id": ACCOUNT, "connection_id": "con_1", "is_private": False}
        self.emit(self._event("inbox.created", "inbox", opened))

    async def hears(self, person: str, text: str = "hi") -> None:
        """Let somebody write, and read what came in."""
        self.bodies.clear()
        self.pages.says(person, text)
        await self.pages.courier.settled()
        channel = registry.channel(self.channel)
        assert channel is not None
        for body in self.bodies:
            self.emit(*channel.parse(Delivery("ws", "con_1", body, self.clock.us(), "evt_1")))

    async def asks(self, fetcher: ProfileFetcher | None = None, rounds: int = 4, pause_us: int = 0) -> ProfileFetcher:
        fetcher = fetcher or ProfileFetcher(self.store, self.gateways, self.media)
        for _ in range(rounds):
            await fetcher.run_once()
            self.clock.advance(pause_us)
        await fetcher.drain()
        return fetcher

    def emit(self, *events: Event) -> None:
        with self.store.unit() as unit:
            unit.emit(*events)

    def calls_them(self, person: str, name: str) -> None:
        """Let an agent name a contact."""
        given = {"name": name, "username": None, "source": "agent"}
        self.emit(self._event("contact.named", f"agent:{person}", given, contact_id=self.contact_id(person)))

    def contact_id(self, person: str) -> str:
        return identity.contact_id("ws", self.channel, {"kind": "user_id", "address": person})

    def name(self, person: str) -> tuple[str | None, str | None]:
        row = self.row(person)
        return row.name, row.username

    def row(self, person: str) -> Any:
        with self.store.read() as sql:
            return sql.execute(select(contact).where(contact.c.contact_id == self.contact_id(person))).one()

    def facts(self, *types: str) -> list[Event]:
        with self.store.read() as sql:
            return self.store.journal.after(sql, 0, 1_000, types)

    def _event(self, type_: str, key: str, payload: dict[str, Any], **more: Any) -> Event:
        place = {"workspace_id": "ws", "channel": self.channel, "inbox_id": self.inbox_id}
        return Event(type=type_, key=key, occurred_us=self.clock.us(), payload=payload, **place, **more)

    def _take(self, request: httpx2.Request) -> httpx2.Response:
        self.bodies.append(request.content)
        return httpx2.Response(200)

    async def _carry(self, request: httpx2.Request) -> httpx2.Response:
        if self.is_cut:
            raise httpx2.ConnectError("down")
        response = await self._inner.handle_async_request(request)
        return httpx2.Response(response.status_code, headers=response.headers, content=await response.aread())


@pytest.fixture(params=DOORS, ids=["messenger", "instagram", "instagram_login"])
def page(
    request: pytest.FixtureRequest, database: Database, journal: Journal, clock: FixedClock, tmp_path: Path
) -> Page:
    return Page(Store(database, journal, clock), clock, tmp_path, *request.param)


async def test_who_writes_has_a_name_and_is_asked_for_once(page: Page) -> None:
    await page.hears(ANA)
    await page.asks()
    assert page.name(ANA) == ("Ana Souza", None if page.channel == "messenger" else "ana.3456")
    await page.hears(ANA, "again")
    await page.asks()
    page.clock.advance(29 * DAY_US)
    await page.hears(ANA, "later")
    await page.asks()
    assert page.pages.asked == [ANA]


async def test_a_picture_is_kept_by_its_content(page: Page) -> None:
    page.pages.picture_of = lambda person: (PNG, "image/jpeg")
    await page.hears(ANA)
    await page.asks()
    (pictured,) = page.facts("contact.pictured")
    assert pictured.payload["mime"] == "image/png", "the provider said jpeg"
    assert page.media.path(page.row(ANA).picture).read_bytes() == PNG


@pytest.mark.parametrize("content", [b"<svg onload='alert(1)'/>", b"<html></html>", b"", PNG + b"x" * 3_000_000])
async def test_what_is_no_picture_is_not_kept_and_the_name_is(page: Page, content: bytes) -> None:
    page.pages.picture_of = lambda person: (content, "image/png")
    await page.hears(ANA)
    await page.asks()
    assert (page.row(ANA).picture, page.name(ANA)[0]) == (None, "Ana Souza")


async def test_a_picture_elsewhere_is_not_fetched(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    inner = page._inner

    class Elsewhere(httpx2.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            asked.append(request.url.host)
            if request.url.path.endswith(ANA):
                return httpx2.Response(200, json={"name": "Ana", "profile_pic": "https://169.254.169.254/latest"})
            return await inner.handle_async_request(request)

    monkeypatch.setattr(page, "_inner", Elsewhere())
    await page.hears(ANA)
    await page.asks()
    assert (page.row(ANA).picture, page.name(ANA)[0], asked) == (None, "Ana", ["pages.test"])


async def test_many_messages_at_once_are_one_question(page: Page) -> None:
    for text in "abc":
        await page.hears(ANA, text)
    await page.hears(BO)
    await page.asks()
    assert sorted(page.pages.asked) == [ANA, BO]
    assert page.name(BO)[0] == "Bo"


async def test_after_two_months_a_new_name_is_seen(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    await page.hears(ANA)
    await page.asks()
    monkeypatch.setitem(NAMES, ANA, "Ana Lima")
    page.clock.advance(61 * DAY_US)
    await page.hears(ANA)
    await page.asks()
    assert (page.name(ANA)[0], len(page.pages.asked)) == ("Ana Lima", 2)


async def test_the_same_name_again_does_not_undo_what_an_agent_calls_them(page: Page) -> None:
    await page.hears(ANA)
    await page.asks()
    page.clock.advance(SECOND_US)
    page.calls_them(ANA, "Ana from the market")
    page.clock.advance(61 * DAY_US)
    await page.hears(ANA)
    await page.asks()
    assert (page.name(ANA)[0], len(page.pages.asked)) == ("Ana from the market", 2)


@pytest.mark.parametrize("code", [230, 10, 200, 190, 2018218])
async def test_a_refusal_is_remembered_for_a_week_also_by_the_next_start(page: Page, code: int) -> None:
    page.pages.withheld[ANA] = code
    await page.hears(ANA)
    await page.asks()
    assert page.name(ANA) == (None, None)
    (asked,) = page.facts("contact.looked_up")
    assert asked.payload["code"] == str(code)
    assert asked.payload["reason"]
    page.clock.advance(6 * DAY_US)
    await page.hears(ANA)
    await page.asks()
    assert page.pages.asked == [ANA]
    del page.pages.withheld[ANA]
    page.clock.advance(9 * DAY_US)
    await page.hears(ANA)
    await page.asks()
    assert page.name(ANA)[0] == "Ana Souza"


async def test_who_is_not_known_any_more_is_no_reason_to_ask_again(page: Page) -> None:
    page.pages.name_of = lambda person: None
    await page.hears(ANA)
    await page.asks()
    await page.hears(ANA)
    await page.asks()
    assert page.pages.asked == [ANA]


async def test_a_provider_that_is_down_is_asked_again_later(page: Page) -> None:
    await page.hears(ANA)
    page.is_cut = True
    fetcher = await page.asks(pause_us=SECOND_US)
    assert (page.facts("contact.looked_up"), page.pages.asked) == ([], [])
    page.is_cut = False
    await page.asks(fetcher, pause_us=HOUR_US)
    assert page.name(ANA)[0] == "Ana Souza"


async def test_who_wrote_long_ago_is_asked_for_when_they_write_again(page: Page) -> None:
    await page.hears(ANA)
    page.clock.advance(2 * DAY_US)
    await page.asks()
    assert page.pages.asked == []
    await page.hears(ANA)
    await page.asks()
    assert page.name(ANA)[0] == "Ana Souza"


async def test_a_name_joins_nobody_and_a_rebuild_has_the_same_names(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(NAMES, BO, "Ana Souza")
    for person in (ANA, BO):
        await page.hears(person)
    await page.asks()
    with page.store.read() as sql:
        before = sql.execute(select(contact).order_by(contact.c.contact_id)).all()
    assert [(row.name, row.customer_id == row.contact_id) for row in before] == [("Ana Souza", True)] * 2
    page.store.rebuild()
    with page.store.read() as sql:
        assert sql.execute(select(contact).order_by(contact.c.contact_id)).all() == before
