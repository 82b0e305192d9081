"""What the simulated provider reports, our own parser reads: one path for it and for Meta."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest

from ingest.channels.base import Delivery
from ingest.channels.simulator.faults import FaultPlan
from ingest.channels.simulator.webhooks import Contact
from ingest.channels.whatsapp.parse import parse
from ingest.store.live import message as message_table
from tests import builders
from tests.integration.outbox.street import Street

ANA = Contact("Ana", "16505551234")


async def _bring_home(street: Street) -> None:
    """Parse and append every webhook that came."""
    await street.graph.courier.settled()
    for body in street.bodies:
        delivery = Delivery(builders.WORKSPACE, "con_1", orjson.dumps(body), street.clock.us(), "evt")
        street.emit(*parse(delivery))
    street.bodies.clear()


@pytest.mark.parametrize("seed", range(3))
async def test_a_conversation_goes_there_and_back(build_street: Callable[..., Street], seed: int) -> None:
    street = build_street(FaultPlan(seed, duplicate=0.5, reorder=0.5, read=1.0))
    street.graph.inbound(ANA, {"type": "text", "text": {"body": "is it there?"}})
    await _bring_home(street)
    street.asks("msg_1", text="it is")
    await street.send_all()
    await _bring_home(street)
    row = street.row(message_table, message_id="msg_1")
    assert row is not None
    assert row["delivery_status"] == "read"
    assert street.row(message_table, direction="inbound", text="is it there?") is not None


async def test_a_send_nobody_heard_of_is_resolved_by_its_status(build_street: Callable[..., Street]) -> None:
    street = build_street(FaultPlan(silent=1.0, read=0.0))
    street.graph.inbound(ANA, {"type": "text", "text": {"body": "hello?"}})
    await _bring_home(street)
    street.asks("msg_1")
    await street.send_all()
    row = street.row(message_table, message_id="msg_1")
    assert row is not None
    assert row["delivery_status"] == "unresolved"
    await _bring_home(street)
    row = street.row(message_table, message_id="msg_1")
    assert row is not None
    assert row["delivery_status"] == "delivered"
    assert street.graph.times_taken() == {"msg_1": 1}
