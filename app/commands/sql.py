"""`prosa sql`: ask the lake and the journal's tail, read-only."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from app.commands.sql_answer import FORMATS, write
from app.commands.sql_guard import require_reading
from ingest.domain.errors import BadInput, ProsaError
from ingest.settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PATIENCE_S = 600.0
"""A statement that takes longer is stopped: ten minutes are a question asked wrongly."""
_HEADROOM = 3 * 1024**3
"""Bytes of address space that an answer may take beside what is loaded; DuckDB's own limit leaves out much of it."""
_ADVICE = "\n\nPossible solutions"
"""Where DuckDB begins to recommend settings, which are not to be changed here."""
_HELP = "End a statement with ; — tables are lake.marts.…; `events` is everything up to this second. Ctrl-D leaves."


def run_sql(settings: Settings, statement: str | None, format: str, out: TextIO) -> None:  # noqa: A002  # the option's name
    """Answer one statement, or many at a prompt when there is none; raises BadInput or NotAllowed with a sentence."""
    if format not in FORMATS:
        raise BadInput(f"{format!r} is not a format; choose one of {', '.join(FORMATS)}.")
    if format == "parquet" and (statement is None or out.isatty()):
        raise BadInput("Parquet is no text: give the statement with -c and send the output to a file.")
    _bound_memory()
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


def answer(
    connection: DuckDBPyConnection,
    statement: str,
    format: str,  # noqa: A002
    out: TextIO,
    patience_s: float = PATIENCE_S,
) -> None:
    """Run one reading statement and write its answer; parquet goes to the stream's bytes.

    Raises NotAllowed for what does more than read the lake, BadInput for what DuckDB or the format refuses.
    """
    import duckdb
    from pyarrow import ArrowException

    try:
        require_reading(connection, statement)
        _patiently(connection, lambda: write(connection.execute(statement), format, out), patience_s)
    except TimeoutError as error:
        raise BadInput(f"This took more than {patience_s:g} seconds and was stopped.") from error
    except MemoryError as error:
        raise BadInput("The answer is too large for the memory there is; ask for less of it.") from error
    except (duckdb.Error, ArrowException) as error:
        raise BadInput(str(error).partition(_ADVICE)[0].strip()) from error


def _patiently(connection: DuckDBPyConnection, work: Callable[[], None], seconds: float) -> None:
    """Do the work beside, for DuckDB notices neither a clock nor Ctrl-C while it fetches; raises TimeoutError."""
    with ThreadPoolExecutor(1) as beside:
        answer = beside.submit(work)
        try:
            answer.result(seconds)
        finally:
            while not answer.done():
                connection.interrupt()
                wait([answer], 0.1)


def _bound_memory() -> None:
    """Let this process take no more than some more memory than now; a question must not starve the machine."""
    import resource

    import pyarrow.parquet  # noqa: F401  # loaded before it is measured

    taken = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = taken + _HEADROOM
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


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
    except ProsaError as error:
        out.write(f"{error.detail}\n")
    except KeyboardInterrupt:
        out.write("Stopped.\n")
    except Exception as error:  # whatever it is, the next question may still be asked
        out.write(f"{type(error).__name__}: {error}\n")


def _read() -> str | None:
    """Return the next statement, None at the end; Ctrl-C throws away what was typed so far."""
    lines: list[str] = []
    while not lines or not lines[-1].rstrip().endswith(";"):
        try:
            lines.append(input("prosa> " if not lines else "   ... "))
        except EOFError:
            return None
        except KeyboardInterrupt:
            print()
            lines.clear()
    return "\n".join(lines)


def _save(readline: Any, history: Path) -> None:
    history.touch(mode=0o600)
    readline.write_history_file(history)
