"""Quotes and reactions: each side sees what the other answers and how it is liked, and can take it back."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.kit.clock import SECOND_US
from tests.integration.webchat.conftest import Shop, Somebody, Visitor
from tests.integration.webchat.test_stream import stream


@pytest.fixture
def talk(house: Shop, visitor: Visitor) -> list[dict[str, Any]]:
    """A question of the visitor and our answer."""
    visitor.say("client-01", "is it there?")
    house.work()
    house.context.clock.advance(SECOND_US)
    house.agent_says(visitor, "it is", "msg_1")
    house.work()
    house.context.clock.advance(SECOND_US)
    shown: list[dict[str, Any]] = visitor.hear()["messages"]
    return shown


def react(visitor: Visitor, message_id: str, emoji: str | None = "👍", client_id: str = "react-01") -> Any:
    given = {"client_id": client_id, "message_id": message_id, "emoji": emoji}
    return visitor.ask("POST", "reactions", json=given)


def ours(visitor: Visitor) -> dict[str, Any]:
    return next(each for each in visitor.hear()["messages"] if each["is_ours"])


# --- quotes -----------------------------------------------------------------------------------------


def test_what_an_agent_quotes_is_seen_by_the_visitor(house: Shop, visitor: Visitor, talk: list[dict[str, Any]]) -> None:
    assert [each["quote"] for each in talk] == [None, None]
    house.agent_says(visitor, "yes, this one", "msg_2", reply_to_ref=talk[0]["ref"])
    house.work()
    quote = visitor.hear()["messages"][-1]["quote"]
    assert quote == {
        "id": talk[0]["id"], "is_ours": False, "kind": "text", "text": "is it there?", "is_gone": False,
    }  # fmt: skip


def test_what_a_visitor_quotes_is_what_the_event_answers(
    house: Shop, visitor: Visitor, talk: list[dict[str, Any]]
) -> None:
    for _ in range(2):
        assert visitor.say("client-02", "in red?", reply_to="msg_1").status_code == 200
        house.work()
    said = house.events("message.received")
    assert [each["reply_to_ref"] for each in said] == [None, talk[1]["ref"]]
    assert visitor.hear()["messages"][-1]["quote"]["text"] == "it is"


def test_what_is_not_on_its_way_is_quoted_to_nobody(house: Shop, visitor: Visitor, talk: list[dict[str, Any]]) -> None:
    house.agent_says(visitor, "a secret", "msg_later", due_us=house.context.clock.us() * 2)
    house.agent_says(visitor, "about that", "msg_2", reply_to_ref="msg_later")
    house.work()
    assert visitor.hear()["messages"][-1]["quote"] is None
    assert visitor.say("client-02", "hm", reply_to="msg_later").status_code == 404


def test_nobody_quotes_or_reacts_to_what_is_not_in_their_conversation(
    house: Shop, visitor: Visitor, somebody: Somebody, talk: list[dict[str, Any]]
) -> None:
    other = somebody()
    other.begin()
    before = len(house.events("delivery.received"))
    for answer in (
        other.say("client-09", "hm", reply_to="msg_1"),
        visitor.say("client-09", "hm", reply_to="msg_unknown"),
        react(other, "msg_1"),
        react(visitor, "msg_unknown"),
    ):
        assert answer.status_code == 404
        assert answer.json()["error"]["message"] == "This conversation has no such message."
    assert len(house.events("delivery.received")) == before


# --- reactions --------------------------------------------------------------------------------------


def test_a_visitors_reaction_is_put_once_and_taken_back(
    house: Shop, visitor: Visitor, talk: list[dict[str, Any]]
) -> None:
    for _ in range(2):
        assert react(visitor, "msg_1").status_code == 204
        house.work()
    assert [each["emoji"] for each in house.events("message.reacted")] == ["👍"]
    assert ours(visitor)["reactions"] == [{"emoji": "👍", "is_ours": False}]
    house.context.clock.advance(SECOND_US)
    assert react(visitor, "msg_1", None, "react-02").status_code == 204
    house.work()
    assert ours(visitor)["reactions"] == []


def test_an_agents_reaction_stands_on_the_visitors_message_and_is_no_message(
    house: Shop, visitor: Visitor, talk: list[dict[str, Any]]
) -> None:
    theirs = talk[0]
    house.agent_says(visitor, "❤️", "msg_sign", kind="reaction", reply_to_ref=theirs["ref"])
    house.work()
    shown = visitor.hear()["messages"]
    assert [each["text"] for each in shown] == ["is it there?", "it is"]
    assert shown[0]["reactions"] == [{"emoji": "❤️", "is_ours": True}]
    house.context.clock.advance(SECOND_US)
    house.agent_says(visitor, "", "msg_unsign", kind="reaction", reply_to_ref=theirs["ref"])
    house.work()
    assert visitor.hear()["messages"][0]["reactions"] == []


def test_a_reaction_is_told_as_it_happens_and_after_a_break(
    house: Shop, visitor: Visitor, talk: list[dict[str, Any]]
) -> None:
    with stream(house, visitor) as socket:
        reached = socket.receive_json()["seq"]
        house.agent_says(visitor, "❤️", "msg_sign", kind="reaction", reply_to_ref=talk[0]["ref"])
        react(visitor, "msg_1")
        house.work()
        signs: dict[str, Any] = {}
        while len(signs) < 2:
            signs |= {each["id"]: each["reactions"] for each in socket.receive_json()["messages"] if each["reactions"]}
    missed = {each["id"]: each["reactions"] for each in visitor.hear(reached)["messages"]}
    assert missed == signs
    assert signs[talk[0]["id"]][0]["emoji"] == "❤️"


@pytest.mark.parametrize(
    "given",
    [
        {}, {"client_id": "react-01"}, {"client_id": "react-01", "message_id": "msg_1", "emoji": "words"},
        {"client_id": "x", "message_id": "msg_1", "emoji": "👍"}, {"client_id": "react-01", "message_id": "", "emoji": "👍"},
    ],
)  # fmt: skip
def test_what_is_no_reaction_is_refused(
    house: Shop, visitor: Visitor, talk: list[dict[str, Any]], given: dict[str, Any]
) -> None:
    assert visitor.ask("POST", "reactions", json=given).status_code == 422
    assert house.events("message.reacted") == []


def test_visitors_react_to_us_and_not_to_themselves(house: Shop, visitor: Visitor, talk: list[dict[str, Any]]) -> None:
    answer = react(visitor, talk[0]["id"])
    assert answer.status_code == 422
    assert "what the business wrote" in answer.json()["error"]["message"]


def test_a_reaction_of_ours_is_not_reported_read(house: Shop, visitor: Visitor, talk: list[dict[str, Any]]) -> None:
    house.agent_says(visitor, "❤️", "msg_sign", kind="reaction", reply_to_ref=talk[0]["ref"])
    house.work()
    visitor.ask("POST", "read", json={"seq": visitor.hear()["seq"], "status": "read"})
    house.work()
    assert [each["message_id"] for each in house.events("message.status_reported")] == ["msg_1"]
