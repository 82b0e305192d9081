"""The list: pages, filters, search, and what nobody else may see."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.domain import identity
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US
from ingest.store.search import words_of
from tests.builders import phone
from tests.house import PRIVATE, PUBLIC, House


def many(house: House, count: int) -> list[str]:
    """Open conversations, two at each instant; returns their ids, newest first as the list must order them."""
    own, inbox = house.own, house.own.inboxes[PUBLIC]
    made = []
    with house.context.store.unit() as unit:
        for number in range(count):
            who = phone(f"55119{number:08}")
            contact = identity.contact_id(own.workspace_id, "whatsapp", who)
            conversation = identity.conversation_id(own.workspace_id, inbox, contact)
            ref = identity.message_ref(own.workspace_id, inbox, f"many.{number}")
            at = house.context.clock.us() + (number // 2 + 1) * SECOND_US
            door = {
                "workspace_id": own.workspace_id,
                "channel": "whatsapp",
                "inbox_id": inbox,
                "contact_id": contact,
                "conversation_id": conversation,
                "actor_kind": "contact",
                "occurred_us": at,
            }
            payload = {
                "message_id": ref,
                "message_ref": ref,
                "external_id": f"many.{number}",
                "kind": "text",
                "text": f"Olá, número {number}: AÇÃO",
                "media": [],
                "identities": [who],
            }
            unit.emit(
                Event(type="message.received", key=f"many:{number}", payload=payload, **door),
                Event(
                    type="contact.named",
                    key=f"named:{number}",
                    payload={"name": f"José {number}", "username": None, "source": "profile"},
                    **door,
                ),
            )
            made.append((at, conversation))
    return [each for _, each in sorted(made, reverse=True)]


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [each["conversation_id"] for each in answer.json()["conversations"]]


def test_pages_hold_every_conversation_once_though_new_ones_come_in_between(house: House) -> None:
    agent, made = house.browser("agent"), many(house, 9)
    read, cursor = [], ""
    while True:
        page = agent.get("/api/conversations", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        read += ids(page)
        if (cursor := page.json()["next_cursor"]) is None:
            break
        agent.post(f"/api/conversations/{read[0]}/notes", json={"text": "x", "client_id": f"client-{len(read)}"})
    assert sorted(read) == sorted([*made, house.own.threads[PUBLIC].conversation_id])
    assert page.json()["counts"] == {"mine": 0, "unassigned": 10, "all": 10}


@pytest.mark.parametrize("cursor", ["x", "////", "W10=", "eyJhIjoxfQ==", "WyJuZXdlc3QiLG51bGwsMV0=", "💥", "W1tbW1tb"])
def test_a_cursor_nobody_gave_out_is_refused_with_a_sentence(house: House, cursor: str) -> None:
    answer = house.browser("agent").get("/api/conversations", params={"cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "cursor_invalid"
    thread = f"/api/conversations/{house.own.threads[PUBLIC].conversation_id}/thread"
    assert house.browser("agent").get(thread, params={"before": cursor}).status_code == 422


def test_every_filter_narrows_to_what_it_says(house: House) -> None:
    agent, made = house.browser("agent"), many(house, 6)
    mine, tagged = made[0], made[1]
    version = agent.get(f"/api/conversations/{mine}").json()["version"]
    assert agent.post(f"/api/conversations/{mine}/claim", json={"version": version}).status_code == 200
    agent.post(f"/api/conversations/{tagged}/tags", json={"tag": "vip"})
    agent.post(f"/api/conversations/{tagged}/seen", json={})

    def ask(**params: Any) -> list[str]:
        return ids(agent.get("/api/conversations", params=params))

    person = house.own.people["agent"]
    assert ask(tab="mine") == ask(assignee_id=person) == ask(tab="mine", status="any") == [mine]
    assert mine not in ask(tab="unassigned")
    assert ask(tag="vip") == ask(tag="vip", status="any", tab="unassigned") == [tagged]
    assert tagged not in ask(unread=True)
    assert set(ask(unread=True)) == set(ask()) - {tagged}
    assert ask(sort="oldest") == ask()[::-1]
    assert set(ask(sort="waiting")) == set(ask(waiting=True)) == set(ask(waiting=True, status="any")) == set(ask())
    assert ask(status="resolved") == ask(inbox_id="elsewhere") == ask(channel="telegram") == []
    assert set(ask(channel="whatsapp")) == set(ask(inbox_id=house.own.inboxes[PUBLIC])) == set(ask())


def test_search_finds_texts_names_and_numbers_without_accents_or_case(house: House) -> None:
    agent, made = house.browser("agent"), set(many(house, 6))

    def found(q: str) -> set[str]:
        return set(ids(agent.get("/api/conversations", params={"q": q, "status": "any"})))

    assert found("numero acao") == found("JOSE") == found("ola") == found("José") == made
    assert len(found("numero 3")) == len(found("jose 3")) == 1
    assert found("+55 11 9000-00003") == found("900000003") == found("00003")
    assert len(found("00003")) == 1
    assert found("nothing like this") == set()


@pytest.mark.parametrize(
    "q",
    [
        '"',
        "'; DROP TABLE message; --",
        "a OR b",
        "NEAR(a b)",
        "scope:x",
        "*",
        "words : secret",
        "💥",
        "a" * 200,
        "()",
        "^x",
        "-",
        "\\",
        "%",
        "& | !",
    ],
)
def test_no_query_is_read_as_a_query_language(house: House, q: str) -> None:
    answer = house.browser("agent").get("/api/conversations", params={"q": q})
    assert answer.status_code == 200


def test_search_does_not_see_into_private_inboxes_or_other_businesses(house: House) -> None:
    thread = house.own.threads
    for role, seen in {
        "agent": {thread[PUBLIC].conversation_id},
        "administrator": {thread[PUBLIC].conversation_id},
    }.items():
        answer = house.browser(role).get("/api/conversations", params={"q": "secret", "status": "any"})  # type: ignore[arg-type]
        assert set(ids(answer)) == seen
        assert thread[PRIVATE].conversation_id not in answer.text


def test_words_are_folded_alike_for_text_and_query() -> None:
    assert words_of("Ångström ação ＡＢＣ 你好") == ["angstrom", "acao", "abc", "你", "好"]
    assert words_of("user_name@x.com") == ["user", "name", "x", "com"]
