"""A channel, its simulated provider and a customer, in one process: what we send is judged, what the provider posts is heard.

stand = await Stand.of("sms")
await stand.gateway.send(stand.sending("text"))     # the simulator took it: stand.reached
stand.call(stand.wrote("hi"))                       # what the provider posts, signed as it signs
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random
from typing import Any

import httpx2

from ingest.channels.base import Call, Channel, Connection, Delivery, Gateway, OutgoingFile, Sending
from ingest.channels.simulator.faults import FaultPlan
from ingest.channels.simulator.files import sample_file
from ingest.channels.simulator.graph_api import SimulatedGraph
from ingest.channels.simulator.mailbox import SmtpSink
from ingest.channels.simulator.meta_pages import SimulatedPages
from ingest.channels.simulator.people import DOORS, Door, customer
from ingest.channels.simulator.sms_api import SimulatedSms
from ingest.channels.simulator.telegram_api import SimulatedTelegram
from ingest.channels.simulator.telegram_api import wire as telegram_wire
from ingest.channels.simulator.wire import Addresses, Party, Said, request, wire_of
from ingest.channels.simulator.wires.whatsapp import number_of
from ingest.channels.simulator.x_api import SimulatedX
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US, FixedClock
from tests.contracts.channel import channel_of

WORKSPACE = "ws_contract"
AT_US = 1_790_000_000 * SECOND_US
CAN_FAIL = ("whatsapp", "messenger", "instagram", "telegram", "x", "sms", "email")
"""Channels whose messages somebody may refuse; what goes to a visitor of the web chat is written down here."""
_CONTENT: dict[str, dict[str, Any]] = {
    "location": {"content": {"latitude": -23.5, "longitude": -46.6, "name": "Shop", "address": "Rua A, 1"}},
    "contacts": {
        "content": {
            "contacts": [{"name": {"formatted_name": "Ana", "first_name": "Ana"}, "phones": [{"phone": "+55119"}]}]
        }
    },
    "interactive": {"text": "Which?", "interactive": {"buttons": [{"id": "y", "title": "Yes"}]}},
    "location_request": {"text": "Where?", "kind": "interactive", "interactive": {"location_request": True}},
    "reaction": {"text": "❤️", "content": {"emoji": "❤️"}},
    "template": {"text": "Hi", "template": {"name": "hello", "language": "pt_BR", "components": []}},
}
_FILES = {"image": "image", "sticker": "sticker", "audio": "audio", "document": "document", "video": "document"}
_HASHES = count()
_MIMES = {"audio": "audio/ogg", "video": "video/mp4"}


@dataclass
class Stand:
    """Everything one test of a channel needs."""

    channel: Channel
    door: Door
    connection: Connection
    party: Party
    gateway: Gateway
    reached: list[Any] = field(default_factory=list)
    """What the provider took."""
    refuse: Callable[[Any], None] = lambda refusal: None
    """Makes the provider refuse the next message."""
    knows: Callable[[str], None] = lambda external_id: None
    """Tells the provider of a message that the customer wrote."""

    @property
    def name(self) -> str:
        return self.channel.capabilities.channel

    def wrote(self, text: str, us: int = AT_US) -> tuple[bytes, str]:
        """Let the customer write; returns the body that the provider posts, and the message's id there."""
        wire = wire_of(self.name)
        external_id = wire.new_id(self.party, us, is_ours=False)
        body = wire.wrote(self.party, us, external_id, Said("text", text))
        self.party.written.append(external_id)
        self.knows(external_id)
        return body, external_id

    def call(self, body: bytes) -> Call:
        """Return a body as the provider posts it, signed with the first of the connection's secrets."""
        made = request(self.connection, body)
        headers = [(name.lower().encode(), value.encode()) for name, value in made.headers.items()]
        return Call(made.path, "", headers, made.body)

    def read(self, body: bytes, event_id: str = "evt_1") -> list[Event]:
        """Return what a body means."""
        wire, received_us = wire_of(self.name), AT_US + 60 * SECOND_US
        given = Delivery(WORKSPACE, self.connection.connection_id, body, received_us, event_id, wire.content_type)
        return self.channel.parse(given)

    def sending(self, kind: str, **parts: Any) -> Sending:
        """Return a message of a kind to the customer, who wrote a minute ago."""
        requested = {"kind": kind, "text": "Hello", "origin": "typed", "media": [], "content": None} | _CONTENT.get(
            kind, {}
        )
        file = _file(kind)
        if file is not None and (kind == "sticker" or not self.channel.capabilities.caption_limit):
            requested["text"] = None  # it goes ahead
        _, external_id = self.wrote("oi")
        return Sending(
            f"msg_{kind}",
            requested | parts,
            wire_of(self.name).identities(self.party.customer)[0],
            reply_to=external_id if kind == "reaction" else None,
            file=file,
            last_inbound_us=AT_US - 60 * SECOND_US,
            now_us=AT_US,
        )


@asynccontextmanager
async def standing(name: str) -> AsyncIterator[Stand]:
    """Return a channel with its provider and a customer who has written."""
    port = _free_port()
    door = next(each for each in DOORS if each.channel == name)
    connection = wire_of(name).connection(WORKSPACE, door, Addresses("https://us.test", "http://sim.test", port))
    connection = replace(connection, base_url=f"http://sim.test{wire_of(name).base_path}")
    who = next(each for each in (customer(7, index) for index in range(1, 500)) if each.channels[0] == name)
    channel, reached = channel_of(name), list[Any]()
    make = _PROVIDERS.get(name)
    app, refuse, knows = make(door, connection, reached) if make else (None, lambda _: None, lambda _: None)
    sink = SmtpSink()
    sink.listeners.append(reached.append)
    if name == "email":
        await sink.start(port)
        refuse = lambda reply: sink.refuse.update(rcpt=reply)  # noqa: E731
    transport = telegram_wire(app) if app else httpx2.MockTransport(lambda _: httpx2.Response(500))
    async with httpx2.AsyncClient(transport=transport) as http:
        assert channel.open is not None
        gateway = channel.open(connection, door.external_id or connection.connection_id, http, lambda host, port: [])
        party = Party(WORKSPACE, door, who, Random(1), "Pedido AU-1")
        yield Stand(channel, door, connection, party, gateway, reached, refuse, knows)
    if name == "email":
        await sink.stop()


def _whatsapp(door: Door, given: Connection, reached: list[Any]) -> Any:
    graph = SimulatedGraph(number_of(door), **_reached_by(given), faults=FaultPlan())
    template = {
        "name": "hello",
        "language": "pt_BR",
        "status": "APPROVED",
        "components": [{"type": "BODY", "text": "Hi"}],
    }
    graph.templates.append(template)
    graph.listeners.append(reached.append)

    def refuse(code: int) -> None:
        graph.faults = FaultPlan(errors={code: 1.0})

    return graph.app, refuse, graph._known.add


def _pages(door: Door, given: Connection, reached: list[Any]) -> Any:
    product: Any = door.channel
    pages = SimulatedPages(product, door.external_id, **_reached_by(given), knows_everybody=True)
    pages.templates.append({"name": "hello", "language": "pt_BR", "category": "UTILITY", "components": []})
    pages.listeners.append(reached.append)
    return pages.app, lambda code: pages.refuse_next(*code), lambda _: None


def _telegram(door: Door, given: Connection, reached: list[Any]) -> Any:
    telegram = SimulatedTelegram(token=given.access_token, clock=FixedClock(AT_US))
    telegram.listeners.append(reached.append)
    return telegram.app, telegram.refuse_next, lambda _: None


def _x(door: Door, given: Connection, reached: list[Any]) -> Any:
    x = SimulatedX(
        door.external_id,
        token=given.access_token,
        secret=given.secrets[0],
        http=_nobody(),
        callback_url="https://us.test/",
    )
    x.listeners.append(reached.append)
    return x.app, x.refuse_next, lambda _: None


def _sms(door: Door, given: Connection, reached: list[Any]) -> Any:
    sid = str(given.settings["account_sid"])
    sms = SimulatedSms(
        account_sid=sid,
        token=given.access_token,
        number=door.external_id,
        http=_nobody(),
        callback_url="https://us.test/",
    )
    sms.listeners.append(reached.append)
    return sms.app, lambda refusal: sms.refuse_next(*refusal), lambda _: None


_PROVIDERS: dict[str, Callable[[Door, Connection, list[Any]], Any]] = {
    "whatsapp": _whatsapp,
    "messenger": _pages,
    "instagram": _pages,
    "telegram": _telegram,
    "x": _x,
    "sms": _sms,
}


def _reached_by(given: Connection) -> dict[str, Any]:
    """Return what a Graph API of Meta's is told of a connection."""
    known = {"access_token": given.access_token, "app_secret": given.secrets[0], "clock": FixedClock(AT_US)}
    return known | {"http": _nobody(), "callback_url": "https://us.test/", "sleep": _no_time}


def _file(kind: str) -> OutgoingFile | None:
    if kind not in _FILES:
        return None
    content, mime, filename = sample_file(_FILES[kind], 1) or (b"", "", "")
    # Uploads are remembered by content as long as the process lives, and every stand is another provider.
    return OutgoingFile(f"{next(_HASHES):064x}", _MIMES.get(kind, mime), filename, lambda: content)


def _nobody() -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.MockTransport(lambda _: httpx2.Response(200)))


async def _no_time(_: float) -> None:
    return


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
