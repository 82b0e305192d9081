"""What is said beside messages: how far ours came, who holds the conversation, what people allowed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.messenger.wire import (
    ACCOUNT,
    ANA,
    ARRIVED_US,
    AT_MS,
    AT_US,
    a_text,
    body_of,
    contact,
    conversation,
    item,
    only,
    read,
    ref,
    types,
)

UNTIL_MS = AT_MS - 5_000


@pytest.mark.parametrize("written", [UNTIL_MS, str(UNTIL_MS), UNTIL_MS // 1000])
@pytest.mark.parametrize(("part", "status"), [("delivery", "delivered"), ("read", "read")])
def test_a_watermark_is_one_fact_about_everything_before_it(part: str, status: str, written: Any) -> None:
    (event,) = read(body_of(item({part: {"watermark": written, "seq": 3}})))
    assert event.type == "message.watermark_reported"
    assert dict(event.payload) == {"status": status, "watermark_us": UNTIL_MS * 1000, "up_to_ref": None}
    assert (event.contact_id, event.conversation_id, event.occurred_us) == (contact(), conversation(), AT_US)


def test_named_messages_are_told_one_by_one_beside_the_watermark() -> None:
    found = read(body_of(item({"delivery": {"watermark": UNTIL_MS, "mids": ["m_1", "m_2", "m_1"]}})))
    assert types(found) == ["message.status_reported"] * 2 + ["message.watermark_reported"]
    assert [each.payload["message_ref"] for each in found[:2]] == [ref("m_1"), ref("m_2")]
    assert {each.payload["status"] for each in found} == {"delivered"}


def test_a_read_message_is_the_newest_of_all_that_were_read() -> None:
    found = read(body_of(item({"read": {"mid": "m_7"}}), channel="instagram"), "instagram")
    assert types(found) == ["message.status_reported", "message.watermark_reported"]
    assert (found[0].payload["status"], found[0].payload["message_ref"]) == ("read", ref("m_7", "instagram"))
    assert dict(found[1].payload) == {
        "status": "read",
        "watermark_us": AT_US,
        "up_to_ref": ref("m_7", "instagram"),
    }


def test_a_watermark_without_a_time_of_its_own_is_as_old_as_what_it_says() -> None:
    found = item({"delivery": {"watermark": UNTIL_MS}})
    del found["timestamp"]
    assert read(body_of(found))[0].occurred_us == UNTIL_MS * 1000


@pytest.mark.parametrize("receipt", [{}, {"seq": 1}, {"watermark": "soon"}, {"watermark": ARRIVED_US}])
def test_a_receipt_that_says_nothing_is_set_aside(receipt: dict[str, Any]) -> None:
    assert types(read(body_of(item({"read": receipt})))) == ["delivery.unreadable"]


@pytest.mark.parametrize("name", ["pass_thread_control", "take_thread_control", "request_thread_control", "app_roles"])
def test_who_holds_the_conversation_is_reported(name: str) -> None:
    (event,) = read(body_of(item({name: {"new_owner_app_id": "1", "metadata": "x"}})))
    assert (event.payload["subject"], event.payload["event"]) == ("handover", name)
    assert (event.contact_id, event.conversation_id) == (contact(), conversation())


def test_a_role_needs_no_person() -> None:
    roles = {"recipient": {"id": ACCOUNT}, "timestamp": AT_MS, "app_roles": {"123456789": ["primary_receiver"]}}
    (event,) = read(body_of(roles))
    assert (event.payload["event"], event.contact_id) == ("app_roles", None)


@pytest.mark.parametrize("name", ["policy-enforcement", "policy_enforcement"])
@pytest.mark.parametrize(("action", "severity"), [("block", "critical"), ("unblock", "info"), ("warn", "warning")])
def test_a_block_of_the_account_is_alarming(name: str, action: str, severity: str) -> None:
    found = {"recipient": {"id": ACCOUNT}, "timestamp": AT_MS, name: {"action": action, "reason": "spam"}}
    (event,) = read(body_of(found))
    assert (event.type, event.payload["subject"], event.payload["severity"]) == (
        "channel.reported",
        "account",
        severity,
    )


def test_a_link_that_brought_somebody_back_is_reported() -> None:
    (event,) = read(body_of(item({"referral": {"ref": "r", "source": "SHORTLINK", "type": "OPEN_THREAD"}})))
    assert (event.payload["event"], event.payload["content"]["ref"], event.contact_id) == ("referral", "r", contact())


def test_an_opt_in_before_there_is_a_person_is_kept_under_its_reference() -> None:
    (event,) = read(body_of({"recipient": {"id": ACCOUNT}, "timestamp": AT_MS, "optin": {"user_ref": "U1"}}))
    assert (event.type, event.contact_id) == ("channel.reported", contact("U1", "external"))


@pytest.mark.parametrize(
    ("said", "value"), [({}, "granted"), ({"notification_messages_status": "STOP_NOTIFICATIONS"}, "withdrawn")]
)
def test_marketing_messages_are_a_consent(said: dict[str, str], value: str) -> None:
    optin = {"type": "notification_messages", "topic": "News", "notification_messages_token": "TOKEN", **said}
    (event,) = read(body_of(item({"optin": optin})))
    assert (event.type, event.payload["value"], event.payload["purpose"]) == (
        "consent.recorded",
        value,
        "marketing_messages",
    )
    assert "TOKEN" not in str(event)


def test_a_linked_account_is_reported_without_its_code() -> None:
    (event,) = read(body_of(item({"account_linking": {"status": "linked", "authorization_code": "CODE"}})))
    assert (event.payload["event"], "CODE" in str(event)) == ("linked", False)


@pytest.mark.parametrize("field", ["feed", "leadgen", "comments", "parking"])
@pytest.mark.parametrize("value", [{"item": "status"}, None])
def test_a_change_that_is_no_message_is_kept_with_its_time(field: str, value: Any) -> None:
    change = {"field": field} | ({"value": value} if value else {})
    first, second = (read(body_of(change, within="changes", time=AT_MS + n))[0] for n in (0, 1))
    assert (first.type, first.payload["field"]) == ("delivery.unrecognised", field)
    assert first.payload["item"] == {"id": ACCOUNT, "time": AT_MS, "changes": [change]}
    assert first.key != second.key


def test_a_direct_message_under_changes_is_a_message() -> None:
    (event,) = read(body_of({"field": "messages", "value": a_text()}, within="changes"))
    assert (event.type, event.key) == ("message.received", read(body_of(a_text()))[0].key)


@pytest.mark.parametrize("name", ["response_feedback", "game_play", "payment", "dream"])
def test_an_item_without_a_meaning_is_kept_whole(name: str) -> None:
    found = item({name: {"x": 1}})
    (event,) = read(body_of(found))
    assert (event.type, event.payload["field"], event.payload["item"]) == ("delivery.unrecognised", name, found)


def test_a_stranger_beside_a_message_is_kept_beside_it() -> None:
    found = read(body_of(a_text() | {"dream": {"x": 1}}))
    assert types(found) == ["message.received", "delivery.unrecognised"]
    assert only(found, "delivery.unrecognised").payload["item"] == {"dream": {"x": 1}}


def a_test(**more: Any) -> dict[str, Any]:
    body = {"sender": {"id": "12334"}, "recipient": {"id": "23245"}, "timestamp": "1527459824"}
    return body | {"message": {"mid": "random_mid", "text": "random_text"}} | more


@pytest.mark.parametrize(
    "body",
    [
        {"field": "messages", "value": a_test()},
        body_of(a_test(), id="0"),
        body_of(a_test(timestamp=233445667), id="0"),
        body_of({"field": "messages", "value": a_test()}, within="changes", id="0"),
        body_of(a_text() | {"sender": {"id": "0"}}),
    ],
)
def test_a_dashboards_test_is_marked_and_makes_no_contact(body: Any) -> None:
    (event,) = read(body)
    assert (event.type, event.payload["is_test"]) == ("message.received", True)
    assert (event.contact_id, event.conversation_id) == (None, None)


def test_a_tests_receipt_moves_nothing() -> None:
    found = {"sender": {"id": "12334"}, "recipient": {"id": "23245"}, "timestamp": AT_MS, "read": {"watermark": AT_MS}}
    assert types(read(body_of(found, id="0"))) == ["delivery.unrecognised"]


def test_messages_and_standby_of_one_entry_are_all_read() -> None:
    body = body_of(a_text(mid="m_1"), standby=[a_text(mid="m_2")], changes=[{"field": "feed"}])
    assert types(read(body)) == ["message.received", "message.received", "delivery.unrecognised"]


def test_a_single_item_may_stand_without_its_list() -> None:
    body = body_of()
    body["entry"][0]["messaging"] = a_text()
    (event,) = read(body)
    assert (event.type, event.contact_id) == ("message.received", contact(ANA))
