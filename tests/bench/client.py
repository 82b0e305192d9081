"""A load client in one asyncio process: prepared requests over kept connections, every answer timed."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

_LINES = 64
_TICK_S = 0.004
_PATIENCE_S = 30.0


@dataclass
class Outcome:
    """What the client saw: seconds each answer took, statuses, and how long all of it lasted."""

    times: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    elapsed: float = 0.0
    cpu_us: int = 0
    """What the server took for it, where somebody looked."""

    def rate(self) -> float:
        """Return answers a second."""
        return len(self.times) / self.elapsed

    def percentile_ms(self, share: float) -> float:
        """Return the time under which this share of answers came."""
        ordered = sorted(self.times)
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 2)


class _Connection(asyncio.Protocol):
    def __init__(
        self, requests: Iterator[bytes], outcome: Outcome, deadline: float, done: asyncio.Future[None]
    ) -> None:
        self._requests, self._outcome, self._deadline, self._done = requests, outcome, deadline, done
        self._sent = 0.0
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def _next(self) -> None:
        self._sent = time.perf_counter()
        request = next(self._requests, None)
        if request is None or self._sent > self._deadline:
            self._transport.close()
            return
        self._transport.write(request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        if len(body) < length:
            return
        status = int(head[9:12])
        self._outcome.times.append(time.perf_counter() - self._sent)
        self._outcome.statuses[status] = self._outcome.statuses.get(status, 0) + 1
        self._buffer = body[length:]
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_result(None)


async def drive(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Outcome:
    """Send requests over `connections` connections for at most `seconds`; each waits for its answer."""
    loop = asyncio.get_running_loop()
    outcome, start = Outcome(), time.perf_counter()
    waiting = []
    for _ in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        waiting.append(done)
        await loop.create_connection(
            lambda done=done: _Connection(requests, outcome, start + seconds, done), "127.0.0.1", port
        )
    await asyncio.gather(*waiting)
    outcome.elapsed = time.perf_counter() - start
    return outcome


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """Return the bytes of one HTTP/1.1 request."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {len(body)}\r\n{lines}\r\n".encode() + body


class _Line(asyncio.Protocol):
    """One kept connection that carries a request at a time."""

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer
        self._buffer, self._name, self._sent = b"", "", 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._pacer.idle.append(self)

    def send(self, name: str, request: bytes) -> None:
        self._name, self._sent = name, time.time()
        self._transport.write(request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        if separator and len(body) >= length:
            self._buffer = b""
            self._pacer.answered(self._name, self._sent, int(head[9:12]))
            self._pacer.idle.append(self)


class Pacer:
    """Sends so many requests a second whatever the answers do, as providers do; who waits for a line is counted late."""

    def __init__(self) -> None:
        self.idle: deque[_Line] = deque()
        self.sent: dict[str, float] = {}
        """Wall clock at which each name went out, for every one that was answered with a 2xx."""
        self.outcome = Outcome()

    def answered(self, name: str, sent: float, status: int) -> None:
        """Count an answer."""
        self.outcome.times.append(time.time() - sent)
        self.outcome.statuses[status] = self.outcome.statuses.get(status, 0) + 1
        if 200 <= status < 300:
            self.sent[name] = sent

    async def run(self, port: int, requests: Iterator[tuple[str, bytes]], rate: float, seconds: float) -> None:
        """Send at the rate for so long, over as many connections as it takes, and wait for the last answers."""
        loop, began, count = asyncio.get_running_loop(), time.monotonic(), 0
        for _ in range(_LINES):
            await loop.create_connection(lambda: _Line(self), "127.0.0.1", port)
        while (elapsed := time.monotonic() - began) < seconds:
            while count < elapsed * rate and self.idle:
                self.idle.popleft().send(*next(requests))
                count += 1
            await asyncio.sleep(_TICK_S)
        self.outcome.elapsed = time.monotonic() - began
        while len(self.idle) < _LINES and time.monotonic() < began + seconds + _PATIENCE_S:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
