"""Messages of every channel as an agent reads them: albums, mail, stories, calls, groups, what was deleted or is not ours."""

from __future__ import annotations

import base64
from typing import Any

from playwright.sync_api import expect

from tests.browser.fake_house import DOT
from tests.browser.test_inbox import Fake, Visit, opened

PICTURE = f"data:image/png;base64,{base64.b64encode(DOT).decode()}"
MAIL = {"inbox_id": "i-mail", "name": "Mail", "channel": "email"}


def show(fake: Fake, conversation_id: str, text: str | None = None, direction: str = "inbound", **entry: Any) -> None:
    fake("show", conversation_id=conversation_id, direction=direction, text=text, entry=entry)


def a_picture(**more: Any) -> dict[str, Any]:
    file = {"index": 0, "filename": "a.png", "mime": "image/png", "size": 70, "state": "stored", "is_voice": False}
    return {"kind": "image", "media": [file | {"url": "/api/media/none/0"}], **more}


def test_pictures_of_one_album_are_one_bubble(visit: Visit, fake: Fake) -> None:
    page = opened(visit, "c-0012")
    for number in range(3):
        show(fake, "c-0012", "See?" if number == 2 else None, **a_picture(album="a1"))
    album = page.locator(".bubble-row", has=page.locator(".grid"))
    expect(album).to_have_count(1)
    expect(album.locator(".picture")).to_have_count(3)
    expect(album).to_contain_text("See?")
    page.reload()
    expect(album.locator(".picture")).to_have_count(3)


def test_a_thread_that_another_app_holds_is_taken_over_before_it_is_answered(visit: Visit, fake: Fake) -> None:
    page = opened(visit, "c-0013")
    fake("hold", conversation_id="c-0013")
    expect(page.locator(".banner")).to_contain_text("Another app of your business holds this conversation.")
    expect(page.locator(".composer textarea")).to_be_hidden()
    page.locator(".composer").get_by_role("button", name="Take it over").click()
    expect(page.locator(".banner")).to_be_hidden()
    expect(page.locator(".composer textarea")).to_be_visible()
    expect(page.locator(".activity").last).to_contain_text("took the conversation back from another app")


def test_a_mail_shows_its_subject_and_folds_what_it_quotes(visit: Visit, fake: Fake) -> None:
    page = opened(visit, "c-0014")
    html = "<p>As <b>agreed</b></p><img src=x onerror='top.owned=1'><script>top.owned=1</script>"
    content = {"subject": "Invoice 4471", "cc": ["boss@example.test"], "quoted": "On Monday you wrote", "html": html}
    show(fake, "c-0014", "As agreed", inbox=MAIL, content=content, is_auto=True)
    mail = page.locator(".bubble-row", has_text="Invoice 4471")
    expect(mail).to_contain_text("boss@example.test")
    expect(mail).to_contain_text("Automatic reply")
    expect(mail.get_by_text("On Monday you wrote")).to_be_hidden()
    mail.get_by_text("Quoted text").click()
    expect(mail.get_by_text("On Monday you wrote")).to_be_visible()
    mail.get_by_text("Show as the sender laid it out").click()
    expect(mail.frame_locator("iframe").locator("b")).to_have_text("agreed")
    assert page.evaluate("window.owned") is None


def test_a_deleted_message_says_so_and_no_more(visit: Visit, fake: Fake) -> None:
    page = opened(visit, "c-0024")
    show(fake, "c-0024", None, kind="revoked", is_revoked=True)
    expect(page.locator(".bubble.revoked")).to_contain_text("The sender deleted this message")
    expect(page.locator(".row[data-id=c-0024] .preview")).to_have_text("Deleted by the sender")


def test_a_call_is_a_line_of_the_thread(visit: Visit, fake: Fake) -> None:
    page = opened(visit, "c-0016")
    for payload in ({"direction": "inbound", "events": {"terminate": 1}}, {"direction": "outbound", "duration_s": 65}):
        fake("line", conversation_id="c-0016", activity="call.reported", payload=payload)
    expect(page.locator(".activity").nth(-2)).to_contain_text("Missed call from the customer")
    expect(page.locator(".activity").last).to_contain_text("We called: 1:05")


def test_whoever_writes_in_a_group_is_named(visit: Visit, fake: Fake) -> None:
    page = opened(visit, "c-0018")
    show(fake, "c-0018", "Me too", author={"kind": "contact", "name": "Joana", "is_participant": True})
    expect(page.locator(".bubble-row.in").last.locator(".author")).to_have_text("Joana")


def test_a_story_is_shown_from_its_link_or_said_to_be_gone(visit: Visit, fake: Fake) -> None:
    page = opened(visit, "c-0019")
    show(fake, "c-0019", "Love it", content={"story": {"id": "1", "url": PICTURE.replace("data:", "/nowhere/")}})
    answer = page.locator(".bubble-row", has_text="Answer to your story")
    expect(answer).to_contain_text("The story is not there any more")
    gone = "https://lookaside.fbsbx.com/x"
    show(fake, "c-0019", gone, content={"attachments": [{"type": "story_mention", "payload": {"url": gone}}]})
    mention = page.locator(".bubble-row", has_text="Mentioned you in a story")
    expect(mention.locator(".text")).to_have_count(0)


def test_an_encrypted_chat_is_said_to_be_one(visit: Visit, fake: Fake) -> None:
    page = opened(visit, "c-0020")
    show(fake, "c-0020", None, kind="unsupported", content={"encrypted": True})
    expect(page.locator(".bubble-row.in").last).to_contain_text("An encrypted message")
    expect(page.locator(".bubble-row.in").last.locator("pre")).to_have_count(0)


def test_only_what_is_tried_again_says_so(visit: Visit, fake: Fake) -> None:
    page = opened(visit, "c-0021")
    error = {"code": "130429", "detail": "x", "advice": "Telegram had a fault; it is tried again by itself."}
    show(fake, "c-0021", "given up", "outbound", delivery_status="failed", error=error)
    show(fake, "c-0021", "still trying", "outbound", delivery_status="queued", error=error)
    given_up, trying = (page.locator(".bubble-row", has_text=each) for each in ("given up", "still trying"))
    expect(given_up.locator(".trouble")).not_to_contain_text("tried again")
    expect(given_up.get_by_role("button", name="Retry")).to_be_visible()
    expect(trying.locator(".trouble")).to_contain_text("it is tried again by itself")
