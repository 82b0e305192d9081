"""How a channel carries what happens between a customer and one door of the shop.

The business knows who says what to whom and when; it never names a channel. A `Wire` is all that it needs of one: which
addresses a customer has there, which body the provider posts when they write, react or are reached by an answer of
ours, and how such a body proves itself. The past is what the channel's own parser reads of these bodies, the present
and a load are the same bodies, signed and posted: so ids and shapes cannot differ between them. There is one wire per
channel in `wires/`, `wire_of` finds it; what a channel has no form for (a sticker by SMS, a tick on mail) its wire
answers with None, and the business does without.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from random import Random
from typing import Any, ClassVar

from ingest.channels.base import Connection, Delivery
from ingest.channels.registry import channel as channel_of
from ingest.channels.simulator.people import Customer, Door
from ingest.domain import identity
from ingest.domain.event import Event
from ingest.kit.ids import stable_id

Item = dict[str, Any]


@dataclass(slots=True)
class Party:
    """One customer at one door, and what hangs together there: the matter, and the mails written about it."""

    workspace_id: str
    door: Door
    customer: Customer
    random: Random
    subject: str = ""
    written: list[str] = field(default_factory=list)
    """Ids of the messages so far, of both sides, oldest first."""

    @property
    def account(self) -> str:
        """Return the door's account as deliveries name it."""
        return self.door.account(self.workspace_id)


@dataclass(frozen=True, slots=True)
class Said:
    """What a customer says: a kind of message, and its text, caption, or what else the kind consists of."""

    kind: str
    content: Any = None
    referral: Mapping[str, Any] | None = None

    @property
    def text(self) -> str:
        """Return what can be read of it."""
        return self.content if isinstance(self.content, str) else ""


@dataclass(frozen=True, slots=True)
class Request:
    """A call of a provider, ready to be posted to us."""

    path: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    message_id: str = ""
    """Of the message it brings, as we shall call it."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things are on the machine that simulates: our web process, the providers, the server that takes mail."""

    ours: str
    providers: str
    mail_port: int


class Wire:
    """One channel's; what is not overridden here, the channel does not have."""

    channel: ClassVar[str]
    content_type: ClassVar[str] = "application/json"
    kinds: ClassVar[frozenset[str]] = frozenset({"text"})
    """Kinds of message that customers write here."""
    shows_names: ClassVar[bool] = True
    """Whether messages say what their writer is called; elsewhere somebody has to ask."""
    tick_us: ClassVar[int] = 0
    """To what the times of texts are rounded, where one text is like the next but for id, words and time; else 0."""
    keeps_our_ids: ClassVar[bool] = False
    """Whether a message of ours has our own id there, too."""

    # --- who ---------------------------------------------------------------------------------------

    def identities(self, customer: Customer) -> list[dict[str, str]]:
        """Return a customer's addresses here, the one they are keyed on first."""
        raise NotImplementedError

    def contact_id(self, party: Party) -> str:
        """Return the contact that a customer is here."""
        return identity.contact_id(party.workspace_id, self.channel, self.identities(party.customer)[0])

    def new_id(self, party: Party, us: int, *, is_ours: bool) -> str:
        """Return a fresh message id as the provider would give one."""
        raise NotImplementedError

    # --- what the provider posts -------------------------------------------------------------------

    def introduced(self, party: Party, us: int) -> bytes | None:
        """Return what is told of a customer before their first word."""
        return None

    def wrote(self, party: Party, us: int, external_id: str, said: Said) -> bytes:
        """Return what is posted when a customer writes; `said` is of one of `kinds`."""
        raise NotImplementedError

    def reported(self, party: Party, us: int, external_id: str, status: str) -> bytes | None:
        """Return what is posted when a message of ours was sent, delivered, read, or failed."""
        return None

    def status(self, party: Party, us: int, external_id: str, ref: str, status: str) -> tuple[str, Item] | None:
        """Return key and payload that the parser reads of `reported`, where a wire has so many that it tells itself."""
        return None

    def reacted(self, party: Party, us: int, external_id: str, emoji: str) -> bytes | None:
        """Return what is posted when a customer puts a sign on a message."""
        return None

    def edited(self, party: Party, us: int, external_id: str, text: str) -> bytes | None:
        """Return what is posted when a customer changes a message."""
        return None

    def revoked(self, party: Party, us: int, external_id: str) -> bytes | None:
        """Return what is posted when a customer takes a message back."""
        return None

    def opted_out(self, party: Party, us: int) -> bytes | None:
        """Return what is posted when a customer wants no more marketing."""
        return None

    # --- how it gets here --------------------------------------------------------------------------

    def proof(self, connection: Connection, path: str, body: bytes) -> dict[str, str]:
        """Return the headers by which a body proves itself."""
        raise NotImplementedError

    def connection(self, workspace_id: str, door: Door, at: Addresses) -> Connection:
        """Return how the simulated provider behind a door is reached; its secrets are as made up as itself."""
        connection_id = door.connection_id(workspace_id)
        return Connection(
            connection_id=connection_id,
            workspace_id=workspace_id,
            channel=self.channel,
            name=f"{door.name} (simulated)",
            base_url=f"{at.providers}/{door.handle}{self.base_path}",
            verify_token=stable_id("verify", connection_id),
            secrets=[stable_id("secret", connection_id)],
            access_token=stable_id("token", connection_id),
            settings=self.settings(connection_id, door, at),
        )

    base_path: ClassVar[str] = ""
    """What stands in a provider's address after the host."""

    def settings(self, connection_id: str, door: Door, at: Addresses) -> Item:
        """Return what only this channel's connections know."""
        return {}


@cache
def wire_of(channel: str) -> Wire:
    """Return the wire of a channel."""
    found: Wire = import_module(f"ingest.channels.simulator.wires.{channel}").WIRE
    return found


def read(party: Party, body: bytes, received_us: int) -> list[Event]:
    """Return what the channel's own parser makes of a body that came to a door."""
    wire, known = wire_of(party.door.channel), channel_of(party.door.channel)
    assert known is not None
    connection_id = party.door.connection_id(party.workspace_id)
    delivery = Delivery(party.workspace_id, connection_id, body, received_us, content_type=wire.content_type)
    return known.parse(delivery)


def webhook_path(connection: Connection) -> str:
    """Return where a provider calls us."""
    return f"/webhooks/{connection.channel}/{connection.connection_id}"


def request(connection: Connection, body: bytes, message_id: str = "") -> Request:
    """Return a body as the provider posts it to a connection: signed."""
    wire, path = wire_of(connection.channel), webhook_path(connection)
    return Request(path, {"content-type": wire.content_type, **wire.proof(connection, path, body)}, body, message_id)


def connections(workspace_id: str, doors: tuple[Door, ...], at: Addresses) -> Iterator[tuple[Door, Connection]]:
    """Yield every door with its connection."""
    return ((door, wire_of(door.channel).connection(workspace_id, door, at)) for door in doors)
