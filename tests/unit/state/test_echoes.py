"""What a provider echoes of our own sending is one message, whichever of answer and echo came first."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.context import Context
from ingest.domain.event import Event
from ingest.store import live
from tests import builders as b
from tests.unit.pipelines.house import a_lake, bring_up, rows
from tests.unit.state.test_live_tables import ANA, a_request, a_send, happen, one

ACCEPTED = a_send("send.accepted", "msg_ours", 3, message_ref=b.ref("m.1"), external_id="m.1", held=False)
AFTER_THE_REQUEST = list(permutations([ACCEPTED, b.an_echo("m.1", ANA, 2), b.a_status("m.1", "read", 9)]))


@pytest.mark.parametrize("facts", AFTER_THE_REQUEST)
def test_the_inbox_shows_it_once(context: Context, facts: tuple[Event, ...]) -> None:
    happen(context.store, b.a_message("q", ANA, 0), a_request("msg_ours", 1))
    for each in facts:
        happen(context.store, each)
    with context.store.read() as sql:
        count = sql.execute(select(func.count()).where(live.message.c.direction == "outbound")).scalar()
    assert count == 1
    assert one(context.store, live.message, message_id="msg_ours")["delivery_status"] == "read"
    assert one(context.store, live.conversation)["last_message_id"] == "msg_ours"


@pytest.mark.parametrize("facts", AFTER_THE_REQUEST)
def test_the_marts_count_it_once(tmp_path: Path, facts: tuple[Event, ...]) -> None:
    with a_lake(tmp_path) as (derivation, settings):
        bring_up(
            derivation, settings, [[b.a_message("q", ANA, 0), a_request("msg_ours", 1)], *([each] for each in facts)]
        )
        found = rows(
            derivation, "SELECT message_id, delivery_status FROM lake.marts.fct_message WHERE direction = 'outbound'"
        )
    assert found == [("msg_ours", "read")]
