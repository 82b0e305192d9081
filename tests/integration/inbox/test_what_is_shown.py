"""What the thread and its files show: what was withdrawn, who of a group wrote, who holds a thread, a machine's answer."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.domain import identity
from ingest.domain.errors import Rejected
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US
from tests.builders import phone
from tests.house import PUBLIC, House
from tests.integration.inbox.test_commands import inbound, text_reply, url
from tests.integration.inbox.test_media import PNG, sent


def happens(
    house: House, event_type: str, payload: dict[str, Any], *, at_s: int = 1, channel: str = "messenger"
) -> None:
    thread = house.own.threads[PUBLIC]
    with house.context.store.unit() as unit:
        unit.emit(
            Event(
                workspace_id=house.own.workspace_id, type=event_type, key=f"{event_type}:{at_s}", channel=channel,
                occurred_us=house.context.clock.us() + at_s * SECOND_US, inbox_id=thread.inbox_id,
                contact_id=thread.contact_id, conversation_id=thread.conversation_id, payload=payload,
            )
        )  # fmt: skip


def entries(house: House) -> list[dict[str, Any]]:
    return list(house.browser("agent").get(url(house, "/thread")).json()["entries"])


def test_a_withdrawn_message_and_its_file_are_shown_no_more(house: House) -> None:
    agent = house.browser("agent")
    house.context.clock.advance(SECOND_US)  # type: ignore[attr-defined]
    message: Any = sent(house, agent, PNG, "dot.png")
    file = message["media"][0]["url"]
    assert agent.get(file).status_code == 200
    happens(house, "message.revoked", {"message_ref": message["message_id"]}, channel="whatsapp")
    refused = agent.get(file)
    assert (refused.status_code, "withdrew" in refused.json()["error"]["message"]) == (404, True)
    (shown,) = [each for each in entries(house) if each.get("message_id") == message["message_id"]]
    assert (shown["is_revoked"], shown["text"], shown["media"]) == (True, None, [])
    assert agent.get(url(house)).json()["preview"]["text"] == ""


def test_who_of_a_group_wrote_is_named(house: House) -> None:
    joana = phone("5511911112222")
    own = identity.contact_id(house.own.workspace_id, "whatsapp", joana)
    thread = house.own.threads[PUBLIC]
    naming = Event(
        workspace_id=house.own.workspace_id, type="contact.named", key="n", occurred_us=1, channel="whatsapp",
        contact_id=own, actor_kind="contact", payload={"name": "Joana", "username": None, "source": "profile"},
    )  # fmt: skip
    said = {
        "message_id": "msg_g",
        "message_ref": "msg_g",
        "external_id": "g",
        "kind": "text",
        "text": "me too",
        "media": [],
    }
    writing = Event(
        workspace_id=house.own.workspace_id, type="message.received", key="g", channel="whatsapp",
        occurred_us=house.context.clock.us() + SECOND_US, inbox_id=thread.inbox_id, contact_id=thread.contact_id,
        conversation_id=thread.conversation_id, actor_kind="contact", actor_id=own,
        payload=said | {"identities": [joana], "group_ref": "g"},
    )  # fmt: skip
    with house.context.store.unit() as unit:
        unit.emit(naming, writing)
    author = entries(house)[-1]["author"]
    assert (author["name"], author["is_participant"]) == ("Joana", True)
    assert entries(house)[0]["author"]["is_participant"] is False


def test_a_call_is_told_in_the_thread(house: House) -> None:
    for at_s, word, more in ((1, "connect", {}), (2, "terminate", {"duration": 65})):
        payload = {"call_ref": "call_1", "event": word, "direction": "inbound", "content": more}
        happens(house, "call.reported", payload, at_s=at_s, channel="whatsapp")
    (line,) = [each for each in entries(house) if each["type"] == "activity"]
    assert (line["activity"], line["text"], line["payload"]["duration_s"]) == ("call.reported", "Call, 1:05", 65)


def held(house: House) -> None:
    report = {"subject": "handover", "event": "take_thread_control", "severity": "info", "title": "Taken"}
    happens(house, "channel.reported", report)


def test_nobody_answers_in_a_thread_that_another_app_holds_until_it_is_taken_over(house: House) -> None:
    asked: list[tuple[str, str]] = []

    async def take(contact_id: str, inbox_id: str) -> None:
        asked.append((contact_id, inbox_id))

    house.app.state.take_thread = take
    agent, thread = house.browser("agent"), house.own.threads[PUBLIC]
    held(house)
    assert agent.get(url(house)).json()["held_elsewhere"] is True
    refused = agent.post(url(house, "/replies"), json=text_reply())
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "held_elsewhere")
    taken = agent.post(url(house, "/take-over"), json={})
    assert (taken.status_code, taken.json()["conversation"]["held_elsewhere"]) == (200, False)
    assert asked == [(thread.contact_id, thread.inbox_id)]
    assert agent.post(url(house, "/replies"), json=text_reply()).status_code == 200
    assert agent.post(url(house, "/take-over"), json={}).status_code == 200
    assert len(asked) == 1


def test_a_thread_that_the_provider_does_not_give_stays_where_it_is(house: House) -> None:
    async def take(contact_id: str, inbox_id: str) -> None:
        raise Rejected("The Page gives its threads to another app.")

    house.app.state.take_thread = take
    held(house)
    agent = house.browser("agent")
    refused = agent.post(url(house, "/take-over"), json={})
    assert (refused.status_code, refused.json()["error"]["message"]) == (
        502,
        "The Page gives its threads to another app.",
    )
    assert agent.get(url(house)).json()["held_elsewhere"] is True


@pytest.mark.parametrize(("content", "is_auto", "unread"), [({"auto": True}, True, 1), ({"auto": False}, False, 2)])
def test_a_machines_answer_is_labelled_and_not_counted(
    house: House, content: dict[str, Any], is_auto: bool, unread: int
) -> None:
    inbound(house, "I am away", content=content)
    assert entries(house)[-1]["is_auto"] is is_auto
    assert house.browser("agent").get(url(house)).json()["unread_count"] == unread
