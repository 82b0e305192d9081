"""One customer, many doors, over HTTP: one thread, joined and taken apart by hand, private doors stay private."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.domain import identity
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US
from tests.builders import phone
from tests.house import PRIVATE, PUBLIC, Browser, House, Thread
from tests.integration.inbox.test_media import PNG

NUMBER = phone("16505551006")
"""Whom the public inbox of `own` hears from by WhatsApp."""


def arrives(house: House, channel: str, who: dict[str, str], text: str, at_s: int = 1, **payload: Any) -> Thread:
    """Let somebody write by a channel's public inbox."""
    workspace = house.own.workspace_id
    inbox = identity.inbox_id(workspace, channel, f"{channel}-account")
    contact = identity.contact_id(workspace, channel, who)
    ref = identity.message_ref(workspace, inbox, f"{who['address']}:{text}")
    door = {"workspace_id": workspace, "channel": channel, "inbox_id": inbox}
    thread = Thread(inbox, contact, identity.conversation_id(workspace, inbox, contact), ref)
    now = house.context.clock.us() + at_s * SECOND_US
    opened = {"name": f"our {channel}", "external_id": f"{channel}-account", "connection_id": f"con_{channel}"}
    said = {"message_id": ref, "message_ref": ref, "external_id": text, "kind": "text", "text": text, "media": []}
    mine: dict[str, Any] = {"contact_id": contact, "actor_kind": "contact", "occurred_us": now, **door}
    with house.context.store.unit() as unit:
        unit.emit(
            Event(type="inbox.created", key=f"inbox:{inbox}", occurred_us=now, payload=opened, **door),
            Event(type="message.received", key=f"message:{ref}", conversation_id=thread.conversation_id,
                  payload=said | {"identities": [who]} | payload, **mine),
            Event(type="contact.named", key=f"named:{ref}", payload={"name": payload.get("name")}, **mine),
        )  # fmt: skip
    return thread


def thread_of(browser: Browser, conversation_id: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = browser.get(f"/api/conversations/{conversation_id}/thread").json()["entries"]
    return entries


def contact(browser: Browser, thread: Thread) -> Any:
    return browser.get(f"/api/contacts/{thread.contact_id}").json()


def test_the_thread_shows_what_was_said_at_every_door_and_which_it_was(house: House) -> None:
    browser, whatsapp = house.browser("supervisor"), house.own.threads[PUBLIC]
    sms = arrives(house, "sms", NUMBER, "are you there?")

    here, there = thread_of(browser, whatsapp.conversation_id), thread_of(browser, sms.conversation_id)

    assert [(each["text"], each["inbox"]["channel"]) for each in here] == [
        ("a secret of own, public", "whatsapp"),
        ("are you there?", "sms"),
    ]
    assert [each["message_id"] for each in there] == [each["message_id"] for each in here]
    doors = browser.get(f"/api/conversations/{whatsapp.conversation_id}").json()["doors"]
    assert [(each["conversation_id"], each["window_open"]) for each in doors] == [(sms.conversation_id, True)]


def test_pages_of_a_thread_of_several_doors_meet_without_a_gap(house: House) -> None:
    browser, whatsapp = house.browser("supervisor"), house.own.threads[PUBLIC]
    for n in range(7):
        arrives(house, ("sms", "telegram")[n % 2], NUMBER, f"number {n}", at_s=n // 3)

    read: list[str] = []
    before = ""
    while before is not None:
        page = browser.get(f"/api/conversations/{whatsapp.conversation_id}/thread?limit=2{before}").json()
        read = [each["text"] for each in page["entries"]] + read
        before = f"&before={page['before']}" if page["before"] else None

    assert len(read) == len(set(read)) == 8


def test_an_answer_goes_out_by_the_door_that_is_chosen(house: House) -> None:
    browser, whatsapp = house.browser("supervisor"), house.own.threads[PUBLIC]
    sms = arrives(house, "sms", NUMBER, "are you there?")

    body = {"client_id": "client-1", "kind": "text", "text": "Here we are"}
    answer = browser.post(f"/api/conversations/{sms.conversation_id}/replies", json=body)

    assert answer.status_code == 200
    assert answer.json()["message"]["inbox"]["channel"] == "sms"
    said = next(each for each in thread_of(browser, whatsapp.conversation_id) if each["text"] == "Here we are")
    assert said["conversation_id"] == sms.conversation_id


def test_a_door_without_quotes_says_so_and_refuses_one(house: House) -> None:
    browser = house.browser("supervisor")
    sms = arrives(house, "sms", NUMBER, "are you there?")
    url = f"/api/conversations/{sms.conversation_id}"
    body = {"client_id": "client-1", "kind": "text", "text": "Here", "reply_to_message_id": sms.message_id}

    refused = browser.post(f"{url}/replies", json=body)

    assert refused.status_code == 422
    assert refused.json()["error"]["message"] == "This channel cannot quote a message; send the reply without."
    assert browser.get(url).json()["capabilities"]["quotes"] is False
    whatsapp = browser.get(f"/api/conversations/{house.own.threads[PUBLIC].conversation_id}").json()
    assert whatsapp["capabilities"]["quotes"] is True


def test_a_door_that_is_not_connected_carries_nothing(house: House) -> None:
    browser = house.browser("supervisor")
    told = arrives(house, "sms", NUMBER, "long ago")
    with house.context.store.unit() as unit:
        described = {"name": "of another system", "external_id": "sms-account"}
        unit.emit(
            Event(
                workspace_id=house.own.workspace_id, type="inbox.created", key="inbox:again", channel="sms",
                occurred_us=house.context.clock.us(), inbox_id=told.inbox_id, payload=described,
            )
        )  # fmt: skip
    here = f"/api/conversations/{told.conversation_id}"

    assert browser.get(here).json()["capabilities"]["kinds"] == []
    refused = browser.post(f"{here}/replies", json={"client_id": "client-1", "kind": "text", "text": "hello"})
    assert (refused.status_code, "not connected" in refused.text) == (422, True)


def test_people_join_and_part_and_everything_is_as_before(house: House) -> None:
    browser, whatsapp = house.browser("supervisor"), house.own.threads[PUBLIC]
    mail = arrives(house, "email", {"kind": "email", "address": "ana@example.com"}, "by mail", is_claimed=True)
    before = [contact(browser, each) for each in (whatsapp, mail)]

    for _ in range(2):
        joined = browser.post(f"/api/contacts/{whatsapp.contact_id}/join", json={"contact_id": mail.contact_id})
        assert joined.status_code == 200
    assert [each["channels"] for each in joined.json()["doors"]] == [["email"]]
    assert len(thread_of(browser, whatsapp.conversation_id)) == 2
    assert contact(browser, whatsapp)["customer_id"] == contact(browser, mail)["customer_id"]

    for _ in range(2):
        assert browser.post(f"/api/contacts/{mail.contact_id}/part", json={}).status_code == 200

    assert [contact(browser, each) for each in (whatsapp, mail)] == before
    assert len(thread_of(browser, whatsapp.conversation_id)) == 1


def test_a_number_taken_out_by_hand_stays_out(house: House) -> None:
    browser, whatsapp = house.browser("supervisor"), house.own.threads[PUBLIC]
    sms = arrives(house, "sms", NUMBER, "hello")
    browser.post(f"/api/contacts/{sms.contact_id}/part", json={})

    arrives(house, "sms", NUMBER, "hello again", at_s=60)

    assert contact(browser, whatsapp)["doors"] == []
    joined = browser.post(f"/api/contacts/{sms.contact_id}/join", json={"contact_id": whatsapp.contact_id})
    assert [each["contact_id"] for each in joined.json()["doors"]] == [whatsapp.contact_id]


def test_a_private_door_is_nobody_elses(house: House) -> None:
    whatsapp, private = house.own.threads[PUBLIC], house.own.threads[PRIVATE]
    with house.context.store.unit() as unit:
        unit.emit(
            Event(
                workspace_id=house.own.workspace_id, type="contact.joined", key="joined", actor_kind="agent",
                occurred_us=house.context.clock.us(), contact_id=whatsapp.contact_id,
                payload={"contact_ids": [whatsapp.contact_id, private.contact_id]},
            )
        )  # fmt: skip
    house.app.state.profile = lambda workspace_id, customer_id: {"inbound_count": 2}
    browser = house.browser("supervisor")

    assert [each["text"] for each in thread_of(browser, whatsapp.conversation_id)] == ["a secret of own, public"]
    assert browser.get(f"/api/conversations/{whatsapp.conversation_id}").json()["doors"] == []
    seen = contact(browser, whatsapp)
    assert (seen["doors"], seen["profile"], len(seen["conversations"])) == ([], None, 1)
    for command in ("join", "part"):
        body = {"contact_id": whatsapp.contact_id} if command == "join" else {}
        assert browser.post(f"/api/contacts/{private.contact_id}/{command}", json=body).status_code == 404


def test_a_contact_of_another_business_cannot_be_joined(house: House) -> None:
    browser, own, other = house.browser("administrator"), house.own.threads[PUBLIC], house.other.threads[PUBLIC]

    answer = browser.post(f"/api/contacts/{own.contact_id}/join", json={"contact_id": other.contact_id})

    assert answer.status_code == 404
    same = browser.post(f"/api/contacts/{own.contact_id}/join", json={"contact_id": own.contact_id})
    assert same.status_code == 422


@pytest.mark.parametrize(("q", "found"), [(None, ["telegram", "email"]), ("ana", ["telegram"]), ("nobody", [])])
def test_who_may_be_the_same_person_is_offered_and_found(house: House, q: str | None, found: list[str]) -> None:
    browser, whatsapp = house.browser("supervisor"), house.own.threads[PUBLIC]
    arrives(house, "telegram", {"kind": "user_id", "address": "77"}, "hi", name="Ana Souza")
    arrives(house, "email", {"kind": "email", "address": "asouza@example.com"}, "hi", is_claimed=True, name="A. S.")
    said = {"name": "Ana Souza", "attributes": {"email": "ASouza@example.com"}}
    browser.patch(f"/api/contacts/{whatsapp.contact_id}", json=said)

    offered = browser.get(f"/api/contacts/{whatsapp.contact_id}/candidates", params={"q": q} if q else {}).json()

    assert sorted(each["channels"][0] for each in offered["contacts"]) == sorted(found)


def test_the_stream_tells_the_conversations_of_both_doors(house: House) -> None:
    browser, whatsapp = house.browser("supervisor"), house.own.threads[PUBLIC]
    mail = arrives(house, "email", {"kind": "email", "address": "ana@example.com"}, "by mail", is_claimed=True)
    with house.client.websocket_connect("/api/stream", headers=browser.headers) as socket:
        assert socket.receive_json()["type"] == "hello"
        browser.post(f"/api/contacts/{whatsapp.contact_id}/join", json={"contact_id": mail.contact_id})
        told = [socket.receive_json()["conversation"] for _ in range(2)]

    assert {each["conversation_id"] for each in told} == {whatsapp.conversation_id, mail.conversation_id}
    assert len({each["contact"]["customer_id"] for each in told}) == 1


@pytest.mark.parametrize(("said", "status"), [(["withdrawn"], 409), (["withdrawn", "granted"], 200), ([], 200)])
def test_who_said_stop_by_sms_is_not_even_asked_for(house: House, said: list[str], status: int) -> None:
    browser, sms = house.browser("supervisor"), arrives(house, "sms", NUMBER, "stop", at_s=0)
    for number, value in enumerate(said):
        payload = {"purpose": "marketing_messages", "value": value, "source": "sms", "wording": value}
        with house.context.store.unit() as unit:
            unit.emit(
                Event(
                    workspace_id=house.own.workspace_id,
                    type="consent.recorded",
                    key=f"said:{number}",
                    occurred_us=house.context.clock.us() + number,
                    contact_id=sms.contact_id,
                    payload=payload,
                )
            )
    given = {"client_id": "client-stop", "kind": "text", "text": "are you sure?"}
    answer = browser.post(f"/api/conversations/{sms.conversation_id}/replies", json=given)
    assert answer.status_code == status, answer.text
    if status == 409:
        assert answer.json()["error"]["code"] == "no_consent"


@pytest.mark.parametrize(("text", "parts"), [("👋" * 512, 1), ("👋" * 513, 2)])
def test_a_caption_is_measured_as_the_channel_counts(house: House, text: str, parts: int) -> None:
    browser, bot = house.browser("supervisor"), arrives(house, "telegram", {"kind": "user_id", "address": "7"}, "hi")
    upload = browser.post("/api/uploads", files={"file": ("a.png", PNG, "image/png")}).json()
    given = {"client_id": "client-photo", "kind": "media", "upload_ids": [upload["upload_id"]], "text": text}
    answer = browser.post(f"/api/conversations/{bot.conversation_id}/replies", json=given)
    assert answer.status_code == 200, answer.text
    ours = [each for each in thread_of(browser, bot.conversation_id) if each.get("direction") == "outbound"]
    assert [each["kind"] for each in ours] == ["text", "image"][-parts:]
