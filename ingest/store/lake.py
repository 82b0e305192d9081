"""The lake: DuckLake behind one door, for the one writer and for any number of readers.

Measured (design §3): with a WAL catalog readers never fail, but writers collide at commit; so whoever
writes holds one file lock. Everything else about the format is plain DuckDB.
"""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.domain.errors import StoreUnavailable
from ingest.kit.sql import read_sql
from ingest.settings import Settings
from ingest.store.home import require_home

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SQL = Path(__file__).parent / "sql"
MEMORY = "1200MB"
THREADS = 2
JOURNAL_COLUMNS = (
    "seq, event_id, workspace_id, key, type, version, occurred_us, recorded_us, channel, inbox_id, conversation_id, "
    "contact_id, actor_kind, actor_id, cause_id, payload"
)
"""The journal's columns without the bytes of deliveries."""
_CATALOG_OPTIONS = "META_JOURNAL_MODE 'WAL', META_BUSY_TIMEOUT 10000"
_FILES = {"parquet_compression": "zstd", "parquet_compression_level": "1", "parquet_row_group_size": "20480"}
"""How a new lake writes its files. Of 2 M messages: 0.69 GB instead of 1.15 with DuckDB's own choice, written and read
in the same time; row groups of this size are written a quarter faster than those of DuckDB's own choice."""
_CLOSED = (
    "SET python_enable_replacements = false",  # else a variable of ours is a table
    "SET autoload_known_extensions = false",
    "SET max_temp_directory_size = '4GB'",  # of a disk that the house writes to, too
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


class LakeAhead(StoreUnavailable):
    """The lake knows events that the journal does not: one of the two comes from another backup."""


@contextmanager
def writing(settings: Settings) -> Iterator[None]:
    """Hold the lake's one writer lock; waits for whoever has it. Raises HomeMissing where there is no store."""
    require_home(settings)
    with (settings.home / "lake.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def attach(
    settings: Settings, *, read_only: bool = False, memory: str = MEMORY, threads: int = THREADS
) -> DuckDBPyConnection:
    """Return an in-memory DuckDB in UTC with the lake attached as `lake`.

    A writer must hold `writing(settings)`; it makes the lake and its landing tables where they are missing.
    Raises StoreUnavailable where there is no lake to read yet.
    """
    if read_only and not settings.lake_catalog.exists():
        raise StoreUnavailable("There is no lake yet; it is made when the first events land.")
    if not read_only:
        settle(settings)
    connection = open_duckdb(memory=memory, threads=threads)
    spill = settings.home.absolute() / "spill"
    connection.execute(f"SET temp_directory = {quoted(spill)}")
    path = f"DATA_PATH {quoted(settings.lake_files)}, OVERRIDE_DATA_PATH true"
    options = f"{path}, {_CATALOG_OPTIONS}{', READ_ONLY' if read_only else ''}"
    connection.execute(f"ATTACH {quoted(f'ducklake:sqlite:{settings.lake_catalog}')} AS lake ({options})")
    if not read_only:
        _make_tables(connection)
    return connection


def open_duckdb(*, memory: str = MEMORY, threads: int = THREADS) -> DuckDBPyConnection:
    """Return an empty in-memory DuckDB in UTC with every extension that the lake needs."""
    import duckdb

    connection = duckdb.connect(
        config={
            "memory_limit": memory,
            "threads": threads,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
        }
    )
    for extension in ("icu", "sqlite_scanner", "ducklake"):
        load(connection, extension)
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    return connection


def load(connection: DuckDBPyConnection, extension: str) -> None:
    """Load an extension from its wheel, or from DuckDB's repository where the wheel is not installed."""
    file = _extension_file(extension)
    if file is None:
        connection.execute(f"INSTALL {extension}")
    connection.execute(f"LOAD {quoted(file) if file else extension}")


def attach_journal(connection: DuckDBPyConnection, settings: Settings) -> None:
    """Attach the journal's database, read-only, as `source`; raises LakeAhead where it is not the lake's."""
    _attach_source(connection, settings)
    _require_one_past(connection)


def _attach_source(connection: DuckDBPyConnection, settings: Settings) -> None:
    from sqlalchemy import make_url

    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite":
        connection.execute(f"ATTACH {quoted(Path(url.database or ''))} AS source (TYPE sqlite, READ_ONLY)")
        return
    load(connection, "postgres_scanner")
    parts: dict[str, object] = {"host": url.host, "port": url.port, "dbname": url.database}
    parts |= {"user": url.username, "password": url.password}
    parts |= {name: value for name, value in url.query.items() if name in {"host", "port", "sslmode"}}
    target = " ".join(f"{name}={_escaped(str(value))}" for name, value in parts.items() if value is not None)
    connection.execute(f"ATTACH {quoted(target)} AS source (TYPE postgres, READ_ONLY)")


def journal_query(connection: DuckDBPyConnection, statement: str) -> str:
    """Return a table expression that lets the journal's own database run a statement.

    The scanner for SQLite reads a whole table whatever the WHERE says; asked this way, SQLite uses its index.
    """
    return f"{journal_kind(connection)}_query('source', {quoted(statement)})"


def journal_kind(connection: DuckDBPyConnection) -> str:
    """Return what the attached journal is: sqlite or postgres."""
    kind = connection.execute("SELECT type FROM duckdb_databases() WHERE database_name = 'source'").fetchone()
    assert kind is not None
    return str(kind[0])


def open_readonly(settings: Settings, *, memory: str = "600MB", threads: int = THREADS) -> DuckDBPyConnection:
    """Return a DuckDB for reading: the catalog `lake`, and the view `events` = landed plus the journal's tail.

    The lake is made first where this is the very first use. The view stays right for as long as the
    connection lives, and reads from the journal what was recorded since it was opened.
    Raises HomeMissing where there is no store, LakeAhead where the two belong to different pasts.
    """
    require_home(settings)
    if not settings.lake_catalog.exists():
        with writing(settings):
            attach(settings).close()
    connection = attach(settings, read_only=True, memory=memory, threads=threads)
    attach_journal(connection, settings)
    since = watermark(connection)
    tail = journal_query(connection, f"SELECT {JOURNAL_COLUMNS} FROM journal WHERE seq > {since}")
    connection.execute(f"CREATE TEMP VIEW journal_tail AS FROM {tail}")
    connection.execute(read_sql(SQL / "events_view.sql").statement)
    return connection


def watermark(connection: DuckDBPyConnection) -> int:
    """Return the seq of the last event that has landed."""
    row = connection.execute("SELECT max(seq) FROM lake.landing.watermark").fetchone()
    assert row is not None
    return int(row[0])


def close_off(connection: DuckDBPyConnection, settings: Settings) -> None:
    """Leave only the lake and the view `events` as of now: no other table, file, address or setting, for good.

    What DuckDB cannot forget are the functions of the SQLite scanner, which reads the lake's catalog and would read any
    other file: whoever runs a stranger's statement looks first at what it calls (`prosa sql` does).
    The journal's database also holds sessions and secrets, so its tail is copied and the database let go.
    """
    connection.execute("CREATE TEMP TABLE journal_copied AS FROM journal_tail")
    connection.execute("CREATE OR REPLACE TEMP VIEW journal_tail AS FROM journal_copied")
    connection.execute("DETACH source")
    folders = ", ".join(quoted(f"{path}/") for path in (settings.lake_files, settings.home.absolute() / "spill"))
    connection.execute(f"SET allowed_directories = [{folders}]")
    for statement in _CLOSED:
        connection.execute(statement)


def _require_one_past(connection: DuckDBPyConnection) -> None:
    """Raise LakeAhead unless the last event that has landed is the journal's, too.

    Compared by its id: a journal restored from an older copy soon grows past the watermark with other events.
    """
    seq = watermark(connection)
    if not seq:
        return
    query = journal_query(connection, f"SELECT event_id FROM journal WHERE seq = {seq}")
    recorded = connection.execute(f"SELECT event_id FROM {query}").fetchall()
    tables = ("lake.landing.events", "lake.landing.deliveries")
    landed = [f"SELECT event_id FROM {table} WHERE seq = {seq}" for table in tables]
    found = connection.execute(" UNION ALL ".join(landed)).fetchall()
    if not recorded or (found and found != recorded):
        raise LakeAhead(
            f"The lake has landed event {seq}, which the journal does not know: one of the two comes from another "
            "backup. Stop Prosa and move lake.sqlite and lake/ away; they are made anew from the journal."
        )


def settle(settings: Settings) -> None:
    """Write down where the files lie now: after a move, or a restore to another path, the catalog names the old place.

    We could do without, but not the analyst who attaches the catalog with DuckDB alone.
    """
    if not settings.lake_catalog.exists():
        return
    with closing(sqlite3.connect(settings.lake_catalog, timeout=10)) as catalog, catalog:
        if not catalog.execute("SELECT 1 FROM sqlite_master WHERE name = 'ducklake_metadata'").fetchone():
            return
        place, where = f"{settings.lake_files}/", "key = 'data_path' AND value <> ?"
        if catalog.execute(f"SELECT 1 FROM ducklake_metadata WHERE {where}", (place,)).fetchone():
            catalog.execute(f"UPDATE ducklake_metadata SET value = ? WHERE {where}", (place, place))


def _make_tables(connection: DuckDBPyConnection) -> None:
    found = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'lake' AND schema_name = 'landing'"
    ).fetchone()
    if found == (0,):
        connection.begin()
        connection.execute(read_sql(SQL / "landing_tables.sql").statement)
        connection.commit()
        for name, value in _FILES.items():
            connection.execute(f"CALL lake.set_option('{name}', '{value}')")


@cache
def _extension_file(extension: str) -> Path | None:
    spec = find_spec(f"duckdb_extension_{extension}")
    folders = spec.submodule_search_locations if spec else None
    found = [file for folder in folders or () for file in Path(folder).rglob(f"{extension}.duckdb_extension")]
    return found[0] if found else None


def quoted(value: object) -> str:
    """Return a value as a text of SQL."""
    return "'" + str(value).replace("'", "''") + "'"


def _escaped(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
