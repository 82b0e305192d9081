"""Commands over HTTP on both databases: one wins, nothing twice, nobody where they don't belong."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from ingest.domain import identity
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US, SECOND_US
from ingest.store.live import journal, message
from tests.house import PRIVATE, PUBLIC, Browser, House

HOSTILE = {
    "right to left": "السلام عليكم \u202eabc\u202c رقم 4471",
    "joined emoji": "👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈",
    "quotes": "'; DROP TABLE message; --",
    "markup": "<script>alert(1)</script>&amp;",
    "long": "ñ" * 65_000,
    "spaces": "  kept \t as\r\nis  ",
}


def url(house: House, command: str = "", inbox: str = PUBLIC) -> str:
    return f"/api/conversations/{house.own.threads[inbox].conversation_id}{command}"


def version(house: House, browser: Browser) -> int:
    return int(browser.get(url(house)).json()["version"])


def inbound(house: House, text: str, number: int = 2, *, at_s: int = 1, inbox: str = PUBLIC, **payload: Any) -> str:
    """Let the contact of a conversation write; returns the message's id."""
    thread = house.own.threads[inbox]
    message_id = identity.message_ref(house.own.workspace_id, thread.inbox_id, f"wamid.{number}")
    body = {
        "message_id": message_id,
        "message_ref": message_id,
        "external_id": f"wamid.{number}",
        "kind": "text",
        "text": text,
        "media": [],
    }
    with house.context.store.unit() as unit:
        unit.emit(
            Event(
                workspace_id=house.own.workspace_id, type="message.received", key=f"message:{message_id}", channel="whatsapp",
                occurred_us=house.context.clock.us() + at_s * SECOND_US, inbox_id=thread.inbox_id, contact_id=thread.contact_id,
                conversation_id=thread.conversation_id, actor_kind="contact", payload=body | payload,
            )
        )  # fmt: skip
    return message_id


def events(house: House, event_type: str) -> list[Any]:
    with house.context.store.read() as connection:
        return list(connection.execute(select(journal).where(journal.c.type == event_type)))


def text_reply(client_id: str = "client-1", text: str = "Hello!", **more: Any) -> dict[str, Any]:
    return {"client_id": client_id, "kind": "text", "text": text, **more}


def test_of_two_who_claim_at_once_one_wins(house: House) -> None:
    browsers = [house.browser("administrator"), house.browser("agent")]
    seen = version(house, browsers[0])
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda each: each.post(url(house, "/claim"), json={"version": seen}), browsers))
    assert sorted(each.status_code for each in answers) == [200, 409]
    lost = next(each for each in answers if each.status_code == 409).json()["error"]
    assert lost["code"] == "conflict"
    assert [each["event"] for each in lost["facts"]["changed"]] == ["conversation.assigned"]
    assert len(events(house, "conversation.assigned")) == 1


def test_a_conflict_says_what_changed_by_whom_and_when(house: House) -> None:
    agent, chief = house.browser("agent"), house.browser("supervisor")
    seen = version(house, agent)
    assert chief.post(url(house, "/snooze"), json={"version": seen, "until_at": None}).status_code == 200
    refused = agent.post(url(house, "/reopen"), json={"version": seen})
    assert refused.status_code == 409
    facts = refused.json()["error"]["facts"]
    assert facts["version"] > seen
    assert [(each["event"], each["by"]) for each in facts["changed"]] == [("conversation.snoozed", "supervisor of own")]
    assert facts["changed"][0]["at"].endswith("Z")


def test_resolving_conflicts_with_a_message_that_was_not_seen_but_claiming_does_not(house: House) -> None:
    agent = house.browser("agent")
    seen = version(house, agent)
    inbound(house, "wait, one more thing")
    refused = agent.post(url(house, "/resolve"), json={"version": seen})
    assert refused.status_code == 409
    assert [each["event"] for each in refused.json()["error"]["facts"]["changed"]] == ["message.received"]
    assert agent.post(url(house, "/claim"), json={"version": seen}).status_code == 200


def test_what_one_did_oneself_is_no_conflict(house: House) -> None:
    agent = house.browser("agent")
    seen = version(house, agent)
    assert agent.post(url(house, "/replies"), json=text_reply()).status_code == 200
    resolved = agent.post(url(house, "/resolve"), json={"version": seen})
    assert resolved.status_code == 200
    assert resolved.json()["conversation"]["status"] == "resolved"


def test_a_resolved_conversation_stays_resolved_though_the_providers_clock_is_ahead(house: House) -> None:
    agent = house.browser("agent")
    inbound(house, "from the future", at_s=30)
    resolved = agent.post(url(house, "/resolve"), json={"version": version(house, agent)})
    assert resolved.json()["conversation"]["status"] == "resolved"


def test_a_reply_is_taken_once_and_claims_and_marks_seen(house: House) -> None:
    agent = house.browser("agent")
    first, second = (agent.post(url(house, "/replies"), json=text_reply()).json() for _ in range(2))
    assert first["message"] == second["message"]
    assert first["message"]["delivery_status"] == "queued"
    assert len(events(house, "message.requested")) == 1
    conversation = agent.get(url(house)).json()
    assert conversation["assignee"]["person_id"] == house.own.people["agent"]
    assert conversation["unread_count"] == 0
    assert conversation["waiting_since_at"] is None


def test_a_closed_window_refuses_text_and_says_since_when(house: House) -> None:
    house.context.clock.advance(DAY_US + SECOND_US)  # type: ignore[attr-defined]
    agent = house.browser("agent")
    refused = agent.post(url(house, "/replies"), json=text_reply())
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "window_closed"
    assert refused.json()["error"]["facts"]["closed_at"].endswith("Z")
    assert agent.get(url(house)).json()["window_open"] is False


def test_a_text_that_would_become_too_many_messages_is_refused_with_the_limit(house: House) -> None:
    refused = house.browser("agent").post(url(house, "/replies"), json=text_reply(text="x" * 4097 * 10))
    assert refused.status_code == 422
    assert refused.json()["error"]["facts"]["limit"] == 4096


def test_a_long_text_goes_out_as_several_messages_in_order(house: House) -> None:
    ana = house.browser("agent")
    text = "\n\n".join(letter * 3000 for letter in "abc")
    assert ana.post(url(house, "/replies"), json=text_reply(text=text)).status_code == 200
    thread = ana.get(url(house, "/thread")).json()["entries"]
    assert [each["text"][0] for each in thread if each.get("direction") == "outbound"][-3:] == ["a", "b", "c"]


def described(house: House, category: str) -> None:
    components = [
        {"type": "BODY", "text": "Hi {{first_name}}, order {{order}}."},
        {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Track", "url": "https://x.example/{{1}}"}]},
    ]
    payload = {
        "template_id": "t1",
        "name": "order",
        "language": "en",
        "category": category,
        "template_status": "APPROVED",
        "components": components,
    }
    with house.context.store.unit() as unit:
        unit.emit(
            Event(
                workspace_id=house.own.workspace_id, type="template.described", key="t1", occurred_us=1, payload=payload
            )
        )


def test_a_template_goes_out_filled_even_when_the_window_is_closed(house: House) -> None:
    described(house, "UTILITY")
    house.context.clock.advance(2 * DAY_US)  # type: ignore[attr-defined]
    agent = house.browser("agent")
    parameters = {"first_name": "Ana", "order": "77", "button_0": "77"}
    body = {"client_id": "client-2", "kind": "template", "template": {"template_id": "t1", "parameters": parameters}}
    missing = agent.post(
        url(house, "/replies"), json=body | {"template": {"template_id": "t1", "parameters": {"order": "77"}}}
    )
    assert missing.status_code == 422
    taken = agent.post(url(house, "/replies"), json=body)
    assert taken.status_code == 200, taken.text
    assert taken.json()["message"]["text"] == "Hi Ana, order 77."


@pytest.mark.parametrize(("said", "status"), [([], 409), (["withdrawn"], 409), (["withdrawn", "granted"], 200)])
def test_marketing_is_taken_only_for_whoever_gave_consent(house: House, said: list[str], status: int) -> None:
    described(house, "MARKETING")
    agent = house.browser("agent")
    for value in said:
        given = {"value": value, "source": "at the counter"}
        told = agent.post(f"/api/contacts/{house.own.threads[PUBLIC].contact_id}/consents", json=given)
        assert told.status_code == 200, told.text
        assert told.json()["consents"][0] | {"at": ""} == {"purpose": "marketing_messages", **given, "at": ""}
    body = {
        "client_id": "client-3",
        "kind": "template",
        "template": {"template_id": "t1", "parameters": {"first_name": "A", "order": "1", "button_0": "1"}},
    }
    answer = agent.post(url(house, "/replies"), json=body)
    assert answer.status_code == status, answer.text
    if status == 409:
        assert answer.json()["error"]["code"] == "no_consent"


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"value": "granted", "source": "form"}, 200),
        ({"value": "granted", "source": "form", "at": "2020-01-01T00:00:00Z", "wording": "News by WhatsApp"}, 200),
        ({"value": "granted", "source": "form", "at": "2099-01-01T00:00:00Z"}, 422),
        ({"value": "granted", "source": " "}, 422),
        ({"value": "perhaps", "source": "form"}, 422),
        ({"value": "granted", "source": "form", "purpose": "messages"}, 422),
    ],
)
def test_a_consent_says_where_it_was_given_and_not_after_now(house: House, given: dict[str, str], status: int) -> None:
    contact_id = house.own.threads[PUBLIC].contact_id
    answer = house.browser("agent").post(f"/api/contacts/{contact_id}/consents", json=given)
    assert answer.status_code == status, answer.text
    with house.context.store.read() as sql:
        told = house.context.store.journal.after(sql, 0, 100, ["consent.recorded"])
    assert [(each.actor_kind, each.payload["wording"]) for each in told] == (
        [("agent", given.get("wording"))] if status == 200 else []
    )


def test_an_earlier_consent_that_is_told_later_undoes_nothing(house: House) -> None:
    path, agent = f"/api/contacts/{house.own.threads[PUBLIC].contact_id}/consents", house.browser("agent")
    agent.post(path, json={"value": "withdrawn", "source": "phone"})
    late = agent.post(path, json={"value": "granted", "source": "paper form", "at": "2020-01-01T00:00:00Z"})
    assert [each["value"] for each in late.json()["consents"]] == ["withdrawn"]


def test_a_conversation_of_a_foreign_or_private_inbox_is_like_a_missing_one(house: House) -> None:
    agent = house.browser("agent")
    foreign = house.other.threads[PUBLIC].conversation_id
    answers = [
        agent.get(f"/api/conversations/{each}")
        for each in (foreign, house.own.threads[PRIVATE].conversation_id, "cnv_nothing")
    ]
    assert [each.status_code for each in answers] == [404, 404, 404]
    assert len({each.text for each in answers}) == 1


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_come_back_as_they_went_in(house: House, name: str) -> None:
    agent, text = house.browser("agent"), HOSTILE[name]
    note = agent.post(url(house, "/notes"), json={"text": text, "client_id": "client-4"})
    assert note.status_code == 200
    inbound(house, text)
    entries = agent.get(url(house, "/thread")).json()["entries"]
    said = {each["type"]: each["text"] for each in entries if each["text"] == text}
    assert set(said) == {"note", "message"}


def test_a_nul_is_shown_by_its_symbol_and_kept_in_the_journal(house: House) -> None:
    agent = house.browser("agent")
    agent.post(url(house, "/notes"), json={"text": "a\x00b", "client_id": "client-5"})
    assert "\\u0000" in events(house, "note.added")[0].payload
    assert any(each["text"] == "a␀b" for each in agent.get(url(house, "/thread")).json()["entries"])


def test_half_a_character_is_refused_with_a_sentence(house: House) -> None:
    answer = house.browser("agent").post(
        url(house, "/notes"),
        content=b'{"text": "\\ud800", "client_id": "client-6"}',
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 422


def test_tags_go_on_and_off_once(house: House) -> None:
    agent = house.browser("agent")
    for _ in range(2):
        assert agent.post(url(house, "/tags"), json={"tag": "vip"}).json()["conversation"]["tags"] == ["vip"]
    assert agent.get("/api/tags").json() == {"tags": ["vip"]}
    assert agent.delete(url(house, "/tags/vip")).json()["conversation"]["tags"] == []
    assert len(events(house, "conversation.tagged")) == 1


def test_only_leaders_assign_others_and_only_to_who_sees_the_inbox(house: House) -> None:
    agent, chief = house.browser("agent"), house.browser("supervisor")
    wish = {"version": version(house, agent), "assignee_id": house.own.people["agent"]}
    assert (
        agent.post(url(house, "/assign"), json=wish | {"assignee_id": house.own.people["supervisor"]}).status_code
        == 403
    )
    assert (
        chief.post(url(house, "/assign"), json=wish | {"assignee_id": house.own.people["marketer"]}).status_code == 422
    )
    assert (
        chief.post(url(house, "/assign"), json=wish | {"assignee_id": house.other.people["agent"]}).status_code == 422
    )
    assert (
        chief.post(url(house, "/assign"), json=wish).json()["conversation"]["assignee"]["person_id"]
        == wish["assignee_id"]
    )


def test_a_failed_message_can_be_tried_again_and_given_up(house: House) -> None:
    agent = house.browser("agent")
    message_id = agent.post(url(house, "/replies"), json=text_reply()).json()["message"]["message_id"]
    assert agent.post(f"/api/messages/{message_id}/retry", json={}).status_code == 409
    with house.context.store.unit() as unit:
        unit.emit(
            Event(
                workspace_id=house.own.workspace_id,
                type="send.failed",
                key="f",
                occurred_us=9,
                payload={
                    "message_id": message_id,
                    "code": 131026,
                    "retry": "never",
                    "detail": "no",
                    "will_retry_us": None,
                },
            )
        )
    shown = next(
        each for each in agent.get(url(house, "/thread")).json()["entries"] if each.get("message_id") == message_id
    )
    assert shown["error"]["code"] == "131026"
    assert shown["error"]["advice"]
    assert agent.post(f"/api/messages/{message_id}/retry", json={}).json()["message"]["delivery_status"] == "queued"
    assert agent.post(f"/api/messages/{message_id}/cancel", json={}).json()["message"]["delivery_status"] == "cancelled"


def test_a_reaction_is_shown_on_its_message_and_not_as_one(house: House) -> None:
    agent, target = house.browser("agent"), house.own.threads[PUBLIC].message_id
    taken = agent.post(
        url(house, "/replies"), json={"client_id": "client-7", "kind": "reaction", "emoji": "👍", "message_id": target}
    )
    assert taken.status_code == 200, taken.text
    assert taken.json()["message"]["reactions"] == [{"emoji": "👍", "by": "business"}]
    shown = [each for each in agent.get(url(house, "/thread")).json()["entries"] if each["type"] == "message"]
    assert [each["message_id"] for each in shown] == [target]


def test_the_thread_is_read_page_by_page_without_loss_or_repetition(house: House) -> None:
    agent = house.browser("agent")
    for number in range(2, 12):
        inbound(house, str(number), number, at_s=number // 3)
        agent.post(url(house, "/notes"), json={"text": str(number), "client_id": f"client-{number:03}"})
    whole = agent.get(url(house, "/thread?limit=100")).json()["entries"]
    read: list[Any] = []
    before = ""
    while True:
        page = agent.get(url(house, f"/thread?limit=4&before={before}" if before else "/thread?limit=4")).json()
        read = page["entries"] + read
        if (before := page["before"]) is None:
            break
    assert read == whole
    with house.context.store.read() as connection:
        assert (
            len(whole)
            == len(
                list(
                    connection.execute(
                        select(message.c.message_id).where(
                            message.c.conversation_id == house.own.threads[PUBLIC].conversation_id
                        )
                    )
                )
            )
            + 10
        )


def test_the_list_says_what_a_template_asks_for_and_which_cannot_be_sent(house: House) -> None:
    described(house, "UTILITY")
    carousel = {"template_id": "t2", "name": "wares", "language": "en", "category": "MARKETING"}
    components = [{"type": "BODY", "text": "Look"}, {"type": "CAROUSEL", "cards": []}]
    own = {
        "workspace_id": house.own.workspace_id,
        "type": "template.described",
        "occurred_us": 1,
        "channel": "whatsapp",
    }
    with house.context.store.unit() as unit:
        for name in (PUBLIC, PRIVATE):
            payload = carousel | {"template_status": "APPROVED", "components": components}
            unit.emit(Event(key=f"t2:{name}", inbox_id=house.own.inboxes[name], payload=payload, **own))
    listed = house.browser("agent").get("/api/templates").json()["templates"]
    order, wares = listed
    assert [each["name"] for each in order["blanks"]] == ["first_name", "order", "button_0"]
    assert (order["inbox_id"], order["problem"]) == (None, None)
    assert (wares["inbox_id"], wares["blanks"]) == (house.own.inboxes[PUBLIC], [])
    assert "carousel" in wares["problem"]


def test_what_deliveries_held_that_nobody_could_read_is_counted_for_administrators(house: House) -> None:
    own = {"workspace_id": house.own.workspace_id, "occurred_us": 1, "channel": "whatsapp"}
    with house.context.store.unit() as unit:
        for n in range(3):
            payload = {"reason": "It has no id.", "pointer": "", "item": n}
            unit.emit(Event(type="delivery.unreadable", key=f"u:{n}", payload=payload, **own))
        payload = {"field": "dreams", "pointer": "", "item": {}}
        unit.emit(Event(type="delivery.unrecognised", key="d", payload=payload, **own))
    found = house.browser("administrator").get("/api/quarantine").json()["unread"]
    assert [(each["reason"], each["is_unknown"], each["count"]) for each in found] == [
        ("It has no id.", False, 3),
        ("dreams", True, 1),
    ]
    assert house.browser("administrator", house.other).get("/api/quarantine").json()["unread"] == []
