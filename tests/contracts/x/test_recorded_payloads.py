"""Every recorded webhook gives exactly the events in the table beside it, however often it comes.

A table holds what `prosa parse` prints for the workspace and the arrival time below.
"""

from __future__ import annotations

import orjson
import pytest

from app.commands.parse import line_of
from ingest.channels.base import Delivery
from ingest.channels.x.parse import parse
from ingest.domain.event import Event
from ingest.domain.events import EVENTS
from tests.contracts.x.fixtures import EXPECTED, FOLDER, fixture, webhook_names

ARRIVED_US = 1_795_000_000_000_000


def read(name: str, event_id: str = "evt_1", later_us: int = 0) -> list[Event]:
    return parse(Delivery("ws_contract", "con_1", fixture(name), ARRIVED_US + later_us, event_id))


@pytest.mark.parametrize("name", webhook_names())
def test_a_recorded_webhook_means_what_its_table_says(name: str) -> None:
    expected = [orjson.loads(line) for line in (EXPECTED / f"{name}.jsonl").read_bytes().splitlines()]
    assert [orjson.loads(orjson.dumps(line_of(each))) for each in read(name)] == expected


@pytest.mark.parametrize("name", webhook_names())
def test_a_recorded_webhook_says_only_what_the_catalogue_declares(name: str) -> None:
    for event in read(name):
        assert event.payload.keys() <= EVENTS[event.type].fields.keys() | {"identities"}
        assert event.cause_id == "evt_1"


@pytest.mark.parametrize("name", webhook_names())
def test_a_redelivery_has_the_same_keys(name: str) -> None:
    assert [each.key for each in read(name)] == [each.key for each in read(name, "evt_2", later_us=3_600_000_000)]


def test_every_recorded_webhook_has_a_table() -> None:
    if not FOLDER.exists():
        pytest.skip("recorded payloads are not beside the repository (shared/fixtures/channels)")
    recorded = {path.stem for path in FOLDER.glob("*.json") if not path.stem.startswith("api_")}
    assert recorded == set(webhook_names())
