"""The web chat in a real browser, on pages of another origin: nothing faked but the shop around it."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PATIENCE_MS, ROOT, free_port
from tests.integration.webchat.shop import AGENT

_numbers = itertools.count(1)


class House:
    """The house and the shop's pages, and an agent who answers by the inbox API."""

    def __init__(self, port: int, shop_port: int) -> None:
        self.shop = f"http://localhost:{shop_port}"
        self.url = f"http://127.0.0.1:{port}"
        token = httpx2.get(f"{self.shop}/token").json()["token"]
        headers = {"X-Prosa": "1", "Cookie": f"prosa_session={token}"}
        self.api = httpx2.Client(base_url=f"{self.url}/api", headers=headers, timeout=20)

    def conversation(self, words: str) -> dict[str, Any]:
        """Return the conversation whose newest message holds these words, once there is one."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for each in self.api.get("/conversations").json()["conversations"]:
                if words in (each["preview"]["text"] or ""):
                    return each
            time.sleep(0.1)
        raise AssertionError(f"nobody wrote {words!r}")

    def reply(self, conversation: dict[str, Any], **reply: Any) -> None:
        """Answer as the agent."""
        client_id = f"0192d3a0-0000-7000-8000-{next(_numbers):012d}"
        path = f"/conversations/{conversation['conversation_id']}/replies"
        self.api.post(path, json={"client_id": client_id, **reply}).raise_for_status()

    def thread(self, conversation: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the messages as the console shows them."""
        entries = self.api.get(f"/conversations/{conversation['conversation_id']}/thread").json()["entries"]
        return [each for each in entries if each["type"] == "message"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    port, shop_port = free_port(), free_port()
    folder = tmp_path_factory.mktemp("webchat")
    command = [sys.executable, "-m", "tests.integration.webchat.server", str(folder), str(port), str(shop_port)]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        for _ in range(300):
            try:
                opened = House(port, shop_port)
                break
            except httpx2.HTTPError:
                assert server.poll() is None, "the server ended"
                time.sleep(0.2)
        yield opened
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture
def visit(browser: Browser, house: House) -> Iterator[Callable[..., Page]]:
    """Open a page of the shop as somebody new; an error in the page fails the test."""
    contexts, problems = [], list[str]()

    def open_page(path: str = "/", *, width: int = 1280, height: int = 800, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="en-US", **options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(house.shop + path)
        return page

    yield open_page
    for each in contexts:
        each.close()
    assert problems == []


def say(page: Page, text: str) -> None:
    field = page.locator("textarea")
    if not field.is_visible():
        page.locator(".launcher").click()
    field.fill(text)
    field.press("Enter")


def bubble(page: Page, text: str, side: str = "row") -> Locator:
    return page.locator(f".{side}", has_text=text)


def arrived(page: Page, text: str) -> Locator:
    """Return what shows that a message of the visitor is kept by the server."""
    return bubble(page, text, "theirs").locator(".tick .check, .tick .checks")


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
    _until(lambda: house.thread(conversation)[-1]["delivery_status"] == "read")
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
    _until(lambda: len(house.thread(conversation)) == 5)
    said = [each["text"] for each in house.thread(conversation) if each["direction"] == "inbound"]
    assert said == ["lynx zero", "lynx one", "lynx two", "lynx three"]


def test_what_waits_is_sent_by_the_next_page(visit: Callable[..., Page], house: House) -> None:
    page = visit()
    say(page, "okapi one")
    expect(arrived(page, "okapi one")).to_be_attached()
    page.route("**/messages", lambda route: route.abort())
    say(page, "okapi two")
    page.locator("input[type=file]").set_input_files(_a_picture("okapi.png"))
    expect(page.locator(".waiting")).to_have_count(2)
    page.unroute("**/messages")
    page.reload()
    conversation = house.conversation("okapi")
    _until(lambda: len(house.thread(conversation)) == 3)
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


def test_markup_in_a_message_is_text_and_only_web_addresses_are_links(visit: Callable[..., Page], house: House) -> None:
    attack = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script> javascript:alert(1) https://ok.example/a?b=(c).'
    page = visit()
    say(page, attack)
    expect(arrived(page, "onerror")).to_be_attached()
    house.reply(house.conversation("onerror"), kind="text", text=attack)
    said = bubble(page, "onerror", "ours")
    expect(said.locator(".bubble")).to_have_text(attack)
    assert page.locator(".log img, .log script").count() == 0
    assert said.locator("a").evaluate_all("links => links.map(link => link.href)") == ["https://ok.example/a?b=(c)"]
    assert page.evaluate("window.pwned") is None


def test_on_a_hostile_page_it_is_there_in_its_own_style_and_works(visit: Callable[..., Page], house: House) -> None:
    page = visit("/?csp&hostile")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
    box = page.locator(".launcher").bounding_box()
    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (60, 60)
    say(page, "hello from a hostile page")
    expect(arrived(page, "hostile page")).to_be_attached()
    panel = page.locator(".panel").bounding_box()
    assert panel is not None
    assert panel["width"] > 380
    expect(page.locator(".bubble").first).to_have_css("font-size", "15px")
    page.locator("input[type=file]").set_input_files(_a_picture("strict.png"))
    expect(page.locator(".picture img")).to_be_visible()
    assert complaints == []


def test_with_the_keyboard_alone(visit: Callable[..., Page], house: House) -> None:
    page = visit()
    page.locator(".launcher").wait_for()
    page.locator("input").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("textarea")).to_be_focused()
    page.keyboard.type("first line")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("gnu by keyboard")
    page.keyboard.press("Enter")
    expect(page.locator("textarea")).to_have_value("")
    expect(arrived(page, "gnu by keyboard")).to_be_attached()
    conversation = house.conversation("gnu by keyboard")
    buttons = [{"id": "home", "title": "At home"}, {"id": "shop", "title": "In the shop"}]
    house.reply(conversation, kind="buttons", text="Where?", buttons=buttons)
    choice = page.get_by_role("button", name="In the shop")
    choice.wait_for()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if choice.evaluate("node => node.getRootNode().activeElement === node"):
            break
    page.keyboard.press("Enter")
    expect(bubble(page, "In the shop", "theirs")).to_be_visible()
    expect(choice.first).to_be_disabled()
    _until(lambda: house.thread(conversation)[-1]["kind"] == "reply")
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    expect(page.locator(".launcher")).to_be_focused()


def test_a_screen_reader_is_told_what_is_said_and_finds_names_for_everything(visit: Callable[..., Page]) -> None:
    page = visit()
    say(page, "a message to be heard")
    expect(page.get_by_role("dialog", name="Loja Aurora")).to_be_visible()
    log = page.get_by_role("log", name="Conversation")
    assert log.get_attribute("aria-live") == "polite"
    expect(log.get_by_role("group", name="You")).to_have_count(1)
    log.evaluate("node => node.querySelector('.row').wasHeard = true")
    expect(arrived(page, "to be heard")).to_be_attached()
    page.wait_for_timeout(500)
    assert log.evaluate("node => node.querySelector('.row').wasHeard"), "it would be read aloud again"
    nameless = page.locator("button").evaluate_all(
        "all => all.filter(each => !each.textContent.trim() && !each.ariaLabel).length"
    )
    assert nameless == 0


def test_a_phone_of_360_px_shows_all_of_it(visit: Callable[..., Page]) -> None:
    page = visit(width=360, height=640, has_touch=True, is_mobile=True)
    page.locator(".launcher").tap()
    page.locator("textarea").fill("averyveryveryverylongwordthatnobodycanbreak" * 3)
    page.locator("textarea").press("Enter")
    panel = page.locator(".panel").bounding_box()
    assert panel == {"x": 0, "y": 0, "width": 360, "height": 640}
    assert page.locator(".panel").evaluate("node => node.scrollWidth") == 360
    assert page.locator(".log").evaluate("node => node.scrollWidth <= node.clientWidth")
    small = page.locator(".panel button:visible").evaluate_all(
        "all => all.filter(each => each.getBoundingClientRect().height < 40).length"
    )
    assert small == 0


def test_arabic_is_written_from_right_to_left(visit: Callable[..., Page]) -> None:
    page = visit("/?lang=ar")
    say(page, "مرحبا")
    expect(page.locator(".root")).to_have_attribute("dir", "rtl")
    expect(page.locator("textarea")).to_have_attribute("placeholder", "اكتب رسالة")
    expect(arrived(page, "مرحبا")).to_be_attached()
    mine, log = page.locator(".theirs .bubble").bounding_box(), page.locator(".log").bounding_box()
    assert mine is not None
    assert log is not None
    assert mine["x"] - log["x"] < 40


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


def test_pictures_and_voice_arrive_and_what_may_run_is_refused(visit: Callable[..., Page], house: House) -> None:
    page = visit()
    say(page, "tapir with files")
    expect(arrived(page, "tapir with files")).to_be_attached()
    conversation = house.conversation("tapir with files")
    page.locator("input[type=file]").set_input_files(_a_picture("tapir.png"))
    expect(page.locator(".picture img")).to_be_visible()
    page.get_by_role("button", name="Record a voice message").click()
    expect(page.locator(".elapsed")).to_have_text("0:01")
    page.locator(".speaking .go").click()
    expect(page.locator("audio")).to_have_count(1)
    _until(lambda: [each["kind"] for each in house.thread(conversation)] == ["text", "image", "audio"])
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


def test_a_site_that_may_not_embed_it_shows_nothing(visit: Callable[..., Page]) -> None:
    page = visit("/?connection=con_elsewhere")
    page.wait_for_timeout(800)
    expect(page.locator("prosa-chat")).to_have_count(0)


def test_the_demo_shop_has_the_chat_in_portuguese_and_arabic(browser: Browser, house: House) -> None:
    for language, words in (("pt", "Abrir o chat"), ("ar", "افتح المحادثة")):
        page = browser.new_page()
        page.goto(f"{house.url}/shop?lang={language}")
        expect(page.get_by_role("button", name=words)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.close()


def _a_picture(name: str) -> dict[str, Any]:
    from tests.browser.fake_house import DOT

    return {"name": name, "mimeType": "image/png", "buffer": DOT}


def _until(what: Callable[[], bool], patience_s: float = 20) -> None:
    deadline = time.monotonic() + patience_s
    while not what():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.1)
