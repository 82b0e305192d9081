"""A shop with a widget, served over HTTP, and browsers that visit it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from app import connections
from app.context import Context
from app.main import create_app
from ingest.domain.event import Event
from tests.integration.webchat import shop

ORIGIN = "https://shop.example"


class Visitor:
    """One browser on one page; `token` is that of its visit."""

    def __init__(self, client: TestClient, origin: str = ORIGIN, connection_id: str = shop.ID) -> None:
        self.client = client
        self.origin = origin
        self.path = f"/chat/{connection_id}"
        self.session: dict[str, Any] = {}

    @property
    def headers(self) -> dict[str, str]:
        """Return what a browser sends with every call of the widget."""
        token = self.session.get("token")
        return {"Origin": self.origin} | ({"Authorization": f"Bearer {token}"} if token else {})

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """Call the widget's server side."""
        options["headers"] = self.headers | options.get("headers", {})
        return self.client.request(method, f"{self.path}/{path}", **options)

    def begin(self, **given: Any) -> Any:
        """Begin a visit, or go on with it."""
        given = {"returning": self.session.get("returning")} | given
        answer = self.ask("POST", "session", json=given)
        if answer.status_code == 200:
            self.session = answer.json()
        return answer

    def say(self, client_id: str = "client-01", text: str | None = "hello", **more: Any) -> Any:
        """Write a message."""
        return self.ask("POST", "messages", json={"client_id": client_id, "text": text, **more})

    def hear(self, after: int | None = None) -> Any:
        """Return what the widget would show."""
        return self.ask("GET", "messages", params={} if after is None else {"after": after}).json()

    def texts(self) -> list[str]:
        """Return what the conversation says."""
        return [each["text"] for each in self.hear()["messages"]]


Somebody = Callable[..., Visitor]
"""Makes a visitor who has not begun anything yet."""


class Shop:
    """The business behind the widget."""

    def __init__(self, context: Context, client: TestClient, ids: tuple[str, str, str]) -> None:
        self.context = context
        self.client = client
        self.workspace_id, self.inbox_id, self.agent_id = ids

    def work(self) -> None:
        """Parse, fold and send all there is."""
        shop.work(self.context)

    def events(self, type_: str) -> list[Any]:
        """Return the payloads of all events of a type."""
        with self.context.store.read() as sql:
            return [dict(each.payload) for each in self.context.store.journal.after(sql, 0, 1_000, [type_])]

    def conversation(self) -> dict[str, Any]:
        """Return the ids of the first conversation and its contact."""
        with self.context.store.read() as sql:
            rows = sql.exec_driver_sql("SELECT conversation_id, contact_id FROM conversation").mappings().all()
        return dict(rows[0])

    def agent_says(self, visitor: Visitor, text: str, message_id: str, **more: Any) -> None:
        """Let an agent write; it is on its way once the house has worked."""
        payload = {
            "message_id": message_id, "message_ref": None, "external_id": None, "kind": "text", "text": text,
            "media": [], "content": None, "reply_to_ref": None, "language": None, "template": None, "interactive": None,
            "to": [{"kind": "external", "address": visitor.session["visitor_id"]}], "origin": "typed", "due_us": 0,
        }  # fmt: skip
        said = Event(
            workspace_id=self.workspace_id,
            type="message.requested",
            key=f"say:{message_id}",
            occurred_us=self.context.clock.us(),
            channel="webchat",
            inbox_id=self.inbox_id,
            actor_kind="agent",
            actor_id=self.agent_id,
            payload=payload | more,
            **self.conversation(),
        )
        with self.context.store.unit() as unit:
            unit.emit(said)


@pytest.fixture
def house(context: Context, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setattr(connections, "_FRESH_S", 0.0)  # settings count at once
    ids = shop.open_shop(context)
    app = create_app(context, console=False)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Shop(context, client, ids)


@pytest.fixture
def visitor(house: Shop) -> Visitor:
    """Somebody who has just begun a visit."""
    found = Visitor(house.client)
    assert found.begin().status_code == 200
    return found


@pytest.fixture
def somebody(house: Shop) -> Somebody:
    """Return a maker of visitors who have not begun anything yet."""
    return lambda **given: Visitor(house.client, **given)
