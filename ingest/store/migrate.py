"""Bring the database's tables to the present version; the same migrations for SQLite and PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from ingest.domain.errors import StoreUnavailable
from ingest.store.database import Database

_HERE = Path(__file__).parent / "migrations"


class NewerDatabase(StoreUnavailable):
    """The database was made by a newer Prosa."""


def migrate(database: Database, revision: str = "head") -> None:
    """Run every migration that this database has not seen, up to a revision; does nothing when it is current.

    Raises NewerDatabase for one of a later version.
    """
    before = current(database)
    if before == newest():
        return
    _require_known(before)
    with database.engine.connect() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


def current(database: Database) -> str | None:
    """Return the revision a database is at, None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """Return the newest revision this code knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _require_known(revision: str | None) -> None:
    known = {each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision is not None and revision not in known:
        raise NewerDatabase(
            f"The database is of a later version of Prosa (revision {revision}, this one knows up to {newest()}): "
            "start that version, or restore a backup that was made before the update."
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    return config
