"""Migrations: what they make is what the tables are declared to be, on both databases, and twice is once."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from ingest.store.database import Database
from ingest.store.migrate import current, migrate, newest
from ingest.store.schema import metadata


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
