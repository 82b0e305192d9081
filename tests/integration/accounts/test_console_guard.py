"""The console is shut to whoever is not signed in, and shuts when a session ends."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.console import Guard
from tests.house import House


async def streamlit(scope: Any, receive: Any, send: Any) -> None:
    """Stand in for the console: pages say hello, the WebSocket repeats what it hears."""
    if scope["type"] == "http":
        await PlainTextResponse(f"page {Request(scope).url.path}")(scope, receive, send)
        return
    socket = WebSocket(scope, receive, send)
    await socket.accept()
    try:
        while True:
            await socket.send_text(await socket.receive_text())
    except WebSocketDisconnect:
        return


@pytest.fixture
def console(house: House) -> TestClient:
    return TestClient(Guard(streamlit, house.context, check_s=0.05), follow_redirects=False)


def cookie(house: House) -> dict[str, str]:
    return {"Cookie": house.browser("agent").headers["Cookie"]}


def test_a_page_leads_to_sign_in_and_back(console: TestClient, house: House) -> None:
    stranger = console.get("/reports?from=2026-01-01")
    assert (stranger.status_code, stranger.headers["location"]) == (303, "/login?next=%2Freports%3Ffrom%3D2026-01-01")
    assert console.get("/reports", headers=cookie(house)).text == "page /reports"


def test_an_upload_without_session_is_refused(console: TestClient) -> None:
    assert console.put("/_stcore/upload_file/a/b", content=b"x").json()["error"]["code"] == "not_signed_in"


def test_an_unknown_api_path_is_no_page(console: TestClient, house: House) -> None:
    assert console.get("/api/nothing", headers=cookie(house)).json()["error"]["code"] == "not_found"


def test_a_socket_needs_a_session_and_our_own_page(console: TestClient, house: House) -> None:
    for headers in ({}, {"Cookie": "prosa_session=guess"}, cookie(house) | {"Origin": "https://evil.example"}):
        with pytest.raises(WebSocketDisconnect), console.websocket_connect("/_stcore/stream", headers=headers):
            pass
    with console.websocket_connect(
        "/_stcore/stream", headers=cookie(house) | {"Origin": "http://testserver"}
    ) as socket:
        socket.send_text("hello")
        assert socket.receive_text() == "hello"


def test_an_open_socket_closes_when_its_session_ends(console: TestClient, house: House) -> None:
    agent = house.browser("agent")
    with console.websocket_connect("/_stcore/stream", headers={"Cookie": agent.headers["Cookie"]}) as socket:
        socket.send_text("hello")
        assert socket.receive_text() == "hello"
        agent.post("/logout")
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_text()
    assert closed.value.code == 1008
