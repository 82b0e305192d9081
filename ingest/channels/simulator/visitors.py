"""People who visit a shop's page and use its chat, without a browser: HTTP and WebSocket as the widget speaks them.

    crowd = Crowd("http://127.0.0.1:8000", "con_…", origin="http://127.0.0.1:8000", seed=7)
    await crowd.run(visitors=500, seconds=60)       # each connects, writes now and then, reads and answers
    crowd.heard, crowd.delays_s                     # what came back, and how long their own words took

A visitor resumes by seq, sends again what was not answered, and waits as long as it is told to.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx2
import orjson
import websockets

_SAYS = (
    "Oi! Ainda tem o vestido azul no M?",
    "Qual o prazo de entrega para Recife?",
    "Consigo trocar se não servir?",
    "Do you ship to Portugal?",
    "¿Puedo pagar en tres cuotas?",
    "هل يمكنني استلامه من المتجر؟",
    "Obrigada!",
)
_TRIES = 6
_LONGEST_WAIT_S = 10.0


class Refused(Exception):  # an answer, not a fault
    """The server did not want this; `status` says how."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        super().__init__(f"{status}: {body[:200]!r}")


@dataclass
class Visitor:
    """One browser at one widget."""

    http: httpx2.AsyncClient
    connection_id: str
    origin: str
    dice: Random
    session: dict[str, Any] = field(default_factory=dict)
    seq: int | None = None
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By id, as the server last told them."""
    delays_s: list[float] = field(default_factory=list)
    """From writing to seeing one's own message in the conversation."""
    acks_s: list[float] = field(default_factory=list)
    """From writing to hearing that it is kept."""
    _written: dict[str, float] = field(default_factory=dict)

    async def begin(self, **given: Any) -> None:
        """Begin a visit or go on with it; `user` and `prechat` as the widget sends them."""
        self.session = await self._call("POST", "session", {"returning": self.session.get("returning"), **given})

    async def say(self, text: str, **more: Any) -> str:
        """Write a message, again and again until it is kept; returns its client id."""
        client_id = f"visitor-{self.dice.getrandbits(64):016x}"
        self._written[client_id] = began = time.monotonic()
        await self._call("POST", "messages", {"client_id": client_id, "text": text, **more})
        self.acks_s.append(time.monotonic() - began)
        return client_id

    async def upload(self, content: bytes, filename: str) -> str:
        """Lay a file down; returns the ticket to send with a message."""
        answer = await self.http.post(self._path("files"), files={"file": (filename, content)}, headers=self._headers())
        return str(_read(answer)["ticket"])

    async def read(self) -> None:
        """Say that everything that came was read."""
        ours = [each["seq"] for each in self.messages.values() if each["is_ours"]]
        if ours:
            await self._call("POST", "read", {"seq": max(ours), "status": "read"})

    async def poll(self) -> list[dict[str, Any]]:
        """Ask what happened, as a widget does where WebSockets do not come through."""
        query = "" if self.seq is None else f"?after={self.seq}"
        return self._take(await self._call("GET", f"messages{query}"))

    async def listen(self) -> AsyncIterator[list[dict[str, Any]]]:
        """Yield what happens, from where this visitor was; ends when the server hangs up."""
        query = "" if self.seq is None else f"?after={self.seq}"
        url = str(self.http.base_url).replace("http", "ws", 1).rstrip("/") + self._path(f"stream{query}")
        protocols = [websockets.Subprotocol(each) for each in ("prosa.chat", self.session["token"])]
        async with websockets.connect(
            url, origin=websockets.Origin(self.origin), subprotocols=protocols, compression=None, proxy=None
        ) as socket:
            with contextlib.suppress(websockets.ConnectionClosed):
                async for message in socket:
                    told = orjson.loads(message)
                    if told["type"] == "batch":
                        yield self._take(told)

    def _take(self, told: dict[str, Any]) -> list[dict[str, Any]]:
        if told["is_all"]:
            self.messages.clear()
        self.seq = told["seq"]
        now = time.monotonic()
        for each in told["messages"]:
            self.messages[each["id"]] = each
            if (written := self._written.pop(each["client_id"] or "", None)) is not None:
                self.delays_s.append(now - written)
        return list(told["messages"])

    async def _call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        wait_s = 0.2
        for _ in range(_TRIES):
            try:
                answer = await self.http.request(method, self._path(path), json=body, headers=self._headers())
            except httpx2.TransportError:
                await asyncio.sleep(wait_s * (0.5 + self.dice.random()))
            else:
                if answer.status_code not in (429, 503):
                    return _read(answer)
                await asyncio.sleep(min(float(answer.headers.get("retry-after", wait_s)), _LONGEST_WAIT_S))
            wait_s = min(2 * wait_s, _LONGEST_WAIT_S)
        raise Refused(0, b"tried too often")

    def _path(self, path: str) -> str:
        return f"/chat/{self.connection_id}/{path}"

    def _headers(self) -> dict[str, str]:
        token = self.session.get("token")
        return {"Origin": self.origin} | ({"Authorization": f"Bearer {token}"} if token else {})


class Crowd:
    """Many visitors of one widget, over one pool of connections."""

    def __init__(self, base_url: str, connection_id: str, *, origin: str, seed: int) -> None:
        self._base_url = base_url
        self._connection_id = connection_id
        self._origin = origin
        self._dice = Random(seed)
        self.visitors: list[Visitor] = []
        self.failures: list[str] = []
        """What ended a visit early; empty after a good run."""

    @property
    def delays_s(self) -> list[float]:
        """Return how long each message took from being written to being seen, shortest first."""
        return sorted(each for visitor in self.visitors for each in visitor.delays_s)

    @property
    def heard(self) -> int:
        """Return how many messages visitors were told, their own included."""
        return sum(len(each.messages) for each in self.visitors)

    async def run(
        self, visitors: int, seconds: float, every_s: float = 20.0, *, arrival_s: float | None = None
    ) -> None:
        """Let so many come over `arrival_s` (a tenth of the time), and each write about every `every_s` seconds."""
        arrival_s = seconds / 10 if arrival_s is None else arrival_s
        limits = httpx2.Limits(max_connections=100, max_keepalive_connections=100)
        async with httpx2.AsyncClient(base_url=self._base_url, timeout=30, limits=limits, trust_env=False) as http:
            until = time.monotonic() + seconds
            self.visitors = [
                Visitor(http, self._connection_id, self._origin, Random(self._dice.random())) for _ in range(visitors)
            ]
            await asyncio.gather(*(self._visit(each, until, arrival_s, every_s) for each in self.visitors))

    async def _visit(self, visitor: Visitor, until: float, arrival_s: float, every_s: float) -> None:
        await asyncio.sleep(visitor.dice.random() * arrival_s)
        try:
            await visitor.begin()
            hearing = asyncio.create_task(_hear(visitor))
            while (rest := until - time.monotonic()) > 0:
                await visitor.say(visitor.dice.choice(_SAYS))
                await asyncio.sleep(min(rest, visitor.dice.expovariate(1 / every_s)))
            hearing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await hearing
        except (Refused, OSError, websockets.WebSocketException) as error:
            self.failures.append(f"{type(error).__name__}: {error}")


async def heard(visitor: Visitor) -> AsyncIterator[list[dict[str, Any]]]:
    """Yield what a visitor is told, for ever: who is hung up on comes back."""
    while True:
        async for told in visitor.listen():
            yield told
        await asyncio.sleep(visitor.dice.random())
        await visitor.begin()


async def _hear(visitor: Visitor) -> None:
    """Listen and read what comes."""
    async for told in heard(visitor):
        if any(each["is_ours"] for each in told):
            await visitor.read()


def _read(answer: httpx2.Response) -> dict[str, Any]:
    if not answer.is_success:
        raise Refused(answer.status_code, answer.content)
    return dict(orjson.loads(answer.content)) if answer.content else {}
