"""A visitor looks back to the beginning: nothing jumps, nothing old is read out as new, whatever breaks can be tried again."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
from playwright.sync_api import Page, expect

from tests.browser.webchat.conftest import House
from tests.browser.webchat.window import arrived, bubble, say, until

LENGTH = 230


def a_long_talk(visit: Callable[..., Page], house: House, animal: str) -> Page:
    """Open a page for somebody who said a lot before."""
    page = visit(width=360, height=640)
    say(page, f"{animal} is here")
    expect(arrived(page, f"{animal} is here")).to_be_attached()
    visitor_id = house.conversation(f"{animal} is here")["contact"]["address"]
    httpx2.post(f"{house.shop}/chatter", json={"visitor_id": visitor_id, "length": LENGTH}, timeout=60)
    until(lambda: len(house.thread(house.conversation(f"{animal} is here"))) > 1)
    forget(page, house)
    page.locator(".launcher").click()
    expect(bubble(page, f"word {LENGTH - 1}", "theirs")).to_be_visible(timeout=20_000)
    return page


def forget(page: Page, house: House) -> None:
    """Come back knowing who one is but nothing of what was said.

    Forgotten on a page without the widget, for one that listens writes down again what it is told meanwhile.
    """
    page.goto(f"{house.shop}/token")
    page.evaluate(
        "Object.keys(localStorage).filter((key) => key.endsWith(':shown')).forEach((key) => localStorage.removeItem(key))"
    )
    page.goto(house.shop)


def first_seen(page: Page) -> tuple[str, float]:
    """Return the topmost message that is to be seen, and how far below the top it ends."""
    words, place = page.locator(".log").evaluate(
        """log => {
          const top = log.getBoundingClientRect().top;
          const row = [...log.querySelectorAll(".row")].find((each) => each.getBoundingClientRect().bottom > top + 1);
          return [row.querySelector(".bubble").textContent, row.getBoundingClientRect().bottom - top];
        }"""
    )
    return words, place


def test_all_that_was_said_is_there_by_the_button_and_nothing_jumps(visit: Callable[..., Page], house: House) -> None:
    page = a_long_talk(visit, house, "dugong")
    expect(page.locator(".row")).to_have_count(100)
    page.locator(".log").evaluate("log => { log.scrollTop = 400 }")
    before = first_seen(page)
    page.get_by_role("button", name="Earlier messages").evaluate("button => button.click()")
    expect(page.locator(".row")).to_have_count(150)
    words, place = first_seen(page)
    assert words == before[0]
    assert abs(place - before[1]) < 2
    button = page.get_by_role("button", name="Earlier messages")
    for count in (200, LENGTH + 1):
        button.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".row")).to_have_count(count)
    expect(page.locator(".past")).to_contain_text("This is the beginning of the conversation")
    expect(button).to_be_hidden()
    assert page.locator(".row .bubble").all_inner_texts()[:-1] == [f"word {number}" for number in range(LENGTH)]
    expect(page.locator(".log")).to_be_focused()


def test_scrolling_up_is_enough_and_what_is_old_is_not_read_out(visit: Callable[..., Page], house: House) -> None:
    page = a_long_talk(visit, house, "numbat")
    page.locator(".log").hover()
    for _ in range(40):
        page.mouse.wheel(0, -1500)
        if bubble(page, "This is the beginning", "past").count():
            break
        page.wait_for_timeout(100)
    expect(page.locator(".row")).to_have_count(LENGTH + 1)
    expect(page.locator(".older .row")).to_have_count(LENGTH + 1 - 100)
    expect(page.locator(".older")).to_have_attribute("aria-live", "off")
    house.reply(house.conversation("numbat is here"), kind="text", text="news for numbat")
    expect(page.locator(".list .row").last).to_contain_text("news for numbat")


def test_a_page_that_fails_says_so_and_can_be_tried_again_after_a_reload_too(
    visit: Callable[..., Page], house: House
) -> None:
    page = a_long_talk(visit, house, "quoll")
    page.reload()
    page.locator(".launcher").click()
    expect(page.locator(".row")).to_have_count(40)
    page.route("**/messages?before=*", lambda route: route.abort())
    page.get_by_role("button", name="Earlier messages").evaluate("button => button.click()")
    expect(page.locator(".past")).to_contain_text("could not be loaded")
    page.unroute("**/messages?before=*")
    page.locator(".past").get_by_role("button", name="Try again").click()
    expect(page.locator(".row")).to_have_count(90)
    page.context.set_offline(True)
    house.reply(house.conversation("quoll is here"), kind="text", text="said meanwhile to quoll")
    page.context.set_offline(False)
    expect(bubble(page, "said meanwhile to quoll")).to_be_attached()
    expect(page.locator(".row")).to_have_count(91)
