"""What is sent arrives once, and what a server says decides whether it is tried again."""

from __future__ import annotations

import io
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from ingest.channels.base import OutgoingFile, Sending
from ingest.channels.email.capabilities import CAPABILITIES
from ingest.channels.email.channel import CHANNEL, open_gateway
from ingest.channels.email.gateway import EmailGateway
from ingest.channels.simulator.mailbox import FakeImap, SmtpSink
from ingest.domain.errors import BadInput, ChannelError, Misconfigured, OutcomeUnknown, Rejected, Throttled
from tests.unit.email.wire import ANA, US, a_connection

PASSWORD = "correct-horse"


@pytest.fixture
async def sink() -> AsyncIterator[SmtpSink]:
    """Return a server that knows us."""
    server = SmtpSink(US, PASSWORD)
    await server.start()
    yield server
    await server.stop()


def a_gateway(sink: SmtpSink, **given: Any) -> EmailGateway:
    settings = {"smtp_host": "127.0.0.1", "smtp_port": sink.port, "smtp_security": "none", "smtp_user": US} | given
    return EmailGateway(a_connection(**settings))


def a_sending(text: str = "hello", **more: Any) -> Sending:
    requested = {"kind": "text", "text": text, "origin": "typed"} | more.pop("requested", {})
    return Sending("msg_1", requested, {"kind": "email", "address": ANA}, now_us=1_750_000_000_000_000, **more)


async def test_a_message_arrives_as_a_mail_under_the_id_we_keep(sink: SmtpSink) -> None:
    accepted = await a_gateway(sink).send(a_sending("line one\n.\n..two"))
    (taken,) = sink.taken
    assert taken.header("message-id") == f"<{accepted.external_id}>"
    assert (taken.sender, taken.recipients) == (US, (ANA,))
    assert b"\r\n.\r\n..two" in taken.content


@pytest.mark.parametrize("kind", sorted(CAPABILITIES.kinds))
async def test_every_kind_that_is_declared_can_be_sent(sink: SmtpSink, kind: str) -> None:
    mime = {
        "text": None,
        "image": "image/png",
        "audio": "audio/ogg",
        "video": "video/mp4",
        "document": "application/pdf",
    }[kind]
    file = OutgoingFile("0" * 64, mime, "a file", lambda: b"content") if mime else None
    await a_gateway(sink).send(a_sending(requested={"kind": kind}, file=file))
    assert (mime is None) or mime.encode() in sink.taken[0].content


async def test_an_answer_goes_into_its_thread(sink: SmtpSink) -> None:
    await a_gateway(sink).send(a_sending(thread={"subject": "Opening", "message_id": "c@x", "references": ["a@x"]}))
    (taken,) = sink.taken
    assert taken.header("subject") == "Re: Opening"
    assert taken.header("in-reply-to") == "<c@x>"


@pytest.mark.parametrize(
    ("step", "answer", "family", "code"),
    [
        ("mail", "451 4.3.0 later", Throttled, "4.3.0"),
        ("mail", "553 5.7.1 not your address", Misconfigured, "sender"),
        ("rcpt", "450 4.2.1 busy", Throttled, "4.2.1"),
        ("rcpt", "421 4.7.0 slow down", Throttled, "4.7.0"),
        ("rcpt", "550 5.1.1 no such user", Rejected, "5.1.1"),
        ("rcpt", "550 no such user", Rejected, "550"),
        ("data", "452 4.3.1 full", Throttled, "4.3.1"),
        ("data", "554 5.7.1 spam", Rejected, "5.7.1"),
        ("data", "552 5.3.4 too large", Rejected, "5.3.4"),
        ("data", "550 5.7.26 unauthenticated", Misconfigured, "5.7.26"),
        ("auth", "535 5.7.8 wrong password", Misconfigured, "535"),
        ("auth", "454 4.7.0 not now", Throttled, "4.7.0"),
    ],
)
async def test_what_the_server_says_decides(sink: SmtpSink, step: str, answer: str, family: type, code: str) -> None:
    sink.refuse[step] = answer
    with pytest.raises(ChannelError) as caught:
        await a_gateway(sink).send(a_sending())
    assert type(caught.value) is family
    assert caught.value.facts["code"] == code
    assert sink.taken == []
    assert PASSWORD not in f"{caught.value} {caught.value.facts} {caught.value.__cause__!r}"


async def test_when_the_line_breaks_after_the_mail_nobody_can_say(sink: SmtpSink) -> None:
    sink.drops_after_data = True
    with pytest.raises(OutcomeUnknown):
        await a_gateway(sink).send(a_sending())
    assert len(sink.taken) == 1


async def test_a_server_that_is_not_there_is_tried_again(sink: SmtpSink) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Throttled) as caught:
        await a_gateway(sink, smtp_port=port).send(a_sending())
    assert caught.value.facts["retry"] == "later"


async def test_without_tls_where_it_is_asked_for_nothing_is_sent(sink: SmtpSink) -> None:
    for security in ("starttls", "tls"):
        with pytest.raises(ChannelError):
            await a_gateway(sink, smtp_security=security).send(a_sending())
    assert sink.taken == []


@pytest.mark.parametrize(
    "settings",
    [
        {"smtp_host": ""},
        {"smtp_port": "no"},
        {"smtp_security": "maybe"},
        {"address": ""},
        {"smtp_host": "mail.example"},
    ],
)
async def test_settings_that_cannot_work_are_the_administrators_matter(
    sink: SmtpSink, settings: dict[str, str]
) -> None:
    with pytest.raises(Misconfigured):
        await a_gateway(sink, **settings).send(a_sending())


async def test_a_message_without_a_form_is_refused_before_anybody_is_called(sink: SmtpSink) -> None:
    with pytest.raises(BadInput):
        await a_gateway(sink).send(a_sending(requested={"kind": "reaction"}))


async def test_reading_and_typing_are_nothing_to_mail(sink: SmtpSink) -> None:
    gateway = a_gateway(sink)
    await gateway.mark_read("x", None)
    await gateway.show_typing("x", None)


async def test_there_is_nowhere_to_fetch_the_files_of_a_mail() -> None:
    with pytest.raises(Rejected):
        await EmailGateway(a_connection()).fetch({"provider_id": "part:0"}, io.BytesIO(), is_fresh=True)


async def test_a_check_says_in_sentences_what_works_and_what_does_not(sink: SmtpSink) -> None:
    mailbox = FakeImap(US, PASSWORD)
    settings = {
        "smtp_host": "127.0.0.1",
        "smtp_port": sink.port,
        "smtp_security": "none",
        "smtp_user": US,
        "imap_host": "127.0.0.1",
        "imap_security": "none",
    }
    well = await EmailGateway(a_connection(**settings), open_imap=mailbox.open).check()
    assert [(each.what, each.is_ok) for each in well] == [("smtp", True), ("imap", True), ("address", True)]
    mailbox.password, sink.refuse["auth"] = "other", "535 5.7.8 no"
    ill = await EmailGateway(a_connection(**settings | {"dkim_key": "k"}), open_imap=mailbox.open).check()
    assert [(each.what, each.is_ok) for each in ill] == [("smtp", False), ("imap", False), ("dkim", False)]
    assert all(each.said.endswith(".") and PASSWORD not in each.said for each in well + ill)
    nowhere = await EmailGateway(a_connection(address="")).check()
    assert [(each.what, each.is_ok) for each in nowhere] == [("smtp", False), ("address", False)]


def test_the_channel_opens_a_gateway() -> None:
    assert CHANNEL.open is open_gateway
    nothing: Any = None
    assert isinstance(open_gateway(a_connection(), "con_1", nothing, nothing), EmailGateway)
