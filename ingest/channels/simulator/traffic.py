"""Signed calls of providers, as many as anybody wants: for the demo's customers and for a load.

    calls = traffic(7, [(door, connection), …], SystemClock())
    next(calls).body

Every call brings one fresh message of some customer, on channels as the shop's customers use them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from ingest.channels.base import Connection
from ingest.channels.registry import channel as channel_of
from ingest.channels.simulator.people import SHARES, Customer, Door, customer
from ingest.channels.simulator.talk import Talk
from ingest.channels.simulator.wire import Party, Request, Said, request, wire_of
from ingest.domain import identity
from ingest.kit.clock import Clock

_CUSTOMERS = 5_000


def traffic(
    seed: int, doors: Sequence[tuple[Door, Connection]], clock: Clock, customers: int = _CUSTOMERS
) -> Iterator[Request]:
    """Yield calls without end, each with a fresh message of a random one of so many customers.

    Doors that no webhook leads to (the web chat) are passed over. One seed gives the same people saying the same
    things; ids of messages hold the time where a provider's do.
    """
    random = Random(f"traffic:{seed}")
    called = [(door, given) for door, given in doors if _has_webhook(door)]
    weights = [SHARES[door.channel] * door.weight for door, _ in called]
    people = _by_channel(seed, customers)
    while True:
        door, connection = random.choices(called, weights)[0]
        party = Party(connection.workspace_id, door, random.choice(people[door.channel]), random)
        topic = random.choices(*map(list, zip(*door.topics, strict=True)))[0]
        talk = Talk(random, party.customer.language, topic, party.customer.name)
        party.subject = talk.say("subjects")
        yield written(party, connection, clock.us(), talk.say("asks"))


def written(party: Party, connection: Connection, us: int, text: str) -> Request:
    """Return the call that brings a text of a customer; it is one of the party's messages from now on."""
    wire = wire_of(party.door.channel)
    external_id = wire.new_id(party, us, is_ours=False)
    body = wire.wrote(party, us, external_id, Said("text", text))
    party.written.append(external_id)
    inbox_id = party.door.inbox_id(party.workspace_id)
    return request(connection, body, identity.message_ref(party.workspace_id, inbox_id, external_id))


def _has_webhook(door: Door) -> bool:
    known = channel_of(door.channel)
    return known is not None and known.webhook is not None


def _by_channel(seed: int, customers: int) -> dict[str, list[Customer]]:
    found: dict[str, list[Customer]] = {name: [] for name in SHARES}
    for index in range(1, customers + 1):
        who = customer(seed, index)
        for channel in who.channels:
            found[channel].append(who)
    return found
