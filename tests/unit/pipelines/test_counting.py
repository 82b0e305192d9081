"""What counts: who waits and until when, what is a message, who is credited. One lake, one person for each case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from ingest.domain import identity
from ingest.domain.event import Event
from pipelines.derive import CHECKS, Derivation
from tests import builders as b
from tests.unit.pipelines.events import a_deed, a_house, a_reaction_sent, a_reply, a_step, accepted, refused
from tests.unit.pipelines.house import a_lake, bring_up, rows, tables

CASES: dict[str, list[Event]] = {}
PRIVATE = identity.inbox_id(b.WORKSPACE, "whatsapp", "private")


def who(case: str) -> dict[str, str]:
    return b.user_id(f"BR.{case}")


def case(function: Callable[[dict[str, str]], list[Event]]) -> str:
    """Tell the lake what happened in a case; its name is what the tests ask for."""
    CASES[function.__name__] = function(who(function.__name__))
    return function.__name__


def a_notice(external_id: str, person: dict[str, str], at: int) -> Event:
    return b.a_message(external_id, person, at, "I am away", content={"auto": True})


def from_a_machine(event: Event) -> Event:
    return replace(event, actor_kind="bot")


@case
def reacted(me: dict[str, str]) -> list[Event]:
    return [b.a_message("re1", me, 0), a_reaction_sent("re1", me, 5), accepted("sign.re1", 6), a_reply("re2", me, 60)]


@case
def only_reacted(me: dict[str, str]) -> list[Event]:
    return [b.a_message("or1", me, 0), a_reaction_sent("or1", me, 5)]


@case
def thanked(me: dict[str, str]) -> list[Event]:
    told = [b.a_message("th1", me, 0), a_reply("th2", me, 30), b.a_message("th3", me, 40, "thanks")]
    return [*told, a_deed("resolved", me, 100, outcome="done")]


@case
def still_waits(me: dict[str, str]) -> list[Event]:
    return [b.a_message("sw1", me, 0)]


@case
def reopened_by_us(me: dict[str, str]) -> list[Event]:
    told = [b.a_message("ro1", me, 0), a_deed("resolved", me, 10), a_deed("reopened", me, 20, reason="agent")]
    return [*told, b.a_message("ro2", me, 25), a_reply("ro3", me, 50, "ag_2"), a_deed("resolved", me, 60)]


@case
def reopened_and_left(me: dict[str, str]) -> list[Event]:
    return [b.a_message("rl1", me, 0), a_deed("resolved", me, 10), a_deed("reopened", me, 20, reason="agent")]


@case
def came_back(me: dict[str, str]) -> list[Event]:
    return [b.a_message("cb1", me, 0), a_deed("resolved", me, 10), b.a_message("cb2", me, 20), a_reply("cb3", me, 50)]


@case
def answered_by_a_machine(me: dict[str, str]) -> list[Event]:
    return [b.a_message("am1", me, 0), from_a_machine(b.an_echo("am2", me, 5)), b.an_echo("am3", me, 90)]


@case
def out_of_office(me: dict[str, str]) -> list[Event]:
    told = [b.a_message("oo1", me, 0), a_reply("oo2", me, 10), a_notice("oo3", me, 11), a_deed("resolved", me, 20)]
    return [*told, a_notice("oo4", me, 30)]


@case
def never_there(me: dict[str, str]) -> list[Event]:
    return [a_notice("nt1", me, 0)]


@case
def was_refused(me: dict[str, str]) -> list[Event]:
    told = [b.a_message("wr1", me, 0), a_reply("wr2", me, 10), refused("wr2", 11)]
    return [*told, a_reply("wr3", me, 20), a_step("cancelled", "wr3", 21)]


@case
def failed_later(me: dict[str, str]) -> list[Event]:
    told = [b.a_message("fl1", me, 0), a_reply("fl2", me, 10), a_step("attempted", "fl2", 11), accepted("fl2", 12)]
    return [*told, b.a_status("fl2", "failed", 20)]


@case
def tried_again(me: dict[str, str]) -> list[Event]:
    return [b.a_message("ta1", me, 0), a_reply("ta2", me, 10), refused("ta2", 11), a_step("retried", "ta2", 12)]


@case
def tagged(me: dict[str, str]) -> list[Event]:
    told = [b.a_message("tg1", me, 0), a_deed("tagged", me, 1, tag="vip"), a_deed("resolved", me, 5)]
    return [*told, a_deed("untagged", me, 6, tag="vip"), a_deed("tagged", me, 7, tag="late"), b.a_message("tg2", me, 9)]


@case
def let_go(me: dict[str, str]) -> list[Event]:
    told = [b.a_message("lg1", me, 0), a_deed("assigned", me, 1, assignee_id="ag_7")]
    return [*told, a_deed("assigned", me, 5, by=None, assignee_id=None), a_deed("resolved", me, 5, by=None)]


@case
def taken_by_nobody(me: dict[str, str]) -> list[Event]:
    return [b.a_message("tn1", me, 0), a_deed("resolved", me, 5, by="ag_9")]


@case
def held_before(me: dict[str, str]) -> list[Event]:
    told = [b.a_message("hb1", me, 0), a_deed("assigned", me, 1, assignee_id="ag_7"), a_deed("resolved", me, 2)]
    told += [a_deed("assigned", me, 3, assignee_id=None), b.a_message("hb2", me, 4), a_deed("resolved", me, 5, by=None)]
    return [*told, b.a_message("hb3", me, 6), a_deed("assigned", me, 7, assignee_id="ag_8")]


@case
def withdrew(me: dict[str, str]) -> list[Event]:
    return [b.a_message("wd1", me, 0, "my card is 4111"), b.an_edit("wd1", "oops", 3), b.a_revocation("wd1", 5)]


@case
def at_two_doors(me: dict[str, str]) -> list[Event]:
    second = b.a_message("td2", me, 5)
    return [b.a_message("td1", me, 0), replace(second, key="td2", **b.whose(me, PRIVATE))]


@case
def echoed_twice(me: dict[str, str]) -> list[Event]:
    told = [a_reply("et1", me, 0), b.an_echo("et1", me, 1), a_step("attempted", "et1", 1), accepted("et1", 2)]
    return [b.a_message("et0", me, 0), *told]


@case
def has_read(me: dict[str, str]) -> list[Event]:
    told = [
        b.an_echo("hr1", me, 0),
        b.an_echo("hr2", me, 10),
        b.an_echo("hr3", me, 30),
        b.a_status("hr2", "failed", 11),
    ]
    told += [a_reply("hr4", me, 12), a_step("attempted", "hr4", 13), accepted("hr4", 14), a_reply("hr5", me, 15)]
    return [
        *told,
        replace(b.a_watermark(me, "read", 20), occurred_us=b.T0 + 25 * b.SECOND),
        b.a_watermark(me, "delivered", 40),
    ]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Derivation]:
    """Give the lake in which all cases happened, told half by half; a rebuild is equal to it."""
    halves = [[each for told in CASES.values() for each in told[n::2]] for n in (1, 0)]
    with a_lake(tmp_path_factory.mktemp("lake")) as (derivation, where):
        bring_up(derivation, where, [[a_house("UTC"), *halves[0]], halves[1]])
        by_increments = tables(derivation)
        derivation.rebuild()
        assert tables(derivation) == by_increments
        yield derivation


def asked(lake: Derivation, table: str, columns: str, case: str, order: str) -> list[tuple[Any, ...]]:
    conversation = b.whose(who(case))["conversation_id"]
    question = f"SELECT {columns} FROM lake.marts.{table} WHERE conversation_id = '{conversation}' ORDER BY {order}"
    return rows(lake, question)


def waits(lake: Derivation, case: str, columns: str = "reply_s, censored_s, is_censored") -> list[tuple[Any, ...]]:
    return asked(lake, "fct_response", columns, case, "wait_started_us")


def episodes(lake: Derivation, case: str, columns: str) -> list[tuple[Any, ...]]:
    return asked(lake, "fct_episode", columns, case, "episode_number")


def messages(lake: Derivation, case: str, columns: str) -> list[tuple[Any, ...]]:
    return asked(lake, "fct_message", columns, case, "message_us, message_id")


def test_every_check_holds(lake: Derivation) -> None:
    assert {name: lake.broken(name) for name in CHECKS} == {name: [] for name in CHECKS}


def test_a_reaction_answers_nobody_and_is_no_message(lake: Derivation) -> None:
    assert waits(lake, "reacted") == [(60.0, None, False)]
    assert waits(lake, "only_reacted") == [(None, None, True)]
    assert messages(lake, "reacted", "direction") == [("inbound",), ("outbound",)]
    assert episodes(lake, "reacted", "outbound_count, agent_count") == [(1, 1)]


def test_the_last_thanks_is_closed_with_its_conversation(lake: Derivation) -> None:
    assert waits(lake, "thanked") == [(30.0, None, False), (None, 60.0, True)]
    assert waits(lake, "still_waits") == [(None, None, True)]
    counted = "sum(unanswered_count), sum(closed_count)"
    by_hand = rows(
        lake, "SELECT count(*) - count(closed_us), count(closed_us) FROM lake.marts.fct_response WHERE is_censored"
    )
    assert rows(lake, f"SELECT {counted} FROM lake.marts.agent_performance") == by_hand


def test_a_wait_goes_on_where_the_business_reopens(lake: Derivation) -> None:
    waited = "episode_id LIKE '%/1', kind, reply_s, agent_id, closed_us"
    assert waits(lake, "reopened_by_us", waited) == [(True, "first", 50.0, "ag_2", None)]
    assert episodes(lake, "reopened_by_us", "first_response_s") == [(50.0,), (None,)]
    assert waits(lake, "reopened_and_left") == [(None, None, True)]


def test_a_new_message_after_a_resolution_is_a_wait_of_its_own(lake: Derivation) -> None:
    assert waits(lake, "came_back", "kind, reply_s, censored_s") == [("first", None, 10.0), ("first", 30.0, None)]


def test_a_machine_answers_nobody_but_a_person_on_the_phone_does(lake: Derivation) -> None:
    assert waits(lake, "answered_by_a_machine") == [(90.0, None, False)]


def test_an_out_of_office_notice_asks_nothing_and_opens_nothing(lake: Derivation) -> None:
    assert waits(lake, "out_of_office") == [(10.0, None, False)]
    assert episodes(lake, "out_of_office", "is_open") == [(False,)]
    assert asked(lake, "fct_conversation", "status", "out_of_office", "1") == [("resolved",)]
    assert episodes(lake, "never_there", "1") == []
    assert asked(lake, "fct_conversation", "status", "never_there", "1") == [("open",)]
    assert messages(lake, "never_there", "is_auto") == [(True,)]


def test_what_never_went_out_answers_nobody_and_counts_nowhere(lake: Derivation) -> None:
    assert waits(lake, "was_refused") == [(None, None, True)]
    assert messages(lake, "was_refused", "is_never_sent, delivery_status") == [
        (False, None),
        (True, "failed"),
        (True, "cancelled"),
    ]
    counts = "outbound_count, agent_message_count"
    assert asked(lake, "fct_conversation", counts, "was_refused", "1") == [(0, 0)]
    assert waits(lake, "failed_later") == [(10.0, None, False)]
    assert messages(lake, "failed_later", "is_never_sent, delivery_status")[1] == (False, "failed")
    assert waits(lake, "tried_again") == [(10.0, None, False)]


def test_tags_are_those_of_the_time(lake: Derivation) -> None:
    assert episodes(lake, "tagged", "tags") == [(["vip"],), (["late"],)]
    assert asked(lake, "fct_conversation", "tags", "tagged", "1") == [(["late"],)]


def test_a_resolution_is_credited_to_whoever_had_it_last(lake: Derivation) -> None:
    assert episodes(lake, "let_go", "assignee_id") == [("ag_7",)]
    assert episodes(lake, "taken_by_nobody", "assignee_id") == [("ag_9",)]
    assert episodes(lake, "held_before", "assignee_id") == [("ag_7",), (None,), ("ag_8",)]


def test_what_was_withdrawn_keeps_no_text(lake: Derivation) -> None:
    told = "is_revoked, text, text_length"
    assert messages(lake, "withdrew", told) == [(True, None, None)]


def test_a_customer_has_every_inbox_they_wrote_to(lake: Derivation) -> None:
    contact = b.whose(who("at_two_doors"))["contact_id"]
    question = f"SELECT inbox_ids FROM lake.marts.customer_profiles WHERE customer_id = '{contact}'"
    assert rows(lake, question) == [(sorted([b.INBOX, PRIVATE]),)]


def test_the_first_resolution_is_kept_beside_the_last(lake: Derivation) -> None:
    span = "epoch(resolved_at - first_resolved_at)"
    assert asked(lake, "fct_conversation", span, "reopened_by_us", "1") == [(50.0,)]


def test_an_echo_of_our_own_sending_is_one_message(lake: Derivation) -> None:
    assert len(messages(lake, "echoed_twice", "message_id")) == 2


def test_a_watermark_raises_what_was_sent_before_it(lake: Derivation) -> None:
    reached = "delivery_status, epoch(read_at - message_at)"
    assert messages(lake, "has_read", reached) == [
        ("read", 25.0),
        ("failed", None),
        ("read", 13.0),
        ("queued", None),
        ("delivered", None),
    ]


def test_the_marts_say_up_to_when_they_hold(lake: Derivation) -> None:
    derived = rows(lake, "SELECT seq, recorded_at FROM lake.staging.watermark")
    assert derived == rows(lake, "SELECT max(seq), max(recorded_at) FROM lake.landing.events")
