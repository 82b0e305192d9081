"""Every kind of update becomes what it means, once, whatever comes around it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.telegram.wire import ANA, AT_S, CHAT, GROUP, USER, a_message, only, read, update

FILE = {"file_id": "F1", "file_unique_id": "u"}


@pytest.mark.parametrize(
    ("parts", "kind", "text", "file_id"),
    [
        ({"text": "hi 👋", "entities": [{"type": "bold", "offset": 0, "length": 2}]}, "text", "hi 👋", None),
        (
            {"photo": [{"file_id": "big", "width": 9, "height": 9}, {**FILE, "width": 1, "height": 1}], "caption": "c"},
            "image",
            "c",
            "big",
        ),
        ({"video": FILE}, "video", None, "F1"),
        ({"animation": FILE, "document": FILE}, "video", None, "F1"),
        ({"audio": FILE}, "audio", None, "F1"),
        ({"voice": FILE}, "audio", None, "F1"),
        ({"video_note": FILE}, "video", None, "F1"),
        ({"document": {**FILE, "file_name": "a.pdf"}}, "document", None, "F1"),
        ({"sticker": {**FILE, "emoji": "😀"}}, "sticker", "😀", "F1"),
        ({"contact": {"phone_number": "+55 11 98765-4321", "first_name": "Bia"}}, "contacts", "Bia", None),
        ({"location": {"latitude": 1.5, "longitude": 2.5}}, "location", None, None),
        ({"venue": {"title": "Bar", "address": "Rua 1", "location": {"latitude": 1}}}, "location", "Bar", None),
        ({"poll": {"question": "When?"}}, "unsupported", "When?", None),
        ({"dice": {"emoji": "🎲", "value": 4}}, "text", "🎲 4", None),
        ({"story": {"id": 2}}, "unsupported", None, None),
        ({"game": {"title": "Chess"}}, "unsupported", "Chess", None),
        ({"paid_media": {"star_count": 5}}, "unsupported", None, None),
        ({}, "unknown", None, None),
        ({"something_new": {"a": 1}}, "unknown", None, None),
    ],
)
def test_a_message_of_every_content_key_is_read(
    parts: dict[str, Any], kind: str, text: str | None, file_id: str | None
) -> None:
    payload = only(update("message", a_message(**parts)), "message.received").payload
    assert (payload["kind"], payload["text"]) == (kind, text)
    assert [each["provider_id"] for each in payload["media"]] == ([file_id] if file_id else [])
    assert set(parts) - {"text", "caption"} <= set(payload["content"] or {})


def test_a_message_says_who_wrote_it_and_in_which_album() -> None:
    events = update("message", a_message(photo=[FILE], media_group_id="g1", forward_origin={"type": "user"}))
    said = only(events, "message.received")
    assert said.payload["external_id"] == "777:5"
    assert said.payload["identities"] == [{"kind": "user_id", "address": "777"}]
    assert (said.payload["name"], said.payload["is_forwarded"]) == ("Ana Lima", True)
    assert said.payload["content"]["media_group_id"] == "g1"
    assert only(events, "contact.named").payload["username"] == "ana"


def test_a_group_is_the_contact_and_the_person_the_actor() -> None:
    said = only(update("message", a_message(GROUP, text="hi")), "message.received")
    private = only(update("message", a_message(text="hi")), "message.received")
    assert said.actor_id == private.contact_id
    assert said.contact_id != private.contact_id
    assert said.payload["group_ref"] == "-1001"


def test_a_reply_points_at_the_message_it_answers() -> None:
    first = only(update("message", a_message(text="a")), "message.received")
    reply = only(
        update("message", a_message(text="b") | {"message_id": 6, "reply_to_message": a_message()}), "message.received"
    )
    assert reply.payload["reply_to_ref"] == first.payload["message_ref"]


def test_what_the_owner_of_a_business_account_writes_is_an_echo() -> None:
    owner = {"id": 42, "first_name": "Owner"}
    item = a_message(text="hello", business_connection_id="B1") | {"from": owner}
    echo = only(update("business_message", item), "message.echoed")
    answer = only(update("business_message", item | {"from": USER, "message_id": 6}), "message.received")
    assert (echo.contact_id, echo.conversation_id) == (answer.contact_id, answer.conversation_id)
    assert echo.payload["external_id"] == "777:5:B1"


def test_what_a_bot_writes_in_the_owners_name_is_by_no_person() -> None:
    owner = {"id": 42, "is_bot": False, "first_name": "Shop"}
    item = a_message(text="hello", business_connection_id="B1") | {"from": owner}
    helper = {"id": 9, "is_bot": True, "first_name": "Helper"}
    by_owner = only(update("business_message", item), "message.echoed")
    by_bot = only(update("business_message", item | {"sender_business_bot": helper}), "message.echoed")
    assert (by_owner.actor_kind, by_owner.payload["source"]) == ("integration", "phone_app")
    assert (by_bot.actor_kind, by_bot.payload["source"]) == ("bot", "other_app")


def test_the_same_number_in_the_bots_chat_and_a_business_chat_are_two_messages() -> None:
    own = only(update("message", a_message(text="a")), "message.received")
    business = only(update("business_message", a_message(text="a", business_connection_id="B1")), "message.received")
    assert own.payload["message_ref"] != business.payload["message_ref"]


def test_an_edit_points_at_its_message_and_each_edit_is_one() -> None:
    first = only(update("message", a_message(text="a")), "message.received")
    edits = [update("edited_message", a_message(text=t, edit_date=AT_S + 1))[0] for t in ("b", "c", "b")]
    assert {each.payload["message_ref"] for each in edits} == {first.payload["message_ref"]}
    assert len({each.key for each in edits}) == 2


def test_a_place_that_moves_gives_one_edit_a_minute() -> None:
    start = AT_S - AT_S % 60
    keys = {
        update("edited_message", a_message(edit_date=start + s, location={"latitude": s, "live_period": 900}))[0].key
        for s in range(0, 180, 5)
    }
    assert len(keys) == 3


def test_a_tapped_button_is_a_reply_with_its_title() -> None:
    markup = {"inline_keyboard": [[{"text": "Yes, please", "callback_data": "yes"}]]}
    item = {"id": "q1", "from": USER, "message": a_message(reply_markup=markup), "data": "yes"}
    said = only(update("callback_query", item), "message.received")
    assert (said.payload["kind"], said.payload["text"]) == ("reply", "Yes, please")
    assert said.payload["content"]["callback_query_id"] == "q1"
    assert (
        said.payload["reply_to_ref"] == only(update("message", a_message()), "message.received").payload["message_ref"]
    )


@pytest.mark.parametrize(("new", "emoji"), [([{"type": "emoji", "emoji": "👍"}], "👍"), ([], None)])
def test_a_reaction_is_put_on_and_taken_back(new: list[Any], emoji: str | None) -> None:
    item = {"chat": CHAT, "message_id": 5, "user": USER, "date": AT_S, "new_reaction": new}
    assert update("message_reaction", item)[0].payload | {"message_ref": ""} == {
        "message_ref": "",
        "emoji": emoji,
        "by": "contact",
    }


def _member(before: str, now: str, chat: dict[str, Any] = CHAT) -> dict[str, Any]:
    members = {"old_chat_member": {"status": before}, "new_chat_member": {"status": now}}
    return {"chat": chat, "from": USER, "date": AT_S, **members}


@pytest.mark.parametrize(
    ("before", "now", "value"), [("member", "kicked", "withdrawn"), ("kicked", "member", "granted")]
)
def test_a_block_and_its_end_say_nothing_of_marketing(before: str, now: str, value: str) -> None:
    consent = only(update("my_chat_member", _member(before, now)), "consent.recorded")
    assert (consent.payload["value"], consent.payload["purpose"]) == (value, "messages")


def test_a_group_that_throws_the_bot_out_is_no_consent() -> None:
    (event,) = update("my_chat_member", _member("member", "kicked", GROUP))
    assert (event.type, event.payload["severity"]) == ("channel.reported", "warning")


def test_a_group_that_moves_is_one_contact_whichever_side_says_so() -> None:
    old, new = {"id": -5, "type": "group"}, {"id": -1005, "type": "supergroup"}
    one = only(update("message", a_message(old, migrate_to_chat_id=-1005)), "contact.identified")
    other = only(update("message", a_message(new, migrate_from_chat_id=-5)), "contact.identified")
    assert (one.key, one.payload["contact_ids"]) == (other.key, other.payload["contact_ids"])


def test_only_their_own_card_gives_a_person_a_number() -> None:
    card = {"phone_number": "5511987654321", "first_name": "Ana", "user_id": 777}
    assert only(update("message", a_message(contact=card)), "contact.identified")
    assert all(e.type != "contact.identified" for e in update("message", a_message(contact=card | {"user_id": 8})))


@pytest.mark.parametrize("name", ["inline_query", "poll", "shipping_query", "chat_boost", "of_tomorrow"])
def test_an_update_without_a_meaning_is_kept_whole_with_its_name(name: str) -> None:
    (event,) = update(name, {"id": "1", "x": [1]})
    assert (event.type, event.payload["field"]) == ("delivery.unrecognised", name)
    assert event.payload["item"][name] == {"id": "1", "x": [1]}


def test_deleted_messages_are_taken_back_one_by_one() -> None:
    item = {"business_connection_id": "B1", "chat": CHAT, "message_ids": [1, 2]}
    assert [each.type for each in update("deleted_business_messages", item)] == ["message.revoked"] * 2


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b'"x"', b"\xff", b'{"ok":false}', b'{"ok":true,"result":{}}', b"[" * 5000]
)
def test_a_body_that_cannot_be_read_is_one_mark(body: bytes) -> None:
    (event,) = read(body)
    assert event.type == "delivery.unreadable"


def test_a_broken_update_leaves_the_others_alone() -> None:
    events = read({"ok": True, "result": [7, {"update_id": 1, "message": 3}, {"message": a_message(text="x")}]})
    assert [each.type for each in events] == [
        "delivery.unreadable",
        "delivery.unreadable",
        "message.received",
        "contact.named",
    ]


CHANNEL_CHAT = {"id": -1009, "type": "channel", "title": "Shop news"}


@pytest.mark.parametrize(
    ("name", "chat", "more"),
    [
        ("channel_post", CHANNEL_CHAT, {"sender_chat": CHANNEL_CHAT}),
        ("channel_post", CHANNEL_CHAT, {"sender_chat": CHANNEL_CHAT, "author_signature": "Bia"}),
        ("message", GROUP, {"sender_chat": CHANNEL_CHAT, "is_automatic_forward": True}),
    ],
)
def test_what_the_business_posts_in_its_channel_is_ours_and_no_customers(name: str, chat: Any, more: Any) -> None:
    item = {"message_id": 5, "chat": chat, "date": AT_S, "text": "New shoes", **more}
    events = update(name, item)
    said = only(events, "message.echoed")
    assert (said.actor_kind, said.actor_id, said.payload["source"]) == ("integration", None, "other_app")
    assert said.payload["identities"] == [{"kind": "external", "address": str(chat["id"])}]
    assert {each.type for each in events} == {"message.echoed", "contact.named"}
    edited = only(update(f"edited_{name}", item | {"edit_date": AT_S + 5}), "message.edited")
    assert edited.actor_kind == "integration"


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        ({"rights": {"can_reply": True}}, "info"),
        ({"can_reply": True}, "info"),
        ({"rights": {}}, "warning"),
        ({"can_reply": False}, "warning"),
        ({"is_enabled": False, "rights": {"can_reply": True}}, "warning"),
    ],
)
def test_a_business_account_says_whether_the_bot_may_answer(given: Any, severity: str) -> None:
    link = {"id": "B1", "user": USER, "user_chat_id": ANA, "date": AT_S, "is_enabled": True, **given}
    (event,) = update("business_connection", link)
    assert (event.type, event.payload["severity"]) == ("channel.reported", severity)
