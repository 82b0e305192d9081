"""What a request may weigh. Pure ASGI, in front of everything, so that nothing too big is ever held in memory."""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import HeadersTooLarge, answer
from ingest.domain.errors import BadInput, ProsaError, TooLarge

JSON_LIMIT = 1024 * 1024
"""Bytes of a request body, where nothing else is said."""
_PER_HEADER = 4  # the colon, the space and the line end


class Limits:
    """Refuses what is too big: headers and address with 431, bodies with 413 while they are being read.

    `body_limit(path)` says how many bytes a path takes; None leaves the body to whoever serves the path.
    A NUL in the address is refused too: no name of ours holds one, and PostgreSQL cannot even look for it.
    """

    def __init__(self, app: ASGIApp, header_limit: int, body_limit: Callable[[str], int | None]) -> None:
        self._app = app
        self._header_limit = header_limit
        self._body_limit = body_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif problem := self._problem(scope):
            await _refuse(problem, scope, receive, send)
        elif scope["type"] == "http" and (limit := self._body_limit(scope["path"])) is not None:
            await _Guarded(self._app, limit)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _problem(self, scope: Scope) -> ProsaError | None:
        size = len(scope["query_string"]) + len(scope["path"])
        for name, value in scope["headers"]:  # every request pays for this; a generator costs three times as much
            size += len(name) + len(value) + _PER_HEADER
        if size > self._header_limit:
            return HeadersTooLarge(limit=self._header_limit)
        if "\x00" in scope["path"] or b"%00" in scope["query_string"] or b"\x00" in scope["query_string"]:
            return BadInput("The address holds a NUL character.")
        return None


class _Guarded:
    """One request whose body is counted while it comes in."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit
        self._size = 0
        self._is_answered = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        declared = dict(scope["headers"]).get(b"content-length", b"")
        if declared.isdigit() and int(declared) > self._limit:
            await _refuse(TooLarge(limit=self._limit), scope, receive, send)
            return
        try:
            await self._app(scope, self._counting(receive), self._watching(send))
        except TooLarge:
            if not self._is_over:
                raise
        if self._is_over and not self._is_answered:
            await _refuse(TooLarge(limit=self._limit), scope, receive, send)

    @property
    def _is_over(self) -> bool:
        return self._size > self._limit

    def _counting(self, receive: Receive) -> Receive:
        async def counted() -> Message:
            message = await receive()
            self._size += len(message.get("body", b""))
            if self._is_over:
                raise TooLarge(limit=self._limit)
            return message

        return counted

    def _watching(self, send: Send) -> Send:
        async def watched(message: Message) -> None:
            # what the application answers to a body cut short is not the answer we want to give
            if self._is_over and not self._is_answered:
                return
            self._is_answered = True
            await send(message)

        return watched


async def _refuse(error: ProsaError, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1009, "reason": error.detail})
        return
    response = answer(error)
    response.headers["Connection"] = "close"  # the rest of the request is not read
    await response(scope, receive, send)
