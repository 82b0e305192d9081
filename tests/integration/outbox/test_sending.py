"""F25: nobody gets anything twice; what nobody knows is listed, not sent again."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
import orjson
import pytest

from app.outbox import rules
from ingest.channels.simulator.faults import FaultPlan
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US
from ingest.store.live import message as message_table
from ingest.store.live import outbox as outbox_table
from tests import builders
from tests.integration.outbox.street import ANA, TOKEN, Killed, Street

BEA = builders.phone("5511987654321")


async def test_a_request_is_attempted_then_sent_then_accepted(street: Street) -> None:
    street.hears()
    street.asks("m1", text="Olá, tudo bem?")
    await street.send_all()
    assert [e.type for e in street.facts("message.requested", "send.attempted", "send.accepted")] == [
        "message.requested",
        "send.attempted",
        "send.accepted",
    ]
    assert [s.body["text"]["body"] for s in street.graph.sends] == ["Olá, tudo bem?"]
    assert street.graph.sends[0].tracker == "m1"
    assert street.graph.sends[0].body["to"] == "+16505551234"
    row = street.row(message_table, message_id="m1")
    assert row is not None
    assert row["delivery_status"] == "accepted"
    assert row["ref"] == builders.ref(street.graph.sends[0].external_id)


async def test_a_reply_quotes_the_providers_id(street: Street) -> None:
    street.graph._known.add("wamid.in.16505551234.0")
    street.hears()
    street.asks("m1", reply_to_ref=builders.ref("wamid.in.16505551234.0"))
    await street.send_all()
    assert street.graph.sends[0].body["context"] == {"message_id": "wamid.in.16505551234.0"}


def _cut(street: Street, where: str) -> None:
    """Arrange for the process to end at one boundary."""

    def kill(*_: object) -> None:
        raise Killed

    if where == "before the call":
        street.wire.before = kill
    elif where == "after the call":
        street.wire.after = kill


async def _die(street: Street, where: str) -> None:
    outbox = street.outbox()
    _cut(street, where)

    def kill(*_: object) -> None:
        raise Killed

    if where == "before the attempt":
        outbox._claim = kill  # type: ignore[method-assign,assignment]
    if where == "before the result":
        outbox._emit = kill  # type: ignore[method-assign]
    if where == "while the result is written":
        real = street.store.journal.append

        def append(connection: object, events: list[Event]) -> list[Event]:
            done = real(connection, events)  # type: ignore[arg-type]
            if any(event.type == "send.accepted" for event in events):
                raise Killed
            return done

        street.store.journal.append = append  # type: ignore[method-assign,assignment]
        with pytest.raises(Killed):
            await street.send_all(outbox, 3)
        street.store.journal.append = real  # type: ignore[method-assign]
        return
    with pytest.raises(Killed):
        await street.send_all(outbox, 3)
    street.wire.before = street.wire.after = lambda request: None


@pytest.mark.parametrize(
    ("where", "taken", "ends"),
    [
        ("before the attempt", 1, "accepted"),
        ("before the call", 0, "unresolved"),
        ("after the call", 1, "unresolved"),
        ("before the result", 1, "unresolved"),
        ("while the result is written", 1, "unresolved"),
    ],
)
async def test_a_crash_at_any_boundary_sends_at_most_once_and_lists_what_nobody_knows(
    street: Street, where: str, taken: int, ends: str
) -> None:
    street.hears()
    street.asks("m1")
    await _die(street, where)
    await street.send_all()
    await street.send_all()
    assert len(street.graph.sends) == taken
    assert street.in_state(ends) == ["m1"]


async def test_a_late_status_resolves_what_was_unknown(street: Street) -> None:
    street.hears()
    street.asks("m1")
    await _die(street, "after the call")
    await street.send_all()
    external_id = street.graph.sends[0].external_id
    street.emit(builders.a_status(external_id, "delivered", 9, message_id="m1"))
    row = street.row(message_table, message_id="m1")
    assert row is not None
    assert (row["delivery_status"], row["ref"]) == ("delivered", builders.ref(external_id))


async def test_a_status_that_came_before_the_restart_settles_it_at_once(street: Street) -> None:
    street.hears()
    street.asks("m1")
    await _die(street, "after the call")
    street.emit(builders.a_status(street.graph.sends[0].external_id, "sent", 1, message_id="m1"))
    await street.send_all()
    assert street.in_state("accepted") == ["m1"]
    assert not street.facts("send.unresolved")


async def test_a_person_may_send_an_unknown_one_again(street: Street) -> None:
    street.hears()
    street.asks("m1")
    await _die(street, "before the call")
    await street.send_all()
    for _ in range(2):  # a double click
        due = {"message_id": "m1", "due_us": street.clock.us()}
        street.emit(
            Event(
                type="send.retried",
                key="retried:m1:1",
                occurred_us=street.clock.us(),
                payload=due,
                **builders.whose(ANA),
            )
        )
    await street.send_all()
    assert street.in_state("accepted") == ["m1"]
    assert [e.payload["attempt"] for e in street.facts("send.attempted")] == [1, 2]
    assert street.graph.times_taken() == {"m1": 1}


@pytest.mark.parametrize("seed", range(3))
async def test_on_a_bad_day_nobody_gets_anything_twice(build_street: Callable[..., Street], seed: int) -> None:
    plan = FaultPlan(
        seed,
        errors={130429: 0.1, 131056: 0.05, 131000: 0.1, 131026: 0.05, 2: 0.05},
        gateway_error=0.05,
        silent=0.1,
        lost=0.05,
    )
    street = build_street(plan)
    people = [builders.phone(f"1650555{number:04}") for number in range(20)]
    for number, who in enumerate(people):
        street.hears(who)
        for part in range(2):
            street.asks(f"m{number}.{part}", who)
    await street.send_all()
    taken = street.graph.times_taken()
    assert set(taken.values()) <= {1}
    accepted, unresolved, failed = (street.in_state(state) for state in ("accepted", "unresolved", "failed"))
    assert len(accepted) + len(unresolved) + len(failed) == 40
    assert set(accepted) <= set(taken)
    assert not set(failed) & set(taken)
    assert set(taken) <= set(accepted) | set(unresolved), "what the provider took is known or listed"


@pytest.mark.parametrize(
    ("failure", "ends", "taken"),
    [
        (httpx2.ConnectError("refused"), "accepted", 1),
        (httpx2.ConnectTimeout("slow"), "accepted", 1),
        (httpx2.ReadTimeout("no answer"), "unresolved", 0),
        (httpx2.WriteError("reset"), "unresolved", 0),
        (httpx2.RemoteProtocolError("closed"), "unresolved", 0),
    ],
)
async def test_only_a_call_that_never_left_is_made_again(
    street: Street, failure: Exception, ends: str, taken: int
) -> None:
    street.hears()
    street.asks("m1")
    failures = [failure]

    def fail(_request: httpx2.Request) -> None:
        if failures:
            raise failures.pop()

    street.wire.before = fail
    await street.send_all()
    assert street.in_state(ends) == ["m1"]
    assert len(street.graph.sends) == taken


async def test_the_number_rests_when_it_is_told_to(build_street: Callable[..., Street]) -> None:
    street = build_street(rate_per_s=1.0)
    for number in range(4):
        who = builders.phone(f"1650555{number:04}")
        street.hears(who)
        street.asks(f"m{number}", who)
    await street.send_all()
    assert street.graph.times_taken() == {f"m{number}": 1 for number in range(4)}
    failed = street.facts("send.failed")
    assert failed
    assert {event.payload["code"] for event in failed} == {"130429"}
    assert street.graph.calls[f"{builders.NUMBER}/messages"] == 4 + len(failed)
    assert len(failed) <= 8


async def test_messages_of_one_conversation_arrive_in_the_order_they_were_written(
    build_street: Callable[..., Street],
) -> None:
    street = build_street(FaultPlan(7, errors={131000: 0.4}))
    street.hears()
    for number in range(12):
        street.asks(f"m{number:02}", text=str(number))
        street.clock.advance(1000)
    await street.send_all()
    assert [int(taken.body["text"]["body"]) for taken in street.graph.sends] == list(range(12))


async def test_parts_that_were_asked_for_at_one_instant_keep_their_order(street: Street) -> None:
    street.hears()
    for name in ("zulu", "alpha", "mike"):
        street.asks(name, text=name)
    await street.send_all()
    assert [taken.tracker for taken in street.graph.sends] == ["zulu", "alpha", "mike"]


def _template(street: Street, category: str) -> None:
    components = [{"type": "BODY", "text": "Hi {{1}}"}]
    street.graph.templates.append({"name": "news", "language": "en", "status": "APPROVED", "components": components})
    payload = {
        "template_id": "t1", "name": "news", "language": "en", "category": category, "template_status": "APPROVED",
        "components": components,
    }  # fmt: skip
    described = {
        "workspace_id": builders.WORKSPACE,
        "type": "template.described",
        "key": "t1",
        "occurred_us": builders.T0,
    }
    street.emit(Event(**described, channel="whatsapp", inbox_id=builders.INBOX, payload=payload))


def _news(street: Street) -> None:
    components = [{"type": "body", "parameters": [{"type": "text", "text": "Ana"}]}]
    street.asks(
        "m1", kind="template", text="Hi Ana", template={"name": "news", "language": "en", "components": components}
    )


def _consent(street: Street, value: str, at: int) -> None:
    payload = {"purpose": "marketing_messages", "value": value, "source": "web form", "wording": None}
    street.emit(
        Event(
            type="consent.recorded",
            key=f"consent:{at}",
            occurred_us=builders.T0 + at * SECOND_US,
            payload=payload,
            **builders.whose(ANA),
        )
    )


@pytest.mark.parametrize(
    ("said", "state"), [([], "failed"), (["granted"], "accepted"), (["granted", "withdrawn"], "failed")]
)
async def test_marketing_goes_only_to_those_who_consent_at_that_moment(
    street: Street, said: list[str], state: str
) -> None:
    _template(street, "MARKETING")
    for at, value in enumerate(said):
        _consent(street, value, at)
    _news(street)
    await street.send_all()
    assert street.in_state(state) == ["m1"]


async def test_a_utility_template_needs_neither_window_nor_marketing_consent(street: Street) -> None:
    _template(street, "UTILITY")
    _news(street)
    await street.send_all()
    assert street.in_state("accepted") == ["m1"]


async def test_an_inbox_without_a_connection_says_so(street: Street) -> None:
    street.emit(
        Event(
            workspace_id=builders.WORKSPACE,
            type="inbox.created",
            key="inbox again",
            occurred_us=builders.T0 + 1,
            channel="whatsapp",
            inbox_id=builders.INBOX,
            payload={"name": "Shop", "external_id": builders.NUMBER, "connection_id": None, "is_private": False},
        )
    )
    street.hears()
    street.asks("m1")
    await street.send_all()
    (failed,) = street.facts("send.failed")
    assert (failed.payload["retry"], failed.payload["code"]) == ("account", "no_connection")
    assert "connection" in failed.payload["detail"]


async def test_what_the_provider_will_never_take_is_not_tried_again(build_street: Callable[..., Street]) -> None:
    street = build_street(FaultPlan(errors={131047: 1.0}))
    street.hears()
    street.asks("m1")
    await street.send_all()
    assert street.in_state("failed") == ["m1"]
    assert len(street.wire.requests) == 1


async def test_a_provider_that_stays_down_is_given_up_after_the_last_attempt(
    build_street: Callable[..., Street],
) -> None:
    street = build_street(FaultPlan(errors={131000: 1.0}))
    street.hears()
    street.asks("m1")
    await street.send_all()
    assert street.in_state("failed") == ["m1"]
    assert len(street.wire.requests) == rules.LAST_ATTEMPT


async def test_a_cancelled_message_is_not_sent(street: Street) -> None:
    street.hears()
    street.asks("m1", due_us=street.clock.us() + 10 * SECOND_US)
    street.emit(
        Event(
            type="send.cancelled",
            key="cancel",
            occurred_us=street.clock.us(),
            payload={"message_id": "m1"},
            **builders.whose(ANA),
        )
    )
    street.clock.advance(20 * SECOND_US)
    await street.send_all()
    assert not street.graph.sends
    assert street.in_state("cancelled") == ["m1"]


async def test_results_outlive_a_store_that_refuses(street: Street) -> None:
    from ingest.domain.errors import StoreUnavailable

    street.hears()
    street.asks("m1")
    outbox = street.outbox()
    real, refusals = outbox._emit, [1, 1]

    def emit(events: object) -> None:
        if refusals:
            refusals.pop()
            raise StoreUnavailable
        real(events)  # type: ignore[arg-type]

    outbox._emit = emit  # type: ignore[method-assign,assignment]
    for _ in range(6):
        try:
            await outbox.run_once()
        except StoreUnavailable:
            continue
    assert street.in_state("accepted") == ["m1"]
    assert street.graph.times_taken() == {"m1": 1}


async def test_the_token_is_in_no_address_no_event_and_no_representation(build_street: Callable[..., Street]) -> None:
    street = build_street(FaultPlan(errors={190: 1.0}))
    street.hears()
    street.asks("m1")
    await street.send_all()
    assert all(TOKEN not in str(request.url) for request in street.wire.requests)
    assert all(TOKEN.encode() not in orjson.dumps(event.payload) for event in street.facts())
    assert TOKEN not in repr(street.gateways.__dict__)
    row = street.row(outbox_table, message_id="m1")
    assert row is not None
    assert row["state"] == "failed"
