"""The widget works on any page and for anybody: hostile styles, keyboard, screen reader, phone, right to left."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.browser.webchat.conftest import House
from tests.browser.webchat.window import a_picture, arrived, bubble, say, until


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
    page.locator("input[type=file]").set_input_files(a_picture("strict.png"))
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
    until(lambda: house.thread(conversation)[-1]["kind"] == "reply")
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
