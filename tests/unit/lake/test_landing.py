"""Exactly once, whatever happens in between; and readers see what has not landed yet."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
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
    connection = open_closed(where)
    with pytest.raises(NotAllowed):
        answer(connection, "DELETE FROM lake.landing.events", "table", sys.stdout)
    for beyond in (
        "SELECT 1; SELECT 2",
        "FROM source.credential",
        f"FROM read_blob('{where.home / 'prosa.db'}')",
        "FROM read_csv('/etc/passwd')",
    ):
        with pytest.raises(BadInput):
            answer(connection, beyond, "table", sys.stdout)
    answer(connection, "SELECT count(*) FROM events", "table", sys.stdout)
    connection.close()
