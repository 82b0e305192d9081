"""What is derived does not depend on how it came in, and is what the definitions say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ingest.domain.event import Event
from pipelines.derive import CHECKS
from tests import builders as b
from tests.properties.test_any_order import live_tables
from tests.unit.pipelines.events import a_deed, a_house, a_reaction_sent, a_reply, a_step, accepted, refused
from tests.unit.pipelines.house import a_lake, bring_up, record, rows, tables

ANA = b.phone("5511987654321")
PEOPLE = [ANA, b.user_id("BR.ana"), b.phone("16505551234")]


ids, people, moments = st.integers(0, 5).map(lambda n: f"wamid.{n}"), st.sampled_from(PEOPLE), st.integers(0, 30)
events = st.lists(
    st.one_of(
        st.builds(b.a_message, ids, people, moments, st.sampled_from(["oi", "hello"])),
        st.builds(b.an_echo, ids, people, moments),
        st.builds(a_reply, ids, people, moments, st.sampled_from(["ag_1", "ag_2"])),
        st.builds(a_reaction_sent, ids, people, moments),
        st.builds(accepted, ids, moments),
        st.builds(refused, ids, moments),
        st.builds(a_step, st.sampled_from(["attempted", "retried", "cancelled"]), ids, moments),
        st.builds(b.a_watermark, people, st.sampled_from(["delivered", "read"]), moments),
        st.builds(b.a_message, ids, people, moments, st.just("away"), content=st.just({"auto": True})),
        st.builds(b.a_status, ids, st.sampled_from(["sent", "delivered", "read", "failed"]), moments),
        st.builds(b.an_edit, ids, st.sampled_from(["new", "newer"]), moments),
        st.builds(b.a_revocation, ids, moments),
        st.builds(a_deed, st.just("resolved"), people, moments, outcome=st.just("done")),
        st.builds(a_deed, st.sampled_from(["reopened", "opened"]), people, moments),
        st.builds(a_deed, st.just("assigned"), people, moments, assignee_id=st.sampled_from(["ag_1", None])),
        st.builds(a_deed, st.sampled_from(["tagged", "untagged"]), people, moments, tag=st.just("vip")),
        st.builds(b.one_person, people, people),
        st.builds(b.a_name, people, st.sampled_from(["Ana", "Joe"]), moments),
        st.builds(a_house, st.sampled_from(["America/Sao_Paulo"])),
    ),
    max_size=20,
    unique_by=lambda event: event.key,
)


def named(letter: str) -> st.SearchStrategy[str]:
    return st.integers(0, 4).map(lambda n: f"{letter}.{n}")


spoken = st.lists(
    st.one_of(
        st.builds(b.a_message, named("in"), people, moments, st.just("oi")),
        st.builds(b.an_echo, named("out"), people, moments),
        st.builds(a_reply, named("ours"), people, moments),
        st.builds(a_reaction_sent, named("in"), people, moments),
        st.builds(b.a_status, named("out"), st.sampled_from(["sent", "delivered", "read", "failed"]), moments),
        st.builds(b.a_watermark, people, st.sampled_from(["delivered", "read"]), moments),
    ),
    max_size=20,
    unique_by=(lambda event: event.key, lambda event: event.occurred_us),
)


@settings(max_examples=4, phases=(Phase.explicit, Phase.generate))  # to shrink takes a lake a try
@given(spoken)
def test_live_and_marts_say_the_same_of_who_waits_and_of_how_far_a_message_came(told: list[Event]) -> None:
    live = live_tables([told])
    waiting = {row["conversation_id"]: row["waiting_since_us"] for row in live["conversation"]}
    sent = [row for row in live["message"] if row["direction"] == "outbound" and row["kind"] != "reaction"]
    with TemporaryDirectory() as folder, a_lake(Path(folder)) as (derivation, where):
        bring_up(derivation, where, [told])
        waits = rows(
            derivation, "SELECT conversation_id, wait_started_us FROM lake.marts.fct_response WHERE is_censored"
        )
        statuses = "SELECT message_id, delivery_status FROM lake.marts.fct_message WHERE direction = 'outbound'"
        assert dict(waits) == {key: us for key, us in waiting.items() if us is not None}
        assert dict(rows(derivation, statuses)) == {row["message_id"]: row["delivery_status"] for row in sent}


@settings(max_examples=3)
@given(events, st.data())
def test_increments_in_any_order_equal_a_rebuild(told: list[Event], data: st.DataObject) -> None:
    increments_equal_a_rebuild(told, data)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@settings(max_examples=40)
@given(events, st.data())
def test_increments_in_any_order_equal_a_rebuild_at_length(told: list[Event], data: st.DataObject) -> None:
    increments_equal_a_rebuild(told, data)


def increments_equal_a_rebuild(told: list[Event], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(told))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(told)), min_size=1, max_size=2)))
    batches = [shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, len(told)], strict=True)]
    with TemporaryDirectory() as folder, a_lake(Path(folder)) as (derivation, where):
        bring_up(derivation, where, batches)
        by_increments = tables(derivation)
        derivation.rebuild()
        assert tables(derivation) == by_increments


def test_waits_by_hand(tmp_path: Path) -> None:
    told = [
        a_house("America/Sao_Paulo"),
        b.a_message("q1", ANA, 0),
        b.a_message("q2", ANA, 10),
        a_reply("r1", ANA, 30),
        a_reply("r2", ANA, 40),
        b.a_message("q3", ANA, 100),
        a_reply("r3", ANA, 160, "ag_2"),
        a_deed("resolved", ANA, 200, outcome="done"),
        b.a_message("q4", ANA, 500),
    ]
    with a_lake(tmp_path) as (derivation, where):
        bring_up(derivation, where, [told[:4], told[4:]])
        waits = "SELECT episode_id LIKE '%/2', kind, reply_s, agent_id, is_censored FROM lake.marts.fct_response ORDER BY wait_started_us"
        assert rows(derivation, waits) == [
            (False, "first", 30.0, "ag_1", False),
            (False, "later", 60.0, "ag_2", False),
            (True, "first", None, None, True),
        ]
        episodes = "SELECT episode_number, resolution_s, is_open, is_reopened, first_response_s FROM lake.marts.fct_episode ORDER BY 1"
        assert rows(derivation, episodes) == [(1, 200.0, False, False, 30.0), (2, None, True, True, None)]
        assert rows(derivation, "SELECT status, episode_count, duration_s FROM lake.marts.fct_conversation") == [
            ("open", 2, 200.0)
        ]


def test_late_delivered_does_not_undo_read(tmp_path: Path) -> None:
    with a_lake(tmp_path) as (derivation, where):
        told = [
            [b.a_status("r", "read", 9)],
            [a_reply("r", ANA, 0), accepted("r", 1), b.a_status("r", "delivered", 5)],
        ]
        bring_up(derivation, where, told)
        seen = "SELECT delivery_status, epoch_us(delivered_at) FROM lake.marts.fct_message"
        assert rows(derivation, seen) == [("read", b.T0 + 5 * b.SECOND)]


def test_a_try_that_failed_does_not_speak_for_the_next(tmp_path: Path) -> None:
    again = replace(accepted("r", 9), key="again", payload=accepted("r", 9).payload | {"message_ref": b.ref("r2")})
    with a_lake(tmp_path) as (derivation, where):
        seen = "SELECT delivery_status FROM lake.marts.fct_message"
        bring_up(derivation, where, [[a_reply("r", ANA, 0), accepted("r", 1), b.a_status("r", "failed", 2)]])
        assert rows(derivation, seen) == [("failed",)]
        bring_up(derivation, where, [[again]])
        assert rows(derivation, seen) == [("accepted",)]
        bring_up(derivation, where, [[b.a_status("r2", "failed", 11)]])
        assert rows(derivation, seen) == [("failed",)]


def test_two_addresses_of_one_person_make_one_conversation(tmp_path: Path) -> None:
    with a_lake(tmp_path) as (derivation, where):
        bring_up(
            derivation,
            where,
            [[b.a_message("a", PEOPLE[0], 0), b.a_message("c", PEOPLE[1], 5)], [b.one_person(*PEOPLE[:2])]],
        )
        assert rows(derivation, "SELECT inbound_count FROM lake.marts.fct_conversation") == [(2,)]
        assert rows(derivation, "SELECT count(*) FROM lake.marts.customer_profiles") == [(1,)]


def test_a_merged_conversation_stays_merged_when_it_is_derived_again(tmp_path: Path) -> None:
    merged = [b.a_message("a", PEOPLE[0], 0), b.an_echo("c", PEOPLE[1], 5), b.one_person(*PEOPLE[:2])]
    with a_lake(tmp_path) as (derivation, where):
        bring_up(derivation, where, [merged, [b.one_person(PEOPLE[1], PEOPLE[1]), b.a_message("d", PEOPLE[1], 9)]])
        by_increments = tables(derivation)
        assert rows(derivation, "SELECT inbound_count FROM lake.marts.fct_conversation") == [(2,)]
        derivation.rebuild()
        assert tables(derivation) == by_increments


def test_what_stays_the_same_is_not_written_again(tmp_path: Path) -> None:
    with a_lake(tmp_path) as (derivation, where):
        bring_up(derivation, where, [[b.a_message("q", ANA, 0), a_reply("r", ANA, 5), accepted("r", 6)]])
        record(where, [b.a_status("r", "read", 9)])
        derivation.land()
        written = derivation.derive()
        assert {path for path, rows in written.items() if path.startswith("marts/") and rows} == {
            "marts/fct_message",
            "marts/customer_profiles",
        }
        assert written["marts/fct_message"] == 2  # the old row went, the new one came
        assert derivation.derive() == {}


def test_a_message_told_twice_is_one_and_keeps_its_first_telling(tmp_path: Path) -> None:
    late = a_reply("r", ANA, 50)
    with a_lake(tmp_path) as (derivation, where):
        again = replace(a_reply("r", ANA, 20, "ag_2"), key="again")
        bring_up(derivation, where, [[b.a_message("q", ANA, 0), late], [again]])
        assert rows(derivation, "SELECT reply_s, agent_id FROM lake.marts.fct_response") == [(20.0, "ag_2")]


@pytest.mark.parametrize("is_at_once", [True, False])
def test_what_a_message_says_takes_the_place_of_what_stood_for_it(tmp_path: Path, is_at_once: bool) -> None:
    stand_in, said = b.a_message("m", ANA, 0, None, kind="placeholder"), b.a_message("m", ANA, 5, "hello")
    told = [[replace(stand_in, key="stand-in")], [said]]
    with a_lake(tmp_path) as (derivation, where):
        bring_up(derivation, where, [told[0] + told[1]] if is_at_once else told)
        assert rows(derivation, "SELECT kind, text FROM lake.marts.fct_message") == [("text", "hello")]


def test_a_check_fails_when_data_is_broken(tmp_path: Path) -> None:
    with a_lake(tmp_path) as (derivation, where):
        bring_up(derivation, where, [[b.a_message("q", ANA, 0), a_reply("r", ANA, 5)]])
        assert not any(derivation.broken(name) for name in CHECKS)
        derivation.connection.execute("INSERT INTO lake.landing.events FROM lake.landing.events LIMIT 1")
        derivation.connection.execute("INSERT INTO lake.marts.fct_message FROM lake.marts.fct_message")
        derivation.connection.execute("UPDATE lake.marts.fct_response SET reply_s = -1")
        assert all(derivation.broken(name) for name in CHECKS)
