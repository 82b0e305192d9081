"""Imports go through the log once, whatever happens in between."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.bootstrap import build
from app.commands.import_ import import_star, import_whatsapp_export
from app.state.unit import Store
from ingest.domain.errors import BadInput
from ingest.kit.clock import FixedClock
from ingest.settings import Settings
from ingest.store.consumers import PROJECTOR, cursor_of
from ingest.store.database import Database
from ingest.store.importers.parquet import CanonicalParquet
from ingest.store.importers.runner import Batch, run_import
from ingest.store.importers.star import Star
from ingest.store.importers.whatsapp_export import WhatsAppExport
from ingest.store.journal import Journal
from ingest.store.live import conversation, journal, message, outbox
from ingest.store.own import quarantine

SHARED = Path(__file__).parents[3] / "../shared"
STAR = SHARED / "data/star"
PEER = SHARED / "peer/gen.py"
WORKSPACE = "wsp_imports"
needs_star = pytest.mark.skipif(not STAR.is_dir(), reason="the shared STAR data are not beside the repository")
needs_peer = pytest.mark.skipif(not PEER.is_file(), reason="the shared peer harness is not beside the repository")


class PowerCut(Exception):
    """The process ends here."""


class Interrupted:
    """A source that loses power after some batches."""

    def __init__(self, source: Star | WhatsAppExport | CanonicalParquet, after: int) -> None:
        self._source, self._after = source, after

    @property
    def name(self) -> str:
        return self._source.name

    @property
    def total(self) -> int:
        return self._source.total

    def batches(self, workspace_id: str, start: int) -> Iterator[Batch]:
        for number, batch in enumerate(self._source.batches(workspace_id, start)):
            if number == self._after:
                raise PowerCut
            yield batch


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    path = tmp_path / "chat.txt"
    lines = [f"13/01/2024 {10 + n // 60}:{n % 60:02} - {('Ana', 'Loja')[n % 2]}: linha {n}" for n in range(300)]
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.fixture(scope="module")
def peer_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("numpy")
    folder = tmp_path_factory.mktemp("peer")
    subprocess.run(
        [sys.executable, str(PEER), str(folder), "--conversations", "800", "--agents", "8"],
        check=True,
        capture_output=True,
    )
    return folder


def keys(database: Database) -> list[tuple[int, str]]:
    with database.read() as connection:
        return [
            (row.seq, row.key)
            for row in connection.execute(select(journal.c.seq, journal.c.key).order_by(journal.c.seq))
        ]


def counted(database: Database) -> dict[str, int]:
    with database.read() as connection:
        rows = connection.execute(select(journal.c.type, func.count()).group_by(journal.c.type)).all()
    return {row[0]: row[1] for row in rows}


def test_a_second_run_appends_nothing(database: Database, clock: FixedClock, chat: Path) -> None:
    source = WhatsAppExport(chat, "Loja", "America/Sao_Paulo", clock.us())
    first = run_import(database, Journal(clock), WORKSPACE, source)
    again = run_import(database, Journal(clock), WORKSPACE, source)
    assert first.appended == 304
    assert (again.appended, again.resumed_at) == (0, 300)


def test_the_same_chat_in_another_file_appends_only_what_is_new(
    database: Database, clock: FixedClock, chat: Path
) -> None:
    run_import(database, Journal(clock), WORKSPACE, WhatsAppExport(chat, "Loja", "America/Sao_Paulo", clock.us()))
    chat.write_text(chat.read_text("utf-8") + "\n14/01/2024 10:00 - Ana: e aí", "utf-8")
    report = run_import(
        database, Journal(clock), WORKSPACE, WhatsAppExport(chat, "Loja", "America/Sao_Paulo", clock.us())
    )
    assert (report.appended, report.skipped, report.resumed_at) == (1, 304, 0)


@needs_peer
def test_a_run_that_was_cut_goes_on_to_the_same_log(
    tmp_path: Path, clock: FixedClock, peer_data: Path, database: Database
) -> None:
    source = CanonicalParquet(peer_data)
    with pytest.raises(PowerCut):
        run_import(database, Journal(clock), WORKSPACE, Interrupted(source, after=2))
    partly = len(keys(database))
    report = run_import(database, Journal(clock), WORKSPACE, source)
    assert 0 < partly < len(keys(database))
    assert report.resumed_at > 0
    assert report.appended + partly == len(keys(database))
    whole = [event.key for batch in source.batches(WORKSPACE, 0) for event in batch.events]
    assert [key for _, key in keys(database)] == whole


def test_agents_who_answer_during_an_import_wait_for_no_more_than_its_last_batch(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    lines = [f"13/01/2024 {n // 720:02}:{n // 12 % 60:02} - {('Ana', 'Loja')[n % 2]}: linha {n}" for n in range(12_000)]
    path.write_text("\n".join(lines), "utf-8")
    import_whatsapp_export(Settings(home=tmp_path / "home"), path, "Loja", timezone="America/Sao_Paulo")
    with build(Settings(home=tmp_path / "home")).store.read() as connection:
        head = connection.execute(select(func.max(journal.c.seq))).scalar_one()
        assert head > 12_000
        assert head - cursor_of(connection, PROJECTOR) <= 1_000


@needs_peer
def test_canonical_parquet_arrives_whole_and_folds(database: Database, clock: FixedClock, peer_data: Path) -> None:
    from pyarrow import parquet

    run_import(database, Journal(clock), WORKSPACE, CanonicalParquet(peer_data))
    kinds = counted(database)
    rows = {
        table: parquet.read_table(peer_data / f"{table}.parquet").to_pylist()
        for table in ("messages", "status_events", "csat")
    }
    assert kinds["message.received"] == sum(row["direction"] == "in" for row in rows["messages"])
    assert kinds["message.requested"] == sum(row["direction"] == "out" for row in rows["messages"])
    for kind in ("opened", "resolved", "reopened"):
        assert kinds[f"conversation.{kind}"] == sum(row["kind"] == kind for row in rows["status_events"])
    assert kinds["survey.answered"] == len(rows["csat"])
    folded(database, clock)
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(conversation)).scalar() == 800
        assert connection.execute(select(func.count()).select_from(message)).scalar() == len(rows["messages"])


def helpdesk(folder: Path, **instead: list[dict[str, object]]) -> Path:
    """Write a small history of the canonical tables, some of them others than usual."""
    import pyarrow as pa
    from pyarrow import parquet

    day = datetime(2025, 3, 1, 10, tzinfo=UTC)
    told = {"sender_id": None, "kind": "text", "content": "hi", "conversation_id": 1, "created_at": day}
    common = {"inbox_id": 1, "assignee_id": None, "status": "open", "created_at": day, "last_activity_at": day}
    tables: dict[str, list[dict[str, object]]] = {
        "inboxes": [{"inbox_id": 1, "name": "Door", "channel": "whatsapp"}],
        "contacts": [{"contact_id": n, "name": f"C{n}", "phone": f"+551190000000{n}"} for n in (1, 2)],
        "conversations": [
            {"conversation_id": 1, "contact_id": 1} | common,
            {"conversation_id": 2, "contact_id": 2} | common | {"status": "pending"},
        ],
        "messages": [
            told | {"message_id": 1, "direction": "in", "sender_type": "contact", "status": None},
            told | {"message_id": 2, "direction": "out", "sender_type": "bot", "status": "read"},
            told | {"message_id": 3, "direction": "out", "sender_type": "bot", "status": "delivered"},
        ],
        "status_events": [{"conversation_id": 1, "kind": "opened", "agent_id": None, "happened_at": day}],
    }
    for name, rows in (tables | instead).items():
        parquet.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")
    return folder


def test_how_far_messages_came_and_conversations_without_messages_arrive(
    tmp_path: Path, database: Database, clock: FixedClock
) -> None:
    report = run_import(database, Journal(clock), WORKSPACE, CanonicalParquet(helpdesk(tmp_path)))
    assert not report.unreadable
    assert counted(database)["conversation.opened"] == 2
    assert counted(database)["contact.named"] == 1
    folded(database, clock)
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(conversation)).scalar() == 2
        states = connection.execute(select(message.c.delivery_status).where(message.c.direction == "outbound"))
        assert sorted(states.scalars()) == ["delivered", "read"]
    assert run_import(database, Journal(clock), WORKSPACE, CanonicalParquet(tmp_path)).appended == 0


def test_rows_that_say_too_little_are_counted_and_the_rest_arrives(
    tmp_path: Path, database: Database, clock: FixedClock
) -> None:
    from pyarrow import parquet

    whole = helpdesk(tmp_path)
    rows = {each: parquet.read_table(whole / f"{each}.parquet").to_pylist() for each in ("messages", "conversations")}
    rows["messages"][1]["created_at"] = None
    rows["messages"][2]["conversation_id"] = None
    rows["conversations"][1]["contact_id"] = None
    report = run_import(database, Journal(clock), WORKSPACE, CanonicalParquet(helpdesk(tmp_path, **rows)))
    assert sorted((each.where, each.reason) for each in report.unreadable) == [
        ("conversations, conversation_id 2", "has no contact_id"),
        ("messages, message_id 2", "has no created_at"),
        ("messages, message_id 3", "has no conversation_id"),
    ]
    assert counted(database)["message.received"] == 1


def test_tables_that_are_not_what_they_should_be_are_refused_with_a_sentence(tmp_path: Path) -> None:
    helpdesk(tmp_path, status_events=[{"conversation_id": 1, "agent_id": None, "happened_at": None}])
    with pytest.raises(BadInput, match=r"status_events\.parquet lacks the column kind"):
        CanonicalParquet(tmp_path)
    row = {"conversation_id": 1, "kind": "opened", "agent_id": None, "happened_at": "yesterday"}
    helpdesk(tmp_path, status_events=[row])
    with pytest.raises(BadInput, match="happened_at is of type string; it must be instant"):
        CanonicalParquet(tmp_path)
    (tmp_path / "status_events.parquet").write_text("no parquet")
    with pytest.raises(BadInput, match=r"status_events\.parquet is no Parquet file"):
        CanonicalParquet(tmp_path)


@pytest.mark.slow
@needs_star
def test_star_arrives_with_its_golden_counts(tmp_path: Path, clock: FixedClock) -> None:
    settings = Settings(home=tmp_path / "home")
    report = import_star(settings, STAR)
    database = Database(settings.database)
    kinds = counted(database)
    assert report.appended == sum(kinds.values()) - 1  # the workspace itself
    assert kinds["message.requested"] == 42_957
    assert kinds["message.received"] == 43_194
    assert kinds["tool.queried"] == 17_594
    assert kinds["conversation.resolved"] == 5_315
    assert kinds["conversation.opened"] == 5_216
    assert kinds["person.added"] == 112
    assert import_star(settings, STAR).appended == 0
    assert len(keys(database)) == sum(kinds.values())


@needs_star
def test_star_says_who_picked_who_typed_and_how_it_ended() -> None:
    origins: dict[str, int] = {}
    outcomes: dict[str, int] = {}
    kinds: dict[str, int] = {}
    contacts, agents = set(), set()
    for batch in Star(STAR).batches(WORKSPACE, 0):
        for event in batch.events:
            kinds[event.type] = kinds.get(event.type, 0) + 1
            contacts.add(event.contact_id)
            if event.type == "message.requested":
                assert event.payload["text"]
                agents.add(event.actor_id)
                origins[event.payload["origin"]] = origins.get(event.payload["origin"], 0) + 1
            if event.type == "conversation.resolved":
                outcomes[event.payload["outcome"]] = outcomes.get(event.payload["outcome"], 0) + 1
    assert (kinds["message.requested"], kinds["message.received"], kinds["tool.queried"]) == (42_957, 43_194, 17_594)
    assert origins == {"suggestion": 37_181, "typed": 5_776}
    assert outcomes == {"complete": 4_651, "abandoned": 564, "disconnected": 100}
    assert len(contacts - {None}) == 103


@needs_star
def test_a_part_of_star_folds_without_quarantine(database: Database, clock: FixedClock) -> None:
    with pytest.raises(PowerCut):
        run_import(database, Journal(clock), WORKSPACE, Interrupted(Star(STAR), after=1))
    folded(database, clock)
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(outbox)).scalar() == 0
        assert connection.execute(select(func.count()).select_from(conversation)).scalar() > 100


def test_an_import_by_command_makes_the_workspace_and_says_what_it_did(
    tmp_path: Path, chat: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(home=tmp_path / "home")
    import_whatsapp_export(settings, chat, me="Loja")
    assert "304 events appended; 0 were there already." in capsys.readouterr().out
    assert import_whatsapp_export(settings, chat, me="Loja").appended == 0
    with pytest.raises(BadInput, match="no time zone"):
        import_whatsapp_export(settings, chat, me="Loja", timezone="Mars/Olympus")
    with pytest.raises(BadInput, match="There is no file"):
        import_whatsapp_export(settings, tmp_path / "missing.txt", me="Loja")


def test_a_folder_that_is_something_else_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not a STAR folder"):
        Star(tmp_path)
    with pytest.raises(BadInput, match="lacks inboxes"):
        CanonicalParquet(tmp_path)


def folded(database: Database, clock: FixedClock) -> None:
    """Fold everything; nothing may be set aside and nothing may wait to be sent."""
    store = Store(database, Journal(clock), clock)
    while store.catch_up():
        pass
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(quarantine)).scalar() == 0
        assert connection.execute(select(func.count()).select_from(outbox)).scalar() == 0
