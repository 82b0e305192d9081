"""What an agent sees and does in the inbox, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

Visit = Callable[..., Page]
Fake = Callable[..., Any]


def ready(page: Page) -> Page:
    """Wait until the list shows conversations."""
    page.locator(".row[data-id]").first.wait_for()
    return page


def opened(visit: Visit, conversation_id: str, **options: Any) -> Page:
    """Open the console at one conversation with its thread shown."""
    page = ready(visit(f"?c={conversation_id}", **options))
    page.locator(".bubble .text").first.wait_for()
    return page


def write(page: Page, text: str) -> None:
    """Type into the composer and press Enter."""
    page.locator(".composer textarea").fill(text)
    page.locator(".composer textarea").press("Enter")


def test_an_inbound_message_appears_in_list_and_thread(visit: Visit, fake: Fake) -> None:
    page = opened(visit, "c-0000")
    fake("inbound", conversation_id="c-0000", text="Is anybody there?")
    expect(page.locator(".log .text").last).to_have_text("Is anybody there?")
    expect(page.locator(".row[data-id=c-0000] .preview")).to_have_text("Is anybody there?")


def test_an_unread_conversation_counts_in_the_title(visit: Visit, fake: Fake) -> None:
    page = opened(visit, "c-0000")
    fake("inbound", conversation_id="c-0004", text="Hello?")
    expect(page.locator(".row[data-id=c-0004] .badge")).to_be_visible()
    page.wait_for_function("/^\\(\\d+\\+?\\) /.test(document.title)")


def test_a_reply_appears_once_and_its_ticks_advance(visit: Visit) -> None:
    page = opened(visit, "c-0004")
    write(page, "It is on its way.")
    mine = page.locator(".bubble-row", has_text="It is on its way.")
    expect(mine.locator("[aria-label=Delivered]")).to_be_visible()
    expect(mine).to_have_count(1)
    expect(page.locator(".composer textarea")).to_have_value("")


def test_a_sign_on_a_message_is_put_and_taken_back(visit: Visit, fake: Fake) -> None:
    page = opened(visit, "c-0004")
    theirs = page.locator(".bubble-row.in").last
    for name, is_there in (("Put", 1), ("Take back", 0)):
        theirs.hover()
        theirs.get_by_role("button", name="React").click()
        pressed = page.locator(".emoji button[aria-pressed=true]")
        expect(pressed, name).to_have_count(1 - is_there)
        page.locator(".emoji button").first.click()
        expect(theirs.locator(".reactions span")).to_have_count(is_there)


def test_a_failed_send_keeps_the_text_over_a_reload_and_can_be_sent_again(visit: Visit, fake: Fake) -> None:
    page = opened(visit, "c-0006")
    fake("fail", times=1)
    write(page, "Never lose me")
    expect(page.locator(".trouble", has_text="Send again")).to_be_visible()
    page.reload()
    bubble = page.locator(".bubble-row", has_text="Never lose me")
    bubble.get_by_text("Send again").click()
    expect(bubble.locator("[aria-label=Delivered]")).to_be_visible()
    expect(bubble).to_have_count(1)


def test_a_draft_is_kept_for_each_conversation(visit: Visit) -> None:
    page = opened(visit, "c-0000")
    page.locator(".composer textarea").fill("half a thought")
    page.locator(".row[data-id=c-0004]").click()
    expect(page.locator(".composer textarea")).to_have_value("")
    expect(page.locator(".row[data-id=c-0000] .preview")).to_contain_text("half a thought")
    page.reload()
    page.locator(".row[data-id=c-0000]").click()
    expect(page.locator(".composer textarea")).to_have_value("half a thought")
    page.locator(".composer textarea").fill("")


def test_nothing_is_missed_while_the_line_is_down(visit: Visit, fake: Fake) -> None:
    page = opened(visit, "c-0000")
    fake("hang_up")
    expect(page.locator(".line")).to_be_visible()
    fake("inbound", conversation_id="c-0000", text="said in the gap")
    expect(page.locator(".log .text", has_text="said in the gap")).to_have_count(1)
    expect(page.locator(".line")).to_be_hidden()


def test_a_gap_too_long_to_replay_is_fetched_again(visit: Visit, fake: Fake) -> None:
    page = opened(visit, "c-0000")
    fake("hang_up")
    fake("inbound", conversation_id="c-0000", text="before the server forgot")
    fake("forget")
    expect(page.locator(".log .text", has_text="before the server forgot")).to_have_count(1)


def test_a_conflict_says_what_changed_and_loads_it_again(visit: Visit, fake: Fake) -> None:
    page = opened(visit, "c-0001")
    page.route("**/api/stream*", lambda route: route.abort())
    page.route("**/claim", lambda route: route.continue_(post_data='{"version": 0}'))
    page.get_by_role("button", name="Take it").click()
    expect(page.locator(".toast")).to_contain_text("Omar Haddad assigned it")


def test_keys_move_write_and_resolve_without_a_rerun(visit: Visit) -> None:
    page = opened(visit, "c-0000")
    first = page.locator(".row.chosen").get_attribute("data-id")
    page.keyboard.press("j")
    expect(page.locator(f".row.chosen:not([data-id={first}])")).to_have_count(1)
    page.keyboard.press("k")
    expect(page.locator(f".row.chosen[data-id={first}]")).to_have_count(1)
    page.keyboard.press("r")
    expect(page.locator(".composer textarea")).to_be_focused()
    expect(page.locator(".composer textarea")).to_have_value("")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator(".composer.noting")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator(".find .search-field")).to_be_focused()


def test_resolving_moves_on_to_the_next(visit: Visit) -> None:
    page = opened(visit, "c-0008")
    page.keyboard.press("e")
    expect(page.locator(".row[data-id=c-0008]")).to_have_count(0)
    expect(page.locator(".row.chosen")).to_have_count(1)


def test_taking_an_unassigned_conversation_makes_it_mine(visit: Visit) -> None:
    page = opened(visit, "c-0003")
    page.keyboard.press("a")
    expect(page.locator(".holder")).to_contain_text("You")


def test_a_closed_window_offers_templates_only(visit: Visit) -> None:
    page = opened(visit, "c-0005")
    expect(page.locator(".composer textarea")).to_be_hidden()
    page.get_by_role("button", name="Choose a template").click()
    page.locator(".template").first.click()
    for field in page.locator("dialog input").all():
        field.fill("x")
    page.locator("dialog button[type=submit]").click()
    expect(page.locator(".log .text").last).to_contain_text("x")


def test_what_stands_above_a_template_is_asked_for_as_what_it_is(visit: Visit) -> None:
    page = opened(visit, "c-0005")
    sent: list[Any] = []
    page.on(
        "request",
        lambda r: sent.append(r.post_data_json) if r.method == "POST" and r.url.endswith("/replies") else None,
    )
    page.get_by_role("button", name="Choose a template").click()
    expect(page.locator(".template", has_text="paused_one")).to_have_count(0)
    expect(page.locator(".template", has_text="many_wares")).to_be_disabled()
    page.locator(".template", has_text="visit_us").click()
    for name, value in {"latitude": "-23.55", "longitude": "-46.63", "button_0": "SAVE10"}.items():
        page.locator(f"dialog input[name={name}]").fill(value)
    page.locator("dialog button[type=submit]").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.get_by_role("button", name="Choose a template").click()
    page.locator(".template", has_text="your_bill").click()
    bill = {"name": "bill.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    page.locator("dialog input[type=file]").set_input_files(files=[bill])
    page.locator("dialog button[type=submit]").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    place = {"latitude": "-23.55", "longitude": "-46.63"}
    assert sent[0]["template"]["parameters"] == {"header": place, "button_0": "SAVE10"}
    assert len(sent[1]["upload_ids"]) == 1


def test_the_window_says_when_it_closes_and_why(visit: Visit) -> None:
    page = opened(visit, "c-0004")
    page.locator(".countdown").click()
    expect(page.locator(".menu .explained")).to_contain_text("opens this time anew")


def test_a_notice_that_presses_stays_until_it_is_put_away(visit: Visit) -> None:
    page = ready(visit("/"))
    expect(page.locator(".news")).to_contain_text("paused for low quality")
    page.locator(".news").get_by_role("button", name="Put away").click()
    expect(page.locator(".news")).to_be_hidden()
    page.reload()
    ready(page)
    expect(page.locator(".news")).to_be_hidden()


def test_a_slash_offers_quick_replies(visit: Visit) -> None:
    page = opened(visit, "c-0004")
    page.locator(".composer textarea").press_sequentially("/hou")
    expect(page.locator(".quick-row")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".composer textarea")).to_have_value("We are open Monday to Saturday, 9:00 to 18:00.")
    page.locator(".composer textarea").fill("")


def test_a_file_is_uploaded_and_sent(visit: Visit, tmp_path: Path) -> None:
    page = opened(visit, "c-0004")
    (tmp_path / "list.pdf").write_bytes(b"%PDF-1.4 " + b"x" * 5000)
    page.locator(".composer input[type=file]").set_input_files(tmp_path / "list.pdf")
    page.locator(".send").click()
    expect(page.locator(".log a.file", has_text="list.pdf")).to_have_count(1)


def test_a_note_is_marked_as_for_the_team(visit: Visit) -> None:
    page = opened(visit, "c-0004")
    page.keyboard.press("n")
    write(page, "She is a regular")
    expect(page.locator(".bubble.note", has_text="She is a regular")).to_have_count(1)
    page.locator(".mode").first.click()


def test_markup_in_a_message_stays_text(visit: Visit, fake: Fake) -> None:
    page = opened(visit, "c-0000")
    fake(
        "inbound",
        conversation_id="c-0000",
        text="<img src=x onerror='window.owned=1'> javascript:alert(1) https://ok.example/a",
    )
    expect(page.locator(".log .text").last).to_contain_text("<img src=x")
    assert page.evaluate("window.owned") is None
    links = page.locator(".log .text").last.locator("a")
    expect(links).to_have_count(1)
    expect(links).to_have_attribute("rel", "noopener noreferrer")


def test_a_kind_nobody_knows_is_shown_with_its_details(visit: Visit, fake: Fake) -> None:
    page = opened(visit, "c-0000")
    fake("show", conversation_id="c-0000", direction="inbound", entry={"kind": "hologram", "content": {"depth": 3}})
    page.locator(".raw summary").last.click()
    expect(page.locator(".raw pre").last).to_contain_text('"depth": 3')


def test_an_unknown_outcome_is_explained_and_can_be_given_up(visit: Visit, fake: Fake) -> None:
    page = opened(visit, "c-0000")
    fake("show", conversation_id="c-0000", direction="outbound", text="maybe", entry={"delivery_status": "unresolved"})
    page.locator(".trouble.amber").get_by_text("Give up").click()
    expect(page.locator(".bubble-row", has_text="maybe").locator("[aria-label='Given up']")).to_be_visible()


def test_the_customer_pane_follows_the_choice(visit: Visit) -> None:
    page = opened(visit, "c-0000")
    pane = page.locator(".st-key-customer_pane")
    expect(pane).to_contain_text("Mariana Oliveira")
    page.locator(".row[data-id=c-0004]").click()
    expect(pane).to_contain_text("Beatriz Santos")
    page.locator("[aria-label='Customer details']").click()
    expect(pane).to_be_hidden()


def test_a_phone_shows_one_pane_at_a_time(visit: Visit) -> None:
    page = ready(visit("/", width=360, height=740, has_touch=True, is_mobile=True))
    expect(page.locator(".thread")).to_be_hidden()
    page.locator(".row[data-id]").first.click()
    expect(page.locator(".composer")).to_be_visible()
    expect(page.locator(".list")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("menuitem", name="Snooze")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("[aria-label='Back to the list']").click()
    expect(page.locator(".list")).to_be_visible()


def test_arabic_runs_from_the_right(visit: Visit, fake: Fake) -> None:
    fake("me", language="ar")
    try:
        page = ready(visit("/"))
        rows, thread = page.locator(".list").bounding_box(), page.locator(".thread").bounding_box()
        assert rows is not None
        assert thread is not None
        assert rows["x"] > thread["x"]
        expect(page.locator("[data-tab=all]")).to_contain_text("الكل")
    finally:
        fake("me", language="en")


def test_an_analyst_has_no_inbox(visit: Visit, fake: Fake) -> None:
    fake("me", role="analyst")
    try:
        page = visit("/account")
        expect(page.get_by_role("heading", name="My account")).to_be_visible()
        expect(page.get_by_text("Inbox", exact=True)).to_have_count(0)
    finally:
        fake("me", role="administrator")


def test_scrolling_brings_the_rest_of_the_list(visit: Visit) -> None:
    page = ready(visit("/"))
    page.locator("[data-tab=all]").click()
    page.locator(".row[data-id=c-0001]").wait_for()
    page.locator(".list .scroll").evaluate("node => node.scrollTo(0, node.scrollHeight)")
    expect(page.locator(".row[data-id]").nth(45)).to_be_attached()


def test_one_customer_at_two_doors_is_one_thread_and_is_answered_through_either(visit: Visit, fake: Fake) -> None:
    other = fake("door", conversation_id="c-0008", channel="instagram")["conversation_id"]
    page = opened(visit, "c-0008")
    fake("inbound", conversation_id=other, text="And here I am again")
    news = page.locator(".bubble-row", has_text="And here I am again")
    expect(news.locator(".by")).to_have_text("Our instagram")
    page.locator(".composer textarea").fill("I see you there, too")
    page.locator(".via").click()
    page.get_by_role("menuitem", name="Our instagram").click()
    expect(page.locator(".head .under")).to_contain_text("Our instagram")
    expect(page.locator(".composer textarea")).to_have_value("I see you there, too")
    page.locator(".composer textarea").press("Enter")
    mine = page.locator(".bubble-row", has_text="I see you there, too")
    expect(mine.locator("[aria-label=Delivered]")).to_be_visible()
    expect(mine.locator(".by")).to_have_text("Our instagram")
    expect(mine).to_have_count(1)
