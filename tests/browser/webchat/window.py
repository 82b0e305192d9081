"""What a visitor does in the widget's window, and what is to be seen there."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page

from tests.browser.fake_house import DOT


def say(page: Page, text: str) -> None:
    """Write a message as the visitor, once the field is there; opens a chat that is closed."""
    launcher, field = page.locator(".launcher"), page.locator("textarea")
    if launcher.get_attribute("aria-expanded") == "false":  # a field not there yet would close a form just sent
        launcher.click()
    field.fill(text)
    field.press("Enter")


def bubble(page: Page, text: str, side: str = "row") -> Locator:
    """Return a message that is shown; `theirs` is the visitor's side, `ours` the agent's."""
    return page.locator(f".{side}", has_text=text)


def arrived(page: Page, text: str) -> Locator:
    """Return what shows that a message of the visitor is kept by the server."""
    return bubble(page, text, "theirs").locator(".tick .check, .tick .checks")


def a_picture(name: str) -> dict[str, Any]:
    """Return a file to choose."""
    return {"name": name, "mimeType": "image/png", "buffer": DOT}


def until(what: Callable[[], bool], patience_s: float = 20) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + patience_s
    while not what():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.1)
