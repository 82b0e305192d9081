"""Recorded bodies with parts gone, changed or added are still read, kept and keyed on themselves."""

from __future__ import annotations

import random
from typing import Any

import orjson
import pytest

from ingest.channels.base import Delivery
from ingest.channels.x.parse import parse
from ingest.domain.events import EVENTS
from tests.contracts.x.fixtures import fixture, webhook_names

_VALUES: list[Any] = [None, 7, -1.5, "x", "", True, [], {}, [1], {"id": 1}]


def mutated(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        kept = {name: mutated(each, chance) for name, each in value.items() if chance.random() > 0.3}
        return kept | ({"of_tomorrow": chance.choice(_VALUES)} if chance.random() < 0.2 else {})
    if isinstance(value, list):
        return [mutated(each, chance) for each in value]
    return chance.choice(_VALUES) if chance.random() < 0.3 else value


@pytest.mark.parametrize("name", webhook_names())
def test_no_mutation_is_raised_or_lost(name: str) -> None:
    body = orjson.loads(fixture(name))
    for seed in range(150):
        changed = orjson.dumps(mutated(body, random.Random(seed)))
        events, again = (parse(Delivery("ws", "con_1", changed, 1_795_000_000_000_000 + n)) for n in (0, 999))
        assert events or b"indicate_typing" in changed
        assert [each.key for each in events] == [each.key for each in again]
        for event in events:
            assert event.payload.keys() <= EVENTS[event.type].fields.keys() | {"identities"}
            orjson.dumps(event.payload)


def test_any_order_gives_the_same_facts() -> None:
    bodies = [fixture(name) for name in webhook_names()] * 2
    expected = {each.key for body in bodies for each in parse(Delivery("ws", "con_1", body, 1_795_000_000_000_000))}
    for seed in range(5):
        shuffled = random.Random(seed).sample(bodies, len(bodies))
        assert {
            each.key for body in shuffled for each in parse(Delivery("ws", "con_1", body, 1_795_000_000_000_000))
        } == expected
