"""Every recorded body of every channel means exactly the events in its table, however often and however spoilt it comes."""

from __future__ import annotations

import random

import orjson
import pytest

from app.commands.parse import line_of
from ingest.channels import registry
from ingest.domain.event import Event
from ingest.domain.events import EVENTS
from tests.contracts.channel import read
from tests.contracts.mutations import spoilt_body
from tests.contracts.recordings import Recordings, every_recording

every_channel = pytest.mark.parametrize("channel", registry.NAMES)
every_body = pytest.mark.parametrize(("channel", "name"), every_recording())

SEEDS = 20
LATER_US = 3_600_000_000
SILENT = {"x": b"indicate_typing", "telegram": b'"result":[]'}
"""What of a body tells that nothing happened: somebody types, a poll came back empty. Anything else is an event."""


def meant(channel: str, name: str, event_id: str = "evt_1", later_us: int = 0) -> list[Event]:
    recordings = Recordings(channel)
    return read(channel, recordings.body(name), recordings.content_type(name), event_id, later_us)


def keys(events: list[Event]) -> list[str]:
    return [each.key for each in events]


def assert_fit_to_keep(channel: str, event: Event) -> None:
    """Look that an event is one that the catalogue declares and every store can take."""
    assert event.type in EVENTS
    assert event.payload.keys() <= EVENTS[event.type].fields.keys() | {"identities"}
    assert (event.channel, event.cause_id) == (channel, "evt_1")
    assert "\x00" not in event.key
    assert len(event.key) < 2_000
    orjson.dumps(event.payload)


@every_channel
def test_every_recorded_body_has_a_table_and_every_table_its_body(channel: str) -> None:
    assert Recordings(channel).names()
    assert Recordings(channel).found() == Recordings(channel).names()


@every_body
def test_a_recorded_body_means_what_its_table_says(channel: str, name: str) -> None:
    printed = [orjson.loads(orjson.dumps(line_of(each))) for each in meant(channel, name)]
    assert printed == Recordings(channel).table(name)


@every_body
def test_a_recorded_body_says_only_what_the_catalogue_declares(channel: str, name: str) -> None:
    for event in meant(channel, name):
        assert_fit_to_keep(channel, event)


@every_body
def test_a_redelivery_has_the_same_keys(channel: str, name: str) -> None:
    assert keys(meant(channel, name)) == keys(meant(channel, name, "evt_2", LATER_US))


@every_body
def test_what_it_is_is_told_by_content_where_nobody_says(channel: str, name: str) -> None:
    assert keys(read(channel, Recordings(channel).body(name), "")) == keys(meant(channel, name))


@every_body
def test_what_the_business_wrote_elsewhere_is_no_customer(channel: str, name: str) -> None:
    for event in meant(channel, name):
        if event.type in ("message.received", "message.echoed"):
            assert (event.actor_kind == "contact") == (event.type == "message.received")


@every_channel
def test_any_order_gives_the_same_facts(channel: str) -> None:
    names = Recordings(channel).names()
    expected = {key for name in names for key in keys(meant(channel, name))}
    for seed in range(5):
        shuffled = random.Random(seed).sample(names * 2, len(names) * 2)
        assert {key for name in shuffled for key in keys(meant(channel, name))} == expected


@every_body
def test_a_spoilt_body_neither_raises_nor_vanishes_and_twice_is_once(channel: str, name: str) -> None:
    check_spoilt(channel, name, range(SEEDS))


@pytest.mark.slow
@every_body
def test_a_body_spoilt_in_many_more_ways_neither_raises_nor_vanishes(channel: str, name: str) -> None:
    check_spoilt(channel, name, range(SEEDS, 25 * SEEDS))


def check_spoilt(channel: str, name: str, seeds: range) -> None:
    whole, content_type = Recordings(channel).body(name), Recordings(channel).content_type(name)
    for seed in seeds:
        body = spoilt_body(whole, content_type, random.Random(seed))
        events = read(channel, body, content_type)
        assert events or SILENT.get(channel, b"nothing") in body, seed
        assert keys(events) == keys(read(channel, body, content_type, "evt_2", LATER_US)), seed
        for event in events:
            assert_fit_to_keep(channel, event)
