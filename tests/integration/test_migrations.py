"""Migrations: what they make is what the tables are declared to be, on both databases, and twice is once."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from app.commands.house import opened
from app.context import Context
from app.state.refold import is_stale, refold
from app.state.unit import Store
from ingest.domain.event import Event
from ingest.settings import Settings
from ingest.store.database import Database
from ingest.store.live import FOLDED
from ingest.store.migrate import NewerDatabase, _config, current, migrate, newest
from ingest.store.schema import metadata
from tests import builders as b


def _is_declared_here(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    return not (kind == "table" and name is not None and ("_search" in name or name == "alembic_version"))


def test_a_migrated_database_has_exactly_the_declared_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _is_declared_here})
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    assert current(database) == newest()
    migrate(database)
    assert current(database) == newest()


REVISIONS = [each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()]
"""Every state that a database of an earlier version may be in."""


def recorded() -> list[Event]:
    """Return some of what a business has in its journal."""
    ana, bia = b.phone("5511987654321"), b.phone("5511900000000")
    return [
        b.a_message("a", ana, 0, "hello"),
        b.an_echo("e", ana, 30),
        b.a_status("e", "delivered", 40),
        b.a_status("e", "read", 50),
        b.a_message("b", bia, 60, "good morning"),
    ]


@pytest.mark.parametrize("revision", REVISIONS)
def test_an_earlier_database_is_brought_up_to_what_a_fresh_fold_makes(tmp_path: Path, revision: str) -> None:
    old = Database(f"sqlite:///{tmp_path / 'prosa.db'}")
    migrate(old, revision)
    with old.write() as connection:
        columns = [each["name"] for each in inspect(connection).get_columns("journal")]
        for seq, event in enumerate(recorded(), 1):
            row = {name: value for name, value in asdict(event).items() if name in columns}
            row |= {"seq": seq, "event_id": f"evt_{seq}", "recorded_us": event.occurred_us, "version": event.version}
            row["payload"] = orjson.dumps(event.payload).decode()
            names = ", ".join(row)
            connection.execute(text(f"INSERT INTO journal ({names}) VALUES (:{', :'.join(row)})"), row)
        connection.execute(text("INSERT INTO cursor (consumer, seq) VALUES ('projector', :seq)"), {"seq": seq})
    old.close()

    store = opened(Settings(home=tmp_path)).store
    assert current(store.database) == newest()
    brought_up = rows_of(store)
    assert len(brought_up["message"]) == 3
    store.rebuild()
    assert rows_of(store) == brought_up
    assert not is_stale(store)


def rows_of(store: Store) -> dict[str, list[str]]:
    with store.read() as connection:
        return {table.name: sorted(map(repr, connection.execute(table.select()))) for table in FOLDED}


def test_a_later_database_is_refused_in_a_sentence(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase, match="later version"):
        migrate(database)


def test_another_fold_is_noticed_once(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    store = context.store
    assert not is_stale(store)
    with store.unit() as unit:
        unit.emit(*recorded())
    assert not is_stale(store)
    monkeypatch.setattr("app.state.refold.FOLD", 99)
    assert is_stale(store)
    refold(store)
    assert not is_stale(store)
