"""`prosa bench pipeline`: landing, full derivation and a one-minute increment; ends with one line of JSON.

The bare baseline of the derivation is DuckDB reading the same landing events and taking one JSON path out of each.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from app.bootstrap import build
from ingest.domain.event import Event
from ingest.kit.sql import read_sql
from ingest.settings import Settings
from ingest.store.database import Database
from ingest.store.lander import land, sweep
from ingest.store.migrate import migrate
from pipelines.derive import Derivation
from pipelines.resources import opened
from tests import builders as b

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MADE_UP = Path(__file__).with_suffix(".sql")
CHUNK = 20_000
"""Conversations made up at once, so that making them does not need more memory than deriving from them."""
YEAR_US = 365 * 86_400_000_000


def main(conversations: int = 200_000) -> dict[str, float]:
    """Measure everything in a temporary home and return the figures; 200,000 conversations hold 2 M messages."""
    with TemporaryDirectory() as folder:
        figures = landing(Path(folder) / "landing", min(conversations, 25_000))
        figures |= derivation(Path(folder) / "derivation", conversations)
        figures |= projector(Path(folder) / "projector", min(conversations, 12_000))
    return figures


def landing(home: Path, conversations: int) -> dict[str, float]:
    """Measure how fast a journal goes over to the lake."""
    home.mkdir(parents=True)
    settings = Settings(home=home)
    database = Database(settings.database)
    migrate(database)
    database.close()
    with opened(settings) as derivation:
        connection = derivation.connection
        connection.execute("DETACH source")
        connection.execute(f"ATTACH '{home / 'prosa.db'}' AS target (TYPE sqlite)")
        today = f"SELECT * REPLACE ({YEAR_US * 56} + seq AS recorded_us) FROM ({made_up(0, conversations, 0)})"
        connection.execute(f"INSERT INTO target.main.journal BY NAME {today}")
    started, cpu = time.perf_counter(), time.process_time()
    landed = land(settings)
    return {
        "landing_events_per_s": round(landed.events / (time.perf_counter() - started)),
        "landing_events_per_cpu_s": round(landed.events / (time.process_time() - cpu)),
    }


def derivation(home: Path, conversations: int) -> dict[str, float]:
    """Measure the full derivation against the bare baseline, then one more minute on top of it."""
    home.mkdir(parents=True)
    settings = Settings(home=home)
    database = Database(settings.database)
    migrate(database)
    database.close()
    with opened(settings) as derivation:
        connection = derivation.connection
        events = 0
        for first in range(0, conversations, CHUNK):
            events = fill(connection, first, min(CHUNK, conversations - first), events)
        bare = took(
            lambda: connection.execute(
                "CREATE TEMP TABLE bare AS SELECT payload ->> '$.message_id' FROM lake.landing.events"
            )
        )
        connection.execute("DROP TABLE bare")
        cpu = time.process_time()
        say("(before)")
        full = took(lambda: derivation.rebuild(say))
        cpu = time.process_time() - cpu
        sweep(connection)
        fill(connection, conversations, 70, events)
        increment = took(lambda: increments(derivation))
    return {
        "derive_events": events,
        "derive_events_per_s": round(events / full),
        "derive_events_per_cpu_s": round(events / cpu),
        "derive_peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "increment_ms": round(increment * 1000),
        "ratio_to_bare": round(bare / full, 3),
    }


def projector(home: Path, conversations: int) -> dict[str, float]:
    """Measure how fast the live tables follow the journal: a message, the answer, its three statuses, five events each."""
    home.mkdir()
    context = build(Settings(home=home))
    migrate(context.store.database)
    events = [event for n in range(conversations) for event in an_exchange(n)]
    for start in range(0, len(events), 5_000):
        with context.store.database.write() as connection:
            context.store.journal.append(connection, events[start : start + 5_000])

    def catch_up() -> None:
        while context.store.catch_up():
            pass

    seconds = took(catch_up)
    context.store.database.close()
    return {"projector_events_per_s": round(len(events) / seconds)}


def an_exchange(n: int) -> list[Event]:
    """Return what a provider tells of one question of one of 2,000 contacts and its answer."""
    who, at = b.phone(f"5511{900_000_000 + n % 2_000}"), n * 10
    said = [
        b.a_message(f"q{n}", who, at, f"Where is order {n}?"),
        b.an_echo(f"a{n}", who, at + 5, f"Order {n} is on its way"),
    ]
    return said + [
        b.a_status(f"a{n}", status, at + 5 + step) for step, status in enumerate(("sent", "delivered", "read"), 1)
    ]


def increments(derivation: Derivation) -> None:
    """Bring every table up to date in one commit, as a run does."""
    say("(between)")
    derivation.bring_up(say)


def fill(connection: DuckDBPyConnection, first: int, conversations: int, seq: int) -> int:
    """Put made-up events straight into landing and move its watermark; returns how many there are in all."""
    source = (
        "SELECT *, make_timestamptz(occurred_us) AS occurred_at, make_timestamptz(recorded_us) AS recorded_at FROM "
        f"({made_up(first, conversations, seq)})"
    )
    connection.execute("ALTER TABLE lake.landing.events RESET PARTITIONED BY")
    connection.execute(f"INSERT INTO lake.landing.events BY NAME {source}")
    connection.execute("UPDATE lake.landing.watermark SET seq = (SELECT max(seq) FROM lake.landing.events)")
    row = connection.execute("SELECT max(seq) FROM lake.landing.events").fetchone()
    assert row is not None
    return int(row[0])


def made_up(first: int, conversations: int, seq: int) -> str:
    """Return the statement that makes the events of some conversations."""
    values = {
        "contacts": 60_000,
        "spacing": YEAR_US // 200_000,
        "conversations": conversations,
        "first": first,
        "seq": seq,
    }
    statement = read_sql(MADE_UP).statement
    for name, value in values.items():
        statement = statement.replace(f"${name}", str(value))
    return statement


_last = time.perf_counter()


def say(path: str) -> None:
    """Report one table's time, for people, on the side."""
    global _last
    now = time.perf_counter()
    print(f"{path:32} {now - _last:6.2f} s", file=sys.stderr)
    _last = now


def took(action: object) -> float:
    """Return the seconds an action takes."""
    started = time.perf_counter()
    action()  # type: ignore[operator]
    return time.perf_counter() - started


if __name__ == "__main__":
    print(json.dumps(main(*(int(each) for each in sys.argv[1:]))))
