"""Visitors introduce themselves: by the form, by the page they are on, or because the shop vouches for them."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.webchat.conftest import House
from tests.browser.webchat.window import arrived, bubble, say


def test_the_form_comes_first_and_what_was_agreed_to_is_kept(visit: Callable[..., Page], house: House) -> None:
    page = visit("/?connection=con_form")
    page.locator(".launcher").click()
    page.get_by_role("button", name="Start the chat").click()
    expect(page.get_by_label("Your name")).to_be_focused()
    expect(page.locator(".wrong")).to_have_text(
        ["Please fill this in", "Please fill this in", "Please agree before we begin"]
    )
    page.get_by_label("Your name").fill("Ana Prado")
    page.get_by_label("Your e-mail").fill("ana@example.com")
    page.get_by_label("You may keep this chat.").check()
    page.get_by_role("button", name="Start the chat").click()
    expect(page.locator("textarea")).to_be_focused()
    say(page, "ibex after the form")
    expect(arrived(page, "ibex after the form")).to_be_attached()
    contact = house.conversation("ibex after")["contact"]
    assert contact["name"] == "Ana Prado"
    page.reload()
    page.locator(".launcher").click()
    expect(bubble(page, "ibex after the form")).to_be_visible()


def test_a_page_rule_greets_once_and_the_answer_says_to_what(visit: Callable[..., Page], house: House) -> None:
    page = visit("/basket/1?connection=con_greets")
    page.get_by_role("button", name="Need help paying?").click()
    expect(bubble(page, "Need help paying?", "ours")).to_be_visible()
    say(page, "yes, kudu please")
    expect(arrived(page, "kudu")).to_be_attached()
    said = house.thread(house.conversation("kudu"))[-1]
    assert said["content"]["greeting"] == "Need help paying?"
    page.goto(f"{house.shop}/basket/2?connection=con_greets")
    page.locator(".launcher").wait_for()
    page.wait_for_timeout(600)
    expect(page.locator(".teaser")).to_be_hidden()


def test_a_customer_the_shop_vouches_for_has_one_conversation_on_every_device(
    visit: Callable[..., Page], house: House
) -> None:
    phone = visit("/?user=customer-42")
    say(phone, "dugong from the phone")
    expect(arrived(phone, "dugong from the phone")).to_be_attached()
    laptop = visit("/?user=customer-42")
    laptop.locator(".launcher").click()
    expect(bubble(laptop, "dugong from the phone")).to_be_visible()
    say(laptop, "dugong from the laptop")
    expect(bubble(phone, "dugong from the laptop")).to_be_visible()
    stranger = visit("/?user=customer-43")
    stranger.locator(".launcher").click()
    stranger.wait_for_timeout(500)
    expect(bubble(stranger, "dugong")).to_have_count(0)


def test_a_stranger_who_signs_in_keeps_their_conversation_and_who_signs_out_leaves_it(
    visit: Callable[..., Page], house: House
) -> None:
    page = visit()
    say(page, "quokka before signing in")
    expect(arrived(page, "quokka")).to_be_attached()
    page.goto(f"{house.shop}/?user=customer-77")
    page.locator(".launcher").click()
    expect(bubble(page, "quokka before signing in")).to_be_visible()
    page.goto(house.shop)
    page.locator(".launcher").click()
    page.locator("textarea").wait_for()
    page.wait_for_timeout(500)
    expect(bubble(page, "quokka")).to_have_count(0)
