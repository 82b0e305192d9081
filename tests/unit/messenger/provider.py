"""A simulated provider with our gateway before it and a mailbox for its webhooks behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

from ingest.channels.base import Call, Channel, Connection, Delivery, Gateway, OutgoingFile, Sending
from ingest.channels.instagram.channel import CHANNEL as INSTAGRAM
from ingest.channels.messenger.channel import CHANNEL as MESSENGER
from ingest.channels.simulator.meta_pages import SimulatedPages
from ingest.channels.simulator.webhooks import SIGNATURE_HEADER
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US, FixedClock
from tests.unit.messenger.wire import ACCOUNT, ANA, AT_US, WORKSPACE

BASE = "http://sim.test/v24.0"
TOKEN = "EAAtoken"
SECRET = "app secret"
VARIANTS = {
    "messenger": (MESSENGER, {}),
    "instagram": (INSTAGRAM, {"login": "facebook"}),
    "instagram_login": (INSTAGRAM, {"login": "instagram"}),
}
TO_ANA = {"kind": "user_id", "address": ANA}


@dataclass
class Provider:
    """Everything one test needs."""

    pages: SimulatedPages
    channel: Channel
    connection: Connection
    gateway: Gateway
    clock: FixedClock
    requests: list[httpx2.Request]
    delivered: list[tuple[bytes, str]] = field(default_factory=list)

    async def events(self) -> list[Event]:
        """Return what all webhooks that went out so far mean; every one must be signed."""
        await self.pages.courier.settled()
        assert self.channel.webhook is not None
        found: list[Event] = []
        for body, signed in self.delivered:
            headers = [(SIGNATURE_HEADER.lower().encode(), signed.encode())]
            assert self.channel.webhook.verify(Call("/", "", headers, body), self.connection)
            found += self.channel.parse(Delivery(WORKSPACE, "con_1", body, self.clock.us() + SECOND_US, "evt_1"))
        return found

    def sending(self, requested: Mapping[str, Any], **more: Any) -> Sending:
        """Return a message to Ana, who wrote just now unless `more` says otherwise."""
        given = {"last_inbound_us": self.clock.us(), "now_us": self.clock.us()} | more
        return Sending("msg_0001", {"origin": "typed", **requested}, given.pop("recipient", TO_ANA), **given)


def provider(
    variant: str, *, settings: Mapping[str, Any] | None = None, token: str = TOKEN, **options: Any
) -> Provider:
    """Return a provider of a variant to whom Ana has written."""
    channel, login = VARIANTS[variant]
    clock, delivered, requests = FixedClock(AT_US), list[tuple[bytes, str]](), list[httpx2.Request]()

    def receive(request: httpx2.Request) -> httpx2.Response:
        delivered.append((request.content, request.headers[SIGNATURE_HEADER]))
        return httpx2.Response(200)

    pages = SimulatedPages(
        "messenger" if variant == "messenger" else "instagram",
        ACCOUNT,
        login="instagram" if variant == "instagram_login" else "facebook",
        access_token=TOKEN,
        app_secret=SECRET,
        http=httpx2.AsyncClient(transport=httpx2.MockTransport(receive)),
        callback_url="http://us.test/hook",
        clock=clock,
        sleep=_instantly,
        **options,
    )
    connection = Connection(
        "con_1", WORKSPACE, channel.capabilities.channel, "x", BASE, "v", [SECRET], token, {**login, **(settings or {})}
    )

    async def note(request: httpx2.Request) -> None:
        requests.append(request)

    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(pages.app), event_hooks={"request": [note]})
    assert channel.open is not None
    gateway = channel.open(connection, ACCOUNT, http, lambda host, port: ["157.240.1.1"])
    return Provider(pages, channel, connection, gateway, clock, requests, delivered)


def a_file(content: bytes = b"bytes", mime: str = "image/png", name: str = "foto ã.png") -> OutgoingFile:
    return OutgoingFile(f"sha-{content!r}", mime, name, lambda: content)


async def _instantly(_seconds: float) -> None:
    await asyncio.sleep(0)
