"""`prosa sql`: ask the lake and the journal's tail, read-only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from ingest.domain.errors import BadInput, NotAllowed
from ingest.settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FORMATS = ("table", "csv", "json", "parquet")
_READING = ("SELECT", "EXPLAIN", "RELATION")
"""Kinds of statement, as DuckDB's parser names them, that change nothing; DESCRIBE and SHOW are SELECTs to it."""
_SHOWN = 200
_HELP = "End a statement with ; — tables are lake.marts.…; `events` is everything up to this second. Ctrl-D leaves."


def run_sql(settings: Settings, statement: str | None, format: str, out: TextIO) -> None:  # noqa: A002  # the option's name
    """Answer one statement, or many at a prompt when there is none; raises BadInput or NotAllowed with a sentence."""
    if format not in FORMATS:
        raise BadInput(f"{format!r} is not a format; choose one of {', '.join(FORMATS)}.")
    if statement is None:
        _converse(settings, format, out)
    else:
        answer_now(settings, statement, format, out)


def answer_now(settings: Settings, statement: str, format: str, out: TextIO) -> None:  # noqa: A002
    """Answer one statement over what is recorded up to this moment."""
    connection = open_closed(settings)
    try:
        answer(connection, statement, format, out)
    finally:
        connection.close()


def open_closed(settings: Settings) -> DuckDBPyConnection:
    """Return a connection that reads the lake and can reach nothing else: no other file, no address, no setting."""
    from ingest.store.lake import close_off, open_readonly

    connection = open_readonly(settings)
    close_off(connection, settings)
    return connection


def answer(connection: DuckDBPyConnection, statement: str, format: str, out: TextIO) -> None:  # noqa: A002
    """Run one reading statement and write its answer; parquet goes to the stream's bytes."""
    import duckdb

    try:
        _refuse_writing(connection, statement)
        _write(connection.execute(statement), format, out)
    except duckdb.Error as error:
        raise BadInput(str(error).strip()) from error


def _refuse_writing(connection: DuckDBPyConnection, statement: str) -> None:
    found = connection.extract_statements(statement)
    if len(found) != 1:
        raise BadInput("Give exactly one statement.")
    if found[0].type.name not in _READING:
        raise NotAllowed(
            f"This is a reading room: {found[0].type.name.replace('_', ' ').lower()} statements are not run here."
        )


def _write(result: Any, format: str, out: TextIO) -> None:  # noqa: A002
    if format == "table":
        _write_table(result, out)
        return
    frame = result.to_arrow_table()
    if format == "csv":
        from pyarrow import csv

        csv.write_csv(frame, out.buffer)
    elif format == "json":
        import orjson

        out.writelines(orjson.dumps(row, default=str).decode() + "\n" for row in frame.to_pylist())
    else:
        from pyarrow import parquet

        parquet.write_table(frame, out.buffer)


def _write_table(result: Any, out: TextIO) -> None:
    from rich.console import Console
    from rich.table import Table

    shown = Table(*(column[0] for column in result.description))
    rows = result.fetchmany(_SHOWN + 1)
    for row in rows[:_SHOWN]:
        shown.add_row(*("" if value is None else str(value) for value in row))
    console = Console(file=out, markup=False)
    console.print(shown)
    if len(rows) > _SHOWN:
        console.print(f"The first {_SHOWN} rows; `--format csv` gives all.")


def _converse(settings: Settings, format: str, out: TextIO) -> None:  # noqa: A002
    import readline

    history = settings.home / "sql_history"
    if history.exists():
        readline.read_history_file(history)
    out.write(f"{_HELP}\n")
    try:
        while (statement := _read()) is not None:
            _answer_kindly(settings, statement, format, out)
    finally:
        _save(readline, history)


def _answer_kindly(settings: Settings, statement: str, format: str, out: TextIO) -> None:  # noqa: A002
    try:
        answer_now(settings, statement, format, out)
    except (BadInput, NotAllowed) as error:
        out.write(f"{error.detail}\n")


def _read() -> str | None:
    lines: list[str] = []
    try:
        while not lines or not lines[-1].rstrip().endswith(";"):
            lines.append(input("prosa> " if not lines else "   ... "))
    except (EOFError, KeyboardInterrupt):
        return None
    return "\n".join(lines)


def _save(readline: Any, history: Path) -> None:
    history.touch(mode=0o600)
    readline.write_history_file(history)
