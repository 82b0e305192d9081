"""Every wire of the simulated business keeps to its channel: what it tells of the past is what the live form means."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import islice
from random import Random

import pytest

from ingest.channels.base import Call, Connection, Delivery
from ingest.channels.registry import NAMES, capabilities, channel
from ingest.channels.simulator.business import Teller
from ingest.channels.simulator.people import DOORS, Agent, Customer, Door, People, customer
from ingest.channels.simulator.traffic import traffic, written
from ingest.channels.simulator.wire import Addresses, Party, Said, connections, read, request, wire_of
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US, FixedClock

WORKSPACE = "wsp_aurora"
AT = 1_790_000_000 * SECOND_US
HERE = Addresses("http://127.0.0.1:8800", "http://127.0.0.1:8801", 8802)
CONTENT = {
    "image": "Segue a foto",
    "location": {"latitude": -23.5, "longitude": -46.6, "name": "Casa"},
    "contacts": [{"name": {"formatted_name": "Portaria"}, "phones": [{"phone": "+55 11 3000-0100"}]}],
    "order": {"catalog_id": "1", "text": "", "product_items": [{"product_retailer_id": "A", "quantity": 1}]},
}
SAID = [(name, kind) for name in NAMES for kind in sorted(wire_of(name).kinds)]


def opened() -> dict[str, tuple[Door, Connection]]:
    return {door.channel: (door, given) for door, given in reversed(list(connections(WORKSPACE, DOORS, HERE)))}


def guest(name: str) -> Customer:
    return next(each for each in (customer(7, index) for index in range(1, 500)) if each.channels[0] == name)


def party(name: str, seed: int = 1) -> Party:
    return Party(WORKSPACE, opened()[name][0], guest(name), Random(seed), "Pedido AU-1")


def teller(name: str) -> Teller:
    found = Teller(Random(1), WORKSPACE, opened()[name][0], guest(name))
    found.about("Pedido AU-1")
    return found


def agent_of(name: str) -> Agent:
    return People().at(opened()[name][0])[0]


def only(events: list[Event], kind: str) -> Event:
    (found,) = (each for each in events if each.type == kind)
    return found


def is_believed(given: Connection, call: Call) -> bool:
    known = channel(given.channel)
    return known is not None and known.webhook is not None and known.webhook.verify(call, given)


def call_of(path: str, headers: dict[str, str], body: bytes) -> Call:
    return Call(path, "", [(name.lower().encode(), value.encode()) for name, value in headers.items()], body)


@pytest.mark.parametrize(("name", "kind"), SAID)
def test_the_past_says_what_the_parser_reads_of_the_live_form(name: str, kind: str) -> None:
    past, live = teller(name), party(name)
    said = Said(kind, CONTENT.get(kind, "oi" if kind == "text" else None))
    external_id = past.wrote(AT, said)
    told = only(past.events, "message.received")
    body = wire_of(name).wrote(live, AT, external_id, said)
    known, connection_id = channel(name), opened()[name][1].connection_id
    assert known is not None
    delivery = Delivery(WORKSPACE, connection_id, body, told.recorded_us, content_type=wire_of(name).content_type)
    found = only(known.parse(delivery), "message.received")
    assert (told.key, told.contact_id, told.conversation_id, told.inbox_id) == (
        found.key, found.contact_id, found.conversation_id, found.inbox_id)  # fmt: skip
    assert told.inbox_id == opened()[name][0].inbox_id(WORKSPACE)
    assert told.contact_id == past.contact_id
    assert told.payload["kind"] == kind or (name, kind) == ("webchat", "text")
    beside = {"media", "language", "content"}  # a file has another id each time
    plain = {field: value for field, value in told.payload.items() if field not in beside}
    assert plain == {field: value for field, value in found.payload.items() if field not in beside}
    assert told.payload["language"] in (None, past.customer.language)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "email"])
def test_a_second_text_of_the_past_is_what_the_parser_reads_too(name: str) -> None:
    past, live = teller(name), party(name)
    past.wrote(AT, Said("text", "oi"))
    external_id = past.wrote(AT + 7_654_321, Said("text", "e aí"))
    told = past.events[-1]
    body = wire_of(name).wrote(live, AT + 7_654_321, external_id, Said("text", "e aí"))
    found = only(read(live, body, told.recorded_us), "message.received")
    plain = {"payload": {**told.payload, "language": None}, "event_id": "", "recorded_us": 0}
    assert replace(told, **plain) == found


@pytest.mark.parametrize("name", NAMES)
def test_a_customer_who_writes_live_goes_on_in_their_conversation_of_the_past(name: str) -> None:
    past = teller(name)
    past.wrote(AT, Said("text", "oi"))
    now = party(name, seed=2)
    body = wire_of(name).wrote(now, AT + SECOND_US, wire_of(name).new_id(now, AT, is_ours=False), Said("text", "e aí"))
    found = only(read(now, body, AT + SECOND_US), "message.received")
    assert found.contact_id == past.contact_id
    assert found.inbox_id == past.inbox_id
    assert (found.conversation_id == past.conversation_id) is (name != "email")  # mail: a matter of its own


@pytest.mark.parametrize("name", NAMES)
def test_what_becomes_of_our_answers_is_told_in_the_conversation_and_of_the_message(name: str) -> None:
    past = teller(name)
    past.wrote(AT, Said("text", "oi"))
    external_id = past.sent(AT + SECOND_US, agent_of(name), "Olá!")
    requested = past.events[-1]
    told = {
        status for number, status in enumerate(("sent", "delivered", "read"), start=2)
        if past.reported(AT + number * SECOND_US, external_id, status)
    }  # fmt: skip
    assert told == capabilities(name).reports
    for event in past.events[past.events.index(requested) + 1 :]:
        assert event.conversation_id == requested.conversation_id
        assert event.payload.get("message_ref", requested.payload["message_ref"]) == requested.payload["message_ref"]


def test_everybody_is_read_everywhere() -> None:
    """Nothing that a wire tells is unreadable or unknown to its parser."""
    for name in NAMES:
        past = teller(name)
        past.introduced(AT)
        first = past.wrote(AT, Said("text", "oi"))
        past.edited(AT, first, "olá")
        past.revoked(AT, first)
        past.opted_out(AT)
        past.reacted(AT, past.sent(AT, agent_of(name), "Olá!"), "🙏")
        kinds = {event.type for event in past.events}
        assert not kinds & {"delivery.unreadable", "delivery.unrecognised"}, name


def test_a_mail_of_ours_and_its_answer_stay_in_their_thread() -> None:
    past = teller("email")
    past.wrote(AT, Said("text", "oi"))
    past.sent(AT, agent_of("email"), "Olá!")
    past.wrote(AT + SECOND_US, Said("text", "obrigada"))
    assert len({event.conversation_id for event in past.events if event.type.startswith("message.")}) == 1
    assert past.events[-1].payload["content"]["subject"] == "Re: Pedido AU-1"


@pytest.mark.parametrize("name", [name for name in NAMES if name != "webchat"])
def test_a_call_proves_itself_and_a_changed_one_does_not(name: str) -> None:
    door, given = opened()[name]
    made = written(party(name), given, AT, "oi")
    assert is_believed(given, call_of(made.path, dict(made.headers), made.body))
    other = replace(given, secrets=["another"])
    assert not is_believed(other, call_of(made.path, dict(made.headers), made.body))
    assert request(given, made.body, made.message_id) == made
    assert door.channel in made.path


def test_traffic_is_of_many_channels_and_each_call_is_believed_and_new() -> None:
    doors = list(connections(WORKSPACE, DOORS, HERE))
    by_path = {f"/webhooks/{given.channel}/{given.connection_id}": given for _, given in doors}
    clock = FixedClock(AT)
    seen, keys = Counter[str](), set[str]()
    for made in islice(traffic(3, doors, clock), 600):
        clock.advance(2_000)
        given = by_path[made.path]
        assert is_believed(given, call_of(made.path, dict(made.headers), made.body))
        known = channel(given.channel)
        assert known is not None
        type_ = made.headers["content-type"]
        found = known.parse(Delivery(WORKSPACE, given.connection_id, made.body, clock.us(), content_type=type_))
        keys.add(only(found, "message.received").key)
        seen[given.channel] += 1
    assert len(keys) == 600
    assert set(seen) == set(NAMES) - {"webchat"}


def test_one_seed_gives_the_same_calls() -> None:
    doors = list(connections(WORKSPACE, DOORS, HERE))
    one, other = (list(islice(traffic(3, doors, FixedClock(AT)), 50)) for _ in range(2))
    assert one == other
