"""A stream tells a visitor at once, goes on where it was left, and costs little however many listen."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import event as sql_events
from starlette.websockets import WebSocketDisconnect

from app.webchat.stream import Hub
from tests.integration.webchat.conftest import ORIGIN, Shop, Somebody, Visitor

# --- the stream -------------------------------------------------------------------------------------


def stream(house: Shop, visitor: Visitor, after: int | None = None, token: str | None = None) -> Any:
    query = "" if after is None else f"?after={after}"
    protocols = ["prosa.chat", visitor.session["token"] if token is None else token]
    path = f"{visitor.path}/stream{query}"
    return house.client.websocket_connect(path, subprotocols=protocols, headers={"Origin": visitor.origin})


def test_a_stream_goes_on_where_it_was_left(house: Shop, visitor: Visitor) -> None:
    visitor.say("client-01", "one")
    house.work()
    with stream(house, visitor) as socket:
        first = socket.receive_json()
        assert socket.accepted_subprotocol == "prosa.chat"
        assert [each["text"] for each in first["messages"]] == ["one"]
        house.agent_says(visitor, "two", "msg_2")
        house.work()
        told: list[str] = []
        while "two" not in told:
            told += [each["text"] for each in socket.receive_json()["messages"]]
    house.agent_says(visitor, "three", "msg_3")
    house.work()
    with stream(house, visitor, first["seq"]) as socket:
        missed = socket.receive_json()
    assert [each["text"] for each in missed["messages"]] == ["two", "three"]
    assert missed["is_all"] is False


def test_a_stream_from_a_house_that_was_emptied_begins_anew(house: Shop, visitor: Visitor) -> None:
    visitor.say("client-01", "one")
    house.work()
    with stream(house, visitor, 10_000) as socket:
        assert socket.receive_json()["is_all"] is True


@pytest.mark.parametrize(
    ("origin", "token", "code"), [(ORIGIN, "guess", 4401), ("https://elsewhere.example", None, 4403)]
)
def test_a_stream_is_refused_with_a_code_that_says_whether_a_new_token_helps(
    house: Shop, visitor: Visitor, origin: str, token: str | None, code: int
) -> None:
    visitor.origin = origin
    with stream(house, visitor, token=token) as socket, pytest.raises(WebSocketDisconnect) as closed:
        socket.receive_json()
    assert closed.value.code == code


def hub_of(house: Shop) -> Hub:
    """Return the hub behind the application's way to show typing."""
    found: Hub = house.client.app.state.show_typing.hub  # type: ignore[attr-defined]
    return found


def test_who_types_is_shown_to_the_other_side(house: Shop, visitor: Visitor) -> None:
    told: list[tuple[str, str]] = []

    async def tell_console(inbox_id: str, conversation_id: str) -> None:
        told.append((inbox_id, conversation_id))

    state = house.client.app.state  # type: ignore[attr-defined]
    state.show_visitor_typing = tell_console
    visitor.say()
    house.work()
    assert visitor.ask("POST", "typing").status_code == 204
    with stream(house, visitor) as socket:
        socket.receive_json()
        socket.send_text('{"type":"typing"}')
        external_id = f"{visitor.session['visitor_id']}:client-01"
        house.client.portal.call(state.show_typing, house.inbox_id, external_id)  # type: ignore[union-attr]
        assert socket.receive_json() == {"type": "typing"}
        deadline = time.monotonic() + 10
        while len(told) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert set(told) == {(house.inbox_id, house.conversation()["conversation_id"])}
    assert len(told) == 2


# --- many -------------------------------------------------------------------------------------------


def test_a_commit_costs_a_few_statements_however_many_listen(house: Shop, somebody: Somebody) -> None:
    visitors = [somebody() for _ in range(25)]
    for each in visitors:
        each.begin()
        each.say()
    house.work()
    hub = hub_of(house)
    with ExitStack() as stack:
        sockets = [stack.enter_context(stream(house, each)) for each in visitors]
        for each in sockets:
            each.receive_json()
        assert sum(map(len, hub.listeners.values())) == 25
        looks = _count_statements(hub)
        for each in visitors:
            each.say("client-02", "again")
        house.work()
        for each in sockets:
            while not any(said["text"] == "again" for said in each.receive_json()["messages"]):
                pass
        assert max(looks) <= 8
        assert sum(looks) < 150


def _count_statements(hub: Hub) -> list[int]:
    """Return a list that grows by the number of statements of every look the hub takes."""
    looks: list[int] = []
    gather = hub._gather

    def counted(sql: Any) -> Any:
        statements: list[str] = []
        sql_events.listen(sql, "before_cursor_execute", lambda *given: statements.append(given[2]))
        try:
            return gather(sql)
        finally:
            looks.append(len(statements))

    hub._gather = counted  # type: ignore[method-assign]
    return looks


# --- the poll of who has no stream ------------------------------------------------------------------


def test_a_poll_ends_when_its_browser_has_gone(house: Shop, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.webchat.service.LONGEST_POLL_S", 600)
    visitor.say("client-01", "one")
    house.work()
    seq, hub = visitor.hear()["seq"], hub_of(house)

    answered: list[Any] = []

    async def hang_up() -> Any:
        return {"type": "http.disconnect"}

    async def take(message: Any) -> None:
        answered.append(message)

    async def poll() -> None:
        async with asyncio.timeout(60):
            await house.client.app(_asks(visitor, seq), hang_up, take)

    house.client.portal.call(poll)  # type: ignore[union-attr]
    assert answered[0]["status"] == 200  # it was let in, and listened
    assert not hub.listeners


def _asks(visitor: Visitor, after: int) -> dict[str, Any]:
    """Return the ASGI scope of a poll."""
    headers = [(name.lower().encode(), value.encode()) for name, value in visitor.headers.items()]
    path, query = f"{visitor.path}/messages", f"after={after}".encode()
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "headers": headers,
        "http_version": "1.1",
        "scheme": "http",
        "server": ("shop", 80),
        "client": ("1.2.3.4", 5),
    }
