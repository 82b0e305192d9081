"""SQLite's log is copied home beside the writers and begins anew where it is long."""

from __future__ import annotations

from sqlalchemy import text

from ingest.store.checkpoint import LONG, checkpoint
from ingest.store.database import Database


def test_a_long_log_goes_home_and_begins_anew(database: Database) -> None:
    _write(database, LONG)

    assert checkpoint(database) >= (LONG if database.is_sqlite else 0)
    _write(database, 1)
    assert checkpoint(database) < LONG
    assert _count(database) == LONG + 1


def test_a_log_that_somebody_still_reads_is_left_until_they_are_done(database: Database) -> None:
    _write(database, 1)
    with database.read() as reader:
        seen = reader.execute(text("SELECT count(*) FROM pages")).scalar_one()
        _write(database, LONG)
        checkpoint(database)
        _write(database, 1)
        assert reader.execute(text("SELECT count(*) FROM pages")).scalar_one() == seen == 1

    checkpoint(database)
    _write(database, 1)
    assert checkpoint(database) < LONG
    assert _count(database) == LONG + 3


def _write(database: Database, pages: int) -> None:
    """Write rows that fill a page each."""
    with database.write() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS pages (what TEXT)"))
        connection.execute(text("INSERT INTO pages VALUES (:what)"), [{"what": "x" * 4000}] * pages)


def _count(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(text("SELECT count(*) FROM pages")).scalar_one())
