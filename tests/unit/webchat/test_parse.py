"""What visitors do becomes events; whatever comes is read as far as it can be, and the rest is kept and named."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.domain import identity
from tests.unit.webchat.wire import ARRIVED_US, AT_MS, BODIES, CONTACT, FILE, INBOX, VISITOR, WORKSPACE, a, read


def test_a_message_is_the_visitors_and_its_id_is_theirs_alone() -> None:
    (event,) = read(BODIES["text"])
    assert (event.type, event.contact_id, event.inbox_id, event.actor_kind) == (
        "message.received",
        CONTACT,
        INBOX,
        "contact",
    )
    assert event.conversation_id == identity.conversation_id(WORKSPACE, INBOX, CONTACT)
    assert event.occurred_us == AT_MS * 1000
    assert event.payload["text"] == "Olá\n👋"
    assert event.payload["external_id"] == f"{VISITOR}:client-01"
    assert event.payload["message_id"] == identity.message_ref(WORKSPACE, INBOX, f"{VISITOR}:client-01")
    assert event.payload["content"] == {"page": {"url": "https://shop.example/a", "title": "A"}}
    (other,) = read({**BODIES["text"], "visitor": {"id": "another"}})
    assert other.key != event.key
    assert other.payload["message_id"] != event.payload["message_id"]


@pytest.mark.parametrize(("name", "kind"), [("file", "image"), ("voice", "audio"), ("document", "document")])
def test_a_file_is_stored_already_when_its_message_comes(name: str, kind: str) -> None:
    received, stored = read(BODIES[name])
    assert (received.payload["kind"], stored.type) == (kind, "media.stored")
    assert stored.payload["message_id"] == received.payload["message_id"]
    assert (stored.payload["sha256"], stored.payload["size"]) == (FILE["sha256"], FILE["size"])
    assert received.payload["media"][0]["is_voice"] is (name == "voice")


def test_a_choice_is_a_reply_to_the_message_it_stood_under() -> None:
    (event,) = read(BODIES["reply"])
    assert (event.payload["kind"], event.payload["text"]) == ("reply", "At home")
    assert event.payload["reply_to_ref"] == identity.message_ref(WORKSPACE, INBOX, "msg_9")
    assert event.payload["content"] == {"id": "home", "title": "At home"}


def test_what_was_shown_is_reported_of_each_message() -> None:
    events = read(BODIES["read"])
    assert [each.payload["message_id"] for each in events] == ["msg_1", "msg_2"]
    assert {(each.type, each.payload["status"]) for each in events} == {("message.status_reported", "read")}
    assert events[0].payload["message_ref"] == identity.message_ref(WORKSPACE, INBOX, "msg_1")


def test_a_customer_whom_the_shop_vouches_for_is_one_with_the_visitor() -> None:
    identified, noted = read(BODIES["customer"])
    kinds = [each["kind"] for each in identified.payload["identities"]]
    assert (identified.type, kinds) == ("contact.identified", ["external", "user_id", "phone", "email"])
    assert CONTACT in identified.payload["contact_ids"]
    assert noted.payload == {"attribute": "email", "value": "ana@example.com"}


def test_customers_who_share_a_telephone_share_no_contact() -> None:
    signed = [{"id": each, "phone": "+551133334444", "email": "home@example.com"} for each in ("42", "43")]
    ours, theirs = (set(read(a("visitor", user=each))[0].payload["contact_ids"]) - {CONTACT} for each in signed)
    assert ours.isdisjoint(theirs)


def test_the_form_names_the_contact_and_keeps_what_was_agreed_to() -> None:
    named, noted, consent = read(BODIES["form"])
    assert (named.payload["name"], noted.payload["attribute"]) == ("Ana", "email")
    assert (consent.type, consent.payload["value"], consent.payload["wording"]) == (
        "consent.recorded", "granted", "We keep it.",
    )  # fmt: skip
    assert consent.payload["source"].endswith("version 3")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"{", b"1", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"type":"message","at":NaN}'],
)
def test_a_body_that_cannot_be_read_is_one_mark(body: bytes) -> None:
    (event,) = read(body)
    assert (event.type, event.payload["item"]) == ("delivery.unreadable", None)


@pytest.mark.parametrize(
    ("body", "type_"),
    [
        (a("message"), "delivery.unreadable"),
        (a("message", id="client-01"), "delivery.unreadable"),
        (a("message", id="client-01", text="x") | {"at": "soon"}, "delivery.unreadable"),
        ({"type": "message", "id": "client-01", "text": "x"}, "delivery.unreadable"),
        (a("receipt", status="smelled", messages=["m"]), "delivery.unrecognised"),
        (a("visitor"), "delivery.unrecognised"),
        (a("dance"), "delivery.unrecognised"),
        ({}, "delivery.unrecognised"),
    ],
)
def test_what_has_no_meaning_is_kept_whole(body: dict[str, Any], type_: str) -> None:
    (event,) = read(body)
    assert (event.type, event.payload["item"]) == (type_, body)


def test_the_time_of_arrival_stands_in_for_a_missing_one() -> None:
    body = {key: value for key, value in BODIES["text"].items() if key != "at"}
    assert read(body)[0].occurred_us == ARRIVED_US


def test_a_quote_names_what_it_answers_and_stays_what_it_is() -> None:
    (event,) = read(BODIES["quoting"])
    assert (event.payload["kind"], event.payload["content"]) == ("text", None)
    assert event.payload["reply_to_ref"] == identity.message_ref(WORKSPACE, INBOX, "msg_9")


def test_a_reaction_is_the_contacts_and_can_be_taken_back() -> None:
    (put,), (taken,) = read(BODIES["reaction"]), read(BODIES["unreaction"])
    assert (put.type, taken.type) == ("message.reacted", "message.reacted")
    ref = identity.message_ref(WORKSPACE, INBOX, "msg_9")
    assert put.payload == {"message_ref": ref, "emoji": "👍", "by": "contact"}
    assert taken.payload == {"message_ref": ref, "emoji": None, "by": "contact"}
    assert put.key != taken.key
