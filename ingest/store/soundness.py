"""Are the files what they were when they were written? Read every one, whole, and name those that are not."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from ingest.kit.clock import Clock, iso
from ingest.settings import Settings
from ingest.store.home import journal_file
from ingest.store.lake import attach, quoted, writing

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_RESULT = "check.json"
_TABLES = "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'lake'"
Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: when (UTC), how many files it read, and a sentence for each that is damaged."""

    at: str
    files: int
    damaged: tuple[str, ...]
    sums: Mapping[str, str]
    """SHA-256 of the lake's files, which never change; Parquet itself does not notice every flipped bit."""


def check_files(settings: Settings, clock: Clock, report: Report = lambda _: None) -> Checked:
    """Read databases, lake and media, and write down what was found; `report` is told of each file."""
    files, damaged, sums = 0, list[str](), dict[str, str]()
    earlier = last_check(settings)
    for name, problem in _all(settings, earlier.sums if earlier else {}, sums):
        files += 1
        report(name)
        if problem:
            damaged.append(f"{name}: {problem}")
    found = Checked(iso(clock.us()), files, tuple(damaged), sums)
    part = settings.home / f".{_RESULT}"
    part.write_bytes(orjson.dumps(asdict(found)))
    part.replace(settings.home / _RESULT)
    return found


def last_check(settings: Settings) -> Checked | None:
    """Return what the last check found, None where there was none."""
    try:
        told = orjson.loads((settings.home / _RESULT).read_bytes())
        return Checked(told["at"], told["files"], tuple(told["damaged"]), told["sums"])
    except (OSError, ValueError, KeyError):
        return None


def unsound(database: sqlite3.Connection) -> str | None:
    """Return what SQLite finds wrong in a database, None where it is sound."""
    try:
        found = [str(row[0]) for row in database.execute("PRAGMA quick_check(5)")]
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if found == ["ok"] else "; ".join(found)


def _all(settings: Settings, known: Mapping[str, str], sums: dict[str, str]) -> Iterator[tuple[str, str | None]]:
    for path in (journal_file(settings), settings.lake_catalog):
        if path and path.exists():
            with closing(sqlite3.connect(path)) as database:
                yield path.name, unsound(database)
    if settings.lake_catalog.exists():
        yield from _lake(settings, known, sums)
    for path in sorted(each for each in settings.media.glob("??/*") if each.is_file()):
        yield str(path.relative_to(settings.home.absolute())), _other_than(path, path.name)


def _lake(settings: Settings, known: Mapping[str, str], sums: dict[str, str]) -> Iterator[tuple[str, str | None]]:
    import duckdb

    try:
        with closing(attach(settings, read_only=True)) as connection:
            for name in connection.execute(_TABLES).fetchall():
                with writing(settings):  # nobody may sweep away what was just listed
                    for path, size in _files(connection, *name):
                        place = str(path.relative_to(settings.home.absolute()))
                        problem = _unreadable(connection, path, size)
                        if problem is None:
                            sums[place] = known.get(place) or _sum(path)
                            problem = _other_than(path, sums[place])
                        yield place, problem
    except duckdb.Error as error:
        yield settings.lake_catalog.name, _first_line(error)


def _files(connection: DuckDBPyConnection, schema: str, table: str) -> list[tuple[Path, int]]:
    listed = connection.execute(
        "SELECT data_file, data_file_size_bytes, delete_file, delete_file_size_bytes "
        f"FROM ducklake_list_files('lake', {quoted(table)}, schema => {quoted(schema)})"
    ).fetchall()
    pairs = [pair for row in listed for pair in (row[:2], row[2:])]
    return [(Path(path), size) for path, size in pairs if path]


def _unreadable(connection: DuckDBPyConnection, path: Path, size: int) -> str | None:
    import duckdb

    if not path.exists():
        return "it is missing"
    if path.stat().st_size != size:
        return f"it has {path.stat().st_size:,} bytes instead of {size:,}"
    try:
        connection.execute(f"SELECT bit_xor(hash(COLUMNS(*))) FROM read_parquet({quoted(path)})").fetchall()
    except duckdb.Error as error:
        return _first_line(error)
    return None


def _other_than(path: Path, digest: str) -> str | None:
    return None if _sum(path) == digest else "it does not hold what it held when it was written"


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
