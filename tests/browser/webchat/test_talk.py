"""The web chat in a real browser, on pages of another origin: what is said arrives once, in order, whatever breaks."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
from playwright.sync_api import Page, expect

from tests.browser.webchat.conftest import House
from tests.browser.webchat.window import a_picture, arrived, bubble, say, until
from tests.integration.webchat.shop import AGENT


def test_visitor_and_agent_talk_and_each_sees_how_far_their_words_came(
    visit: Callable[..., Page], house: House
) -> None:
    page = visit()
    say(page, "is the zebra dress there?")
    expect(arrived(page, "zebra dress")).to_be_attached()
    conversation = house.conversation("zebra dress")
    house.reply(conversation, kind="text", text="It is, in two sizes.")
    answer = bubble(page, "in two sizes", "ours")
    expect(answer).to_be_visible()
    expect(answer.locator(".author")).to_have_text(AGENT)
    until(lambda: house.thread(conversation)[-1]["delivery_status"] == "read")
    house.api.post(f"/conversations/{conversation['conversation_id']}/seen", json={}).raise_for_status()
    expect(bubble(page, "zebra dress", "theirs").locator(".tick .checks")).to_be_attached()


def test_a_reload_loses_nothing(visit: Callable[..., Page], house: House) -> None:
    page = visit()
    say(page, "before the reload")
    expect(arrived(page, "before the reload")).to_be_attached()
    page.locator("textarea").fill("half a thought")
    page.keyboard.press("Escape")
    house.reply(house.conversation("before the reload"), kind="text", text="while you were away")
    expect(page.locator(".badge")).to_have_text("1")
    page.reload()
    expect(page.locator(".badge")).to_have_text("1")
    page.locator(".launcher").click()
    expect(bubble(page, "before the reload")).to_have_count(1)
    expect(bubble(page, "while you were away")).to_have_count(1)
    expect(page.locator("textarea")).to_have_value("half a thought")
    expect(page.locator(".badge")).to_be_hidden()


def test_what_is_written_without_connection_waits_and_is_sent_once_in_order(
    visit: Callable[..., Page], house: House
) -> None:
    page = visit()
    say(page, "lynx zero")
    expect(arrived(page, "lynx zero")).to_be_attached()
    conversation = house.conversation("lynx zero")
    page.context.set_offline(True)
    for text in ("lynx one", "lynx two", "lynx three"):
        say(page, text)
    expect(page.locator(".waiting")).to_have_count(3)
    expect(page.locator(".state")).to_contain_text("offline")
    house.reply(conversation, kind="text", text="said meanwhile")
    page.context.set_offline(False)
    expect(bubble(page, "said meanwhile")).to_be_visible()
    expect(page.locator(".waiting")).to_have_count(0)
    expect(page.locator(".state")).to_be_empty()
    until(lambda: len(house.thread(conversation)) == 5)
    said = [each["text"] for each in house.thread(conversation) if each["direction"] == "inbound"]
    assert said == ["lynx zero", "lynx one", "lynx two", "lynx three"]


def test_what_waits_is_sent_by_the_next_page(visit: Callable[..., Page], house: House) -> None:
    page = visit()
    say(page, "okapi one")
    expect(arrived(page, "okapi one")).to_be_attached()
    page.route("**/messages", lambda route: route.abort())
    say(page, "okapi two")
    page.locator("input[type=file]").set_input_files(a_picture("okapi.png"))
    expect(page.locator(".waiting")).to_have_count(2)
    page.unroute("**/messages")
    page.reload()
    conversation = house.conversation("okapi")
    until(lambda: len(house.thread(conversation)) == 3)
    assert [each["kind"] for each in house.thread(conversation)] == ["text", "text", "image"]


def test_where_websockets_do_not_come_through_it_asks_again_and_again(visit: Callable[..., Page], house: House) -> None:
    page = visit()
    page.add_init_script("delete window.WebSocket")
    page.reload()
    say(page, "by long poll")
    expect(arrived(page, "by long poll")).to_be_attached()
    house.reply(house.conversation("by long poll"), kind="text", text="heard by long poll")
    expect(bubble(page, "heard by long poll")).to_be_visible()


def test_two_tabs_are_one_visitor_and_an_old_tab_goes_on(visit: Callable[..., Page], house: House) -> None:
    first = visit()
    first.clock.install()
    say(first, "from the first tab")
    expect(arrived(first, "from the first tab")).to_be_attached()
    second = first.context.new_page()
    second.goto(house.shop)
    second.locator(".launcher").click()
    expect(bubble(second, "from the first tab")).to_be_visible()
    say(second, "from the second tab")
    expect(bubble(first, "from the second tab")).to_be_visible()
    first.clock.fast_forward("05:00:00")
    say(first, "after a long lunch")
    expect(bubble(second, "after a long lunch")).to_be_visible()
    conversation = house.conversation("after a long lunch")
    assert len(house.thread(conversation)) == 3


def test_pictures_and_voice_arrive_and_what_may_run_is_refused(visit: Callable[..., Page], house: House) -> None:
    page = visit()
    say(page, "tapir with files")
    expect(arrived(page, "tapir with files")).to_be_attached()
    conversation = house.conversation("tapir with files")
    page.locator("input[type=file]").set_input_files(a_picture("tapir.png"))
    expect(page.locator(".picture img")).to_be_visible()
    page.get_by_role("button", name="Record a voice message").click()
    expect(page.locator(".elapsed")).to_have_text("0:01")
    page.locator(".speaking .go").click()
    expect(page.locator("audio")).to_have_count(1)
    until(lambda: [each["kind"] for each in house.thread(conversation)] == ["text", "image", "audio"])
    sound = house.thread(conversation)[-1]["media"][0]
    assert (sound["state"], sound["is_voice"], sound["mime"]) == ("stored", True, "audio/webm")
    page.locator("input[type=file]").set_input_files(
        {"name": "picture.png", "mimeType": "image/png", "buffer": b"<html><script>alert(1)</script></html>"}
    )
    expect(page.locator(".failed")).to_contain_text("Files of this type cannot be sent here")


def test_an_agent_who_types_is_shown(visit: Callable[..., Page], house: House) -> None:
    page = visit()
    say(page, "saola is anybody there")
    expect(arrived(page, "saola")).to_be_attached()
    conversation = house.conversation("saola")
    external_id = f"{conversation['contact']['address']}:any"
    httpx2.post(f"{house.shop}/typing", json={"external_id": external_id}).raise_for_status()
    expect(page.locator(".typing")).to_be_visible()
    house.reply(conversation, kind="text", text="here I am")
    expect(bubble(page, "here I am")).to_be_visible()
    expect(page.locator(".typing")).to_be_hidden()
