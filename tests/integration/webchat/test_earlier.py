"""A visitor can look back to the very beginning, page by page, and never into another conversation."""

from __future__ import annotations

import pytest

from app.webchat.reading import NEWEST, PAGE
from tests.integration.webchat import shop
from tests.integration.webchat.conftest import Shop, Somebody, Visitor


def a_long_talk(house: Shop, visitor: Visitor, length: int) -> list[str]:
    said = shop.chatter(house.context, visitor.session["visitor_id"], length)
    house.work()
    return said


def test_page_by_page_everything_is_there_once_and_in_order(house: Shop, visitor: Visitor) -> None:
    said = a_long_talk(house, visitor, NEWEST + PAGE + 7)
    newest = visitor.hear()
    assert newest["is_beginning"] is False
    shown = newest["messages"]
    pages = []
    while not pages or not pages[-1]["is_beginning"]:
        pages.append(visitor.ask("GET", "messages", params={"before": shown[0]["seq"]}).json())
        shown = pages[-1]["messages"] + shown
    assert [each["text"] for each in shown] == said
    assert [len(each["messages"]) for each in pages] == [PAGE, 7]


def test_a_short_conversation_is_shown_from_its_beginning(house: Shop, visitor: Visitor) -> None:
    a_long_talk(house, visitor, 3)
    newest = visitor.hear()
    assert newest["is_beginning"] is True
    page = visitor.ask("GET", "messages", params={"before": newest["messages"][0]["seq"]}).json()
    assert page == {"type": "page", "messages": [], "is_beginning": True}


def test_a_page_before_what_is_not_in_the_conversation_is_refused(
    house: Shop, visitor: Visitor, somebody: Somebody
) -> None:
    visitor.say()
    house.work()
    (mine,) = visitor.hear()["messages"]
    other = somebody()
    other.begin()
    unknown = visitor.ask("GET", "messages", params={"before": 10**12})
    foreign = other.ask("GET", "messages", params={"before": mine["seq"]})
    assert (unknown.status_code, foreign.status_code) == (404, 404)
    assert unknown.json() == foreign.json()
    assert unknown.json()["error"]["message"] == "This conversation has no message with that seq."


@pytest.mark.parametrize("before", ["", "soon", "-1", "1.5", "9" * 30, "٣"])
def test_a_page_before_what_is_no_seq_is_refused(house: Shop, visitor: Visitor, before: str) -> None:
    answer = visitor.ask("GET", "messages", params={"before": before})
    assert answer.status_code == 422
    assert set(answer.json()["error"]) == {"code", "message", "facts"}


def test_nobody_looks_back_without_a_visit(house: Shop, somebody: Somebody) -> None:
    assert somebody().ask("GET", "messages", params={"before": 1}).status_code == 401
