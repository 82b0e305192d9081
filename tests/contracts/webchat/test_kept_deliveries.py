"""Every delivery that an earlier version of the widget's server kept means what it meant then.

The protocol is our own, so the bodies beside this file are its contract: journals hold such bodies for years. A table
holds what `prosa parse` prints for the workspace and the arrival time below.
"""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from app.commands.parse import line_of
from ingest.channels.base import Delivery
from ingest.channels.webchat.parse import parse
from ingest.domain.event import Event

HERE = Path(__file__).parent
OTHERS = HERE.parents[2] / "../shared/fixtures/channels/webchat"
NAMES = sorted(path.stem for path in (HERE / "bodies").glob("*.json"))
ARRIVED_US = 1_795_000_000_000_000


def read(body: bytes) -> list[Event]:
    return parse(Delivery("ws_contract", "con_1", body, ARRIVED_US, "evt_1"))


@pytest.mark.parametrize("name", NAMES)
def test_a_kept_delivery_means_what_its_table_says(name: str) -> None:
    expected = [orjson.loads(line) for line in (HERE / "expected" / f"{name}.jsonl").read_bytes().splitlines()]
    events = read((HERE / "bodies" / f"{name}.json").read_bytes())
    assert [orjson.loads(orjson.dumps(line_of(each))) for each in events] == expected


def test_every_table_has_its_body() -> None:
    assert sorted(path.stem for path in (HERE / "expected").glob("*.jsonl")) == NAMES
    assert len(NAMES) >= 10


def test_what_other_chats_send_is_kept_whole_and_named() -> None:
    if not OTHERS.exists():
        pytest.skip("recorded payloads are not beside the repository (shared/fixtures/channels)")
    for path in sorted(OTHERS.glob("*.json")):
        (event,) = read(path.read_bytes())
        assert event.type in ("delivery.unrecognised", "delivery.unreadable"), path.name
        assert event.payload["item"] == orjson.loads(path.read_bytes())
