"""The simulated providers behind the shop's doors, as the demo runs them in one process.

A `Provider` takes what we send to a door, reports on it as the real one does, says so to the business, and brings what
customers write: posted to our receiver, signed, until it is taken. Mail is taken by a server of its own; visitors of
the web chat stand on the shop's page themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from random import Random
from typing import Any, Literal, cast

import httpx2
import structlog
import websockets
from starlette.types import ASGIApp

from ingest.channels.base import Connection
from ingest.channels.email.addresses import message_ids
from ingest.channels.messenger.channel import WANTED
from ingest.channels.simulator import visitors
from ingest.channels.simulator.business import listed_templates
from ingest.channels.simulator.courier import Courier
from ingest.channels.simulator.faults import FaultPlan
from ingest.channels.simulator.files import sample_file
from ingest.channels.simulator.graph_api import SimulatedGraph
from ingest.channels.simulator.mailbox import SmtpSink, TakenMail
from ingest.channels.simulator.meta_pages import SimulatedPages
from ingest.channels.simulator.people import Door
from ingest.channels.simulator.sms_api import SimulatedSms
from ingest.channels.simulator.telegram_api import SimulatedTelegram
from ingest.channels.simulator.traffic import written
from ingest.channels.simulator.wire import Addresses, Party, request, webhook_path
from ingest.channels.simulator.wires.email import is_in_thread
from ingest.channels.simulator.wires.webchat import session, visitor_id
from ingest.channels.simulator.wires.whatsapp import contact_of, number_of
from ingest.channels.simulator.x_api import SimulatedX
from ingest.channels.telegram.check import UPDATES
from ingest.kit.clock import Clock

_MOST_VISITORS = 40
_READS_AFTER_S = 6.0
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Street:
    """What all providers stand on: a pool of connections, the time, and the business that hears of them."""

    http: httpx2.AsyncClient
    clock: Clock
    at: Addresses
    on_sent: Callable[[str], None]
    """Called with the address that a message of ours reached."""
    party_of: Callable[[str], Party | None]
    """Returns who writes from an address just now."""


class Provider:
    """What stands behind one door; its subclasses know one channel each."""

    app: ASGIApp | None = None
    """What we call, where we call anything."""

    def __init__(self, door: Door, connection: Connection, street: Street) -> None:
        self.door, self.connection, self.street = door, connection, street
        self.callback_url = f"{street.at.ours}{webhook_path(connection)}"
        self._courier = Courier(
            street.http,
            self.callback_url,
            "",
            FaultPlan(),
            headers=lambda body: dict(request(connection, body).headers),
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._dice = Random(connection.connection_id)

    async def start(self) -> None:
        """Begin to listen, where listening is not a matter of `app`."""

    async def write(self, party: Party, text: str) -> None:
        """Let a customer write."""
        self._courier.post(self._body(party, text))

    def _body(self, party: Party, text: str) -> bytes:
        return written(party, self.connection, self.street.clock.us(), text).body

    def _later(self, work: Coroutine[Any, Any, Any], after_s: float) -> None:
        """Let something happen after a while; what we refuse is forgotten, as most providers do."""

        async def waiting() -> None:
            await asyncio.sleep(self._dice.expovariate(1 / after_s))
            with contextlib.suppress(httpx2.HTTPError):
                await work

        self._keep(waiting())

    def _keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


class WhatsAppProvider(Provider):
    """A number at the Cloud API."""

    def __init__(self, door: Door, connection: Connection, street: Street) -> None:
        super().__init__(door, connection, street)
        self._graph = SimulatedGraph(
            number_of(door),
            access_token=connection.access_token,
            app_secret=connection.secrets[0],
            http=street.http,
            callback_url=self.callback_url,
            knows_everything=True,
        )
        self._graph.templates = listed_templates(door.channel)
        self._graph.listeners.append(
            lambda taken: None if taken.body.get("type") == "reaction" else street.on_sent(taken.contact.address)
        )
        self.app = self._graph.app

    async def write(self, party: Party, text: str) -> None:
        """Let a customer write; what they wrote can be marked as read."""
        self._graph.meet(contact_of(party.customer))
        self._graph.deliver(self._body(party, text))


class PagesProvider(Provider):
    """A Page or an Instagram account."""

    def __init__(self, door: Door, connection: Connection, street: Street) -> None:
        super().__init__(door, connection, street)
        pages = SimulatedPages(
            cast(Literal["messenger", "instagram"], door.channel),
            door.external_id,
            access_token=connection.access_token,
            app_secret=connection.secrets[0],
            http=street.http,
            callback_url=self.callback_url,
            knows_everybody=True,
        )
        pages.subscribed_fields = list(WANTED)
        pages.templates = listed_templates(door.channel) if door.channel == "messenger" else []
        pages.listeners.append(lambda taken: street.on_sent(taken.person))
        pages.name_of, pages.picture_of = self._name_of, self._picture_of
        self.app = pages.app

    def _name_of(self, person: str) -> str | None:
        party = self.street.party_of(person)
        return None if party is None else party.customer.name

    def _picture_of(self, person: str) -> tuple[bytes, str] | None:
        """Return a picture; every third person shows none."""
        made = sample_file("image", int(person[-6:])) if int(person[-6:]) % 3 else None
        return None if made is None else made[:2]


class TelegramProvider(Provider):
    """A bot."""

    def __init__(self, door: Door, connection: Connection, street: Street) -> None:
        super().__init__(door, connection, street)
        first = street.clock.us() // 1_000_000
        bot = SimulatedTelegram(token=connection.access_token, http=street.http, first=first)
        bot.webhook_url, bot.allowed_updates = self.callback_url, list(UPDATES)
        bot.listeners.append(lambda taken: street.on_sent(str(taken.parameters.get("chat_id"))))
        self.app = bot.app


class XProvider(Provider):
    """An account that is told of messages that were read."""

    def __init__(self, door: Door, connection: Connection, street: Street) -> None:
        super().__init__(door, connection, street)
        self._x = SimulatedX(
            door.external_id,
            token=connection.access_token,
            secret=connection.secrets[0],
            http=street.http,
            callback_url=self.callback_url,
            first=(street.clock.us() // 1000 - 1_288_834_974_657) << 22,
        )
        self._x.listeners.append(self._taken)
        self.app = self._x.app

    def _taken(self, sent: dict[str, Any]) -> None:
        self._later(self._x.reads(sent["to"], sent["dm_event_id"]), _READS_AFTER_S)
        self.street.on_sent(sent["to"])


class SmsProvider(Provider):
    """A number that reports what was sent and delivered."""

    def __init__(self, door: Door, connection: Connection, street: Street) -> None:
        super().__init__(door, connection, street)
        self._sms = SimulatedSms(
            account_sid=str(connection.settings["account_sid"]),
            token=connection.access_token,
            number=door.external_id,
            http=street.http,
            callback_url=self.callback_url,
            first=street.clock.us(),
        )
        self._sms.listeners.append(self._taken)
        self.app = self._sms.app

    def _taken(self, form: dict[str, str]) -> None:
        self._later(self._reports(form), 1.0)
        self.street.on_sent(form["To"])

    async def _reports(self, form: dict[str, str]) -> None:
        for status in ("sent", "delivered"):
            await self._sms.reports(form, status)


class MailProvider(Provider):
    """A server that takes our mail; what people answer comes through a webhook."""

    def __init__(self, door: Door, connection: Connection, street: Street) -> None:
        super().__init__(door, connection, street)
        self._server = SmtpSink()
        self._server.listeners.append(self._taken)

    async def start(self) -> None:
        """Listen where the connection says that the server is."""
        await self._server.start(self.street.at.mail_port)

    def _taken(self, mail: TakenMail) -> None:
        named = next(iter(message_ids(mail.header("message-id"))), "")
        for address in mail.recipients:
            party = self.street.party_of(address)
            if party is not None and is_in_thread(party, named):
                party.written.append(named)
            self.street.on_sent(address)


class VisitorsProvider(Provider):
    """No provider at all: browsers on the shop's page, each with what it kept of its last visit."""

    def __init__(self, door: Door, connection: Connection, street: Street) -> None:
        super().__init__(door, connection, street)
        self._open: OrderedDict[str, tuple[visitors.Visitor, asyncio.Task[None]]] = OrderedDict()

    async def write(self, party: Party, text: str) -> None:
        """Let a visitor write, who opens the page first where it is closed."""
        try:
            visitor = await self._visitor(party)
            await visitor.say(text)
        except (visitors.Refused, OSError) as error:
            _log.warning("a simulated visitor was refused", error=str(error))

    async def _visitor(self, party: Party) -> visitors.Visitor:
        name = visitor_id(party.customer)
        if name not in self._open:
            visitor = visitors.Visitor(
                self.street.http, self.connection.connection_id, self.street.at.ours, party.random
            )
            given = session(party.customer, self.connection, visitor.origin, self.street.clock.us())
            visitor.session = {"returning": given.pop("returning")}
            await visitor.begin(**given)
            self._open[name] = visitor, self._keep(self._looks(visitor, name))
            while len(self._open) > _MOST_VISITORS:
                self._open.popitem(last=False)[1][1].cancel()
        self._open.move_to_end(name)
        return self._open[name][0]

    async def _looks(self, visitor: visitors.Visitor, name: str) -> None:
        """Read what is answered, until the page is closed."""
        with contextlib.suppress(visitors.Refused, OSError, websockets.WebSocketException):
            async for told in visitors.heard(visitor):
                if any(each["is_ours"] for each in told):
                    await visitor.read()
                    self.street.on_sent(name)
        self._open.pop(name, None)


_PROVIDERS: dict[str, type[Provider]] = {
    "whatsapp": WhatsAppProvider,
    "messenger": PagesProvider,
    "instagram": PagesProvider,
    "telegram": TelegramProvider,
    "x": XProvider,
    "sms": SmsProvider,
    "email": MailProvider,
    "webchat": VisitorsProvider,
}


def provider_of(door: Door, connection: Connection, street: Street) -> Provider:
    """Return what stands behind a door."""
    return _PROVIDERS[door.channel](door, connection, street)
