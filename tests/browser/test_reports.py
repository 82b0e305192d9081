"""The reports in a real browser: they draw wide, on a phone and in the dark, and a bar opens its rows."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PAGES = ("conversations", "agents", "customers")
SCREENS = {"wide": (1440, "light"), "phone": (360, "light"), "dark": (1440, "dark")}
PATIENCE_MS = 60_000

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The report pages over the sample business, served on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    runner = Path(__file__).parent / "report_runner.py"
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(runner),
        "--server.address=127.0.0.1",
        f"--server.port={port}",
    ]
    server = subprocess.Popen([*command, *_options()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("page", PAGES)
def test_a_report_draws_and_nothing_runs_over_the_edge(page: str, screen: str, address: str, browser: Browser) -> None:
    width, scheme = SCREENS[screen]
    shown = _open(browser, f"{address}/{page}", width, scheme)
    assert shown.locator("[data-testid=stException]").count() == 0
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    _keep(shown, f"{page}-{screen}")
    shown.context.close()


def test_a_bar_opens_its_rows_and_a_row_leads_into_the_inbox(address: str, browser: Browser) -> None:
    shown = _open(browser, f"{address}/conversations", 1440, "light")
    shown.locator("[data-testid=stVegaLiteChart] path[aria-roledescription=bar]").nth(5).click()
    expect(shown.locator("[data-testid=stDataFrame]")).to_have_count(2, timeout=PATIENCE_MS)
    _keep(shown, "conversations-drilldown")
    shown.context.close()


def test_the_chosen_range_is_in_the_address(address: str, browser: Browser) -> None:
    shown = _open(browser, f"{address}/conversations?range=90+days", 1440, "light")
    assert shown.get_by_text("Aug 23").first.is_visible()
    shown.context.close()


def _options() -> list[str]:
    options = tomllib.loads((ROOT / "dashboards" / "streamlit.toml").read_text("utf-8"))
    return [
        f"--{section}.{name}={str(value).lower()}"
        for section in ("server", "browser", "client", "runner")
        for name, value in options[section].items()
        if isinstance(value, bool | str) and name != "showErrorDetails"
    ]


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    pytest.fail("the report pages did not start")


def _open(browser: Browser, url: str, width: int, scheme: Any) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(url)
    page.locator("[data-testid=stVegaLiteChart] svg, [data-testid=stVegaLiteChart] canvas").first.wait_for()
    page.locator("[data-testid=stDataFrame]").first.wait_for()
    page.wait_for_function("!document.querySelector('[data-testid=stStatusWidget]')")
    return page


def _keep(page: Page, name: str) -> None:
    """Keep a picture where `PROSA_SCREENSHOTS` says, for people to look at."""
    if folder := os.environ.get("PROSA_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"report-{name}.png", full_page=True)
