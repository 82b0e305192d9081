"""The one port's patience: a client that sends too slowly, or headers without end, is closed.

uvicorn waits for ever: half a header keeps its connection, a body may come at a byte a second, and a header that never
ends is gathered until memory is gone. Here whoever holds a connection must say something whole in time.
"""

from __future__ import annotations

from asyncio import TimerHandle, Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.errors import HeadersTooLarge, answer

PATIENCE_S = 12.0
"""For the headers from the first byte (or from connecting), and for a body that stands still."""
_S_PER_BYTE = 1 / 2000
"""What a body's byte adds to its time, up to the patience: whoever sends slower than 2 kB/s runs out of it."""
_LINGER_S, _LINGER_BYTES = 1.0, 1024 * 1024
"""How long and how much of somebody refused is still read, and dropped: a line closed with bytes unread loses the
answer."""
_AROUND = 1024
"""Bytes of a request line beside the address, and of line ends, that the limit does not count."""
_REFUSAL = bytes(answer(HeadersTooLarge()).body)
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/json\r\nconnection: close\r\n"
    + b"content-length: %d\r\n\r\n%b" % (len(_REFUSAL), _REFUSAL)
)


class Door(HttpToolsProtocol):
    """uvicorn's protocol with deadlines.

    They cost a request no timer: each connection has one, set again only when it fires, for what is due by then.
    """

    def __init__(self, *arguments: Any, header_limit: int = 32 * 1024, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._limit = header_limit + _AROUND
        self._is_refused = False
        self._due = 0.0
        """When what is being sent must be whole; 0 while nothing is."""
        self._loose = 0
        """Bytes that came since a body or request last went on: of headers, so far without end."""
        self._came = 0
        """Bytes of a body that the time due has not been told of."""
        self._timer: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._due = self.loop.time() + PATIENCE_S
        self._timer = self.loop.call_later(PATIENCE_S, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._rest()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        """Leave the connection to a protocol with its own pings."""
        self._rest()
        super().handle_websocket_upgrade()

    def data_received(self, data: bytes) -> None:
        """Take bytes; what does not make a request whole costs it time, and is refused where it has no end."""
        if self._is_refused:
            self._drop(data)
            return
        if not self._due:
            self._due = self.loop.time() + PATIENCE_S
        self._loose += len(data)
        HttpToolsProtocol.data_received(self, data)  # `super()` would cost every request as much as the rest of this
        if self._due:
            self._go_on()

    def on_body(self, body: bytes) -> None:
        """Count what came of a body."""
        self._loose = 0
        self._came += len(body)
        HttpToolsProtocol.on_body(self, body)

    def on_message_complete(self) -> None:
        """Wait for nothing: from here on it is for us to act."""
        self._loose = self._came = 0
        self._due = 0.0
        HttpToolsProtocol.on_message_complete(self)

    def _go_on(self) -> None:
        """Give a body that goes on more time; refuse a header, or what follows a body, without end."""
        if self._came:
            self._due = min(self._due + self._came * _S_PER_BYTE, self.loop.time() + PATIENCE_S)
            self._came = 0
        if self._loose > self._limit:
            self._refuse()

    def _look(self) -> None:
        now = self.loop.time()
        if self._due and self.flow.read_paused:
            self._due = now + PATIENCE_S  # it is we who do not read
        if self._due and self._due <= now:
            self.transport.close()
        else:
            self._timer = self.loop.call_at(self._due or now + PATIENCE_S, self._look)

    def _refuse(self) -> None:
        if self.transport.is_closing():
            return
        self._is_refused = True
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(_TOO_LARGE)
        self._rest()
        self._timer = self.loop.call_later(_LINGER_S, self.transport.close)

    def _drop(self, data: bytes) -> None:
        self._loose += len(data)
        if self._loose > _LINGER_BYTES:
            self.transport.close()

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
