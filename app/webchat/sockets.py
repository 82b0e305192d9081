"""One visitor's WebSocket: told what was missed, then what happens; says that somebody types."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.webchat import reading, visits
from app.webchat.stream import NOT_SIGNED_IN, Hub, Listener
from app.webchat.visits import Visitor
from ingest.domain.errors import NotSignedIn, ProsaError

PING_S = 20.0
LATER = 1013
NOT_ALLOWED = 4403
_TYPING_EVERY_S = 2.0
_IsCurrent = Callable[[WebSocket], Awaitable[bool]]


async def refuse(socket: WebSocket, error: ProsaError) -> None:
    """Close a stream with a code that says whether a new token would help."""
    await socket.accept(visits.subprotocol(socket))  # a browser is told the code of nothing that was never open
    await socket.close(NOT_SIGNED_IN if isinstance(error, NotSignedIn) else NOT_ALLOWED)


async def serve(
    socket: WebSocket,
    hub: Hub,
    visitor: Visitor,
    after: int | None,
    on_typing: Callable[[], Awaitable[None]],
    is_current: _IsCurrent,
) -> None:
    """Serve until either side closes."""
    await socket.accept(visits.subprotocol(socket))
    async with hub.listening(visitor) as listener:
        loops = (_send(socket, hub, listener, after, is_current), _receive(socket, on_typing))
        tasks = [asyncio.create_task(each) for each in loops]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()


async def _send(
    socket: WebSocket,
    hub: Hub,
    listener: Listener,
    after: int | None,
    is_current: _IsCurrent,
) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        missed = await run_in_threadpool(hub.read, reading.batch, listener.conversation_id, after)
        await socket.send_text(orjson.dumps(missed).decode())
        while True:
            message = await _next(listener)
            if message is None:
                if not await is_current(socket):
                    await socket.close(NOT_SIGNED_IN)
                    return
                await socket.send_text('{"type":"ping"}')
            elif isinstance(message, int):
                await socket.close(message)
                return
            else:
                await socket.send_text(message)


async def _next(listener: Listener) -> str | int | None:
    """Return what waits; None when nothing came for as long as a ping may wait."""
    try:
        async with asyncio.timeout(PING_S):
            return await listener.queue.get()
    except TimeoutError:
        return None


async def _receive(socket: WebSocket, on_typing: Callable[[], Awaitable[None]]) -> None:
    told_s = float("-inf")
    clock = asyncio.get_running_loop().time
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while True:
            said = await socket.receive_text()
            if said.startswith('{"type":"typing"') and clock() - told_s >= _TYPING_EVERY_S:
                told_s = clock()
                await on_typing()
