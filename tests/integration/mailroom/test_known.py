"""Where headers say too little, what the house knows decides: which thread is answered, whether a complaint is one."""

from __future__ import annotations

from app.context import Context
from app.mailroom import known
from app.webhooks.parsing import ParserConsumer
from app.webhooks.providers import PARSERS
from ingest.channels.simulator.mailbox import a_mail
from ingest.domain import identity
from ingest.domain.delivery import delivery_of
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US
from tests.integration.mailroom.room import ANA, US, a_connection

T0 = 1_750_000_000_000_000
OURS = "0123456789abcdef01234567.msg_1@example.com"
INBOX = identity.inbox_id("ws", "email", "con_1")


def contact(address: str) -> str:
    return identity.contact_id("ws", "email", {"kind": "email", "address": address})


def take(context: Context, *mails: bytes) -> None:
    """Let mails come in and be read."""
    with context.store.unit() as unit:
        unit.emit(
            *(delivery_of(a_connection(), each, f'message/rfc822; mailbox="{US}"', T0 + 90 * DAY_US) for each in mails)
        )
    parser = ParserConsumer(context.store, PARSERS, settle={"email": known.settled})
    while parser.run_once(T0):
        pass


def threads(context: Context) -> dict[str, str]:
    """Return the conversation of each mail, by its text."""
    with context.store.read() as sql:
        return {row[0].strip(): row[1] for row in sql.exec_driver_sql("SELECT text, conversation_id FROM message")}


def test_an_answer_that_names_no_mail_goes_to_the_thread_of_its_subject_within_a_month(context: Context) -> None:
    mails = [
        a_mail(ANA, US, "Invoice 7", "first", at_us=T0),
        a_mail(ANA, US, "Re: Invoice 7", "soon", at_us=T0 + DAY_US),
        a_mail(ANA, US, "Invoice 7", "again", at_us=T0 + 2 * DAY_US),
        a_mail("bob@people.example", US, "Re: Invoice 7", "another", at_us=T0 + DAY_US),
        a_mail(ANA, US, "Re: Invoice 7", "late", at_us=T0 + 60 * DAY_US),
    ]
    take(context, *mails)
    found = threads(context)
    assert found["first"] == found["soon"]
    assert len({found[each] for each in ("first", "again", "another", "late")}) == 4


def test_another_mail_under_a_known_id_is_shown_and_a_copy_is_not(context: Context) -> None:
    once = "same@people.example"
    first = a_mail(ANA, US, "Invoice 7", "first", message_id=once)
    forged = a_mail("eve@people.example", US, "Invoice 7", "forged", message_id=once)
    reused = a_mail(ANA, US, "Opening", "reused", message_id=once, at_us=T0 + DAY_US)
    copied = a_mail(ANA, US, "Re: Invoice 7", "first, with the footer of a list", message_id=once)
    take(context, first, forged, reused)
    take(context, forged, copied, reused, first)
    assert set(threads(context)) == {"first", "forged", "reused"}
    assert len(set(threads(context).values())) >= 2


def test_who_writes_our_id_first_does_not_keep_the_real_mail_out(context: Context) -> None:
    once = "guessed@people.example"
    take(context, a_mail("eve@people.example", US, "Opening", "forged", message_id=once))
    take(context, a_mail(ANA, US, "Opening", "real", message_id=once))
    assert threads(context).keys() == {"forged", "real"}
    assert threads(context)["forged"] != threads(context)["real"]


def a_complaint(message_id: str, about: str) -> bytes:
    parts = [
        ("message/feedback-report", f"Feedback-Type: abuse\r\nOriginal-Rcpt-To: {about}"),
        ("message/rfc822", f"Message-ID: <{message_id}>\r\nTo: {about}\r\n\r\nx"),
    ]
    inner = "".join(f"--b\r\nContent-Type: {mime}\r\n\r\n{text}\r\n" for mime, text in parts)
    head = "From: r@isp.example\r\nMessage-ID: <r{about}@isp.example>\r\nContent-Type: multipart/report; boundary=b\r\n\r\n"
    return (head.replace("{about}", about) + inner + "--b--\r\n").encode()


def test_a_complaint_withdraws_only_for_whom_the_mail_went_to(context: Context) -> None:
    payload = {
        "message_id": "msg_1", "message_ref": identity.message_ref("ws", INBOX, OURS), "external_id": OURS,
        "kind": "text", "text": "offer", "media": [], "source": "other_app",
    }  # fmt: skip
    sent = Event(
        workspace_id="ws", type="message.echoed", key="sent", occurred_us=T0, channel="email", inbox_id=INBOX,
        contact_id=contact(ANA), conversation_id=identity.conversation_id("ws", INBOX, contact(ANA)), payload=payload,
    )  # fmt: skip
    with context.store.unit() as unit:
        unit.emit(sent)
    take(context, a_complaint(OURS, "bob@people.example"), a_complaint(OURS, ANA))
    with context.store.read() as sql:
        rows = sql.exec_driver_sql("SELECT contact_id, value FROM consent").all()
    assert [tuple(row) for row in rows] == [(contact(ANA), "withdrawn")]
