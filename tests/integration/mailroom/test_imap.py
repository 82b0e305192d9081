"""Every mail of a mailbox is kept once, whatever breaks in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.mailroom.imap import MailboxReader
from app.mailroom.places import Place, Places
from app.mailroom.service import Mailroom
from app.mailroom.smtp_listener import SmtpListener
from ingest.channels.email.imap import Mailbox
from ingest.channels.email.parse import parse
from ingest.channels.simulator.mailbox import FakeImap, RefusedError, a_mail
from ingest.domain.delivery import body_of
from ingest.kit.clock import FixedClock
from ingest.store.database import Database
from ingest.store.group_commit import GroupCommit
from ingest.store.journal import Journal
from tests.integration.mailroom.room import ANA, PASSWORD, US, FullDisk, a_connection, deliveries


@pytest.fixture
def server() -> FakeImap:
    return FakeImap(US, PASSWORD)


def mails(count: int, first: int = 0) -> list[bytes]:
    return [a_mail(ANA, US, f"mail {number}", f"text {number}") for number in range(first, first + count)]


def opened(server: FakeImap) -> Mailbox:
    return server.open(_server())


def _server() -> Any:
    from ingest.channels.email.config import imap_of

    return imap_of(a_connection())


class Crash(Exception):
    """The process ends here."""


async def until(holds: Callable[[], bool], within_s: float = 10.0) -> None:
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110  # what is waited for is in a database
            await asyncio.sleep(0.02)


async def test_every_mail_is_a_delivery_as_it_came(
    server: FakeImap, appender: GroupCommit, clock: FixedClock, database: Database, journal: Journal, tmp_path: Path
) -> None:
    written = mails(3)
    for each in written:
        server.put(each)
    reader = MailboxReader(a_connection(), appender, clock, tmp_path)
    assert await reader.read_once(opened(server)) == 3
    found = deliveries(database, journal)
    assert [body_of(each) for each in found] == written
    assert found[0].payload["content_type"] == f'message/rfc822; mailbox="{US}"; history="yes"'
    assert (found[0].channel, found[0].payload["connection_id"], found[0].workspace_id) == ("email", "con_1", "ws")


async def test_what_was_read_is_not_read_again_and_a_restart_goes_on_behind_it(
    server: FakeImap, appender: GroupCommit, clock: FixedClock, tmp_path: Path
) -> None:
    for each in mails(3):
        server.put(each)
    assert await MailboxReader(a_connection(), appender, clock, tmp_path).read_once(opened(server)) == 3
    server.put(mails(1, first=3)[0])
    assert await MailboxReader(a_connection(), appender, clock, tmp_path).read_once(opened(server)) == 1
    assert await MailboxReader(a_connection(), appender, clock, tmp_path).read_once(opened(server)) == 0
    assert server.fetches == [1, 2, 3, 4]


async def test_a_crash_between_keeping_and_remembering_reads_again_and_keeps_once(
    server: FakeImap,
    appender: GroupCommit,
    clock: FixedClock,
    database: Database,
    journal: Journal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for each in mails(3):
        server.put(each)

    whole = Places.remember

    def crash(places: Places, folder: str, place: Place) -> None:
        if place.uid == 2:
            raise Crash
        whole(places, folder, place)

    with monkeypatch.context() as patch:
        patch.setattr(Places, "remember", crash)
        with pytest.raises(Crash):
            await MailboxReader(a_connection(), appender, clock, tmp_path).read_once(opened(server))
    assert len(deliveries(database, journal)) == 2
    assert await MailboxReader(a_connection(), appender, clock, tmp_path).read_once(opened(server)) == 2
    assert len(deliveries(database, journal)) == 3


async def test_nothing_is_remembered_that_the_store_refused(
    server: FakeImap, appender: GroupCommit, clock: FixedClock, database: Database, journal: Journal, tmp_path: Path
) -> None:
    server.put(mails(1)[0])
    reader = MailboxReader(a_connection(), FullDisk(appender, 1), clock, tmp_path)
    with pytest.raises(Exception, match="store"):
        await reader.read_once(opened(server))
    assert Places(tmp_path, "con_1").of("INBOX", 1).uid == 0
    assert await reader.read_once(opened(server)) == 1
    assert len(deliveries(database, journal)) == 1


async def test_a_mailbox_that_was_numbered_anew_is_read_anew_and_nothing_doubles(
    server: FakeImap, appender: GroupCommit, clock: FixedClock, database: Database, journal: Journal, tmp_path: Path
) -> None:
    for each in mails(3):
        server.put(each)
    reader = MailboxReader(a_connection(), appender, clock, tmp_path)
    await reader.read_once(opened(server))
    server.renumber()
    server.put(mails(1, first=3)[0])
    assert await reader.read_once(opened(server)) == 4
    assert len(deliveries(database, journal)) == 4


async def test_a_place_that_cannot_be_read_begins_anew(tmp_path: Path) -> None:
    places = Places(tmp_path, "con/../1")
    places.remember("INBOX", Place(1, 7))
    (file,) = (tmp_path / "mail").iterdir()
    assert places.of("INBOX", 1).uid == 7
    assert places.of("INBOX", 2).uid == 0
    file.write_bytes(b"{broken")
    assert places.of("INBOX", 1).uid == 0


async def test_further_folders_are_read_too_and_ours_are_echoes(
    server: FakeImap, appender: GroupCommit, clock: FixedClock, database: Database, journal: Journal, tmp_path: Path
) -> None:
    server.put(a_mail(ANA, US, "in", "x"))
    server.put(a_mail(US, ANA, "out", "y"), "Sent")
    reader = MailboxReader(a_connection(imap_folders="INBOX, Sent"), appender, clock, tmp_path)
    assert await reader.read_once(opened(server)) == 2
    from ingest.channels.base import Delivery

    said = {
        parse(Delivery("ws", "con_1", body_of(each), 1, each.event_id, each.payload["content_type"]))[0].type
        for each in deliveries(database, journal)
    }
    assert said == {"message.received", "message.echoed"}


async def test_what_was_there_before_us_is_history_and_what_comes_is_news(
    server: FakeImap, appender: GroupCommit, clock: FixedClock, database: Database, journal: Journal, tmp_path: Path
) -> None:
    for each in mails(2):
        server.put(each)
    reader = MailboxReader(a_connection(), appender, clock, tmp_path)
    await reader.read_once(opened(server))
    server.put(mails(1, first=2)[0])
    await reader.read_once(opened(server))
    server.renumber()
    server.put(mails(1, first=3)[0])
    await MailboxReader(a_connection(), appender, clock, tmp_path).read_once(opened(server))
    from ingest.channels.base import Delivery

    said = [
        parse(Delivery("ws", "con_1", body_of(each), 1, each.event_id, each.payload["content_type"]))[0].payload
        for each in deliveries(database, journal)
    ]
    assert [each["is_history"] for each in said] == [True, True, False, False]


def notices(database: Database, journal: Journal) -> list[tuple[str, str]]:
    with database.read() as connection:
        found = journal.after(connection, 0, 1_000, ["channel.reported"])
    return [(each.payload["event"], each.payload["content"]["code"]) for each in found]


@pytest.mark.parametrize(
    ("settings", "code"),
    [({"imap_folders": "INBOX, Gone"}, "imap_folder"), ({"imap_since": "yesterday"}, "imap_since")],
)
async def test_a_setting_that_cannot_work_is_told_at_once_and_once(
    settings: dict[str, str],
    code: str,
    server: FakeImap,
    appender: GroupCommit,
    clock: FixedClock,
    database: Database,
    journal: Journal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.mailroom.imap._FIRST_REST_S", 0.01)
    stop = asyncio.Event()
    reader = MailboxReader(a_connection(**settings), appender, clock, tmp_path, server.open)
    task = asyncio.create_task(reader.run(stop))
    await until(lambda: bool(notices(database, journal)))
    await asyncio.sleep(0.1)
    stop.set()
    await asyncio.wait_for(task, 5)
    assert notices(database, journal) == [("mailbox_unread", code)]


async def test_a_server_that_comes_back_is_read_soon_however_often_it_went(
    server: FakeImap, appender: GroupCommit, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []
    stop = asyncio.Event()

    async def rest(stop: asyncio.Event, seconds: float) -> None:
        rests.append(seconds)
        server.is_down = len(rests) % 3 == 1
        if len(rests) == 12:
            stop.set()

    async def drop(reader: MailboxReader, mailbox: Mailbox, stop: asyncio.Event) -> None:
        raise Crash

    monkeypatch.setattr("app.mailroom.imap._pause", rest)
    monkeypatch.setattr(MailboxReader, "_idle", drop)
    reader = MailboxReader(a_connection(), appender, clock, tmp_path, server.open)
    await asyncio.wait_for(reader.run(stop), 5)
    assert max(rests) <= 20


async def test_a_port_in_use_stops_nothing_else_and_is_told(
    server: FakeImap, appender: GroupCommit, clock: FixedClock, database: Database, journal: Journal, tmp_path: Path
) -> None:
    taken = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    door = SmtpListener(lambda: [a_connection()], appender, clock, port=port)
    stop = asyncio.Event()
    room = Mailroom(
        lambda: [a_connection()], appender, clock, tmp_path,
        listener=door, open_imap=server.open, poll_s=0.1, look_s=0.05,
    )  # fmt: skip
    task = asyncio.create_task(room.run(stop))
    server.put(mails(1)[0])
    await until(lambda: len(deliveries(database, journal)) == 1)
    assert ("smtp_closed", "port") in notices(database, journal)
    taken.close()
    await taken.wait_closed()
    await until(lambda: door.is_open)
    stop.set()
    await asyncio.wait_for(task, 5)


async def test_of_a_mail_that_is_too_large_the_headers_are_kept(
    server: FakeImap,
    appender: GroupCommit,
    clock: FixedClock,
    database: Database,
    journal: Journal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.mailroom.imap.SIZE_LIMIT", 1_000)
    server.put(a_mail(ANA, US, "large", "x" * 5_000))
    await MailboxReader(a_connection(), appender, clock, tmp_path).read_once(opened(server))
    (event,) = deliveries(database, journal)
    assert body_of(event).endswith(b"\r\n\r\n")
    assert b"Subject: large" in body_of(event)


@pytest.mark.parametrize("can_idle", [True, False])
async def test_news_is_heard_a_broken_server_is_tried_again_and_a_stop_is_obeyed(
    can_idle: bool,
    appender: GroupCommit,
    clock: FixedClock,
    database: Database,
    journal: Journal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.mailroom.imap._FIRST_REST_S", 0.05)
    monkeypatch.setattr("app.mailroom.imap._LISTEN_S", 0.2)
    server = FakeImap(US, PASSWORD, can_idle=can_idle)
    stop = asyncio.Event()
    room = Mailroom(lambda: [a_connection()], appender, clock, tmp_path, open_imap=server.open, poll_s=0.1, look_s=0.05)
    task = asyncio.create_task(room.run(stop))
    server.put(mails(1)[0])
    await until(lambda: len(deliveries(database, journal)) == 1)
    server.is_down = True
    await asyncio.sleep(0.3)
    server.is_down = False
    server.put(mails(1, first=1)[0])
    await until(lambda: len(deliveries(database, journal)) == 2)
    stop.set()
    await asyncio.wait_for(task, 5)


async def test_mailboxes_come_and_go_with_their_connections(
    server: FakeImap, appender: GroupCommit, clock: FixedClock, database: Database, journal: Journal, tmp_path: Path
) -> None:
    connections = [a_connection(imap_host="")]
    stop = asyncio.Event()
    room = Mailroom(lambda: connections, appender, clock, tmp_path, open_imap=server.open, poll_s=0.1, look_s=0.05)
    task = asyncio.create_task(room.run(stop))
    server.put(mails(1)[0])
    await asyncio.sleep(0.2)
    assert deliveries(database, journal) == []
    connections[:] = [a_connection()]
    await until(lambda: len(deliveries(database, journal)) == 1)
    connections.clear()
    await until(lambda: not room._readers)
    stop.set()
    await asyncio.wait_for(task, 5)


async def test_a_wrong_password_never_reaches_the_log(
    server: FakeImap, appender: GroupCommit, clock: FixedClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.password = "other"
    stop = asyncio.Event()
    task = asyncio.create_task(MailboxReader(a_connection(), appender, clock, tmp_path, server.open).run(stop))
    await asyncio.sleep(0.2)
    stop.set()
    await asyncio.wait_for(task, 5)
    said = "".join(capsys.readouterr())
    assert RefusedError.__name__ in said
    assert PASSWORD not in said
    assert "Invalid credentials" not in said
