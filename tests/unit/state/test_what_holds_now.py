"""What holds now of what was told before: the newest address, the thread's holder, a withdrawn text, calls, albums."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import select

from app.context import Context
from app.state.addresses import addresses_of, reach
from app.state.unit import Store
from ingest.domain.event import Event
from ingest.store import live
from ingest.store.search import find_conversations
from tests import builders as b
from tests.unit.state.test_live_tables import ANA, command, happen, one

OLD, NEW = b.phone("16505551234"), b.phone("12195555358")
OLD_ID, NEW_ID = b.user_id("US.1"), b.user_id("US.2")


@pytest.fixture
def store(context: Context) -> Store:
    """Return the store of a fresh database, once on SQLite and once on PostgreSQL."""
    return context.store


def reached(store: Store, inbox_id: str = b.INBOX) -> list[str]:
    with store.read() as connection:
        contact_id = connection.execute(select(live.contact.c.contact_id)).scalar_one()
        return [each["address"] for each in reach(connection, contact_id, inbox_id)]


@pytest.mark.parametrize(("old", "new"), [(OLD, NEW), (NEW, OLD), (OLD_ID, NEW_ID), (NEW_ID, OLD_ID)])
def test_after_a_change_the_new_address_is_written_to(store: Store, old: dict[str, str], new: dict[str, str]) -> None:
    happen(store, b.a_message("m", old, 0), b.a_change(old, new, 5))
    assert reached(store) == [new["address"], old["address"]]


def test_a_change_that_is_told_before_the_message_it_follows_still_holds(store: Store) -> None:
    happen(store, b.a_change(OLD, NEW, 5))
    happen(store, b.a_message("m", OLD, 0))
    assert reached(store)[0] == NEW["address"]


def test_who_takes_an_old_number_back_is_written_to_there(store: Store) -> None:
    happen(store, b.a_message("m", OLD, 0), b.a_change(OLD, NEW, 5), b.a_change(NEW, OLD, 9))
    assert reached(store)[0] == OLD["address"]


def test_what_a_contact_wrote_from_last_goes_before_an_older_change(store: Store) -> None:
    happen(store, b.a_change(OLD, NEW, 5), b.a_message("m", OLD, 9))
    assert reached(store)[0] == OLD["address"]


def test_a_changed_number_goes_before_the_user_id_of_the_old_one(store: Store) -> None:
    happen(store, b.a_message("m", OLD_ID, 0), b.one_person(OLD_ID, OLD), b.a_change(OLD, NEW, 5))
    assert reached(store)[0] == NEW["address"]


def test_a_user_id_of_another_portfolio_comes_last(store: Store) -> None:
    here, there = b.a_message("m", OLD_ID, 0), b.a_change(OLD_ID, NEW_ID, 9)
    happen(store, here, replace(there, inbox_id="inb_other"))
    assert reached(store)[0] == OLD_ID["address"]
    assert reached(store, "inb_other")[0] == NEW_ID["address"]


def test_people_are_shown_by_their_newest_number(store: Store) -> None:
    happen(store, b.a_message("m", OLD, 0), b.a_change(OLD, NEW, 5))
    with store.read() as connection:
        (found,) = addresses_of(connection, [one(store, live.contact)["contact_id"]]).values()
    assert found[0] == NEW


# --- withdrawn ---------------------------------------------------------------------------------------

SAID = b.a_message("m", ANA, 0, "the secret word is swordfish", kind="image", media=[{"url": "https://x/1"}])


@pytest.mark.parametrize(
    "order", list(permutations([SAID, b.an_edit("m", "swordfish again", 3), b.a_revocation("m", 5)]))
)
def test_a_withdrawn_message_says_nothing_anywhere(store: Store, order: tuple[Event, ...]) -> None:
    for event in order:
        happen(store, event)
    row, conversation = one(store, live.message), one(store, live.conversation)
    assert (row["kind"], row["text"], row["media"], row["content"]) == ("revoked", None, "[]", None)
    assert (conversation["preview"], conversation["preview_kind"]) == ("", "revoked")
    with store.read() as connection:
        assert find_conversations(connection, "swordfish", b.WORKSPACE, [b.INBOX], 10) == []


# --- who holds a thread -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "holder"),
    [
        ([b.a_message("1", ANA, 0, content={"standby": True})], "another_app"),
        ([b.a_message("1", ANA, 0), b.a_handover("take_thread_control", ANA, 1)], "another_app"),
        ([b.a_handover("take_thread_control", ANA, 1), b.a_handover("pass_thread_control", ANA, 2)], "us"),
        ([b.a_handover("take_thread_control", ANA, 1), b.a_message("1", ANA, 2)], "us"),
        ([b.a_handover("take_thread_control", ANA, 3), b.a_message("1", ANA, 2)], "another_app"),
        ([b.a_message("1", ANA, 0, content={"standby": True}), command("conversation.taken_over", 3)], "us"),
    ],
)
def test_the_latest_word_says_who_holds_a_thread(store: Store, events: list[Event], holder: str) -> None:
    for event in events:
        happen(store, replace(event, channel="messenger"))
    assert one(store, live.conversation)["holder"] == holder


def test_nobody_holds_a_thread_where_none_is_shared(store: Store) -> None:
    happen(store, b.a_message("1", ANA, 0))
    assert one(store, live.conversation)["holder"] is None


# --- calls --------------------------------------------------------------------------------------------

CONNECT = b.a_call("c", "connect", ANA, 100)
END = b.a_call("c", "terminate", ANA, 160, duration=45)


@pytest.mark.parametrize("order", [(CONNECT, END), (END, CONNECT)])
def test_a_call_is_one_line_and_opens_the_window(store: Store, order: tuple[Event, ...]) -> None:
    happen(store, b.a_message("1", ANA, 0))
    for event in order:
        happen(store, event)
    line, conversation = one(store, live.activity), one(store, live.conversation)
    assert (line["type"], line["at_us"]) == ("call.reported", CONNECT.occurred_us)
    assert '"duration_s":45' in line["payload"]
    assert (conversation["last_inbound_us"], conversation["preview_kind"]) == (END.occurred_us, "call")


def test_a_call_of_ours_opens_no_window(store: Store) -> None:
    happen(store, b.a_message("1", ANA, 0), b.a_call("c", "ringing", ANA, 100, "outbound"))
    assert one(store, live.conversation)["last_inbound_us"] == b.T0


# --- albums and machines -------------------------------------------------------------------------------


def test_an_album_is_one_unread_message(store: Store) -> None:
    album: dict[str, Any] = {"kind": "image", "content": {"media_group_id": "a1"}}
    happen(store, *(b.a_message(f"p{n}", ANA, n, "", **album) for n in range(3)), b.a_message("t", ANA, 9))
    assert one(store, live.conversation)["unread_count"] == 2


def test_a_machines_answer_opens_nothing_and_nobody_waits(store: Store) -> None:
    happen(store, b.a_message("1", ANA, 0), command("conversation.resolved", 10, outcome="done", reason="agent"))
    happen(store, command("conversation.seen", 11, seen_us=b.T0))
    happen(store, b.a_message("2", ANA, 20, "I am on holiday", content={"auto": True}))
    row = one(store, live.conversation)
    assert (row["status"], row["unread_count"], row["preview"]) == ("resolved", 0, "I am on holiday")
    assert row["waiting_since_us"] == b.T0


def test_a_machine_that_writes_first_is_shown_among_the_open_ones(store: Store) -> None:
    happen(store, b.a_message("1", ANA, 0, "your order form", content={"auto": True}))
    row = one(store, live.conversation)
    assert (row["status"], row["unread_count"], row["waiting_since_us"]) == ("open", 0, None)
