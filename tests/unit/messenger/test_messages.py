"""What people and the business say, and what becomes of it."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.domain.event import Event
from tests.unit.messenger.wire import (
    ACCOUNT,
    ANA,
    AT_US,
    a_text,
    attached,
    body_of,
    contact,
    conversation,
    item,
    only,
    ours,
    payload,
    read,
    ref,
    types,
)

CDN = "https://scontent.xx.fbcdn.net/x.jpg?oh=1"


def one(found: Any) -> Event:
    (event,) = read(body_of(found))
    return event


def test_a_text_is_the_contacts_in_their_conversation() -> None:
    event = one(a_text())
    assert (event.type, event.actor_kind, event.occurred_us) == ("message.received", "contact", AT_US)
    assert (event.contact_id, event.conversation_id) == (contact(), conversation())
    assert event.payload["identities"] == [{"kind": "user_id", "address": ANA}]
    assert (event.payload["message_ref"], event.payload["external_id"]) == (ref("m_1"), "m_1")
    assert (event.payload["kind"], event.payload["text"], event.payload["content"]) == ("text", "hello", None)
    assert event.key == f"messenger:message:{ACCOUNT}:m_1"


def test_ids_may_be_numbers() -> None:
    numbers = item({"message": {"mid": "m_1", "text": "x"}}, sender={"id": int(ANA)}, recipient={"id": int(ACCOUNT)})
    (event,) = read(body_of(numbers, id=int(ACCOUNT)))
    assert (event.contact_id, event.key) == (contact(), one(a_text()).key)


def test_a_quick_reply_is_a_reply_with_its_payload() -> None:
    found = payload(a_text("Yes", quick_reply={"payload": "YES"}))
    assert (found["kind"], found["text"], found["content"]) == ("reply", "Yes", {"quick_reply": {"payload": "YES"}})


def test_a_reply_points_at_the_message_it_answers() -> None:
    assert payload(a_text(reply_to={"mid": "m_0", "is_self_reply": False}))["reply_to_ref"] == ref("m_0")


def test_a_reply_to_a_story_keeps_the_story_and_no_file() -> None:
    story = {"id": "18", "url": "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1"}
    found = payload(a_text("nice!", reply_to={"story": story}))
    assert (found["reply_to_ref"], found["content"]["story"], found["media"]) == (None, story, [])


@pytest.mark.parametrize(
    ("type_", "kind"), [("image", "image"), ("audio", "audio"), ("video", "video"), ("file", "document")]
)
def test_a_file_is_announced_with_its_address(type_: str, kind: str) -> None:
    found = payload(attached({"type": type_, "payload": {"url": CDN}}, text="look"))
    assert (found["kind"], found["text"], [each["url"] for each in found["media"]]) == (kind, "look", [CDN])


def test_thirty_images_are_thirty_files_of_one_message() -> None:
    found = payload(attached(*({"type": "image", "payload": {"url": f"{CDN}{n}"}} for n in range(30))))
    assert (found["kind"], len(found["media"])) == ("image", 30)


@pytest.mark.parametrize("types_", [("image",), ("sticker",), ("image", "sticker"), ("sticker", "image")])
def test_a_sticker_is_one_sticker_however_it_is_spelt(types_: tuple[str, ...]) -> None:
    sticker = {"payload": {"url": CDN, "sticker_id": 369239263222822}}
    found = payload(attached(*({"type": each, **sticker} for each in types_)))
    assert (found["kind"], len(found["media"])) == ("sticker", 1)


def test_an_image_beside_another_sticker_stays() -> None:
    sticker, image = ({"type": "sticker", "payload": {"url": CDN, "sticker_id": 1}}, {"type": "image", "payload": {}})
    assert len(payload(attached(sticker, image))["media"]) == 2


@pytest.mark.parametrize(
    "type_", ["fallback", "share", "reel", "ig_reel", "post", "ig_post", "story_mention", "ig_story"]
)
def test_what_is_somebody_elses_is_a_link_and_never_fetched(type_: str) -> None:
    shared = {"type": type_, "payload": {"url": "https://example.com/p/1", "title": "A post"}}
    titled, bare = payload(attached(shared)), payload(attached(shared | {"payload": {"url": "https://example.com/p"}}))
    assert (titled["kind"], titled["text"], titled["media"]) == ("text", "A post", [])
    assert bare["text"] == "https://example.com/p"
    assert titled["content"]["attachments"] == [shared]


def test_a_link_preview_may_have_its_address_beside_an_empty_payload() -> None:
    found = {"type": "fallback", "title": "Tahiti", "url": "https://example.com", "payload": None}
    assert payload(attached(found))["text"] == "Tahiti"
    assert payload(attached(found, text="look: https://example.com"))["text"] == "look: https://example.com"


def test_a_place_has_its_coordinates() -> None:
    place = {"type": "location", "title": "Ana's place", "payload": {"coordinates": {"lat": 1.5, "long": 2.5}}}
    found = payload(attached(place))
    assert (found["kind"], found["text"]) == ("location", "Ana's place")
    assert found["content"].items() >= {"latitude": 1.5, "longitude": 2.5, "name": "Ana's place"}.items()


def test_a_shared_product_says_its_titles() -> None:
    product = {"elements": [{"id": "1", "title": "Hat"}, {"id": "2", "title": "Scarf"}]}
    found = payload(attached({"type": "template", "payload": {"product": product}}))
    assert (found["kind"], found["text"]) == ("template", "Hat\nScarf")


def test_a_booking_says_where_it_stands() -> None:
    booking = {"type": "appointment_booking", "payload": {"booking_id": "1", "status": "confirmed"}}
    found = payload(attached(booking))
    assert (found["kind"], found["text"], found["content"]["attachments"]) == ("interactive", "confirmed", [booking])


@pytest.mark.parametrize("type_", ["ephemeral", "unsupported_type"])
def test_what_cannot_be_shown_is_said_to_be_unsupported(type_: str) -> None:
    assert payload(attached({"type": type_}))["kind"] == "unsupported"


def test_a_message_flagged_unsupported_is_that() -> None:
    assert payload(item({"message": {"mid": "m_1", "is_unsupported": True}}))["kind"] == "unsupported"


def test_an_attachment_of_the_future_is_kept_whole() -> None:
    found = payload(attached({"type": "hologram", "payload": {"depth": 3}}))
    assert (found["kind"], found["content"]["attachments"][0]["payload"]) == ("unknown", {"depth": 3})


def test_a_message_that_says_nothing_we_know_is_kept_whole() -> None:
    found = payload(item({"message": {"mid": "m_1", "dream": 1}}))
    assert (found["kind"], found["content"]) == ("unknown", {"message": {"mid": "m_1", "dream": 1}})


@pytest.mark.parametrize(
    "referral",
    [{"product": {"id": "P1"}}, {"ref": "r", "ad_id": "1", "source": "ADS", "ads_context_data": {"ad_title": "t"}}],
)
def test_an_ad_or_product_travels_with_its_message(referral: dict[str, Any]) -> None:
    assert payload(a_text(referral=referral))["referral"] == referral


def test_where_a_message_was_passed_on_from_stays_beside_it() -> None:
    hop = {"app_id": 498721317747541, "metadata": "messenger_lead_gen_complete"}
    assert payload(a_text() | {"hop_context": hop})["content"] == {"hop_context": hop}


def test_an_echo_is_the_businesss_in_the_contacts_conversation() -> None:
    event = one(ours({"message": {"mid": "m_2", "text": "hi", "is_echo": True, "app_id": 42}}))
    assert (event.type, event.contact_id, event.actor_kind) == ("message.echoed", contact(), "integration")
    assert (event.payload["source"], event.payload["content"]) == ("other_app", {"app_id": "42"})


def test_an_echo_with_its_sides_swapped_does_not_make_the_business_its_own_customer() -> None:
    event = one(item({"message": {"mid": "m_2", "text": "hi", "is_echo": True}}))
    assert (event.type, event.contact_id) == ("message.echoed", contact())


def test_what_the_account_sends_is_its_own_without_a_flag() -> None:
    assert one(ours({"message": {"mid": "m_2", "text": "hi"}})).type == "message.echoed"


def test_an_echo_of_what_we_handed_over_says_that_it_was_sent() -> None:
    event = one(ours({"message": {"mid": "m_2", "text": "hi", "is_echo": True, "metadata": "msg_0001"}}))
    assert event.type == "message.status_reported"
    assert (event.payload["status"], event.payload["message_id"], event.payload["message_ref"]) == (
        "sent",
        "msg_0001",
        ref("m_2"),
    )


def test_metadata_of_a_contact_is_not_believed() -> None:
    assert one(a_text(metadata="msg_0001")).type == "message.received"


def test_a_withdrawn_message_is_only_that() -> None:
    event = one(a_text("secret", is_deleted=True))
    assert (event.type, dict(event.payload)) == ("message.revoked", {"message_ref": ref("m_1")})


@pytest.mark.parametrize("number", [1, "1", 5, "5"])
def test_an_edit_replaces_the_text(number: Any) -> None:
    event = one(item({"message_edit": {"mid": "m_1", "text": "better", "num_edit": number}}))
    assert (event.type, event.payload["text"], event.payload["message_ref"]) == ("message.edited", "better", ref("m_1"))
    assert event.key.endswith(f"m_1:{number}")


@pytest.mark.parametrize("edit", [{"num_edit": 0}, {"num_edit": "0"}, {"num_edit": 2}, {}])
@pytest.mark.parametrize("with_sender", [True, False])
def test_an_edit_without_a_text_touches_no_text(edit: dict[str, Any], with_sender: bool) -> None:
    found = item({"message_edit": {"mid": "m_1", **edit}})
    if not with_sender:
        del found["sender"], found["recipient"]
    event = one(found)
    assert (event.type, event.payload["field"], event.payload["item"]) == (
        "delivery.unrecognised",
        "message_edit",
        found,
    )


def test_an_edit_without_a_sender_still_finds_its_message() -> None:
    found = item({"message_edit": {"mid": "m_1", "text": "better", "num_edit": 1}})
    del found["sender"], found["recipient"]
    assert (one(found).payload["message_ref"], one(found).contact_id) == (ref("m_1"), None)


@pytest.mark.parametrize(
    ("reaction", "emoji"),
    [
        ({"action": "react", "reaction": "love", "emoji": "❤️"}, "❤️"),
        ({"action": "react", "reaction": "like"}, "👍"),
        ({"action": "react", "reaction": "other", "emoji": "🦊"}, "🦊"),
        ({"action": "unreact"}, None),
        ({"action": "unreact", "reaction": "love", "emoji": "❤️"}, None),
    ],
)
def test_a_reaction_is_put_and_taken_back(reaction: dict[str, Any], emoji: str | None) -> None:
    found = payload(item({"reaction": {"mid": "m_1", **reaction}}))
    assert dict(found) == {"message_ref": ref("m_1"), "emoji": emoji, "by": "contact"}


def test_a_reaction_of_the_business_is_its_own() -> None:
    assert one(ours({"reaction": {"mid": "m_1", "action": "react", "emoji": "👍"}})).payload["by"] == "business"


def test_the_same_reaction_later_is_another_one() -> None:
    first = item({"reaction": {"mid": "m_1", "action": "react", "emoji": "👍"}})
    assert one(first).key != one(first | {"timestamp": first["timestamp"] + 1}).key


def test_a_tapped_button_is_a_reply_that_says_its_title() -> None:
    event = one(item({"postback": {"mid": "m_9", "title": "Start", "payload": "GO", "referral": {"ref": "r"}}}))
    assert (event.type, event.payload["kind"], event.payload["text"]) == ("message.received", "reply", "Start")
    assert (event.payload["external_id"], event.payload["referral"]) == ("m_9", {"ref": "r"})
    assert event.payload["content"] == {"postback": {"mid": "m_9", "title": "Start", "payload": "GO"}}


def test_a_tap_without_an_id_is_known_by_itself() -> None:
    tap = item({"postback": {"title": "Start", "payload": "GO"}})
    assert one(tap).key == one(tap).key != one(tap | {"timestamp": tap["timestamp"] + 1}).key


def test_what_is_addressed_to_another_app_is_marked() -> None:
    (event,) = read(body_of(a_text(), within="standby"))
    assert (event.type, event.payload["content"]) == ("message.received", {"standby": True})
    assert event.key == one(a_text()).key


def test_a_person_known_by_a_plugin_alone_is_a_contact_until_they_are_one() -> None:
    before = one(item({"message": {"mid": "m_1", "text": "x"}}, sender={"user_ref": "U1"}))
    assert before.contact_id == contact("U1", "external")
    both = read(body_of(item({"message": {"mid": "m_2", "text": "x"}}, sender={"id": ANA, "user_ref": "U1"})))
    assert types(both) == ["message.received", "contact.identified"]
    assert set(only(both, "contact.identified").payload["contact_ids"]) == {contact(), contact("U1", "external")}


def test_a_message_of_nobody_is_set_aside() -> None:
    assert types(read(body_of(item({"message": {"mid": "m_1", "text": "x"}}, sender={})))) == ["delivery.unreadable"]
