"""What only Instagram does."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from ingest.domain.event import Event
from tests.contracts.recordings import Recordings
from tests.unit.messenger.wire import ACCOUNT, ANA, a_text, body_of, contact, conversation, item, ours, read, ref, types

STORY = {"id": "18", "url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1"}


def one(found: Any, **more: Any) -> Event:
    (event,) = read(body_of(found, channel="instagram", **more), "instagram")
    return event


def test_a_person_of_instagram_is_nobody_of_messenger() -> None:
    event = one(a_text())
    assert (event.contact_id, event.conversation_id) == (
        contact(channel="instagram"),
        conversation(channel="instagram"),
    )
    assert event.contact_id != contact(channel="messenger")
    assert event.payload["identities"] == [{"kind": "user_id", "address": ANA}]


@pytest.mark.parametrize("type_", ["story_mention", "ig_story"])
def test_a_story_is_shown_from_where_it_lies_and_not_kept(type_: str) -> None:
    event = one(item({"message": {"mid": "m_1", "attachments": [{"type": type_, "payload": STORY}]}}))
    assert (event.payload["kind"], event.payload["text"], event.payload["media"]) == ("text", STORY["url"], [])


def test_a_reply_to_a_story_keeps_which() -> None:
    assert one(a_text(reply_to={"story": STORY})).payload["content"] == {"story": STORY}


def test_what_the_account_writes_to_itself_is_an_echo_to_its_own_person() -> None:
    event = one(ours({"message": {"mid": "m_1", "text": "test", "is_echo": True, "is_self": True}}))
    assert (event.type, event.contact_id) == ("message.echoed", contact(channel="instagram"))
    assert event.payload["content"] == {"is_self": True}


def test_a_tap_of_the_account_itself_is_its_own() -> None:
    event = one(ours({"postback": {"mid": "m_1", "title": "Start", "payload": "GO"}}, is_self=True))
    assert (event.type, event.contact_id) == ("message.echoed", contact(channel="instagram"))


def test_an_echo_whose_sender_has_another_id_than_its_entry_is_still_an_echo() -> None:
    event = one(ours({"message": {"mid": "m_1", "text": "x", "is_echo": True}}, sender={"id": "17841400000000009"}))
    assert (event.type, event.contact_id) == ("message.echoed", contact(channel="instagram"))


def test_without_an_entry_id_the_account_is_the_side_that_was_written_to() -> None:
    body = body_of(a_text(), channel="instagram")
    del body["entry"][0]["id"]
    (event,) = read(body, "instagram")
    assert event.payload["message_ref"] == ref("m_1", "instagram")
    echo = body_of(ours({"message": {"mid": "m_1", "text": "x", "is_echo": True}}), channel="instagram")
    del echo["entry"][0]["id"]
    (event,) = read(echo, "instagram")
    assert (event.payload["message_ref"], event.contact_id) == (ref("m_1", "instagram"), contact(channel="instagram"))


def test_a_product_that_was_asked_about_travels_with_its_message() -> None:
    assert one(a_text(referral={"product": {"id": "P1"}})).payload["referral"] == {"product": {"id": "P1"}}


@pytest.mark.parametrize("name", ["message_edit_num_edit_zero_no_sender", "message_edit_num_edit_zero_with_sender"])
def test_edit_number_zero_leaves_the_message_that_follows_as_it_is(name: str) -> None:
    body = orjson.loads(Recordings("instagram").body(name))
    (edit,) = read(body, "instagram")
    assert (edit.type, edit.payload["field"]) == ("delivery.unrecognised", "message_edit")
    followed = a_text(mid=body["entry"][0]["messaging"][0]["message_edit"]["mid"])
    assert types(read(body_of(followed, channel="instagram"), "instagram")) == ["message.received"]


def test_a_late_redelivery_is_as_old_as_its_message() -> None:
    (event,) = read(Recordings("instagram").body("message_text_live_redelivered_late"), "instagram")
    assert event.occurred_us == 1_762_020_315_339_000


def test_the_account_is_the_one_of_the_entry() -> None:
    assert one(a_text()).key == f"instagram:message:{ACCOUNT}:m_1"
