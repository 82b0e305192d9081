"""The Streamlit console on our own port, behind our own sign-in."""

from __future__ import annotations

import asyncio
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.accounts.sessions import COOKIE, actor_of_session, is_same_origin
from app.context import Context
from app.errors import answer
from ingest.domain.errors import NotFound, NotSignedIn, ProsaError

DASHBOARDS = Path(__file__).parents[1] / "dashboards"
_CHECK_S = 30.0
"""How long an open page may outlive its session."""

Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


def console(context: Context, folder: Path = DASHBOARDS) -> tuple[ASGIApp, Lifespan]:
    """Return the guarded console as an ASGI application, and the lifespan that must run around it.

    `folder` holds its `app.py` and `streamlit.toml`. The options are set in code, because Streamlit
    itself would look for a config file in the working folder only.
    """
    from streamlit import App, config

    options = tomllib.loads((folder / "streamlit.toml").read_text())
    for name, value in _flat(options):
        config.set_option(name, value)
    application = App(folder / "app.py")
    return Guard(application, context), application.lifespan()


def warm_up() -> None:
    """Load what the first report would load while somebody waits, 3 s on a slow core; to be called in a thread."""
    for name in ("duckdb", "pandas", "altair"):
        import_module(name)


def _flat(options: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in options.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


class Guard:
    """Lets nobody to the console without a session: pages go to sign-in, the rest is refused.

    An open WebSocket is looked at again every `check_s` seconds and closed once its session has ended.
    """

    def __init__(self, app: ASGIApp, context: Context, check_s: float = _CHECK_S) -> None:
        self._app = app
        self._context = context
        self._check_s = check_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["path"].startswith("/api/"):  # an API path nobody serves is not a page of the console
            return await _refuse(NotFound(), scope, receive, send)
        connection = HTTPConnection(scope)
        try:
            if scope["type"] == "websocket" and not is_same_origin(connection):
                raise NotSignedIn
            await run_in_threadpool(self._check, connection)
        except ProsaError as error:
            return await _refuse(error, scope, receive, send)
        if scope["type"] == "websocket":
            receive = self._while_signed_in(connection, receive, send)
        return await self._app(scope, receive, send)

    def _check(self, connection: HTTPConnection) -> None:
        actor_of_session(self._context, connection.cookies.get(COOKIE, ""))

    def _while_signed_in(self, connection: HTTPConnection, receive: Receive, send: Send) -> Receive:
        checked = time.monotonic()
        pending: asyncio.Future[Message] | None = None

        async def receive_or_end() -> Message:
            nonlocal checked, pending
            while True:
                pending = pending or asyncio.ensure_future(receive())
                rest = checked + self._check_s - time.monotonic()
                done, _ = await asyncio.wait({pending}, timeout=max(0.0, rest))
                if time.monotonic() - checked >= self._check_s:
                    try:
                        await run_in_threadpool(self._check, connection)
                    except NotSignedIn:
                        pending.cancel()
                        await send({"type": "websocket.close", "code": 1008, "reason": "signed out"})
                        return {"type": "websocket.disconnect", "code": 1008}
                    checked = time.monotonic()
                if done:
                    message, pending = pending.result(), None
                    return message

        return receive_or_end


async def _refuse(error: ProsaError, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": error.detail})
    elif isinstance(error, NotSignedIn) and scope["method"] in ("GET", "HEAD"):
        await RedirectResponse(f"/login?next={quote(_address(scope), safe='')}", 303)(scope, receive, send)
    else:
        await answer(error)(scope, receive, send)


def _address(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return f"{scope['path']}?{query}" if query else str(scope["path"])
