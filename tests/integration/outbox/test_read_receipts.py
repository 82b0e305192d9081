from __future__ import annotations

import httpx2

from app.outbox.read_receipts import ReadReceipts
from ingest.channels.simulator.webhooks import Contact
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US, SECOND_US
from tests import builders
from tests.integration.outbox.street import ANA, Street


def _seen(street: Street, at: int, seen: int) -> None:
    payload = {"seen_us": builders.T0 + seen * SECOND_US}
    street.emit(
        Event(
            type="conversation.seen",
            key=f"seen:{at}",
            occurred_us=street.clock.us(),
            payload=payload,
            **builders.whose(ANA),
        )
    )


def _write(street: Street, at: int) -> str:
    external_id = street.graph.inbound(Contact("Ana", ANA["address"]), {"type": "text", "text": {"body": "x"}})
    street.emit(builders.a_message(external_id, ANA, at))
    return external_id


async def test_the_newest_message_seen_is_marked_read_once(street: Street) -> None:
    _write(street, 1)
    second = _write(street, 2)
    _write(street, 3)
    _seen(street, 1, 1)
    _seen(street, 2, 2)
    receipts = ReadReceipts(street.store, street.gateways)
    assert await receipts.run_once() == 2
    assert await receipts.run_once() == 0
    assert street.graph.reads == [second]


async def test_a_receipt_that_fails_is_lost_and_stops_nothing(street: Street) -> None:
    _write(street, 1)
    _seen(street, 1, 1)

    def fail(_request: httpx2.Request) -> None:
        raise httpx2.ConnectError("down")

    street.wire.before = fail
    receipts = ReadReceipts(street.store, street.gateways)
    assert await receipts.run_once() == 1
    assert await receipts.run_once() == 0


async def test_looks_of_long_ago_are_not_told(street: Street) -> None:
    _write(street, 1)
    _seen(street, 1, 1)
    street.clock.advance(DAY_US)
    assert await ReadReceipts(street.store, street.gateways).run_once() == 1
    assert street.graph.reads == []
