"""What changes while a tab is open: terms, pages that change without loading, a site that may not embed the widget."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
from playwright.sync_api import Page, expect

from tests.browser.webchat.conftest import House
from tests.browser.webchat.window import arrived, bubble, say, until

NEW_TERMS = {"consent_text": "The new terms.", "consent_version": "2"}
OLD_TERMS = {"consent_text": "The old terms.", "consent_version": "1"}


def _change_terms(house: House, terms: dict[str, str]) -> None:
    """Change the terms of the widget, and wait until the house goes by them."""
    httpx2.post(f"{house.shop}/terms", json=terms).raise_for_status()
    address, headers = f"{house.url}/chat/con_terms/config", {"Origin": house.shop}
    until(lambda: terms["consent_text"] in httpx2.get(address, headers=headers).text)


def _agree(page: Page, words: str) -> None:
    page.get_by_label(words).check()
    page.get_by_role("button", name="Start the chat").click()


def test_new_terms_are_shown_in_a_tab_that_is_open_and_what_was_written_waits_for_them(
    visit: Callable[..., Page], house: House
) -> None:
    _change_terms(house, OLD_TERMS)
    page = visit("/?connection=con_terms")
    page.locator(".launcher").click()
    _agree(page, "The old terms.")
    say(page, "okapi under the old terms")
    expect(arrived(page, "okapi under the old terms")).to_be_attached()
    _change_terms(house, NEW_TERMS)
    say(page, "quokka under the new terms")
    expect(page.get_by_label("The new terms.")).to_be_visible()
    expect(page.locator("textarea")).to_be_hidden()
    _agree(page, "The new terms.")
    expect(arrived(page, "quokka under the new terms")).to_be_attached()
    expect(bubble(page, "quokka", "theirs")).to_have_count(1)
    said = [each["text"] for each in house.thread(house.conversation("quokka"))]
    assert said == ["okapi under the old terms", "quokka under the new terms"]


def test_terms_that_change_while_the_form_is_filled_in_are_shown_anew(visit: Callable[..., Page], house: House) -> None:
    _change_terms(house, OLD_TERMS)
    page = visit("/?connection=con_terms")
    page.locator(".launcher").click()
    page.get_by_label("The old terms.").check()
    _change_terms(house, NEW_TERMS)
    page.get_by_role("button", name="Start the chat").click()
    expect(page.get_by_label("The new terms.")).not_to_be_checked()
    _agree(page, "The new terms.")
    expect(page.locator("textarea")).to_be_focused()


def test_a_site_that_may_not_embed_it_is_told_once_and_asks_no_more(visit: Callable[..., Page], house: House) -> None:
    page = visit()
    page.clock.install()
    warned: list[str] = []
    asked: list[str] = []
    page.on("console", lambda said: warned.append(said.text) if said.text.startswith("Prosa chat:") else None)
    page.on("request", lambda request: asked.append(request.url) if "con_elsewhere/config" in request.url else None)
    page.goto(f"{house.shop}/?connection=con_elsewhere")
    until(lambda: page.wait_for_timeout(50) or bool(warned))
    page.clock.fast_forward(120_000)
    page.wait_for_timeout(300)
    assert warned == ["Prosa chat: this site may not embed it, or there is no such widget"]
    assert len(asked) == 1
    expect(page.locator("prosa-chat")).to_have_count(0)


def test_a_greeting_follows_a_page_that_changes_without_loading(visit: Callable[..., Page]) -> None:
    page = visit("/?connection=con_greets")
    page.locator(".launcher").wait_for()
    page.wait_for_timeout(700)
    teaser = page.locator(".teaser")
    expect(teaser).to_be_hidden()
    assert teaser.get_attribute("role") == "status"
    page.evaluate("history.pushState({}, '', '/basket/9?connection=con_greets')")
    expect(page.get_by_role("status").get_by_role("button", name="Need help paying?")).to_be_visible()


def test_a_greeting_of_a_page_that_was_left_is_not_said(visit: Callable[..., Page]) -> None:
    page = visit("/?connection=con_waits")
    page.locator(".launcher").wait_for()
    page.evaluate("history.pushState({}, '', '/basket/9?connection=con_waits')")
    page.wait_for_timeout(700)
    page.evaluate("history.pushState({}, '', '/?connection=con_waits')")
    page.wait_for_timeout(2500)
    expect(page.locator(".teaser")).to_be_hidden()
