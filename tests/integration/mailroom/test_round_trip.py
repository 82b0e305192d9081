"""A mail comes in, is answered in its thread, and what becomes of the answer is known."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest
from sqlalchemy import insert, select

from app.mailroom.imap import MailboxReader
from app.outbox.gateways import Gateways
from app.outbox.media_fetcher import MediaFetcher
from app.outbox.sender import Outbox
from app.state.unit import Store
from app.webhooks.parsing import ParserConsumer
from ingest.channels.base import Connection
from ingest.channels.email.config import imap_of
from ingest.channels.email.parse import parse
from ingest.channels.simulator.mailbox import FakeImap, SmtpSink, a_bounce, a_mail, an_answer
from ingest.domain import identity
from ingest.domain.connection import row_of
from ingest.domain.event import Event
from ingest.kit.clock import FixedClock
from ingest.store.database import Database
from ingest.store.group_commit import GroupCommit
from ingest.store.journal import Journal
from ingest.store.live import attachment, conversation, message
from ingest.store.media import MediaStore
from ingest.store.own import connection as connection_table
from tests import builders
from tests.integration.mailroom.room import ANA, PASSWORD, US

INBOX = identity.inbox_id("ws", "email", "con_1")


class Office:
    """One mailbox, its server, the sink that takes our mail, and a house that reads and answers."""

    def __init__(self, store: Store, clock: FixedClock, appender: GroupCommit, sink: SmtpSink, folder: Path) -> None:
        settings = {"address": US, "imap_host": "127.0.0.1", "imap_security": "none", "smtp_host": "127.0.0.1"}
        more = {"smtp_port": sink.port, "smtp_security": "none", "smtp_user": US, "sender_name": "Support"}
        self.connection = Connection("con_1", "ws", "email", "Mail", "", "verify", ["s"], PASSWORD, settings | more)
        self.store, self.clock, self.sink = store, clock, sink
        self.server = FakeImap(US, PASSWORD)
        self._reader = MailboxReader(self.connection, appender, clock, folder)
        self._parser = ParserConsumer(store, {"email": parse})
        gateways, self.media = Gateways(httpx2.AsyncClient()), MediaStore(folder / "media")
        self._outbox = Outbox(store, gateways, self.media, dice=lambda: 0.0)
        self._fetcher = MediaFetcher(store, gateways, self.media)
        with store.database.write() as sql:
            sql.execute(insert(connection_table).values(**row_of(self.connection)))
        opened = {"name": "Mail", "external_id": "con_1", "connection_id": "con_1", "is_private": False, "address": US}
        self._emit("inbox.created", "inbox", opened)

    async def comes_in(self, mail: bytes) -> None:
        self.server.put(mail)
        server = imap_of(self.connection)
        assert server is not None
        await self._reader.read_once(self.server.open(server))
        self._parser.run_once(self.clock.us())
        while self.store.catch_up():
            pass

    async def files_are_kept(self) -> None:
        for _ in range(20):
            await self._fetcher.run_once()
        await self._fetcher.drain()

    async def answers(self, conversation_id: str, message_id: str, text: str, to: str = ANA) -> bytes:
        recipient = {"kind": "email", "address": to}
        contact = identity.contact_id("ws", "email", {"kind": "email", "address": ANA})
        asked = {"message_id": message_id, "kind": "text", "text": text, "media": [], "to": [recipient]}
        payload = asked | {"origin": "typed", "due_us": self.clock.us()}
        place = {"conversation_id": conversation_id, "contact_id": contact, "actor_kind": "agent"}
        self._emit("message.requested", message_id, payload, **place)
        return await self._goes_out()

    async def retries(self, conversation_id: str, message_id: str) -> bytes:
        place = {"conversation_id": conversation_id, "actor_kind": "agent"}
        self._emit("send.retried", "again", {"message_id": message_id, "due_us": self.clock.us()}, **place)
        return await self._goes_out()

    async def _goes_out(self) -> bytes:
        for _ in range(20):
            await self._outbox.run_once()
        await self._outbox.drain()
        return self.sink.taken[-1].content

    def rows(self, table: Any) -> list[dict[str, Any]]:
        with self.store.read() as sql:
            return [dict(each) for each in sql.execute(select(table)).mappings()]

    def _emit(self, type_: str, key: str, payload: dict[str, Any], **more: Any) -> None:
        event = Event(
            workspace_id="ws",
            type=type_,
            key=key,
            occurred_us=self.clock.us(),
            channel="email",
            inbox_id=INBOX,
            payload=payload,
            **more,
        )
        with self.store.unit() as unit:
            unit.emit(event)


@pytest.fixture
async def sink() -> AsyncIterator[SmtpSink]:
    server = SmtpSink(US, PASSWORD)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def office(
    database: Database, journal: Journal, clock: FixedClock, appender: GroupCommit, sink: SmtpSink, tmp_path: Path
) -> Office:
    return Office(Store(database, journal, clock), clock, appender, sink, tmp_path)


async def test_a_mail_is_answered_in_its_thread_and_the_answer_to_that_comes_home(office: Office) -> None:
    await office.comes_in(a_mail(f"Ana <{ANA}>", US, "Opening", "Is it open?", at_us=builders.T0))
    (row,) = office.rows(conversation)
    ours = await office.answers(row["conversation_id"], "msg_" + "1" * 32, "Until six.")
    assert office.sink.taken[-1].header("subject") == "Re: Opening"
    await office.comes_in(an_answer(ours, ANA, "Thanks!", with_references=False, at_us=builders.T0 + 10**6))
    (same,) = office.rows(conversation)
    assert same["conversation_id"] == row["conversation_id"]
    assert sorted(each["text"] for each in office.rows(message)) == ["Is it open?", "Thanks!", "Until six."]


async def test_another_subject_is_another_conversation(office: Office) -> None:
    await office.comes_in(a_mail(ANA, US, "Opening", "Is it open?"))
    await office.comes_in(a_mail(ANA, US, "Invoice", "Where is it?"))
    assert len(office.rows(conversation)) == 2


async def test_a_bounce_fails_the_message_it_is_about(office: Office) -> None:
    await office.comes_in(a_mail(ANA, US, "Opening", "Is it open?"))
    (row,) = office.rows(conversation)
    ours = await office.answers(row["conversation_id"], "msg_" + "1" * 32, "Until six.")
    await office.comes_in(a_bounce(ours, ANA))
    (failed,) = [each for each in office.rows(message) if each["direction"] == "outbound"]
    assert (failed["delivery_status"], failed["message_id"]) == ("failed", "msg_" + "1" * 32)


async def test_our_own_mail_in_the_sent_folder_is_the_message_we_have(office: Office) -> None:
    await office.comes_in(a_mail(ANA, US, "Opening", "Is it open?"))
    (row,) = office.rows(conversation)
    ours = await office.answers(row["conversation_id"], "msg_" + "1" * 32, "Until six.")
    await office.comes_in(ours)
    assert len(office.rows(message)) == 2
    assert len(office.rows(conversation)) == 1


async def test_the_content_of_a_message_keeps_what_an_answer_needs(office: Office) -> None:
    await office.comes_in(a_mail(ANA, US, "Opening", "Is it open?", message_id="a@people.example"))
    (row,) = office.rows(message)
    content = orjson.loads(row["content"])
    assert (content["subject"], content["message_id"], content["references"]) == ("Opening", "a@people.example", [])


async def test_the_files_of_a_mail_are_kept_out_of_its_delivery(office: Office) -> None:
    pdf = b"%PDF-1.7\n%%EOF\n"
    await office.comes_in(a_mail(ANA, US, "Opening", "See there.", files=[("a.pdf", "application/pdf", pdf)]))
    await office.files_are_kept()
    (file,) = office.rows(attachment)
    assert (file["filename"], file["mime"], file["size"]) == ("a.pdf", "application/pdf", len(pdf))
    assert office.media.path(file["sha256"]).read_bytes() == pdf


async def _bounced(office: Office) -> tuple[str, bytes]:
    """Let an answer of ours go out; returns its conversation and the mail, which the caller may let come back."""
    await office.comes_in(a_mail(ANA, US, "Opening", "Is it open?", at_us=builders.T0))
    (row,) = office.rows(conversation)
    office.clock.advance(10**6)
    return row["conversation_id"], await office.answers(row["conversation_id"], "msg_" + "1" * 32, "Until six.")


def _fate(office: Office, number: int) -> tuple[str, str | None]:
    (row,) = [each for each in office.rows(message) if each["message_id"] == f"msg_{number}"]
    return row["delivery_status"], row["error_code"]


async def test_nothing_more_is_sent_to_an_address_from_which_mail_came_back_until_they_write(office: Office) -> None:
    conversation_id, ours = await _bounced(office)
    await office.comes_in(a_bounce(ours, ANA))
    office.clock.advance(10**6)
    await office.answers(conversation_id, "msg_2", "Are you there?")
    assert _fate(office, 2) == ("failed", "address_bounced")
    assert len(office.sink.taken) == 1
    office.clock.advance(10**6)
    await office.comes_in(a_mail(ANA, US, "Re: Opening", "I am back.", at_us=office.clock.us()))
    office.clock.advance(10**6)
    await office.answers(conversation_id, "msg_3", "Until six.")
    assert _fate(office, 3)[0] == "accepted"


async def test_a_bounce_that_is_told_after_they_wrote_again_stops_nothing(office: Office) -> None:
    conversation_id, ours = await _bounced(office)
    office.clock.advance(10**6)
    await office.comes_in(a_mail(ANA, US, "Re: Opening", "And on Sunday?", at_us=office.clock.us()))
    await office.comes_in(a_bounce(ours, ANA))
    office.clock.advance(10**6)
    await office.answers(conversation_id, "msg_2", "On Sunday, too.")
    assert _fate(office, 2)[0] == "accepted"


@pytest.mark.parametrize("code", ["5.7.1", "5.2.2", "4.4.7"])
async def test_a_mail_that_came_back_for_what_it_says_stops_no_other(office: Office, code: str) -> None:
    conversation_id, ours = await _bounced(office)
    await office.comes_in(a_bounce(ours, ANA, code))
    office.clock.advance(10**6)
    await office.answers(conversation_id, "msg_2", "In other words.")
    assert _fate(office, 2)[0] == "accepted"


async def test_what_came_back_may_be_tried_again_and_another_address_is_free(office: Office) -> None:
    conversation_id, ours = await _bounced(office)
    await office.comes_in(a_bounce(ours, ANA))
    office.clock.advance(10**6)
    await office.retries(conversation_id, "msg_" + "1" * 32)
    assert len(office.sink.taken) == 2
    office.clock.advance(10**6)
    await office.answers(conversation_id, "msg_2", "Until six.", to="ana@work.example")
    assert _fate(office, 2)[0] == "accepted"
