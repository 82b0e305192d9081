"""What deliveries mean folds into the live tables, whatever the shape and the order."""

from __future__ import annotations

import random

import orjson
import pytest
from sqlalchemy import func, select

from app.context import Context
from ingest.domain.event import Event
from ingest.store import live
from tests.contracts.recordings import Recordings
from tests.unit.messenger.test_bad_bodies import PARTS
from tests.unit.messenger.wire import AT_MS, a_text, body_of, item, ours, read, ref
from tests.unit.state.test_live_tables import happen, one


def told(channel: str) -> list[Event]:
    """Return every event of every shape that there is, made up and recorded."""
    found = read(body_of(a_text(), *map(item, PARTS), *map(ours, PARTS), channel=channel), channel)
    recordings = Recordings(channel)
    return found + [event for name in recordings.names() for event in read(recordings.body(name), channel)]


@pytest.mark.parametrize("channel", ["messenger", "instagram"])
def test_every_shape_is_folded_in_any_order(context: Context, channel: str) -> None:
    events = told(channel)
    random.Random(7).shuffle(events)
    for event in events:
        happen(context.store, event)
    happen(context.store, *told(channel))
    row = one(context.store, live.message, message_id=ref("m_1", channel))
    # What was edited before it came has the new text, and its conversation all the same.
    assert row["text"] == "y"
    assert row["conversation_id"] is not None


def test_a_watermark_of_meta_raises_what_was_sent_before_it(context: Context) -> None:
    said = [ours({"message": {"mid": f"m_{n}", "text": "x"}}, timestamp=AT_MS + n) for n in (1, 5, 9)]
    happen(context.store, *read(body_of(*said, item({"read": {"watermark": AT_MS + 5}}))))
    reached = [one(context.store, live.message, message_id=ref(f"m_{n}"))["delivery_status"] for n in (1, 5, 9)]
    assert reached == ["read", "read", "accepted"]


def test_a_dashboards_test_leaves_no_contact_behind(context: Context) -> None:
    happen(context.store, *read(orjson.dumps({"field": "messages", "value": a_text(mid="random_mid")})))
    with context.store.read() as sql:
        assert sql.execute(select(func.count()).select_from(live.contact)).scalar() == 0
