"""Quotes and reactions in a real browser: by mouse, by keyboard, by a long press; each side sees the other's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.webchat.conftest import House
from tests.browser.webchat.window import arrived, bubble, say, until


def a_talk(visit: Callable[..., Page], house: House, animal: str, **options: Any) -> tuple[Page, dict[str, Any]]:
    """Let a visitor ask and an agent answer."""
    page = visit(options.pop("path", "/"), **options)
    say(page, f"is the {animal} there?")
    expect(arrived(page, animal)).to_be_attached()
    conversation = house.conversation(f"is the {animal} there?")
    house.reply(conversation, kind="text", text=f"the {animal} is asleep")
    expect(bubble(page, "is asleep", "ours")).to_be_visible()
    return page, conversation


def test_each_sees_what_the_other_quotes(visit: Callable[..., Page], house: House) -> None:
    page, conversation = a_talk(visit, house, "gaur")
    asked, answered = house.thread(conversation)
    house.reply(conversation, kind="text", text="this one", reply_to_message_id=asked["message_id"])
    expect(bubble(page, "this one", "ours").locator(".quote")).to_contain_text("is the gaur there?")
    answer = bubble(page, "the gaur is asleep", "ours")
    answer.hover()
    answer.get_by_role("button", name="Reply").click()
    expect(page.locator(".quoting")).to_contain_text("the gaur is asleep")
    expect(page.locator("textarea")).to_be_focused()
    page.reload()
    page.locator(".launcher").click()
    expect(page.locator(".quoting")).to_contain_text("the gaur is asleep")
    say(page, "then let it sleep")
    expect(page.locator(".quoting")).to_be_hidden()
    expect(bubble(page, "then let it sleep", "theirs").locator(".quote")).to_contain_text("the gaur is asleep")
    until(lambda: house.thread(conversation)[-1]["text"] == "then let it sleep")
    assert house.thread(conversation)[-1]["reply_to"]["message_id"] == answered["message_id"]
    expect(arrived(page, "then let it sleep")).to_be_attached()
    expect(bubble(page, "then let it sleep", "theirs").locator(".quote")).to_have_count(1)


def test_each_sees_how_the_other_reacts_until_it_is_taken_back(visit: Callable[..., Page], house: House) -> None:
    page, conversation = a_talk(visit, house, "takin")
    asked = house.thread(conversation)[0]
    house.reply(conversation, kind="reaction", emoji="🎉", message_id=asked["message_id"])
    question = bubble(page, "is the takin there?", "theirs")
    expect(question.locator(".sign")).to_contain_text("🎉")
    house.reply(conversation, kind="reaction", emoji="", message_id=asked["message_id"])
    expect(question.locator(".sign")).to_have_count(0)
    answer = bubble(page, "the takin is asleep", "ours")
    answer.hover()
    answer.get_by_role("button", name="React", exact=True).click()
    answer.get_by_role("button", name="❤️").click()
    expect(answer.locator(".sign.mine")).to_have_text("❤️")
    until(lambda: house.thread(conversation)[1]["reactions"] == [{"emoji": "❤️", "by": "contact"}])
    page.reload()
    page.locator(".launcher").click()
    answer.locator(".sign.mine").click()
    expect(answer.locator(".sign")).to_have_count(0)
    until(lambda: house.thread(conversation)[1]["reactions"] == [])


def test_all_of_it_works_by_keyboard_alone(visit: Callable[..., Page], house: House) -> None:
    page, _ = a_talk(visit, house, "zebu")
    page.locator(".log").focus()
    page.keyboard.press("ArrowUp")
    answer = bubble(page, "the zebu is asleep", "ours")
    expect(answer).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(bubble(page, "is the zebu there?", "theirs")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(answer.get_by_role("button", name="React", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(answer.get_by_role("button", name="React", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(answer.locator(".sign.mine")).to_have_text("❤️")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".quoting")).to_contain_text("the zebu is asleep")
    page.keyboard.press("Escape")
    expect(page.locator(".quoting")).to_be_hidden()
    expect(page.locator(".panel")).to_be_visible()


def test_a_long_press_shows_what_can_be_done(visit: Callable[..., Page], house: House) -> None:
    page, _ = a_talk(visit, house, "kob", width=360, height=640, has_touch=True, is_mobile=True)
    answer = bubble(page, "the kob is asleep", "ours")
    expect(answer.locator(".acts")).to_have_css("opacity", "0")
    box = answer.locator(".bubble").bounding_box()
    assert box is not None
    finger = page.context.new_cdp_session(page)
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [place]})
    expect(answer.locator(".acts")).to_have_css("opacity", "1")
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    answer.get_by_role("button", name="Reply").tap()
    expect(page.locator(".quoting")).to_contain_text("the kob is asleep")


def test_a_refused_reaction_is_taken_off_and_said(visit: Callable[..., Page], house: House) -> None:
    page, _ = a_talk(visit, house, "nyala")
    page.route("**/reactions", lambda route: route.abort())
    answer = bubble(page, "the nyala is asleep", "ours")
    answer.hover()
    answer.get_by_role("button", name="React", exact=True).click()
    answer.get_by_role("button", name="👍").click()
    expect(page.locator(".problem")).to_contain_text("Something went wrong")
    expect(answer.locator(".sign")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "pt", "es", "ar"])
def test_nothing_leaves_a_narrow_screen(visit: Callable[..., Page], house: House, language: str) -> None:
    page, conversation = a_talk(visit, house, f"eland {language}", path=f"/?lang={language}", width=360, height=640)
    asked = house.thread(conversation)[0]
    house.reply(conversation, kind="text", text="ok", reply_to_message_id=asked["message_id"])
    short = page.locator(".row.ours").last
    expect(short.locator(".quote")).to_be_visible()
    short.hover()
    short.locator(".acts .tool").last.click()
    for each in page.locator(".acts.wide .tool").all():
        box = each.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    assert page.locator(".log").evaluate("log => log.scrollWidth <= log.clientWidth")
