"""Mail as it comes: odd, broken and ordinary, every one says what it says (channels.md §8)."""

from __future__ import annotations

import hashlib

import pytest

from ingest.channels.base import Delivery
from ingest.channels.email.charsets import decoded, header_text
from ingest.channels.email.mime import parameters
from ingest.channels.email.parse import parse, unpack
from ingest.channels.simulator.mailbox import a_mail
from ingest.domain import identity
from tests.unit.email.wire import (
    ANA,
    ARRIVED_US,
    INBOX,
    MAIL,
    SENT,
    TRUSTING,
    US,
    contact,
    only,
    raw,
    read,
    received,
    types,
)


def test_a_mail_is_a_message_of_its_sender_in_the_thread_of_its_headers() -> None:
    event = only(read(a_mail(f"Ana <{ANA.upper()}>", US, "Opening", "Is it open?\n")), "message.received")
    assert event.contact_id == contact(ANA)
    assert event.inbox_id == INBOX
    token = event.payload["content"]["thread"]
    assert event.conversation_id == identity.conversation_id("ws", INBOX, contact(ANA), token)
    assert event.payload["identities"] == [{"kind": "email", "address": ANA}]
    assert (event.payload["kind"], event.payload["text"], event.payload["name"]) == ("text", "Is it open?", "Ana")
    assert event.payload["content"]["subject"] == "Opening"
    assert event.payload["content"]["to"] == [US]
    assert event.payload["content"]["auto"] is False
    assert event.occurred_us == 1_750_000_000_000_000


def test_what_a_contact_calls_themself_is_said_once() -> None:
    mails = [a_mail(f"Ana <{ANA}>", US, subject, "x") for subject in "ab"]
    assert len({only(read(each), "contact.named").key for each in mails}) == 1


@pytest.mark.parametrize("header", ["From: Ana", "From:", "From: <>", "From: undisclosed", "X: y"])
def test_without_a_sender_a_mail_is_marked_and_kept(header: str) -> None:
    body = f"{header}\r\nSubject: x\r\n\r\nhello".encode()
    (event,) = read(body)
    assert event.type == "delivery.unreadable"
    assert "who sent it" in event.payload["reason"]


def test_a_nameless_from_is_made_good_by_what_stands_beside_it() -> None:
    assert received(raw("From: Ana", f"Return-Path: <{ANA}>"))["identities"][0]["address"] == ANA


@pytest.mark.parametrize(
    "written",
    [
        "",
        "soon",
        "Mon, 99 Foo 2024",
        "Mon, 1 Jan 1970 00:00:00 +0000",
        "Fri, 1 Jan 2100 00:00:00 +0000",
        "Mon, 1 Jan 99999 00:00:00 +0000",
    ],
)
def test_a_date_that_cannot_be_is_the_time_of_arrival(written: str) -> None:
    assert read(raw(f"Date: {written}"))[0].occurred_us == ARRIVED_US


def test_mail_without_an_id_gets_one_of_its_own_that_does_not_depend_on_its_way() -> None:
    ids = {received(raw("Received: a", body="x"))["external_id"], received(raw("Received: b", body="x"))["external_id"]}
    others = {received(raw(body=each))["external_id"] for each in ("xy", "xyz")}
    assert len(ids) == 1
    assert len(ids | others) == 3


def test_two_mails_with_one_id_are_two_events() -> None:
    one, other = (read(raw("Message-ID: <same@x>", body=body))[0] for body in ("one", "another"))
    assert one.key != other.key
    assert one.payload["message_ref"] == other.payload["message_ref"]


def test_our_own_mail_coming_back_is_an_echo_and_we_are_nobodys_customer() -> None:
    (event,) = read(raw(f"From: Support <{US}>", f"To: {ANA}"), SENT)
    assert (event.type, event.contact_id, event.actor_kind) == ("message.echoed", contact(ANA), "integration")


def test_an_id_of_ours_from_somebody_elses_domain_is_not_ours() -> None:
    forged = raw("Message-ID: <0123456789abcdef01234567.msg_1@example.com>", f"To: {US}")
    assert types(read(forged))[0] == "message.received"


@pytest.mark.parametrize(
    "written",
    [
        "ana@people.example <evil@evil.example>",
        '"ana@people.example" <evil@evil.example>',
        "<ana@people.example> <evil@evil.example>",
        '<evil@evil.example> "<ana@people.example>"',
        "=?utf-8?q?Ana_=3Cana=40people.example=3E=2C?= <evil@evil.example>",
        "ana@people.example evil@evil.example",
    ],
)
def test_who_wrote_is_in_the_last_brackets_whatever_the_name_looks_like(written: str) -> None:
    assert read(raw(f"From: {written}"))[0].contact_id == contact("evil@evil.example")


# --- charsets ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "reads"),
    [
        (b"=?UTF-8?Q?=D8?= =?UTF-8?Q?=A3?=", "أ"),
        (b"=?utf-8?B?2A==?=\r\n =?utf-8?B?ow==?=", "أ"),
        (b"=?utf-8?B?2A?= =?utf-8?B?ow?=", "أ"),
        (b"=?iso-8859-1?Q?caf=E9?= au lait", "café au lait"),
        (b"=?x-none?Q?caf=C3=A9?=", "café"),
        (b"=?gb2312?B?xOO6w6OggTCBMA==?=", "你好"),
        ("naïve".encode(), "naïve"),
        ("naïve".encode("latin-1"), "naïve"),
        (b"=?utf-8?Q?", "=?utf-8?Q?"),
        (b"a\x00b", "ab"),
    ],
)
def test_headers_are_read_whatever_they_are_written_in(written: bytes, reads: str) -> None:
    assert header_text(written).replace("\r\n", "").startswith(reads)


@pytest.mark.parametrize("charset", ["utf-8", "x-none", "", None, "idna", "base64", "undefined", "\x00", "a" * 999])
def test_utf8_is_found_behind_any_name(charset: str | None) -> None:
    assert decoded("أهلا".encode(), charset) == "أهلا"


def test_bytes_in_no_charset_at_all_are_still_text() -> None:
    assert "caf" in decoded(b"caf\xe9 \xff\xfe\x81", "utf-8")
    assert decoded("日本".encode("shift_jis"), "shift_jis") == "日本"
    assert decoded("日本".encode("iso-2022-jp"), "iso-2022-jp") == "日本"


def test_file_names_in_every_form() -> None:
    assert parameters(b'attachment; filename="a;b.txt"')["filename"] == "a;b.txt"
    assert parameters(b"attachment; filename*=utf-8''%E2%82%AC%20rates")["filename"] == "€ rates"
    assert parameters(b"attachment; filename*1=b.txt; filename*0=a")["filename"] == "ab.txt"
    assert parameters(b'attachment; filename="=?utf-8?B?w6Q=?=.txt"')["filename"] == "ä.txt"


# --- parts -------------------------------------------------------------------------------------------


def test_text_wins_over_html_and_files_are_counted_in_order() -> None:
    mail = a_mail(
        ANA,
        US,
        "s",
        "plain",
        html="<b>rich</b>",
        files=[("a.pdf", "application/pdf", b"one"), ("b.png", "image/png", b"two")],
    )
    payload = received(mail)
    assert payload["text"] == "plain"
    assert payload["content"]["html"].strip() == "<b>rich</b>"
    assert [(each["provider_id"], each["mime"], each["filename"]) for each in payload["media"]] == [
        ("part:0", "application/pdf", "a.pdf"),
        ("part:1", "image/png", "b.png"),
    ]
    assert payload["media"][1]["sha256"] == hashlib.sha256(b"two").hexdigest()
    assert payload["media"][1]["delivery_id"] == "evt_1"
    assert [unpack(mail, MAIL, file) for file in payload["media"]] == [b"one", b"two"]


@pytest.mark.parametrize("named", ["part:1", "part:-1", "part:", "x", None])
def test_a_file_that_a_mail_does_not_hold_is_nowhere(named: str | None) -> None:
    mail = a_mail(ANA, US, "s", "x", files=[("a.pdf", "application/pdf", b"%PDF")])
    with pytest.raises(IndexError):
        unpack(mail, MAIL, {"provider_id": named})


def test_html_alone_is_read_as_text() -> None:
    html = "<style>p{}</style><p>Hello&nbsp;there</p><ul><li>one<li>two</ul><blockquote>old</blockquote>"
    payload = received(raw("Content-Type: text/html; charset=utf-8", body=html))
    assert payload["text"].split() == ["Hello", "there", "-", "one", "-", "two"]
    assert payload["content"]["quoted"] == "> old"


def test_text_on_both_sides_of_a_picture_stays_in_order() -> None:
    parts = [
        "Content-Type: text/plain\r\n\r\nabove",
        "Content-Type: image/png\r\n\r\nx",
        "Content-Type: text/html\r\n\r\n<p>below</p>",
    ]
    body = "".join(f"--b\r\n{each}\r\n" for each in parts) + "--b--"
    payload = received(raw("Content-Type: multipart/mixed; boundary=b", body=body))
    assert payload["text"] == "above\nbelow"
    assert [each["filename"] for each in payload["media"]] == [None]


def test_a_multipart_that_is_never_closed_ends_with_the_mail() -> None:
    body = "--b\r\nContent-Type: text/plain\r\n\r\nall of it"
    assert received(raw("Content-Type: multipart/mixed; boundary=b", body=body))["text"] == "all of it"


def test_a_mail_inside_a_mail_is_a_file() -> None:
    inner = a_mail("bo@x.example", US, "inner", "deep")
    body = (
        b"--b\r\nContent-Type: text/plain\r\n\r\nsee below\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        + inner
        + b"\r\n--b--"
    )
    payload = received(raw("Content-Type: multipart/mixed; boundary=b", body=body))
    assert (payload["text"], payload["media"][0]["mime"]) == ("see below", "message/rfc822")


def test_a_file_of_a_provider_is_found_again() -> None:
    body = b'{"From":"a@b.example","TextBody":"x","Attachments":[{"Name":"a.txt","Content":"b25l","ContentType":"text/plain"}]}'
    (media,) = only(parse(Delivery("ws", "con_1", body, ARRIVED_US, "evt_1")), "message.received").payload["media"]
    assert media["sha256"] == hashlib.sha256(b"one").hexdigest()
    assert unpack(body, "application/json", media) == b"one"


# --- quotations --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quotation", "is_folded"),
    [
        ("On Mon, 1 Jan 2024 at 10:00, Support\n<support@example.com> wrote:\n> Shall we?\n> Or not?", True),
        ("Am 01.01.2024 um 10:00 schrieb Support:\n> Sollen wir?", True),
        ("Le lun. 1 janv. 2024 à 10:00, Support a écrit :\n> On y va ?", True),
        ("> bare quotation\n>> of a quotation", True),
        ("-----Original Message-----\nFrom: Support\nSent: Monday\nTo: Ana\nSubject: x\n\nShall we?", True),
        ("________________________________\nFrom: Support <s@x.example>\nSent: Monday\n\nShall we?", True),
        ("From: Support <s@x.example>\nDate: Monday\nSubject: x\n\nShall we?", True),
        ("> Shall we?\nNo.\n> Or tomorrow?\nYes.", False),
        ("---------- Forwarded message ---------\nFrom: Bo\nDate: Monday\n\nlook", False),
        ("On Monday Ana wrote:\nand I agree", False),
    ],
)
def test_only_what_is_quoted_at_the_end_is_folded_away(quotation: str, is_folded: bool) -> None:
    payload = received(raw("Content-Type: text/plain; charset=utf-8", body=f"Yes, gladly.\n\n{quotation}"))
    assert (payload["text"] == "Yes, gladly.") is is_folded
    assert (payload["content"]["quoted"] == quotation) is is_folded


def test_a_mail_that_only_quotes_stays_whole() -> None:
    assert received(raw(body="> only this"))["text"] == "> only this"


# --- machines ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "X-Autoreply: yes",
        "X-Auto-Response-Suppress: All",
        "Precedence: bulk",
        "List-Id: <l.x>",
        "List-Unsubscribe: <https://x.example/u>",
        "Content-Type: multipart/report; report-type=delivery-status",
        "Return-Path: <>",
        "From: MAILER-DAEMON@x.example",
        "From: no-reply@x.example",
    ],
)
def test_what_a_machine_wrote_is_marked_so_that_no_machine_answers(header: str) -> None:
    assert received(raw(header))["content"]["auto"] is True


@pytest.mark.parametrize("header", ["Auto-Submitted: no", "Precedence: normal", f"Return-Path: <{ANA}>"])
def test_what_a_person_wrote_is_not(header: str) -> None:
    assert received(raw(header))["content"]["auto"] is False


def test_mail_from_our_address_is_ours_where_it_is_proven_or_lay_among_what_we_sent() -> None:
    mail = raw(f"From: {US}", f"To: {ANA}")
    proven = raw("Authentication-Results: mx.example.com; dkim=pass header.d=example.com", f"From: {US}", f"To: {ANA}")
    assert types(read(mail, SENT)) == types(read(proven, TRUSTING)) == ["message.echoed"]
    assert types(read(mail, MAIL)) == types(read(mail, "message/rfc822")) == ["message.received"]


@pytest.mark.parametrize(
    "mail",
    [
        raw("Delivered-To: evil@evil.example", "From: evil@evil.example", f"To: {ANA}, {US}"),
        raw("Message-ID: <000000000000000000000000.m1@evil.example>", "From: evil@evil.example", f"To: {ANA}"),
        raw(f"From: {US}", f"To: {ANA}"),
        raw("Authentication-Results: mx.example.com; spf=pass", f"From: {US}", f"To: {ANA}"),
    ],
)
def test_nobody_writes_in_our_name_by_what_a_mail_says_of_itself(mail: bytes) -> None:
    (event,) = read(mail, TRUSTING)
    assert (event.type, event.contact_id) in {
        ("message.received", contact("evil@evil.example")), ("message.received", contact(US)),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "new"),
    [
        (
            "My order:\nFrom: Lisbon\nDate: 5 May\nTo: Porto\nPlease change it to Faro. Also refund me 200.",
            "My order:\nFrom: Lisbon\nDate: 5 May\nTo: Porto\nPlease change it to Faro. Also refund me 200.",
        ),
        ("Ok.\n\nDe: Ana <a@x.com>\nEnviado el: lunes\nPara: b@c.d\nAsunto: Hola\n\nviejo", "Ok."),
        ("Yes.\n\nOn Monday, Ana wrote:\n> Shall we?\n\n-- \nBob\nShop", "Yes."),
        ("Yes.\n\nOn Monday, Ana wrote:\n> Shall we?\n\nSent from my iPhone", "Yes."),
        ("نعم\n\nفي الاثنين، ٥ مايو ٢٠٢٦، كتب Ana <ana@x.com>:\n> سؤال", "نعم"),
        ("Yes\n> a\nmore\n-- \nBob", "Yes\n> a\nmore\n-- \nBob"),
    ],
)
def test_only_what_is_a_quotation_is_folded_away(text: str, new: str) -> None:
    said = received(raw("Content-Type: text/plain; charset=utf-8", body=text))
    assert said["text"] == new


def test_sendgrids_fields_are_in_the_charsets_that_it_names() -> None:
    fields = {
        b"from": b"Ana <ana@people.example>",
        b"charsets": b'{"text": "windows-1256", "from": "UTF-8"}',
        b"text": "مرحبا".encode("windows-1256"),
    }
    body = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="' + name + b'"\r\n\r\n' + value + b"\r\n"
        for name, value in fields.items()
    )
    assert received(body + b"--b--\r\n", "multipart/form-data; boundary=b")["text"] == "مرحبا"
