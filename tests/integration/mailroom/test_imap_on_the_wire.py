"""The reader with the real client over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.mailroom.imap import MailboxReader
from ingest.channels.email.gateway import EmailGateway
from ingest.channels.simulator.mailbox import FakeImap, a_mail
from ingest.domain.delivery import body_of
from ingest.kit.clock import FixedClock
from ingest.store.database import Database
from ingest.store.group_commit import GroupCommit
from ingest.store.journal import Journal
from tests.integration.mailroom.imap_server import ImapServer
from tests.integration.mailroom.room import ANA, PASSWORD, US, a_connection, deliveries
from tests.integration.mailroom.test_imap import until


@pytest.fixture
async def server() -> AsyncIterator[ImapServer]:
    opened = ImapServer(FakeImap(US, PASSWORD))
    await opened.start()
    yield opened
    await opened.stop()


async def test_mail_is_read_news_is_heard_and_the_session_ends_with_a_word(
    server: ImapServer, appender: GroupCommit, clock: FixedClock, database: Database, journal: Journal, tmp_path: Path
) -> None:
    stop = asyncio.Event()
    connection = a_connection(imap_port=server.port, imap_since="2020-01-31")
    first, second = (a_mail(ANA, US, f"mail {n}", "größer\n.\n") for n in range(2))
    server.mailbox.put(first)
    task = asyncio.create_task(MailboxReader(connection, appender, clock, tmp_path).run(stop))
    await until(lambda: len(deliveries(database, journal)) == 1)
    await until(lambda: "IDLE" in server.said)
    server.mailbox.put(second)
    await until(lambda: len(deliveries(database, journal)) == 2)
    stop.set()
    await asyncio.wait_for(task, 10)
    assert [body_of(each) for each in deliveries(database, journal)] == [first, second]
    assert "UID SEARCH UID 1:* SINCE 31-Jan-2020" in server.said
    assert server.said[-1] == "LOGOUT"


async def test_a_check_signs_in_and_says_what_it_found(server: ImapServer) -> None:
    async def finding(connection: Any) -> Any:
        return next(each for each in await EmailGateway(connection).check() if each.what == "imap")

    assert (await finding(a_connection(imap_port=server.port))).is_ok
    server.mailbox.password = "other"
    refused = await finding(a_connection(imap_port=server.port))
    assert (refused.is_ok, PASSWORD in refused.said) == (False, False)
    server.mailbox.password = PASSWORD
    assert not (await finding(a_connection(imap_port=server.port, imap_security="tls"))).is_ok
    assert not (await finding(a_connection(imap_port=1))).is_ok
