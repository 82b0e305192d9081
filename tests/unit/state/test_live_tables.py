"""What events leave behind in the live tables, said one promise at a time."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select, text

from app.context import Context
from app.inbox.wake import wake_snoozed
from app.state.unit import Store
from ingest.domain.event import Event
from ingest.store import live, own
from ingest.store.consumers import PROJECTOR, cursor_of
from tests import builders as b

ANA = b.phone("5511987654321")
ANA_ID = b.user_id("BR.ana")


@pytest.fixture
def store(context: Context) -> Store:
    """Return the store of a fresh database, once on SQLite and once on PostgreSQL."""
    return context.store


def happen(store: Store, *events: Event) -> None:
    with store.unit() as unit:
        unit.emit(*events)


def one(store: Store, table: Any, **where: Any) -> Any:
    with store.read() as connection:
        query = select(table)
        for name, value in where.items():
            query = query.where(table.c[name] == value)
        return connection.execute(query).mappings().one()


def command(kind: str, at: int, who: dict[str, str] = ANA, **payload: Any) -> Event:
    return Event(
        type=kind,
        key=f"{kind}:{at}",
        occurred_us=b.T0 + at * b.SECOND,
        actor_kind="agent",
        actor_id="per_1",
        payload=payload,
        **b.whose(who),
    )


def a_request(message_id: str, at: int, text: str = "here you are") -> Event:
    payload = {
        "message_id": message_id,
        "message_ref": None,
        "external_id": None,
        "kind": "text",
        "text": text,
        "media": [],
        "to": [ANA],
        "origin": "typed",
    }
    return Event(
        type="message.requested",
        key=f"requested:{message_id}",
        occurred_us=b.T0 + at * b.SECOND,
        actor_kind="agent",
        actor_id="per_1",
        payload=payload,
        **b.whose(ANA),
    )


def a_send(kind: str, message_id: str, at: int, **payload: Any) -> Event:
    return Event(
        workspace_id=b.WORKSPACE,
        type=kind,
        key=f"{kind}:{message_id}:{at}",
        occurred_us=b.T0 + at * b.SECOND,
        payload={"message_id": message_id} | payload,
    )


def test_late_delivered_does_not_undo_read(store: Store) -> None:
    happen(store, b.an_echo("m", ANA, 0), b.a_status("m", "read", 3), b.a_status("m", "delivered", 2))
    assert one(store, live.message)["delivery_status"] == "read"


def test_failed_is_final_only_when_nothing_was_delivered(store: Store) -> None:
    happen(
        store,
        b.an_echo("m", ANA, 0),
        b.a_status("m", "failed", 3),
        b.an_echo("n", ANA, 1),
        b.a_status("n", "delivered", 2),
        b.a_status("n", "failed", 3),
    )
    assert one(store, live.message, external_id="m")["delivery_status"] == "failed"
    assert one(store, live.message, external_id="n")["delivery_status"] == "delivered"


def test_a_status_that_comes_before_its_message_is_kept_for_it(store: Store) -> None:
    happen(store, b.a_status("m", "delivered", 2))
    happen(store, b.an_echo("m", ANA, 0))
    assert one(store, live.message)["delivery_status"] == "delivered"


def test_a_status_before_the_answer_of_the_send_call_reaches_our_message(store: Store) -> None:
    happen(
        store, b.a_message("q", ANA, 0), a_request("msg_ours", 1), a_send("send.attempted", "msg_ours", 2, attempt=1)
    )
    happen(store, b.a_status("wamid.x", "delivered", 4))
    happen(
        store, a_send("send.accepted", "msg_ours", 3, message_ref=b.ref("wamid.x"), external_id="wamid.x", held=False)
    )
    assert one(store, live.message, message_id="msg_ours")["delivery_status"] == "delivered"
    assert one(store, live.outbox)["state"] == "accepted"


def test_a_status_that_carries_our_id_settles_an_unknown_outcome(store: Store) -> None:
    happen(
        store, b.a_message("q", ANA, 0), a_request("msg_ours", 1), a_send("send.attempted", "msg_ours", 2, attempt=1)
    )
    happen(store, a_send("send.unresolved", "msg_ours", 3, attempt=1, detail="no answer"))
    assert one(store, live.message, message_id="msg_ours")["delivery_status"] == "unresolved"
    happen(store, b.a_status("wamid.x", "sent", 4, message_id="msg_ours"))
    assert one(store, live.message, message_id="msg_ours")["delivery_status"] == "sent"


def test_an_edit_that_comes_before_its_message_is_what_the_message_says(store: Store) -> None:
    happen(store, b.an_edit("m", "second", 5))
    happen(store, b.a_message("m", ANA, 0, "first"))
    row = one(store, live.message)
    assert (row["text"], row["direction"]) == ("second", "inbound")


def test_the_file_of_an_imported_message_takes_the_place_of_its_placeholder(store: Store) -> None:
    placeholder = b.a_message("m", ANA, 0, None, kind="placeholder", is_history=True)
    file = b.a_message("m", ANA, 0, "look", kind="image", is_history=True)
    happen(store, placeholder)
    happen(
        store, Event(**{**{name: getattr(file, name) for name in file.__slots__}, "key": "whatsapp:history-media:m"})
    )
    row = one(store, live.message)
    assert (row["kind"], row["text"]) == ("image", "look")


def test_unread_and_waiting_count_from_the_last_answer(store: Store) -> None:
    happen(
        store, b.a_message("1", ANA, 0), b.an_echo("2", ANA, 10), b.a_message("3", ANA, 20), b.a_message("4", ANA, 30)
    )
    row = one(store, live.conversation)
    assert (row["unread_count"], row["waiting_since_us"]) == (2, b.T0 + 20 * b.SECOND)


def test_a_message_that_comes_late_is_counted_where_it_belongs(store: Store) -> None:
    happen(store, b.a_message("1", ANA, 0), b.an_echo("2", ANA, 10), b.a_message("4", ANA, 30))
    happen(store, b.a_message("3", ANA, 20))
    row = one(store, live.conversation)
    assert (row["unread_count"], row["waiting_since_us"], row["last_message_us"]) == (
        2,
        b.T0 + 20 * b.SECOND,
        b.T0 + 30 * b.SECOND,
    )


def test_a_message_after_the_resolution_opens_the_conversation_again(store: Store) -> None:
    happen(store, b.a_message("1", ANA, 0), command("conversation.resolved", 10, outcome="done", reason="agent"))
    assert one(store, live.conversation)["status"] == "resolved"
    happen(store, b.a_message("2", ANA, 20))
    assert one(store, live.conversation)["status"] == "open"


def test_a_snooze_ends_at_its_time_once(store: Store) -> None:
    until = b.T0 + 100 * b.SECOND
    happen(store, b.a_message("1", ANA, 0), command("conversation.snoozed", 10, until_us=until))
    assert wake_snoozed(store, until - 1) == 0
    assert [wake_snoozed(store, until + n) for n in (0, 1)] == [1, 0]
    row = one(store, live.conversation)
    assert (row["status"], row["snoozed_until_us"]) == ("open", None)


def test_a_snooze_ends_when_the_customer_writes(store: Store) -> None:
    happen(store, b.a_message("1", ANA, 0), command("conversation.snoozed", 10, until_us=None))
    assert one(store, live.conversation)["status"] == "snoozed"
    happen(store, b.a_message("2", ANA, 20))
    assert one(store, live.conversation)["status"] == "open"


def test_an_imported_history_opens_nothing_and_leaves_nothing_unread(store: Store) -> None:
    happen(store, b.a_message("1", ANA, 0, is_history=True), b.an_echo("2", ANA, 5, is_history=True))
    row = one(store, live.conversation)
    assert (row["status"], row["unread_count"], row["waiting_since_us"]) == ("resolved", 0, None)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (2, 3, 0, 1), (0, 2, 1, 3), (3, 1, 2, 0)])
def test_a_conversation_is_found_under_the_id_of_each_address_whoever_was_joined_first(
    store: Store, order: tuple[int, ...]
) -> None:
    other = b.phone("16505551234")
    told = [b.a_message("one", ANA_ID, 1), b.a_message("two", other, 2), b.one_person(ANA, ANA_ID)]
    told.append(b.one_person(other, ANA_ID))
    for n in order:
        happen(store, told[n])
    ids = {b.whose(who)["conversation_id"] for who in (ANA, ANA_ID, other)}
    stays = one(store, live.conversation)["conversation_id"]
    with store.read() as connection:
        rows = connection.execute(select(live.conversation_alias)).mappings().all()
    assert {row["conversation_id"]: row["canonical_id"] for row in rows} == dict.fromkeys(ids - {stays}, stays)


def test_two_addresses_of_one_person_become_one_contact_with_one_conversation(store: Store) -> None:
    happen(store, b.a_message("1", ANA, 0), b.a_message("2", ANA_ID, 10), b.a_name(ANA, "Ana", 0))
    happen(store, b.one_person(ANA, ANA_ID))
    conversation, contact = one(store, live.conversation), one(store, live.contact)
    assert conversation["contact_id"] == contact["contact_id"]
    assert contact["name"] == "Ana"
    with store.read() as connection:
        assert {row.conversation_id for row in connection.execute(select(live.message))} == {
            conversation["conversation_id"]
        }
        assert len(connection.execute(select(live.identity)).all()) == 2


@pytest.mark.parametrize(
    ("one_form", "other_form"), [("551187654321", "5511987654321"), ("5215512345678", "525512345678")]
)
def test_brazilian_and_mexican_numbers_are_one_contact_in_both_forms(
    store: Store, one_form: str, other_form: str
) -> None:
    happen(store, b.a_message("1", b.phone(one_form), 0), b.a_message("2", b.phone(other_form), 5))
    assert one(store, live.conversation)["unread_count"] == 2


def test_a_message_of_an_unknown_number_is_kept_and_shown_under_an_unknown_inbox(store: Store) -> None:
    happen(store, b.a_message("1", ANA, 0))
    row = one(store, live.inbox)
    assert (row["is_known"], row["is_private"]) == (False, False)


def test_an_event_that_cannot_be_folded_is_set_aside_and_the_rest_goes_on(store: Store) -> None:
    poison = Event(
        workspace_id=b.WORKSPACE,
        type="conversation.assigned",
        key="poison",
        occurred_us=b.T0,
        conversation_id="cnv_nobody",
        payload={},
    )
    happen(store, poison, b.a_message("1", ANA, 0))
    assert "nothing has begun" in one(store, own.quarantine)["reason"]
    assert one(store, live.message)["text"] == "hello"


def test_a_nul_is_shown_as_its_symbol_and_kept_in_the_journal(store: Store) -> None:
    happen(store, b.a_message("1", ANA, 0, "a\x00b"))
    assert one(store, live.message)["text"] == "a␀b"
    with store.read() as connection:
        assert store.journal.after(connection, 0, 10)[0].payload["text"] == "a\x00b"


def test_a_long_backlog_is_folded_in_transactions_that_others_come_between(store: Store) -> None:
    with store.database.write() as connection:
        store.journal.append(connection, [b.a_message(f"m{n}", ANA, n) for n in range(3_000)])
    reached = [0]

    def look() -> None:
        with store.read() as connection:
            reached.append(cursor_of(connection, PROJECTOR))

    store.on_commit.append(look)
    with store.unit() as unit:
        assert cursor_of(unit.connection, PROJECTOR) == 3_000
    assert max(after - before for before, after in pairwise(reached)) <= 1_000


def test_fold_and_search_survive_a_rebuild(store: Store) -> None:
    happen(store, b.a_message("1", ANA, 0, "Olá, coração"), b.a_name(ANA, "Ana", 0))
    store.rebuild()
    with store.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM message_search")).scalar() == 1
    assert one(store, live.contact)["name"] == "Ana"
