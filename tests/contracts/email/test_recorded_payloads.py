"""Every recorded mail and provider body gives exactly the events in the table beside it, however often it comes.

A table holds the events as `app.commands.parse.line_of` writes them, for the workspace and arrival below.
"""

from __future__ import annotations

import orjson
import pytest

from app.commands.parse import line_of
from ingest.channels.base import Delivery
from ingest.channels.email.parse import parse
from ingest.domain.event import Event
from ingest.domain.events import EVENTS
from tests.contracts.email.fixtures import EXPECTED, FOLDER, fixture, names

ARRIVED_US = 1_795_000_000_000_000


def read(name: str, event_id: str = "evt_1", later_us: int = 0, content_type: str | None = None) -> list[Event]:
    given = "message/rfc822" if name.endswith(".eml") else "application/json"
    kind = given if content_type is None else content_type
    return parse(Delivery("ws_contract", "con_1", fixture(name), ARRIVED_US + later_us, event_id, kind))


@pytest.mark.parametrize("name", names())
def test_a_recorded_body_means_what_its_table_says(name: str) -> None:
    expected = [orjson.loads(line) for line in (EXPECTED / f"{name}.jsonl").read_bytes().splitlines()]
    assert [orjson.loads(orjson.dumps(line_of(each))) for each in read(name)] == expected


@pytest.mark.parametrize("name", names())
def test_a_recorded_body_says_only_what_the_catalogue_declares(name: str) -> None:
    for event in read(name):
        assert event.payload.keys() <= EVENTS[event.type].fields.keys() | {"identities"}
        assert event.cause_id == "evt_1"


@pytest.mark.parametrize("name", names())
def test_a_redelivery_has_the_same_keys(name: str) -> None:
    assert [each.key for each in read(name)] == [each.key for each in read(name, "evt_2", later_us=3_600_000_000)]


@pytest.mark.parametrize("name", names())
def test_what_it_is_is_told_by_content_where_nobody_says(name: str) -> None:
    assert [each.key for each in read(name)] == [each.key for each in read(name, content_type="")]


def test_every_recorded_body_has_a_table() -> None:
    if not FOLDER.exists():
        pytest.skip("recorded payloads are not beside the repository (shared/fixtures/channels)")
    assert {path.name for path in FOLDER.iterdir()} == set(names())
