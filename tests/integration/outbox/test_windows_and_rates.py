"""When we may still write, and how fast: windows that the contact opens, rates that the number has."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.outbox.pacing import COEXISTENCE_PER_S
from app.state.standing import windows
from ingest.channels.registry import capabilities
from ingest.channels.simulator.faults import FaultPlan
from ingest.kit.clock import DAY_US, HOUR_US, SECOND_US
from ingest.store.live import conversation
from tests import builders
from tests.integration.outbox.conftest import Build
from tests.integration.outbox.street import ANA, Street


async def test_outside_the_window_nobody_is_asked(street: Street) -> None:
    street.hears()
    street.clock.advance(DAY_US + SECOND_US)
    street.asks("m1")
    await street.send_all()
    assert [event.payload["code"] for event in street.facts("send.failed")] == ["window_closed"]
    assert not street.wire.requests
    assert not street.facts("send.attempted")


@pytest.mark.parametrize(("answered_after_s", "state"), [(3600, "accepted"), (25 * 3600, "failed"), (None, "failed")])
async def test_an_ad_that_was_answered_keeps_the_window_open_for_three_days(
    street: Street, answered_after_s: int | None, state: str
) -> None:
    street.hears(referral={"source_type": "ad", "ctwa_clid": "x"})
    if answered_after_s is not None:
        street.emit(builders.an_echo("wamid.echo", ANA, answered_after_s))
    street.clock.advance(71 * HOUR_US)
    street.asks("m1")
    await street.send_all()
    assert street.in_state(state) == ["m1"]


@pytest.mark.parametrize("state", ["queued", "failed"])
async def test_an_answer_that_never_went_out_answers_no_ad_neither_here_nor_in_the_composer(
    build_street: Build, state: str
) -> None:
    street = build_street(FaultPlan(errors={131026: 1.0}))
    street.hears(referral={"source_type": "ad", "ctwa_clid": "x"})
    street.asks("m0", due_us=street.clock.us() + (DAY_US * 9 if state == "queued" else 0))
    await street.send_all(rounds=3)
    assert street.in_state(state) == ["m0"]
    street.clock.advance(71 * HOUR_US)
    with street.store.read() as sql:
        (closes_us,) = windows(sql, sql.execute(select(conversation)).all()).values()
    assert closes_us == builders.T0 + DAY_US
    street.asks("m1")
    await street.send_all(rounds=3)
    assert "m1" in street.in_state("failed")


async def test_the_window_is_looked_at_when_the_message_is_sent_not_when_it_was_asked_for(street: Street) -> None:
    street.hears()
    street.asks("m1", due_us=street.clock.us() + DAY_US)
    street.clock.advance(DAY_US + SECOND_US)
    await street.send_all()
    assert street.in_state("failed") == ["m1"]


async def test_a_reaction_answers_no_ad(street: Street) -> None:
    street.hears(referral={"source_type": "ad", "ctwa_clid": "x"})
    street.emit(builders.an_echo("wamid.echo", ANA, 3600, kind="reaction", text="👍"))
    street.clock.advance(71 * HOUR_US)
    street.asks("m1")
    await street.send_all()
    assert street.in_state("failed") == ["m1"]


@pytest.mark.parametrize(("is_on_phone", "per_s"), [(False, capabilities("whatsapp").per_s), (True, COEXISTENCE_PER_S)])
async def test_a_number_that_a_phone_writes_from_too_sends_at_the_slower_rate(
    street: Street, is_on_phone: bool, per_s: float
) -> None:
    people = [builders.phone(f"55119{number:08}") for number in range(60)]
    for who in people:
        street.hears(who)
    if is_on_phone:
        street.emit(builders.an_echo("wamid.echo", people[0], 1))
    for number, who in enumerate(people):
        street.asks(f"m{number:02}", who)
    began, outbox = street.clock.us(), street.outbox()
    while street.in_state("queued"):
        await outbox.run_once()
        street.clock.advance(10_000)
    await outbox.drain()
    took_s = (street.clock.us() - began) / SECOND_US
    assert len(people) / took_s == pytest.approx(per_s, rel=0.25)
