"""One message through the whole house, as its people see it: real processes, a real browser, nothing faked but Meta."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.commands.demo import ADMINISTRATOR, PASSWORD
from tests.browser.conftest import PATIENCE_MS
from tests.demo import Demo, eventually, running_demo

pytestmark = pytest.mark.timeout(600)

AGENT = "Alex Duarte"
"""The administrator: nobody of the simulated shop writes in this name, so what the report says of it is ours."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo"), days=7) as running:
        yield running


@pytest.fixture
def console(demo: Demo, browser: Browser) -> Iterator[Page]:
    """The console in a browser that signed in by the form; an error in the page fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 850}, locale="en-US")
    context.set_default_timeout(PATIENCE_MS)
    page, problems = context.new_page(), list[str]()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"http://127.0.0.1:{demo.port}/")
    page.locator("[name=email]").fill(ADMINISTRATOR)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.locator(".row[data-id]").or_(page.locator(".list .empty")).first.wait_for()
    yield page
    context.close()
    assert problems == []


def test_a_message_reaches_an_agent_who_answers_by_keyboard_and_both_are_counted(demo: Demo, console: Page) -> None:
    asked, answered = "onde está o pedido zebra-4471", "O zebra-4471 está a caminho!"
    console.locator("[data-tab=all]").click()
    console.locator(".row[data-id]").first.wait_for()

    demo.customer_writes("wamid.zebra", asked)
    expect(console.locator(".row[data-id] .preview", has_text=asked)).to_be_visible()  # nobody loaded anything again

    _open_by_keyboard(console, "zebra-4471")
    expect(console.locator(".log .in .text", has_text=asked)).to_be_visible()
    console.keyboard.press("r")
    console.keyboard.type(answered)
    console.keyboard.press("Enter")
    expect(_ticks(console, answered)).to_be_visible()
    expect(console.locator(".bubble-row", has_text=answered)).to_have_count(1)

    kinds = f"SELECT DISTINCT type FROM events WHERE payload LIKE '%{asked}%' OR payload LIKE '%{answered}%'"
    assert {"message.received", "message.requested"} <= {kind for (kind,) in demo.sql(kinds)}
    eventually(lambda: _reported(console, demo), "the report counts the answer", every_s=3)


def test_an_administrator_connects_a_channel_and_asks_whether_one_works(demo: Demo, console: Page) -> None:
    console.goto(f"http://127.0.0.1:{demo.port}/channels")
    console.get_by_role("button", name="Connect a channel").click()
    dialog = console.get_by_role("dialog")
    for label in ("Name of the inbox", "Phone number ID", "Access token", "App secret, one a line"):
        dialog.get_by_label(label, exact=True).fill("4471")
    dialog.get_by_role("button", name="Connect", exact=True).click()
    expect(dialog.get_by_text("/webhooks/whatsapp/con_")).to_be_visible()
    dialog.get_by_role("button", name="Done").click()
    expect(dialog).to_be_hidden()
    expect(console.get_by_role("heading", name="4471")).to_be_visible()

    sales = console.get_by_role("heading", name="Vendas (simulated)")
    sales.locator("xpath=following::button[normalize-space()='Check now'][1]").click()
    expect(console.get_by_text("The access token may use the number")).to_be_visible()


def _open_by_keyboard(page: Page, words: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(words)
    expect(page.locator(".row[data-id]")).to_have_count(1)
    page.keyboard.press("Enter")
    page.locator(".row.chosen").wait_for()
    page.keyboard.press("Escape")


def _ticks(page: Page, text: str) -> Locator:
    bubble = page.locator(".bubble-row", has_text=text)
    return bubble.locator("[aria-label=Delivered]").or_(bubble.locator("[aria-label=Read]"))


def _reported(page: Page, demo: Demo) -> Any:
    """Load the agents' report of today; return its line of AGENT, which holds the median of one answer."""
    page.goto(f"http://127.0.0.1:{demo.port}/agents?range=Today")
    page.get_by_role("heading", name="Agent performance").wait_for()
    page.wait_for_function("!document.querySelector('[data-testid=stSkeleton], [data-testid=stStatusWidget]')")
    return page.locator("[data-testid=stMetric]", has_text=AGENT).count()
