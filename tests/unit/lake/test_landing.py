"""Exactly once, whatever happens in between; and readers see what has not landed yet."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.domain.errors import BadInput, NotAllowed
from ingest.settings import Settings
from ingest.store.database import Database
from ingest.store.lake import open_readonly
from ingest.store.lander import compact, land
from ingest.store.schema import metadata
from tests import builders as b
from tests.unit.pipelines.house import record

ROOT = Path(__file__).parents[3]
LANDER = (
    "from ingest.settings import Settings; from ingest.store import lander; lander.BATCH = 300; lander.land(Settings())"
)


@pytest.fixture
def where(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path)
    database = Database(settings.database)
    metadata.create_all(database.engine)
    database.close()
    return settings


def messages(first: int, count: int) -> list[object]:
    return [b.a_message(f"m{n}", b.phone(f"5511{n % 50}"), n) for n in range(first, first + count)]


def figures(settings: Settings) -> tuple[int, ...]:
    question = (
        "SELECT count(*), count(DISTINCT key), (SELECT max(seq) FROM lake.landing.watermark) FROM lake.landing.events"
    )
    connection = open_readonly(settings)
    row = connection.execute(question).fetchone()
    connection.close()
    assert row is not None
    return tuple(row)


def test_landing_twice_lands_once(where: Settings) -> None:
    record(where, messages(0, 50))
    assert land(where).events == 50
    assert land(where).events == 0
    compact(where)
    assert figures(where) == (50, 50, 50)


def test_events_shows_what_has_not_landed_and_nothing_twice(where: Settings) -> None:
    connection = open_readonly(where)
    count = "SELECT count(*), count(DISTINCT key) FROM events"
    assert connection.execute(count).fetchall() == [(0, 0)]
    record(where, messages(0, 3))
    assert connection.execute(count).fetchall() == [(3, 3)]
    land(where)
    record(where, messages(3, 2))
    assert connection.execute(count).fetchall() == [(5, 5)]
    connection.close()


def test_killed_at_any_moment_it_lands_exactly_once(where: Settings) -> None:
    land(where)  # makes the lake: before that there is nothing to ask
    record(where, messages(0, 3000))
    environment = os.environ | {"PROSA_HOME": str(where.home), "PYTHONPATH": str(ROOT)}
    chance = random.Random(5)
    for _ in range(5):
        process = subprocess.Popen([sys.executable, "-c", LANDER], env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.3, 2.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        rows, keys, mark = figures(where)
        assert rows == keys == mark
    land(where)
    assert figures(where) == (3000, 3000, 3000)


def test_the_sql_prompt_reads_and_does_nothing_else(where: Settings) -> None:
    from app.commands.sql import answer, open_closed

    record(where, messages(0, 2))
    land(where)
    database = where.home / "prosa.db"
    data = next(where.lake_files.rglob("*.parquet"), where.lake_files / "none.parquet")
    connection = open_closed(where)
    for beyond in (
        "SELECT 1; SELECT 2",
        "",
        "FROM source.credential",
        "FROM where",
    ):
        with pytest.raises(BadInput):
            answer(connection, beyond, "table", sys.stdout)
    for beyond in (
        "DELETE FROM lake.landing.events",
        f"COPY (SELECT 1) TO '{data}'",
        f"EXPLAIN ANALYZE COPY (SELECT 1) TO '{data}'",
        f"EXPLAIN (ANALYZE, FORMAT json) COPY (SELECT 1) TO '{data}'",
        f"/* so */ EXPLAIN -- it is\n ANALYZE COPY (SELECT 1) TO '{data}'",
        "EXPLAIN ANALYZE DELETE FROM lake.landing.events",
        f"ATTACH '{database}' AS it",
        "SET threads = 1",
        "RESET threads",
        "PRAGMA database_list",
        "PRAGMA version",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CALL lake.merge_adjacent_files()",
        "CREATE TEMP MACRO it() AS TABLE SELECT 1",
        "PREPARE it AS SELECT 1",
        f"SELECT * FROM sqlite_scan('{database}', 'api_token')",
        f"FROM system.main.sqlite_scan('{database}', 'api_token')",
        f"EXPLAIN ANALYZE FROM sqlite_scan('{database}', 'api_token')",
        f"WITH it AS (FROM SQLITE_SCAN('{database}', 'api_token')) SELECT (SELECT count(*) FROM it)",
        f"SUMMARIZE FROM sqlite_scan('{database}', 'api_token')",
        f"DESCRIBE FROM sqlite_scan('{database}', 'api_token')",
        f"SELECT 1 WHERE EXISTS (FROM sqlite_query('{database}', 'SELECT 1'))",
        f"FROM sqlite_attach('{database}')",
        "FROM postgres_scan('', 'public', 'api_token')",
        "FROM lake.merge_adjacent_files()",
        "FROM ducklake_expire_snapshots('lake')",
        f"FROM read_blob('{database}')",
        "FROM read_text('/etc/passwd')",
        "FROM read_csv('/etc/passwd')",
        f"FROM read_parquet('{data}')",
        f"FROM parquet_metadata('{data}')",
        f"FROM '{data}'",
        f"DESCRIBE '{data}'",
        "FROM glob('/*')",
        "FROM query('SELECT 1')",
        "FROM query_table('lake.landing.events')",
        "FROM histogram_values('/etc/passwd', 1)",
        "FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
        "FROM duckdb_secrets()",
        "FROM which_secret('s3://it', 's3')",
        "SELECT getenv('HOME')",
        "SELECT write_log('it')",
    ):
        with pytest.raises(NotAllowed):
            answer(connection, beyond, "table", sys.stdout)
    for within in (
        "SELECT count(*) FROM events",
        "DESCRIBE events",
        "SHOW ALL TABLES",
        "SUMMARIZE SELECT 1 AS one",
        "VALUES (1)",
        "FROM lake.snapshots()",
        "FROM lake.landing.events AT (TIMESTAMP => now())",
        "WITH it AS (FROM range(3)) SELECT * FROM it PIVOT (count(*) FOR range IN (1, 2));",
        "EXPLAIN SELECT count(*) FROM events",
        "EXPLAIN ANALYZE SELECT count(*) FROM events",
        "-- it\nEXPLAIN (FORMAT json) FROM events;",
    ):
        answer(connection, within, "table", sys.stdout)
    connection.close()


def test_the_lake_can_be_asked_as_of_an_earlier_day_after_it_was_swept(where: Settings) -> None:
    for day in range(6):
        _let_time_pass(where, days=1)
        record(where, messages(day * 10, 10))
        land(where)
        compact(where)
    connection = open_readonly(where)
    ask = "SELECT count(*) FROM lake.landing.events AT (TIMESTAMP => now() - to_days({}) + INTERVAL 10 MINUTE)"
    assert [connection.execute(ask.format(days)).fetchone() for days in range(5)] == [(60,), (50,), (40,), (30,), (20,)]
    connection.close()
    compact(Settings(home=where.home, history_days=2))
    assert len(_snapshots(where)) == 2, "yesterday's and the present one"
    assert figures(where) == (60, 60, 60)


def test_of_snapshots_older_than_an_hour_one_an_hour_is_kept(where: Settings) -> None:
    for _ in range(4):
        record(where, messages(len(_snapshots(where)) * 10, 10))
        land(where)
    _let_time_pass(where, hours=2)
    compact(where)
    assert len([each for each in _snapshots(where).values() if each < datetime.now(UTC) - timedelta(hours=1)]) == 1


def _snapshots(settings: Settings) -> dict[int, datetime]:
    """Return when each snapshot was taken, by its number; none before there is a lake."""
    if not settings.lake_catalog.exists():
        return {}
    with closing(sqlite3.connect(settings.lake_catalog)) as catalog:
        rows = catalog.execute("SELECT snapshot_id, snapshot_time FROM ducklake_snapshot").fetchall()
    return {number: datetime.fromisoformat(at.partition("+")[0][:19]).replace(tzinfo=UTC) for number, at in rows}


def _let_time_pass(settings: Settings, **time: int) -> None:
    """Make every snapshot older, as if it had been taken that long before."""
    found = _snapshots(settings)
    if not found:
        return
    with closing(sqlite3.connect(settings.lake_catalog)) as catalog, catalog:
        for number, at in found.items():
            older = f"{(at - timedelta(**time)).replace(tzinfo=None).isoformat(' ')}.{number:06}+00"
            catalog.execute("UPDATE ducklake_snapshot SET snapshot_time = ? WHERE snapshot_id = ?", (older, number))
