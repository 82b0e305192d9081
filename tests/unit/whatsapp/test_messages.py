"""Who said what to whom, and what is learned on the way."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.domain.event import Event
from tests.builders import NUMBER, ref
from tests.unit.whatsapp.wire import (
    ARRIVED_US,
    DISPLAY,
    METADATA,
    a_status,
    a_text,
    body_of,
    change,
    contact,
    conversation,
    only,
    read,
    types,
)


def message(**more: Any) -> list[Event]:
    return read(body_of(change(messages=[a_text(**more)])))


def test_a_text_is_received_in_the_conversation_of_its_sender() -> None:
    event = only(message(), "message.received")
    assert event.key == f"whatsapp:message:{NUMBER}:wamid.1"
    assert event.contact_id == contact("phone", "16505551234")
    assert event.conversation_id == conversation("phone", "16505551234")
    assert event.payload["message_id"] == event.payload["message_ref"] == ref("wamid.1")
    assert (event.occurred_us, event.actor_kind, event.cause_id) == (1_750_000_000_000_000, "contact", "evt_1")


def test_texts_are_never_trimmed_and_keep_nul() -> None:
    odd = "  \u202eשלום\u0000 👩‍👩‍👧 e\u0301\n"
    assert only(message(text=odd), "message.received").payload["text"] == odd


@pytest.mark.parametrize(
    ("long", "short"),
    [("5511987654321", "551187654321"), ("525512345678", "5215512345678"), ("16505551234", "+1 650-555-1234")],
)
def test_a_number_in_two_forms_is_one_contact(long: str, short: str) -> None:
    one, other = (only(message(**{"from": each}), "message.received") for each in (long, short))
    assert (one.contact_id, one.conversation_id) == (other.contact_id, other.conversation_id)


def test_a_brazilian_with_and_without_the_ninth_digit_is_named_from_contacts() -> None:
    entry = {"wa_id": "551187654321", "profile": {"name": "Ana"}}
    found = read(body_of(change(contacts=[entry], messages=[a_text(**{"from": "5511987654321"})])))
    assert only(found, "message.received").payload["name"] == "Ana"
    assert "contact.identified" not in types(found)


def test_a_message_with_both_addresses_says_once_that_they_are_one() -> None:
    both = [message(id=f"wamid.{n}", from_user_id="US.1") for n in (1, 2)]
    first, second = (only(each, "contact.identified") for each in both)
    ids = sorted([contact("user_id", "US.1"), contact("phone", "16505551234")])
    assert first.key == second.key
    assert first.payload["contact_ids"] == ids
    assert only(both[0], "message.received").contact_id == contact("user_id", "US.1")


def test_an_entry_with_another_number_is_another_person() -> None:
    entry = {"wa_id": "4915112345678", "user_id": "DE.9", "profile": {"name": "Somebody else"}}
    found = read(body_of(change(contacts=[entry], messages=[a_text()])))
    assert types(found) == ["message.received"]
    assert found[0].payload["name"] is None


def test_each_of_several_senders_has_their_own_name() -> None:
    entries = [{"wa_id": "491", "profile": {"name": "A"}}, {"wa_id": "492", "profile": {"name": "B"}}]
    messages = [a_text(id=f"wamid.{sender}", **{"from": sender}) for sender in ("492", "491")]
    found = read(body_of(change(contacts=entries, messages=messages)))
    assert [each.payload["name"] for each in found if each.type == "message.received"] == ["B", "A"]


@pytest.mark.parametrize("sender", [DISPLAY, "+1 555-078-3881", NUMBER])
def test_what_our_own_number_sends_is_an_echo_whatever_the_field(sender: str) -> None:
    event = only(message(**{"from": sender, "to": "16505551234"}), "message.echoed")
    assert event.contact_id == contact("phone", "16505551234")
    assert event.actor_kind == "integration"


def test_what_a_contact_sends_is_received_even_in_the_echo_field() -> None:
    item = a_text(to=DISPLAY)
    assert types(read(body_of(change("smb_message_echoes", message_echoes=[item])))) == ["message.received"]


@pytest.mark.parametrize(
    ("field", "more", "source", "by"),
    [
        ("smb_message_echoes", {}, "phone_app", "integration"),
        ("message_echoes", {}, "other_app", "integration"),
        ("message_echoes", {"message_creation_type": "created_by_1p_bot"}, "provider_agent", "bot"),
    ],
)
def test_an_echo_says_where_and_by_whom_it_was_written(field: str, more: dict[str, str], source: str, by: str) -> None:
    item = a_text(**{"from": DISPLAY, "to": "16505551234"}, **more)
    echo = only(read(body_of(change(field, message_echoes=[item]))), "message.echoed")
    assert (echo.payload["source"], echo.actor_kind) == (source, by)


def test_a_removed_reaction_has_no_emoji_whether_empty_or_missing() -> None:
    for reaction in ({"message_id": "wamid.0", "emoji": ""}, {"message_id": "wamid.0"}):
        event = only(message(type="reaction", reaction=reaction), "message.reacted")
        assert event.payload == {"message_ref": ref("wamid.0"), "emoji": None, "by": "contact"}


def test_an_edit_and_a_revocation_point_at_the_original() -> None:
    edit = {"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": "better"}}}
    edited = only(message(type="edit", edit=edit), "message.edited")
    assert (edited.payload["message_ref"], edited.payload["text"]) == (ref("wamid.0"), "better")
    revoked = only(message(type="revoke", revoke={"original_message_id": "wamid.0"}), "message.revoked")
    assert revoked.payload == {"message_ref": ref("wamid.0")}


def test_a_type_of_the_future_is_kept_whole() -> None:
    event = only(message(type="hologram", hologram={"beam": 3}), "message.received")
    assert event.payload["kind"] == "unknown"
    assert event.payload["content"]["hologram"] == {"beam": 3}


def test_an_interactive_without_content_but_errors_is_unsupported() -> None:
    event = only(message(type="interactive", errors=[{"code": 131051}]), "message.received")
    assert (event.payload["kind"], event.payload["errors"]) == ("unsupported", [{"code": 131051}])


def test_a_voice_note_names_its_file_with_the_digest_in_hex() -> None:
    audio = {
        "id": 17,
        "mime_type": "audio/ogg; codecs=opus",
        "voice": True,
        "sha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    }
    (file,) = only(message(type="audio", audio=audio), "message.received").payload["media"]
    assert (file["provider_id"], file["is_voice"], file["sha256"][:8]) == ("17", True, "e3b0c442")


def test_a_group_message_lies_in_the_groups_conversation_and_names_its_sender() -> None:
    event = only(message(group_id="1203@g.us"), "message.received")
    assert event.conversation_id == conversation("external", "1203@g.us")
    assert event.actor_id == contact("phone", "16505551234")
    assert event.payload["group_ref"] == "1203@g.us"
    assert {"kind": "phone", "address": "16505551234"} in event.payload["identities"]


@pytest.mark.parametrize(
    "body",
    [
        change(
            messages=[a_text(from_user_id="US.1")], contacts=[{"wa_id": "16505551234", "profile": {"name": "Test"}}]
        ),
        body_of(
            change(messages=[a_text(id="ABGGFlA5Fpa")], contacts=[{"wa_id": "16505551234", "profile": {"name": "T"}}])
        ),
        body_of(change(messages=[a_text()]), id="0"),
    ],
)
def test_a_dashboard_test_makes_no_contact(body: dict[str, Any]) -> None:
    (event,) = read(body)
    assert event.type == "message.received"
    assert event.payload["is_test"] is True
    assert event.contact_id is event.conversation_id is event.actor_id is None


def test_a_first_look_at_the_chat_makes_no_contact() -> None:
    entry = {"wa_id": "16505551234", "profile": {"name": "Ana"}}
    (event,) = read(body_of(change(contacts=[entry], messages=[{"from": "16505551234", "type": "request_welcome"}])))
    assert (event.type, event.payload["event"], event.contact_id) == ("channel.reported", "request_welcome", None)


@pytest.mark.parametrize("keys", [("wa_id",), ("new_wa_id",), ("wa_id", "new_wa_id")])
def test_a_changed_number_makes_two_numbers_one_person(keys: tuple[str, ...]) -> None:
    system = {"type": "user_changed_number", **dict.fromkeys(keys, "12195555358")}
    event = only(message(type="system", system=system), "contact.identified")
    assert event.payload["reason"] == "changed_number"
    assert set(event.payload["contact_ids"]) == {contact("phone", "16505551234"), contact("phone", "12195555358")}


def test_a_changed_number_of_somebody_without_one_joins_their_user_id() -> None:
    item = {"from_user_id": "US.1", "id": "wamid.1", "timestamp": "1750000000", "type": "system"}
    system = {"type": "user_changed_number", "wa_id": "12195555358", "user_id": "US.2"}
    found = read(body_of(change(messages=[item | {"system": system}])))
    joined = [set(each.payload["contact_ids"]) for each in found if each.type == "contact.identified"]
    old, phone, new = contact("user_id", "US.1"), contact("phone", "12195555358"), contact("user_id", "US.2")
    assert joined == [{old, phone}, {phone, new}]
    alone = read(body_of(change(messages=[item | {"system": {"type": "user_changed_number", "user_id": "US.2"}}])))
    assert set(only(alone, "contact.identified").payload["contact_ids"]) == {old, new}


def test_a_name_that_looks_like_a_user_id_joins_nobody() -> None:
    system = {"type": "user_changed_user_id", "user_id": "US.2", "body": "User US.666 changed from US.1 to US.2"}
    item = {"id": "wamid.1", "timestamp": "1750000000", "type": "system", "system": system}
    assert types(read(body_of(change(messages=[item])))) == ["channel.reported"]
    told = read(body_of(change(messages=[item | {"system": system | {"previous_user_id": "US.1"}}])))
    assert set(only(told, "contact.identified").payload["contact_ids"]) == {
        contact("user_id", "US.1"),
        contact("user_id", "US.2"),
    }


def test_the_file_of_a_history_placeholder_is_no_repetition_of_it() -> None:
    def chunk(**item: Any) -> dict[str, Any]:
        threads = [
            {
                "id": "16505551234",
                "messages": [{"from": "16505551234", "id": "wamid.1", "timestamp": "1750000000", **item}],
            }
        ]
        return change("history", history=[{"threads": threads}])

    placeholder = only(read(body_of(chunk(type="media_placeholder"))), "message.received")
    file = only(
        read(body_of(change("history", messages=[a_text(type="image", image={"id": "1"})]))), "message.received"
    )
    assert placeholder.payload["is_history"] is file.payload["is_history"] is True
    assert placeholder.key != file.key
    assert placeholder.payload["message_ref"] == file.payload["message_ref"]


def test_how_far_our_messages_had_come_is_read_of_a_phones_history() -> None:
    states = {"wamid.1": "READ", "wamid.2": "DELIVERED", "wamid.3": "PENDING"}
    ours = [a_text(id=name, **{"from": DISPLAY}, history_context={"status": status}) for name, status in states.items()]
    theirs = a_text(id="wamid.4", history_context={"status": "READ"})
    found = read(
        body_of(change("history", history=[{"threads": [{"id": "16505551234", "messages": [*ours, theirs]}]}]))
    )
    told = {each.payload["message_ref"]: each.payload["status"] for each in found if "status" in each.payload}
    assert told == {ref("wamid.1"): "read", ref("wamid.2"): "delivered"}


def test_a_failure_for_our_accounts_sake_presses_once_a_day() -> None:
    failed = [
        a_status("failed", id=f"wamid.{n}", errors=[{"code": 131042}], timestamp=str(1_750_000_000 + n * 60))
        for n in range(3)
    ]
    other = a_status("failed", id="wamid.9", errors=[{"code": 131026}])
    found = [e for e in read(body_of(change(statuses=[*failed, other]))) if e.type == "channel.reported"]
    assert len({each.key for each in found}) == 1
    assert (found[0].payload["severity"], found[0].payload["event"]) == ("critical", "131042")
    assert found[0].inbox_id is not None


def test_a_phone_book_names_contacts_and_an_entry_taken_out_is_kept_as_such() -> None:
    item = {"type": "contact", "action": "add", "contact": {"full_name": "Ana", "phone_number": "16505551234"}}
    found = read(body_of(change("smb_app_state_sync", state_sync=[item, item | {"action": "remove"}])))
    assert types(found) == ["contact.named", "delivery.unrecognised"]
    assert found[0].payload["source"] == "phone_book"


def test_a_status_carries_our_id_back() -> None:
    ours = read(body_of(change(statuses=[a_status(biz_opaque_callback_data="msg_abc")])))[0]
    theirs = read(body_of(change(statuses=[a_status(biz_opaque_callback_data="order 7")])))[0]
    assert (ours.payload["message_id"], theirs.payload["message_id"]) == ("msg_abc", None)
    assert ours.key == f"whatsapp:status:{NUMBER}:wamid.9:delivered:1750000000"


def test_a_group_reads_participant_by_participant() -> None:
    status = {"recipient_type": "group", "recipient_id": "1203@g.us"}
    items = [a_status("read", recipient_participant_id=each, **status) for each in ("491", 492)]
    found = read(body_of(change(statuses=items)))
    assert [each.payload["recipient"] for each in found] == ["491", "492"]
    assert len({each.key for each in found}) == 2
    assert {each.conversation_id for each in found} == {conversation("external", "1203@g.us")}


def test_a_status_of_the_future_is_kept() -> None:
    assert read(body_of(change(statuses=[a_status("warning")])))[0].payload["status"] == "warning"


def test_opting_out_is_a_consent_event_wherever_it_is_said() -> None:
    failed = read(body_of(change(statuses=[a_status("failed", errors=[{"code": 131050, "title": "stopped"}])])))
    assert only(failed, "consent.recorded").payload["value"] == "withdrawn"
    preference = {"wa_id": "16505551234", "category": "marketing_messages", "timestamp": 1750000000}
    said = [{"value": each} | preference for each in ("stop", "resume", "signup", "later")]
    found = read(body_of(change("user_preferences", user_preferences=said)))
    values = [each.payload["value"] for each in found if each.type == "consent.recorded"]
    assert values == ["withdrawn", "granted", "granted"]
    assert types(found)[-1] == "delivery.unrecognised"


def test_a_call_is_reported_step_by_step() -> None:
    call = {"id": "wacid.1", "from": "16505551234", "to": DISPLAY, "event": "connect", "timestamp": "1750000000"}
    ringing = {
        "id": "wacid.1",
        "type": "call",
        "status": "RINGING",
        "timestamp": "1750000001",
        "recipient_id": "16505551234",
    }
    began, rang = read(body_of(change("calls", calls=[call]), change("calls", statuses=[ringing])))
    assert (began.payload["event"], began.payload["direction"]) == ("connect", "inbound")
    assert (rang.payload["event"], rang.payload["direction"]) == ("ringing", "outbound")
    assert began.payload["call_ref"] == rang.payload["call_ref"]


def test_without_a_number_id_a_message_is_kept_as_unreadable() -> None:
    nameless = {
        "field": "messages",
        "value": {"metadata": METADATA | {"phone_number_id": None}, "messages": [a_text()]},
    }
    (event,) = read(body_of(nameless))
    assert event.type == "delivery.unreadable"
    assert event.payload["item"] == a_text()
    assert event.occurred_us == ARRIVED_US
