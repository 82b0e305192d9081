"""The live stream of visitors: one task a process reads what was folded, once for all of them, and tells each."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog
from sqlalchemy import Connection, or_, select
from starlette.concurrency import run_in_threadpool

from app.context import Context
from app.webchat import beside, reading
from app.webchat.visits import Visitor
from ingest.channels.webchat.parse import CHANNEL
from ingest.store.live import journal
from ingest.store.watch import Watch

QUEUE = 200
"""Messages that may wait for one browser before it is hung up on; it comes back and asks for what it missed."""
SLOW = 1013
NOT_SIGNED_IN = 4401
_MOST = 1_000
_BREATH_S = 0.02
"""Between two looks: what came within is told together, and a load of other channels costs 50 reads a second."""
_REST_S = 1.0
_LOOKED = ""

_log = structlog.get_logger()


@dataclass(eq=False, slots=True)
class Listener:
    """One open widget, the conversation it shows, and what waits for it."""

    visitor: Visitor
    conversation_id: str
    queue: asyncio.Queue[str | int] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    """Texts to send; a number ends the stream with that code."""

    def tell(self, message: str) -> None:
        """Queue a message; a listener that is too far behind is hung up on."""
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            self.close(SLOW)

    def close(self, code: int) -> None:
        """End the stream before anything else that waits."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(code)


class Hub:
    """Tails the journal while anybody listens; `position` is the seq up to which they were told."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.listeners: dict[str, set[Listener]] = {}
        """By conversation."""
        self.position = 0
        self._nudged = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._began: asyncio.Future[None]
        self._guests = 0

    @contextlib.asynccontextmanager
    async def listening(self, visitor: Visitor) -> AsyncIterator[Listener]:
        """Listen until the block ends. What happens from now on is queued; read `reading.batch` for what was before."""
        self._guests += 1  # whoever is about to listen must not lose the tail to the last one who leaves
        try:
            await self._begun()
            known = await run_in_threadpool(self.read, reading.conversations_of, [visitor])
            listener = Listener(visitor, known[visitor])
            self.listeners.setdefault(listener.conversation_id, set()).add(listener)
            try:
                yield listener
            finally:
                self._leave(listener)
        finally:
            self._guests -= 1
            if not self._guests:
                self._stop()

    def tell_visitor(self, inbox_id: str, visitor_id: str, message: dict[str, Any]) -> bool:
        """Tell every widget that shows the conversation of a visitor, on whatever device; False where none does."""
        shown = [
            listeners
            for listeners in self.listeners.values()
            if any(
                each.visitor.visitor_id == visitor_id and each.visitor.door.inbox_id == inbox_id for each in listeners
            )
        ]
        for listener in set().union(*shown):
            listener.tell(_text(message))
        return bool(shown)

    def read(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Return `work(connection, *arguments)` of one reading transaction; blocks, so call it in a thread."""
        with self._context.store.read() as sql:
            return work(sql, *arguments)

    async def _begun(self) -> None:
        """Return once the hub tails; whoever listens earlier would miss what happens until then."""
        loop = asyncio.get_running_loop()
        if self._task is None or self._task.done():
            self._began = loop.create_future()
            self._task = loop.create_task(self._tail(self._began), name="webchat stream")
        await asyncio.shield(self._began)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _leave(self, listener: Listener) -> None:
        listeners = self.listeners.get(listener.conversation_id, set())
        listeners.discard(listener)
        if not listeners:
            self.listeners.pop(listener.conversation_id, None)

    async def _tail(self, began: asyncio.Future[None]) -> None:
        loop, store = asyncio.get_running_loop(), self._context.store

        def nudge() -> None:
            with contextlib.suppress(RuntimeError):  # the loop is gone: nobody listens any more
                loop.call_soon_threadsafe(self._nudged.set)

        watch = Watch(store.database)
        store.on_commit.append(nudge)
        try:
            self.position = await run_in_threadpool(self.read, reading.reached)
            began.set_result(None)
            while True:
                await self._wait(watch)
                await self._advance()
                await asyncio.sleep(_BREATH_S)
        except Exception as error:
            if not began.done():
                began.set_exception(error)
            raise
        finally:
            store.on_commit.remove(nudge)
            watch.close()

    async def _wait(self, watch: Watch) -> None:
        """Return once somebody has committed."""
        while not (watch.has_moved() or self._nudged.is_set()):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(watch.every_s):
                    await self._nudged.wait()
        self._nudged.clear()

    async def _advance(self) -> None:
        try:
            looked = await run_in_threadpool(self.read, self._gather)
        except Exception as error:  # the store may be away for a moment; listeners keep their place
            _log.exception("stream cannot read, tries again", error=repr(error))
            await asyncio.sleep(_REST_S)
            self._nudged.set()
            return
        for listener in looked.spent:
            listener.close(NOT_SIGNED_IN)
            self._leave(listener)
        for listener, conversation_id in looked.moved.items():
            self._move(listener, conversation_id)
        for conversation_id, message in looked.told.items():
            for listener in tuple(self.listeners.get(conversation_id, ())):
                listener.tell(message)
        self.position = looked.seq
        if looked.is_partial:
            self._nudged.set()

    def _move(self, listener: Listener, conversation_id: str) -> None:
        """Let a listener follow: two browsers turned out to be one person, so it sees both their messages now."""
        if listener in self.listeners.get(listener.conversation_id, ()):
            self._leave(listener)
            listener.conversation_id = conversation_id
            self.listeners.setdefault(conversation_id, set()).add(listener)

    def _gather(self, sql: Connection) -> _Looked:
        head = reading.reached(sql)
        if head <= self.position:
            return _Looked(self.position)
        rows = _events(sql, self.position, head)
        is_partial = len(rows) == _MOST
        looked = _Looked(rows[-1].seq if is_partial else head, is_partial)
        if any(row.type == "contact.identified" for row in rows):
            self._see_who_is_who(sql, looked)
        watched = set(self.listeners) | set(looked.moved.values())
        touched = _touched(sql, rows, watched)
        looked.told = _batches(sql, looked.seq, touched)
        # Whoever moved sees another conversation than before, all of it.
        for conversation_id in set(looked.moved.values()):
            looked.told[conversation_id] = _text(reading.batch(sql, conversation_id, None))
        return looked

    def _see_who_is_who(self, sql: Connection, looked: _Looked) -> None:
        """Find the listeners who turned out to have another conversation, and those whose token is spent."""
        everybody = [each for listeners in tuple(self.listeners.values()) for each in tuple(listeners)]
        visitors = {each.visitor for each in everybody}
        aliases = reading.aliases_of(sql, visitors)
        now = reading.conversations_of(sql, visitors, aliases)
        # A stranger who signed in somewhere else: whoever is left at this browser may be somebody else.
        spent = reading.spent(sql, visitors, aliases)
        looked.spent = {each for each in everybody if each.visitor in spent}
        looked.moved = {
            each: now[each.visitor]
            for each in everybody
            if each.visitor not in spent and now[each.visitor] != each.conversation_id
        }


@dataclass(slots=True)
class _Looked:
    """What one look at the journal found."""

    seq: int
    is_partial: bool = False
    moved: dict[Listener, str] = field(default_factory=dict)
    spent: set[Listener] = field(default_factory=set)
    told: dict[str, str] = field(default_factory=dict)


def _events(sql: Connection, after: int, upto: int) -> Sequence[Any]:
    columns = (journal.c.seq, journal.c.type, journal.c.conversation_id, journal.c.payload)
    query = select(*columns).where(
        journal.c.seq > after,
        journal.c.seq <= upto,
        journal.c.type.in_(reading.TYPES),
        or_(journal.c.channel == CHANNEL, journal.c.channel.is_(None)),
    )
    return sql.execute(query.order_by(journal.c.seq).limit(_MOST)).all()


def _touched(sql: Connection, rows: Sequence[Any], watched: set[str]) -> dict[str, set[str]]:
    """Return names of what changed in each conversation that somebody has open; `_LOOKED` where an agent looked."""
    named = {row.conversation_id for row in rows if row.conversation_id}
    canonical = reading.canonical_ids(sql, named)
    touched: dict[str, set[str]] = {}
    for row in rows:
        conversation_id = canonical.get(row.conversation_id, row.conversation_id)
        if conversation_id in watched:
            touched.setdefault(conversation_id, set()).add(reading.named_by(orjson.loads(row.payload)) or _LOOKED)
    return touched


def _batches(sql: Connection, seq: int, touched: dict[str, set[str]]) -> dict[str, str]:
    """Return what to tell of each conversation; nothing of those where visitors see nothing new."""
    if not touched:
        return {}
    seen = reading.seen_of(sql, touched)
    meant = beside.meant(sql, set().union(*touched.values()) - {_LOOKED})
    shown = reading.messages(sql, meant.values())
    found: dict[str, str] = {}
    for conversation_id, names in touched.items():
        ids = {meant[each] for each in names if each in meant}
        theirs = [each for each in shown if each["id"] in ids]
        if theirs or _LOOKED in names:
            found[conversation_id] = _text(reading.told(seq, theirs, seen.get(conversation_id)))
    return found


def _text(message: dict[str, Any]) -> str:
    return orjson.dumps(message).decode()
