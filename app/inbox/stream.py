"""The live stream: one task a process reads what was folded, builds it once, and hands it to whoever may see it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog
from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.access import Actor, current_actor
from app.context import Context
from app.inbox import changes, listing, repository, schemas
from ingest.domain.errors import NotFound, ProsaError
from ingest.store.watch import Watch

PING_S = 20.0
REVALIDATE_S = 45.0
TOO_OLD = 5_000
"""Events behind which a client is told to load anew instead of being told them all."""
QUEUE = 1_000
"""Messages that may wait for one listener before it is hung up on."""
_REST_S = 1.0
_BREATH_S = 0.04
"""After something was told: what comes within is told together, so a load of webhooks costs 25 reads a second."""
_ALONE_S = 0.2
"""How far the hub may lag while nobody listens; a load of webhooks commits 250 times a second."""
_SLOW, _NOT_SIGNED_IN = 1013, 1008
_RECHECK = "recheck"
"""Not sent: tells a stream's own loop to look the session up again."""
_PRESENCE = frozenset({"typing", "viewing"})

_log = structlog.get_logger()


@dataclass(eq=False, slots=True)
class Listener:
    """One open tab: who it is, where it began, and what waits for it."""

    actor: Actor
    after: int
    queue: asyncio.Queue[str | int] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    """Texts to send; a number ends the stream with that code."""
    is_closing: bool = False

    def may_see(self, change: changes.Change) -> bool:
        """Say whether a change is for this person."""
        if change.workspace_id != self.actor.workspace_id or change.seq <= self.after:
            return False
        return change.inbox_id is None or change.inbox_id in self.actor.inbox_ids

    def tell(self, message: str) -> None:
        """Queue a message; a listener that is too far behind is closed instead."""
        if self.is_closing:
            return
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            self.close(_SLOW)

    def close(self, code: int) -> None:
        """End the stream before anything else that waits."""
        self.is_closing = True
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(code)


class Hub:
    """Tails the journal and tells listeners; `position` is the seq up to which they were told."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.listeners: set[Listener] = set()
        self.position = 0
        self._nudged = asyncio.Event()
        self._watch = Watch(context.store.database)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Hub]:
        """Tail until the block ends; then every listener is hung up on (1012: the server restarts)."""
        loop = asyncio.get_running_loop()

        def nudge() -> None:
            with contextlib.suppress(RuntimeError):  # the loop is gone: nobody listens any more
                loop.call_soon_threadsafe(self._nudged.set)

        self.position = await run_in_threadpool(self.read, changes.reached)
        self._context.store.on_commit.append(nudge)
        task = loop.create_task(self._tail(), name="inbox stream")
        try:
            yield self
        finally:
            task.cancel()
            self._context.store.on_commit.remove(nudge)
            for listener in self.listeners:
                listener.close(1012)
            with contextlib.suppress(asyncio.CancelledError):
                await task
            self._watch.close()

    async def _tail(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(
                    self._watch.every_s if self.listeners else _ALONE_S
                ):  # wait_for may swallow a cancel
                    await self._nudged.wait()
            if not (self._watch.has_moved() or self._nudged.is_set()):
                continue
            self._nudged.clear()
            try:
                if await self._advance():
                    await asyncio.sleep(_BREATH_S)
            except Exception as error:  # the store may be away for a moment; listeners keep their place
                _log.exception("stream cannot read, tries again", error=repr(error))
                await asyncio.sleep(_REST_S)

    async def _advance(self) -> bool:
        """Tell what happened since `position`; returns whether that was anything. Unheard, only the position moves."""
        if not self.listeners:
            reached = await run_in_threadpool(self.read, changes.reached)
            if not self.listeners:  # nobody joined meanwhile, at the old place
                self.position = max(self.position, reached)
            return False
        batch, counts = await run_in_threadpool(self.read, self._gather, tuple(self.listeners))
        for listener in tuple(self.listeners):
            _tell(listener, batch.changes, counts.get(_eyes(listener.actor)))
        self.position = batch.seq
        if batch.is_about_rights:
            for listener in tuple(self.listeners):
                listener.tell(_RECHECK)
        return bool(batch.changes)

    def _gather(
        self, connection: Any, listeners: Sequence[Listener]
    ) -> tuple[changes.Batch, dict[Any, schemas.Counts]]:
        if changes.reached(connection) <= self.position:
            return changes.Batch(self.position), {}
        context = self._context
        batch = changes.read(connection, context.store.journal, self.position, context.clock.us())
        watching = {_eyes(each.actor): each.actor for each in listeners if any(map(each.may_see, batch.changes))}
        return batch, {eyes: listing.counts(connection, actor) for eyes, actor in watching.items()}

    def read(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Return `work(connection, *arguments)` of one reading transaction; blocks, so call it in a thread."""
        with self._context.store.read() as connection:
            return work(connection, *arguments)

    async def backlog(self, listener: Listener, after: int) -> AsyncIterator[str]:
        """Yield what a listener missed between `after` and its place in the hub; or that it missed too much."""
        upto = listener.after
        if after > upto:  # ahead of this process, whose reading may lag; unless it is ahead of the journal itself
            head = await run_in_threadpool(self.read, changes.reached)
            if after > head:
                yield _message("reset", seq=upto)
            else:
                listener.after = after
            return
        if upto - after > TOO_OLD:
            yield _message("reset", seq=upto)
            return
        context = self._context
        missed = Listener(listener.actor, after)
        while after < upto:
            batch = await run_in_threadpool(
                self.read, changes.read, context.store.journal, after, context.clock.us(), upto
            )
            for change in filter(missed.may_see, batch.changes):
                yield change.text()
            after = max(batch.seq, after + 1)

    def pass_on(self, sender: Actor, kind: str, conversation_id: str, inbox_id: str) -> None:
        """Tell everybody else who sees the inbox that somebody types or looks."""
        who = {"person_id": sender.person_id, "name": sender.name}
        message = _message(kind, conversation_id=conversation_id, person=who)
        for each in self.listeners:
            is_colleague = each.actor.workspace_id == sender.workspace_id and each.actor.person_id != sender.person_id
            if is_colleague and inbox_id in each.actor.inbox_ids:
                each.tell(message)

    def pass_on_contact(self, inbox_id: str, conversation_id: str) -> None:
        """Tell everybody who sees the inbox that its contact types."""
        message = _message("typing", conversation_id=conversation_id, person=None)
        for each in self.listeners:
            if inbox_id in each.actor.inbox_ids:
                each.tell(message)


async def show_contact_typing(app: Any, inbox_id: str, conversation_id: str) -> None:
    """Show agents that a contact types; for channels that tell, put by the composition root where they look."""
    hub: Hub = app.state.inbox_hub
    hub.pass_on_contact(inbox_id, conversation_id)


@contextlib.asynccontextmanager
async def serving(app: Any) -> AsyncIterator[dict[str, Any]]:
    """Run the hub as long as the application runs (the inbox router's lifespan)."""
    async with Hub(app.state.context).running() as hub:
        app.state.inbox_hub = hub
        yield {}


async def show_typing(app: Any, actor: Actor, conversation_id: str) -> None:
    """Show colleagues, and the contact where the channel has a way, that somebody types; raises NotFound.

    The composition root may put a way at `app.state.show_typing`: a coroutine function of inbox id and the
    provider's id of the contact's last message. What it cannot do is not worth an error to a person who types.
    """
    hub: Hub = app.state.inbox_hub
    row = await run_in_threadpool(hub.read, repository.get_visible, actor, conversation_id)
    hub.pass_on(actor, "typing", row.conversation_id, row.inbox_id)
    show = getattr(app.state, "show_typing", None)
    external_id = await run_in_threadpool(hub.read, repository.last_inbound, row.conversation_id)
    if show is None or external_id is None:
        return
    try:
        await show(row.inbox_id, external_id)
    except ProsaError as error:
        _log.info("typing not shown", error=error.detail)


async def serve(socket: WebSocket, after: int | None) -> None:
    """Serve one WebSocket until it closes."""
    hub: Hub = socket.app.state.inbox_hub
    try:
        actor = await run_in_threadpool(current_actor, socket)
    except ProsaError:
        await socket.close(_NOT_SIGNED_IN)
        return
    if "conversations.read" not in actor.rights:
        await socket.close(_NOT_SIGNED_IN)
        return
    await socket.accept()
    listener = Listener(actor, hub.position)
    hub.listeners.add(listener)
    loops = (_send(socket, hub, listener, after), _receive(socket, hub, listener), _watch(listener))
    tasks = [asyncio.create_task(each) for each in loops]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        hub.listeners.discard(listener)
        for task in tasks:
            task.cancel()


async def _send(socket: WebSocket, hub: Hub, listener: Listener, after: int | None) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        begin = listener.after
        await socket.send_text(_message("hello", seq=begin))
        if after is not None:
            async for missed in hub.backlog(listener, after):
                await socket.send_text(missed)
        while True:
            message = await _next(listener)
            if isinstance(message, int):
                await socket.close(message)
                return
            if message == _RECHECK:
                if not await _revalidate(socket, listener, hub):
                    return
                continue
            await socket.send_text(message)


async def _next(listener: Listener) -> str | int:
    try:
        async with asyncio.timeout(PING_S):
            return await listener.queue.get()
    except TimeoutError:
        return _message("ping")


async def _receive(socket: WebSocket, hub: Hub, listener: Listener) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while True:
            said = _read_presence(await socket.receive_text())
            if said is None:
                continue
            kind, conversation_id = said
            with contextlib.suppress(NotFound):
                row = await run_in_threadpool(hub.read, repository.get_visible, listener.actor, conversation_id)
                hub.pass_on(listener.actor, kind, row.conversation_id, row.inbox_id)


async def _watch(listener: Listener) -> None:
    """Ask for a new look at the session from time to time."""
    while True:
        await asyncio.sleep(REVALIDATE_S)
        listener.tell(_RECHECK)


async def _revalidate(socket: WebSocket, listener: Listener, hub: Hub) -> bool:
    """Look the session up again; returns False after hanging up on whoever has none."""
    try:
        actor = await run_in_threadpool(current_actor, socket)
    except ProsaError:
        await socket.close(_NOT_SIGNED_IN)
        return False
    is_other = actor.inbox_ids != listener.actor.inbox_ids
    listener.actor = actor
    if is_other:
        await socket.send_text(_message("reset", seq=hub.position))
    return True


def _tell(listener: Listener, told: Sequence[changes.Change], counts: schemas.Counts | None) -> None:
    mine = [each for each in told if listener.may_see(each)]
    for position, change in enumerate(mine, start=1):
        listener.tell(change.text(counts if position == len(mine) else None))


def _eyes(actor: Actor) -> tuple[str, frozenset[str]]:
    """Return what decides which counts a person gets."""
    return actor.person_id, actor.inbox_ids


def _read_presence(text: str) -> tuple[str, str] | None:
    """Return kind and conversation of a client's message; None for anything else, which is passed over."""
    try:
        said = orjson.loads(text[:2000])
    except orjson.JSONDecodeError:
        return None
    if (
        not isinstance(said, dict)
        or said.get("type") not in _PRESENCE
        or not isinstance(said.get("conversation_id"), str)
    ):
        return None
    conversation_id = said["conversation_id"]
    return None if "\x00" in conversation_id else (said["type"], conversation_id)


def _message(kind: str, **facts: Any) -> str:
    return orjson.dumps({"type": kind, **facts}).decode()
