"""250 means durable; whatever else happens, the mail stays with who brought it."""

from __future__ import annotations

import asyncio
import smtplib
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.mailroom.smtp_listener import SmtpListener
from ingest.channels.simulator.mailbox import a_mail
from ingest.domain.delivery import body_of
from ingest.domain.errors import StoreUnavailable
from ingest.kit.clock import FixedClock
from ingest.store.database import Database
from ingest.store.group_commit import GroupCommit
from ingest.store.journal import Journal
from tests.integration.mailroom.room import ANA, US, FullDisk, a_connection, deliveries

OTHER = "sales@example.com"
MAIL = a_mail(ANA, US, "Opening", "Is it open?")


def bring(port: int, mail: bytes = MAIL, to: str | list[str] = US, sender: str = ANA) -> Any:
    """Bring a mail as a server does; returns the refused recipients, raises what smtplib raises."""
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
        return smtp.sendmail(sender, to, mail)


@pytest.fixture
async def listener(appender: GroupCommit, clock: FixedClock) -> AsyncIterator[SmtpListener]:
    connections = [a_connection(), a_connection("con_2", address=OTHER)]
    opened = SmtpListener(lambda: connections, appender, clock, port=0, size_limit=100_000)
    await opened.start()
    yield opened
    await opened.stop()


async def test_250_only_after_the_mail_is_durable(
    appender: GroupCommit, clock: FixedClock, database: Database, journal: Journal
) -> None:
    gate = threading.Event()

    class Slow:
        async def append(self, event: Any) -> bool:
            await asyncio.to_thread(gate.wait)
            return await appender.append(event)

    listener = SmtpListener(lambda: [a_connection()], Slow(), clock, port=0)
    await listener.start()
    bringing = asyncio.create_task(asyncio.to_thread(bring, listener.port))
    await asyncio.sleep(0.3)
    assert not bringing.done()
    assert deliveries(database, journal) == []
    gate.set()
    assert await bringing == {}
    (event,) = deliveries(database, journal)
    assert body_of(event) == f"Return-Path: <{ANA}>\r\nDelivered-To: {US}\r\n".encode() + MAIL
    await listener.stop()


async def test_the_same_mail_again_is_kept_once(listener: SmtpListener, database: Database, journal: Journal) -> None:
    for _ in range(3):
        await asyncio.to_thread(bring, listener.port)
    assert len(deliveries(database, journal)) == 1


async def test_a_store_that_refuses_is_a_temporary_answer(
    appender: GroupCommit, clock: FixedClock, database: Database, journal: Journal
) -> None:
    listener = SmtpListener(lambda: [a_connection()], FullDisk(appender, 1), clock, port=0)
    await listener.start()
    with pytest.raises(smtplib.SMTPDataError) as caught:
        await asyncio.to_thread(bring, listener.port)
    assert caught.value.smtp_code == 451
    assert deliveries(database, journal) == []
    await asyncio.to_thread(bring, listener.port)
    assert len(deliveries(database, journal)) == 1
    await listener.stop()


async def test_addresses_that_cannot_be_looked_up_are_a_temporary_answer(
    appender: GroupCommit, clock: FixedClock
) -> None:
    def refuse() -> Any:
        raise StoreUnavailable

    listener = SmtpListener(refuse, appender, clock, port=0)
    await listener.start()
    with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        await asyncio.to_thread(bring, listener.port)
    assert caught.value.recipients[US][0] == 451
    await listener.stop()


@pytest.mark.parametrize("to", ["nobody@example.com", "support@elsewhere.example", "support", "@example.com"])
async def test_mail_for_others_is_refused(
    listener: SmtpListener, to: str, database: Database, journal: Journal
) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        await asyncio.to_thread(bring, listener.port, MAIL, to)
    assert deliveries(database, journal) == []


async def test_plus_addresses_and_any_case_are_ours(
    listener: SmtpListener, database: Database, journal: Journal
) -> None:
    await asyncio.to_thread(bring, listener.port, MAIL, "Support+0123456789abcdef01234567@Example.com")
    (event,) = deliveries(database, journal)
    assert event.payload["connection_id"] == "con_1"


async def test_a_mail_to_two_of_ours_is_kept_for_both(
    listener: SmtpListener, database: Database, journal: Journal
) -> None:
    refused = await asyncio.to_thread(bring, listener.port, MAIL, [US, OTHER, "nobody@example.com"])
    assert list(refused) == ["nobody@example.com"]
    assert {each.payload["connection_id"] for each in deliveries(database, journal)} == {"con_1", "con_2"}


async def test_what_is_too_large_is_552(listener: SmtpListener, database: Database, journal: Journal) -> None:
    def without_size() -> int:
        with smtplib.SMTP("127.0.0.1", listener.port, timeout=10) as smtp:
            smtp.ehlo()
            smtp.mail(ANA)
            smtp.rcpt(US)
            assert smtp.docmd("DATA")[0] == 354
            smtp.send(MAIL + b"x\r\n" * 100_000 + b".\r\n")
            return smtp.getreply()[0]

    def with_size() -> int:
        with smtplib.SMTP("127.0.0.1", listener.port, timeout=10) as smtp:
            smtp.ehlo()
            return smtp.mail(ANA, ["SIZE=200000"])[0]

    assert await asyncio.to_thread(without_size) == 552
    assert await asyncio.to_thread(with_size) == 552
    assert deliveries(database, journal) == []


async def test_broken_bytes_are_taken_as_they_come(
    listener: SmtpListener, database: Database, journal: Journal
) -> None:
    mail = b"From: \xff\xfe\r\n\r\n\x00\x80\r\n.dot\r\n"
    await asyncio.to_thread(bring, listener.port, mail)
    (event,) = deliveries(database, journal)
    assert body_of(event).endswith(mail)


async def test_an_empty_return_path_says_that_nobody_may_be_answered(
    listener: SmtpListener, database: Database, journal: Journal
) -> None:
    await asyncio.to_thread(bring, listener.port, MAIL, US, "")
    (event,) = deliveries(database, journal)
    assert body_of(event).startswith(b"Return-Path: <>\r\n")
