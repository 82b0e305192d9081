"""How large a body may be goes by the channel, and a refusal for its size is told from one for its signature."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from app.webhooks.providers import CALLERS
from app.webhooks.receiver import Receiver
from ingest.channels.base import Connection
from ingest.domain.event import Event
from ingest.kit.clock import FixedClock

LIMIT = 4 * 1024 * 1024
PART = 256 * 1024


class House:
    """A receiver with one connection of each kind; what it kept, and the signs it noted."""

    def __init__(self) -> None:
        settings = {"address": "support@shop.example", "provider": "postmark"}
        self.connections = {
            "con_mail": Connection("con_mail", "ws", "email", "Mail", "", "verify", ["user:word"], "", settings),
            "con_chat": Connection("con_chat", "ws", "whatsapp", "Chat", "", "verify", ["secret"], "", {}),
        }
        self.kept: list[Event] = []
        self.signs: list[tuple[str, str]] = []
        self.read = 0
        self.receiver: Any = Receiver(self.connections, self, FixedClock(1_795_000_000_000_000), CALLERS, self, LIMIT)  # type: ignore[arg-type]

    async def append(self, event: Event) -> bool:
        """Keep an event."""
        self.kept.append(event)
        return True

    def note(self, connection_id: str, sign: str) -> None:
        """Note a sign."""
        self.signs.append((connection_id, sign))

    async def post(self, path: str, size: int, *, ends: bool = True) -> int | None:
        """Send so many bytes in parts, nobody saying how many; `ends`: the sender stays until the end."""
        headers = [(b"authorization", b"Basic " + b64encode(b"user:word")), (b"content-type", b"application/json")]
        scope = {"path": path, "method": "POST", "headers": headers, "query_string": b""}
        self.read, said = 0, list[Any]()

        async def receive() -> dict[str, Any]:
            part = b" " * min(PART, size - self.read)
            self.read += len(part)
            if not part and not ends:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": part, "more_body": self.read < size or not ends}

        async def send(message: Any) -> None:
            said.append(message)

        await self.receiver(scope, receive, send)
        return int(said[0]["status"]) if said else None


@pytest.fixture
def house() -> House:
    return House()


async def test_a_mail_with_a_photograph_is_taken_and_a_chat_of_that_size_is_refused_while_it_is_read(
    house: House,
) -> None:
    assert await house.post("/webhooks/email/con_mail", 5 * 1024 * 1024) == 200
    assert await house.post("/webhooks/whatsapp/con_chat", 50 * 1024 * 1024) == 413
    assert house.read <= LIMIT + PART
    assert len(house.kept) == 1


async def test_mail_has_a_limit_too_and_the_sign_says_that_it_was_the_size(house: House) -> None:
    assert await house.post("/webhooks/email/con_mail", 60 * 1024 * 1024) == 413
    assert house.read < 41 * 1024 * 1024
    assert house.signs == [("con_mail", "too_large")]


async def test_who_hangs_up_has_refused_nothing(house: House) -> None:
    assert await house.post("/webhooks/email/con_mail", 1024, ends=False) is None
    assert house.signs == house.kept == []
