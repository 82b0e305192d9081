"""Landing: what the journal has and the lake has not goes over in one commit with its watermark.

Rows and watermark live in the same DuckLake transaction, so a kill at any moment leaves either both or
neither: exactly once, without asking the lake what it holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ingest.kit.sql import read_sql
from ingest.settings import Settings
from ingest.store.consumers import LANDER, move_cursor
from ingest.store.database import Database
from ingest.store.lake import (
    JOURNAL_COLUMNS,
    SQL,
    attach,
    attach_journal,
    journal_kind,
    journal_query,
    watermark,
    writing,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BATCH = 1_000_000
"""Events in one commit; bounds memory when a year arrives at once."""
_KEPT_SNAPSHOTS = timedelta(hours=1)
"""How long a reader may go on with what it opened before its files are swept."""
HISTORY_DAYS = 30
"""How far back the lake can be asked as of, where the settings say nothing else."""


@dataclass(frozen=True, slots=True)
class Landed:
    """What one call of `land` moved, and the seq that the lake now reaches."""

    events: int
    deliveries: int
    seq: int


def land(settings: Settings) -> Landed:
    """Move everything past the watermark from the journal to the lake, exactly once.

    Raises LakeAhead where the lake has landed what the journal does not know.
    """
    with writing(settings):
        connection = attach(settings)
        try:
            attach_journal(connection, settings)
            return land_with(connection)
        finally:
            connection.close()


def say_landed(settings: Settings, seq: int) -> None:
    """Write down beside the journal how far the lake has come, for whoever asks without opening the lake."""
    database = Database(settings.database)
    try:
        with database.write() as connection:
            move_cursor(connection, LANDER, seq)
    finally:
        database.close()


def compact(settings: Settings, kept: timedelta = _KEPT_SNAPSHOTS) -> None:
    """Merge small files, write deletions into the files they concern, and sweep what nobody can see any more.

    Of what is older than `kept`, one snapshot an hour, then one a day can still be queried afterwards, for as many
    days as the settings say.
    """
    with writing(settings):
        connection = attach(settings)
        try:
            sweep(connection, kept, settings.history_days)
        finally:
            connection.close()


def sweep(connection: DuckDBPyConnection, kept: timedelta = _KEPT_SNAPSHOTS, history_days: int = HISTORY_DAYS) -> None:
    """Do what `compact` promises on a connection of a writer."""
    kept_s = int(kept.total_seconds())
    connection.execute("CALL ducklake_rewrite_data_files('lake', delete_threshold => 0.1)")
    connection.execute("CALL ducklake_merge_adjacent_files('lake')")
    _expire(connection, kept_s, history_days)
    connection.execute("CALL ducklake_cleanup_old_files('lake', cleanup_all => true)")
    connection.execute(f"CALL ducklake_delete_orphaned_files('lake', older_than => now() - to_seconds({kept_s}))")


def _expire(connection: DuckDBPyConnection, kept_s: int, history_days: int) -> None:
    connection.execute(f"SET VARIABLE all_kept_s = {kept_s}; SET VARIABLE history_days = {history_days}")
    found = connection.execute(read_sql(SQL / "snapshots_to_expire.sql").statement).fetchall()
    if found:
        connection.execute(f"CALL ducklake_expire_snapshots('lake', versions => {[each for (each,) in found]})")


def land_with(connection: DuckDBPyConnection) -> Landed:
    """Do what `land` promises on a writer's connection that has the journal attached."""
    events = deliveries = 0
    since = watermark(connection)
    head = _head(connection)
    while since < head:
        upto = min(since + BATCH, head)
        connection.begin()
        events += _move(connection, "land_events", since, upto, is_delivery=False)
        deliveries += _move(connection, "land_deliveries", since, upto, is_delivery=True)
        connection.execute(f"UPDATE lake.landing.watermark SET seq = {upto}")  # a bound parameter would import pandas
        connection.commit()
        since = upto
    return Landed(events, deliveries, since)


def _move(connection: DuckDBPyConnection, name: str, since: int, upto: int, *, is_delivery: bool) -> int:
    kind, columns = ("=", f"{JOURNAL_COLUMNS}, {_hex(connection)} AS raw") if is_delivery else ("<>", JOURNAL_COLUMNS)
    wanted = (
        f"SELECT {columns} FROM journal WHERE seq > {since} AND seq <= {upto} "
        f"AND type {kind} 'delivery.received' ORDER BY seq"
    )
    connection.execute(f"CREATE OR REPLACE TEMP VIEW journal_tail AS FROM {journal_query(connection, wanted)}")
    row = connection.execute(read_sql(SQL / f"{name}.sql").statement).fetchone()
    assert row is not None
    return int(row[0])


def _hex(connection: DuckDBPyConnection) -> str:
    """Return the raw bytes in hex, as the journal's database writes it: its scanner reads bytes as text."""
    return "hex(raw)" if journal_kind(connection) == "sqlite" else "encode(raw, 'hex')"


def _head(connection: DuckDBPyConnection) -> int:
    newest = journal_query(connection, "SELECT seq FROM journal ORDER BY seq DESC LIMIT 1")
    row = connection.execute(f"SELECT coalesce(max(CAST(seq AS BIGINT)), 0) FROM {newest}").fetchone()
    assert row is not None
    return int(row[0])
