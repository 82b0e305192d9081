"""One business with one number, a provider that behaves, and a wire between them that can be cut."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import orjson
from sqlalchemy import insert, select

from app.outbox.gateways import Gateways
from app.outbox.media_fetcher import MediaFetcher
from app.outbox.pacing import Pacing
from app.outbox.sender import Outbox
from app.state.unit import Store
from ingest.channels.simulator.faults import FaultPlan
from ingest.channels.simulator.graph_api import SimulatedGraph
from ingest.channels.simulator.webhooks import Number
from ingest.domain.event import Event
from ingest.kit.clock import FixedClock
from ingest.store.live import outbox as outbox_table
from ingest.store.media import MediaStore
from ingest.store.own import connection as connection_table
from tests import builders

BASE_URL = "http://provider.test/v24.0"
TOKEN = "EAAsecrettoken0123456789"
ANA = builders.phone("16505551234")

Hook = Callable[[httpx2.Request], None]


class Killed(BaseException):
    """The process ends here."""


class Wire(httpx2.AsyncBaseTransport):
    """Carries requests to the provider; hooks before and after may cut it."""

    def __init__(self, graph_app: Any) -> None:
        self._inner = httpx2.ASGITransport(graph_app)
        self.before: Hook = lambda request: None
        self.after: Hook = lambda request: None
        self.requests: list[httpx2.Request] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        self.before(request)
        response = await self._inner.handle_async_request(request)
        self.after(request)
        return response


class Street:
    """The store, the provider and the wire; `outbox()` is a new process each time."""

    def __init__(self, store: Store, clock: FixedClock, folder: Path, faults: FaultPlan, **graph: Any) -> None:
        self.store, self.clock = store, clock
        self.bodies: list[dict[str, Any]] = []
        self.graph = SimulatedGraph(
            Number(builders.NUMBER),
            access_token=TOKEN,
            app_secret="secret",
            http=httpx2.AsyncClient(transport=httpx2.MockTransport(self._receive)),
            callback_url="http://us.test/webhooks",
            faults=faults,
            clock=clock,
            sleep=_no_time,
            **graph,
        )
        self.wire = Wire(self.graph.app)
        self.gateways = Gateways(httpx2.AsyncClient(transport=self.wire))
        self.media = MediaStore(folder / "media")
        self._connect()

    def outbox(self, pacing: Pacing | None = None) -> Outbox:
        return Outbox(self.store, self.gateways, self.media, pacing, dice=lambda: 0.0)

    def fetcher(self, **options: Any) -> MediaFetcher:
        return MediaFetcher(self.store, self.gateways, self.media, **options)

    def emit(self, *events: Event) -> None:
        with self.store.unit() as unit:
            unit.emit(*events)

    def hears(self, who: dict[str, str] = ANA, at: int = 0, **payload: Any) -> None:
        self.emit(builders.a_message(f"wamid.in.{who['address']}.{at}", who, at, **payload))

    def asks(self, message_id: str, who: dict[str, str] = ANA, **payload: Any) -> None:
        body = {"message_id": message_id, "kind": "text", "text": f"to {who['address']}", "media": [], "to": [who]}
        self.emit(
            Event(
                type="message.requested",
                key=f"requested:{message_id}",
                occurred_us=self.clock.us(),
                actor_kind="agent",
                actor_id="per_1",
                payload=body | {"origin": "typed", "due_us": self.clock.us()} | payload,
                **builders.whose(who),
            )
        )

    async def send_all(self, outbox: Outbox | None = None, rounds: int = 4000) -> Outbox:
        """Run until nothing is queued, letting time pass where something waits."""
        outbox = outbox or self.outbox()
        for _ in range(rounds):
            if await outbox.run_once():
                continue
            if not self.in_state("queued"):
                break
            self.clock.advance(250_000)
        await outbox.drain()
        return outbox

    def in_state(self, state: str) -> list[str]:
        with self.store.read() as sql:
            query = select(outbox_table.c.message_id).where(outbox_table.c.state == state)
            return sorted(sql.execute(query).scalars())

    def row(self, table: Any, **where: Any) -> dict[str, Any] | None:
        with self.store.read() as sql:
            query = select(table).filter_by(**where)
            found = sql.execute(query).mappings().first()
            return dict(found) if found else None

    def facts(self, *types: str) -> list[Event]:
        with self.store.read() as sql:
            return self.store.journal.after(sql, 0, 100_000, types)

    def _connect(self) -> None:
        with self.store.database.write() as sql:
            sql.execute(
                insert(connection_table).values(
                    connection_id="con_1",
                    workspace_id=builders.WORKSPACE,
                    channel="whatsapp",
                    name="Shop",
                    base_url=BASE_URL,
                    verify_token="verify",
                    secrets='["secret"]',
                    access_token=TOKEN,
                )
            )
        self.emit(
            Event(
                workspace_id=builders.WORKSPACE,
                type="inbox.created",
                key="inbox",
                occurred_us=builders.T0,
                channel="whatsapp",
                inbox_id=builders.INBOX,
                payload={"name": "Shop", "external_id": builders.NUMBER, "connection_id": "con_1", "is_private": False},
            )
        )

    def _receive(self, request: httpx2.Request) -> httpx2.Response:
        self.bodies.append(orjson.loads(request.content))
        return httpx2.Response(200)


async def _no_time(_seconds: float) -> None:
    await asyncio.sleep(0)
