"""A shop with a widget, served over HTTP, and browsers that visit it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from app import connections
from app.context import Context
from app.main import create_app
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
def somebody(house: Shop) -> Callable[..., Visitor]:
    """Return a maker of visitors who have not begun anything yet."""
    return lambda **given: Visitor(house.client, **given)
