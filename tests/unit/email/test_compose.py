"""What we send is a clean mail: nothing from outside adds a header, and every answer finds its thread."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.channels.base import OutgoingFile, Sending
from ingest.channels.email.compose import external_id_of, mail_of, one_line, recipient_of
from ingest.channels.email.config import sender_of
from ingest.channels.email.threads import NEW, token_of
from ingest.channels.email.unsubscribing import address_of, is_marked
from ingest.domain.errors import BadInput, Misconfigured
from tests.unit.email.wire import ANA, US, a_connection

THREAD = {"subject": "Opening", "message_id": "c@x", "references": ["a@x", "b@x"], "in_reply_to": ["b@x"]}
EXPECTED_HEADERS = {
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
}


def a_sending(
    *, thread: dict[str, Any] | None = None, to: str = ANA, file: OutgoingFile | None = None, **requested: Any
) -> Sending:
    given = {"kind": "text", "text": "hello", "origin": "typed"} | requested
    return Sending(
        "msg_1", given, {"kind": "email", "address": to}, None, file, None, 1_750_000_000_000_000, thread or {}
    )


def composed(sending: Sending, *contents: bytes, **given: Any) -> Any:
    return email.message_from_bytes(
        mail_of(sending, sender_of(a_connection(**given)), *contents), policy=email.policy.default
    )


def test_an_answer_keeps_the_thread() -> None:
    mail = composed(a_sending(thread=THREAD))
    assert mail["Subject"] == "Re: Opening"
    assert mail["In-Reply-To"] == "<c@x>"
    assert mail["References"].split() == ["<a@x>", "<b@x>", "<c@x>"]
    assert mail["Message-ID"] == f"<{token_of('c@x', ['b@x'], ['a@x', 'b@x'])}.msg_1@example.com>"
    assert (
        mail["From"] == f"Support <{US}>".replace("Support", '"Support"') or mail["From"].addresses[0].addr_spec == US
    )
    assert mail["Date"].datetime.timestamp() == 1_750_000_000
    assert mail["Auto-Submitted"] is None
    assert mail["List-Unsubscribe"] is None
    assert mail.get_content().strip() == "hello"


def test_what_is_answered_by_name_stands_in_the_header() -> None:
    sending = a_sending(thread=THREAD)
    named = Sending(sending.message_id, sending.requested, sending.recipient, "b@x", thread=THREAD)
    mail = composed(named)
    assert mail["In-Reply-To"] == "<b@x>"
    assert mail["References"].split() == ["<a@x>", "<b@x>", "<c@x>"]


def test_what_we_begin_has_a_subject_and_no_thread() -> None:
    mail = composed(a_sending())
    assert mail["Subject"] == "Message from Support"
    assert mail["In-Reply-To"] is None
    assert mail["Message-ID"].startswith(f"<{NEW}.")
    assert composed(a_sending(content={"subject": "Offer"}))["Subject"] == "Offer"


def test_the_same_message_has_the_same_id_at_every_try() -> None:
    sender = sender_of(a_connection())
    assert external_id_of(a_sending(), sender) == external_id_of(a_sending(), sender) == f"{NEW}.msg_1@example.com"


def test_many_references_keep_the_oldest_and_the_newest() -> None:
    thread = THREAD | {"references": [f"{n}@x" for n in range(50)]}
    found = composed(a_sending(thread=thread))["References"].split()
    assert (len(found), found[0], found[-1]) == (20, "<0@x>", "<c@x>")


def test_a_campaign_can_be_left_with_one_click() -> None:
    mail = composed(a_sending(origin="campaign"), unsubscribe_url="https://x.example/u?a={recipient}&m={message_id}")
    assert mail["List-Unsubscribe"] == "<https://x.example/u?a=ana%40people.example&m=msg_1>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("bulk", [{"origin": "campaign"}, {"origin": "typed", "template": {"category": "marketing"}}])
def test_what_goes_to_many_carries_our_own_way_out_and_the_signature_covers_it(bulk: dict[str, Any]) -> None:
    mail = composed(a_sending(**bulk), public_url="https://chat.example", dkim_key=a_key(), dkim_selector="s1")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    _, _, path = mail["List-Unsubscribe"].strip("<>").partition("https://chat.example/unsubscribe/con_1/")
    message_id, _, mark = path.partition("/")
    assert message_id == "msg_1"
    assert is_marked(a_connection(), "msg_1", mark)
    assert not is_marked(a_connection(), "msg_2", mark)
    covered = mail["DKIM-Signature"].replace(" ", "").replace("\t", "").lower()
    assert "list-unsubscribe:list-unsubscribe-post" in covered
    assert "ana" not in mail["List-Unsubscribe"]


def test_an_address_outlives_its_secret_for_as_long_as_the_old_one_is_held() -> None:
    old = a_connection()
    mark = address_of("https://chat.example", old, "msg_1").rpartition("/")[2]
    assert is_marked(replace(old, secrets=["new", *old.secrets]), "msg_1", mark)
    assert not is_marked(replace(old, secrets=["new"]), "msg_1", mark)
    assert not is_marked(replace(old, verify_token="another"), "msg_1", mark)


@pytest.mark.parametrize("given", [{}, {"public_url": "https://chat.example"}])
def test_what_goes_to_one_carries_no_way_out(given: dict[str, str]) -> None:
    assert composed(a_sending(origin="typed" if given else "campaign"), **given)["List-Unsubscribe"] is None


@pytest.mark.parametrize(("origin", "marked"), [("bot", "auto-replied"), ("typed", None), ("canned", None)])
def test_only_what_no_person_sent_is_marked_automatic(origin: str, marked: str | None) -> None:
    assert composed(a_sending(origin=origin))["Auto-Submitted"] == marked


def test_plus_addresses_carry_the_token() -> None:
    mail = composed(a_sending(thread=THREAD), plus_addressing="yes")
    assert mail["Reply-To"].addresses[0].addr_spec == f"support+{token_of('c@x', [], ['a@x'])}@example.com"


@pytest.mark.parametrize("provider", ["postmark", "sendgrid", "mailgun"])
def test_providers_are_given_our_id_to_give_back(provider: str) -> None:
    raw = mail_of(a_sending(), sender_of(a_connection(provider=provider)))
    assert raw.partition(b"\r\n\r\n")[0].count(b"msg_1") == 2


def test_a_file_travels_under_its_name() -> None:
    file = OutgoingFile("0" * 64, "application/pdf", "größe\r\nBcc: x.pdf", lambda: b"%PDF")
    mail = composed(a_sending(kind="document", text="see file", file=file), b"%PDF")
    (attached,) = mail.iter_attachments()
    assert attached.get_content() == b"%PDF"
    assert attached.get_filename() == "größe Bcc: x.pdf"
    assert mail["Bcc"] is None


def test_several_files_travel_in_one_mail_in_their_order() -> None:
    first, *more = (OutgoingFile("0" * 64, "image/png", f"{n}.png", lambda: b"") for n in range(3))
    sending = replace(a_sending(kind="image", text="see files", file=first), more_files=more)
    mail = composed(sending, b"a", b"b", b"c")
    assert [(each.get_filename(), each.get_content()) for each in mail.iter_attachments()] == [
        ("0.png", b"a"),
        ("1.png", b"b"),
        ("2.png", b"c"),
    ]
    assert mail.get_body().get_content().strip() == "see files"


@pytest.mark.parametrize("mime", ["nonsense", "message/rfc822", "multipart/mixed", "text/html\r\nX: y", ""])
def test_a_file_of_no_proper_type_is_bytes(mime: str) -> None:
    file = OutgoingFile("0" * 64, mime, "a.bin", lambda: b"x")
    (attached,) = composed(a_sending(kind="document", file=file), b"x").iter_attachments()
    assert attached.get_content_type() in ("application/octet-stream", "text/html")


BAD = st.text(max_size=80) | st.sampled_from(
    [
        "a\r\nBcc: eve@x.example",
        "a\nX-Evil: 1",
        "a\r\n\r\nbody",
        "\x00",
        "a\u2028Bcc: b",
        "=?utf-8?q?=0D=0ABcc:x?=",
        '"',
        "\\",
        "<eve@x.example>",
    ]
)


@settings(max_examples=300)
@given(BAD, BAD, BAD, BAD, BAD)
@example("\r\nBcc: x@y.example", "\r\nBcc: x@y.example", "\r\nBcc: x@y.example", "a\r\nBcc: x", "a>\r\nBcc: <x")
def test_nothing_from_outside_adds_a_header(
    subject: str, name: str, filename: str, message_id: str, reference: str
) -> None:
    file = OutgoingFile("0" * 64, "text/plain", filename, lambda: b"x")
    thread = {"subject": subject, "message_id": message_id, "references": [reference, subject], "in_reply_to": name}
    for requested in ({"content": {"subject": subject}}, {}):
        raw = mail_of(
            a_sending(thread=thread, file=file, kind="document", **requested),
            sender_of(a_connection(sender_name=name)),
            b"x",
        )
        head = raw.partition(b"\r\n\r\n")[0]
        assert b"\x00" not in head
        assert all(len(line) <= 998 for line in head.split(b"\r\n"))
        assert b"\n" not in head.replace(b"\r\n", b"")
        mail = email.message_from_bytes(raw)
        assert {each.lower() for each in mail} <= EXPECTED_HEADERS
        assert len(mail.keys()) == len(set(mail.keys()))
        assert [part.get_content_type() for part in mail.walk()][1:] == ["text/plain", "text/plain"]


@pytest.mark.parametrize(
    "address",
    [
        "ana@x.example\r\nRCPT TO:<eve@x.example>",
        "ana@x.example, eve@x.example",
        "ana",
        "",
        "<ana@x.example>",
        "Ana <ana@x.example>",
        "ана@x.example",
    ],
)
def test_only_one_plain_address_is_written_to(address: str) -> None:
    with pytest.raises(BadInput):
        recipient_of(a_sending(to=address))


def test_a_phone_is_no_mailbox() -> None:
    with pytest.raises(BadInput):
        recipient_of(Sending("msg_1", {}, {"kind": "phone", "address": "123"}))


def test_a_domain_in_any_script_is_written_for_servers() -> None:
    assert recipient_of(a_sending(to="ana@bücher.example")) == "ana@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "requested", [{"kind": "template"}, {"kind": "reaction"}, {"text": ""}, {"text": "x" * 100_001}]
)
def test_what_has_no_form_as_a_mail_is_refused(requested: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        composed(a_sending(**requested))


def test_a_mail_that_no_server_takes_is_not_offered() -> None:
    file = OutgoingFile("0" * 64, "application/pdf", "a.pdf", lambda: b"")
    with pytest.raises(BadInput):
        composed(a_sending(kind="document", file=file), b"x" * (20 * 1024 * 1024))


@pytest.mark.parametrize(
    "text", ["ascii", "ünïcödé", "أهلا وسهلا " * 50, "x" * 5000, ".\r\n.\n..", "From here\n", "a\x00b"]
)
def test_any_text_arrives_as_it_was_written(text: str) -> None:
    raw = mail_of(a_sending(text=text), sender_of(a_connection()))
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    got = email.message_from_bytes(raw, policy=email.policy.default).get_content()
    assert got.replace("\r\n", "\n").rstrip("\n") == text.replace("\x00", "").replace("\r\n", "\n").rstrip("\n")


def a_key() -> str:
    """Return a fresh RSA key as PEM, made by OpenSSL."""
    import shutil
    import subprocess

    if not shutil.which("openssl"):
        pytest.skip("openssl makes the key for this test")
    return subprocess.run(
        ["openssl", "genrsa", "-traditional", "1024"], capture_output=True, text=True, check=True
    ).stdout


def test_a_mail_is_signed_over_what_matters_and_stays_as_it_was() -> None:
    import subprocess

    import dkim

    key = a_key()
    given = {"dkim_key": key, "dkim_selector": "s1"}
    raw = mail_of(a_sending(thread=THREAD), sender_of(a_connection(**given)))
    assert raw.startswith(b"DKIM-Signature: ")
    public = subprocess.run(["openssl", "rsa", "-pubout"], input=key, capture_output=True, text=True, check=True).stdout
    record = "v=DKIM1; k=rsa; p=" + "".join(public.splitlines()[1:-1])
    assert dkim.verify(raw, dnsfunc=lambda name, timeout=5: record.encode())
    assert not dkim.verify(raw.replace(b"Re: Opening", b"Re: Closing"), dnsfunc=lambda name, timeout=5: record.encode())
    assert raw.endswith(mail_of(a_sending(thread=THREAD), sender_of(a_connection())))


def test_a_key_that_is_none_is_the_administrators_matter_and_stays_secret() -> None:
    with pytest.raises(Misconfigured) as caught:
        composed(a_sending(), dkim_key="-----secret-----", dkim_selector="s1")
    assert "secret" not in f"{caught.value} {caught.value.facts}"


@pytest.mark.parametrize("value", ["a\r\nb", "a\tb", "a\u2028b", "a\x85b", "  a  b "])
def test_a_line_is_one_line(value: str) -> None:
    assert one_line(value) == "a b"
