"""What a provider took and then reported as failed: tried again where that helps, up to a person where it does not."""

from __future__ import annotations

from typing import Any

import pytest

from app.outbox import rules
from ingest.channels.simulator.faults import FaultPlan
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US, SECOND_US
from ingest.store.live import consent as consent_table
from ingest.store.live import message as message_table
from tests import builders
from tests.integration.outbox.street import ANA, Street


async def _sent(street: Street, **payload: Any) -> str:
    """Let one message be taken; returns the provider's id of it."""
    street.hears()
    street.asks("m1", **payload)
    await street.send_all()
    return street.graph.sends[-1].external_id


def _reports(street: Street, external_id: str, status: str, code: int | None = None, *, names_us: bool = True) -> None:
    at = (street.clock.us() - builders.T0) // SECOND_US
    told: dict[str, Any] = {"errors": [{"code": code, "title": "no", "details": None}]} if code else {}
    street.emit(builders.a_status(external_id, status, at, message_id="m1" if names_us else None, **told))


def _row(street: Street) -> dict[str, Any]:
    row = street.row(message_table, message_id="m1")
    assert row is not None
    return row


@pytest.mark.parametrize("names_us", [True, False])
async def test_a_passing_failure_is_sent_again_by_itself(street: Street, names_us: bool) -> None:
    first = await _sent(street)
    _reports(street, first, "failed", 131000, names_us=names_us)
    await street.outbox().run_once()
    assert street.in_state("queued") == ["m1"]
    (failed,) = street.facts("send.failed")
    assert failed.payload["retry"] == "later"
    assert failed.payload["will_retry_us"] > street.clock.us()
    assert (_row(street)["delivery_status"], _row(street)["error_code"]) == ("queued", "131000")
    await street.send_all()
    assert len(street.graph.sends) == 2
    assert street.in_state("accepted") == ["m1"]
    assert _row(street)["ref"] == builders.ref(street.graph.sends[1].external_id)
    assert _row(street)["delivery_status"] == "accepted"
    _reports(street, street.graph.sends[1].external_id, "read", names_us=names_us)
    assert _row(street)["delivery_status"] == "read"


@pytest.mark.parametrize(("code", "retry"), [(131026, "never"), (131047, "never"), (131053, "fix"), (None, "never")])
async def test_a_failure_that_stays_is_up_to_a_person(street: Street, code: int | None, retry: str) -> None:
    first = await _sent(street)
    _reports(street, first, "failed", code)
    await street.send_all()
    assert street.in_state("failed") == ["m1"]
    (failed,) = street.facts("send.failed")
    assert (failed.payload["retry"], failed.payload["will_retry_us"]) == (retry, None)
    assert _row(street)["delivery_status"] == "failed"
    assert len(street.graph.sends) == 1


async def test_a_person_may_send_it_again(street: Street) -> None:
    first = await _sent(street)
    _reports(street, first, "failed", 131026)
    await street.send_all()
    due = {"message_id": "m1", "due_us": street.clock.us()}
    street.emit(Event(type="send.retried", key="r", occurred_us=street.clock.us(), payload=due, **builders.whose(ANA)))
    assert _row(street)["delivery_status"] == "queued"
    await street.send_all()
    assert (len(street.graph.sends), street.in_state("accepted")) == (2, ["m1"])


async def test_what_arrived_after_all_is_not_sent_again(street: Street) -> None:
    first = await _sent(street)
    _reports(street, first, "failed", 131000)
    await street.outbox().run_once()
    _reports(street, first, "delivered", names_us=False)
    await street.send_all()
    assert (len(street.graph.sends), street.in_state("accepted")) == (1, ["m1"])
    assert _row(street)["delivery_status"] == "delivered"


async def test_a_failure_after_it_arrived_changes_nothing(street: Street) -> None:
    first = await _sent(street)
    _reports(street, first, "delivered")
    _reports(street, first, "failed", 131000)
    await street.send_all()
    assert not street.facts("send.failed")
    assert (len(street.graph.sends), street.in_state("accepted")) == (1, ["m1"])


async def test_it_is_given_up_after_the_last_attempt(street: Street) -> None:
    await _sent(street)
    for _ in range(rules.LAST_ATTEMPT + 2):
        _reports(street, street.graph.sends[-1].external_id, "failed", 131000)
        await street.send_all()
        street.clock.advance(SECOND_US)
    assert len(street.graph.sends) == rules.LAST_ATTEMPT
    assert street.in_state("failed") == ["m1"]


async def test_what_failed_long_ago_is_not_sent_to_anybody_now(street: Street) -> None:
    first = await _sent(street)
    street.clock.advance(DAY_US + SECOND_US)
    _reports(street, first, "failed", 131000)
    await street.send_all()
    assert (len(street.graph.sends), street.in_state("failed")) == (1, ["m1"])


async def test_a_late_word_on_the_first_try_does_not_speak_of_the_second(street: Street) -> None:
    first = await _sent(street)
    _reports(street, first, "failed", 131000)
    await street.send_all()
    street.clock.advance(SECOND_US)
    _reports(street, first, "failed", 131000)
    _reports(street, first, "sent")
    await street.send_all()
    assert (len(street.graph.sends), street.in_state("accepted")) == (2, ["m1"])
    assert _row(street)["delivery_status"] == "accepted"


async def test_retries_and_reports_are_rebuilt_to_the_same_rows(street: Street) -> None:
    first = await _sent(street)
    _reports(street, first, "failed", 131000)
    await street.send_all()
    _reports(street, street.graph.sends[1].external_id, "delivered")
    before = _row(street)
    street.store.rebuild()
    assert _row(street) == before


async def test_a_refusal_that_is_an_opt_out_is_written_down(street: Street) -> None:
    street.graph.faults = FaultPlan(errors={131050: 1.0})
    street.hears()
    street.asks("m1")
    await street.send_all()
    row = street.row(consent_table, purpose="marketing_messages")
    assert row is not None
    assert (row["value"], row["source"]) == ("withdrawn", "whatsapp")
