"""`prosa tables`: the data dictionary, read from the headers of the SQL that makes each table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.kit.sql import Column, SqlFile, read_folder, read_sql

_SQL = Path(__file__).parents[2] / "pipelines" / "sql"
_LAYERS = ("marts", "staging")
_LOG = Path(__file__).parents[2] / "ingest" / "store" / "sql"


@dataclass(frozen=True, slots=True)
class TableDoc:
    """One table, by the name it is asked by: what a row is, who keeps it, what identifies a row, and its columns."""

    name: str
    grain: str
    owner: str
    key: str
    description: str
    columns: tuple[Column, ...]


def dictionary() -> list[TableDoc]:
    """Return everything that can be asked: the log as `events`, derived tables, marts first, and what has landed."""
    derived = [_told(f"lake.{layer}.{each.name}", each) for layer in _LAYERS for each in read_folder(_SQL / layer)]
    return [_told("events", read_sql(_LOG / "events_view.sql")), *derived, *_landed()]


def _told(name: str, file: SqlFile) -> TableDoc:
    header = file.header
    told = (header["grain"], header["owner"], header.get("key", ""), header.get("description", ""))
    return TableDoc(name, *told, file.columns)


def _landed() -> Iterator[TableDoc]:
    """Yield the tables of `lake.landing`; its events have the columns of the view over them."""
    events = _told("lake.landing.events", read_sql(_LOG / "events_view.sql"))
    yield replace(events, grain="one row per event that has landed", description="The log, for ever.")
    deliveries = _told("lake.landing.deliveries", read_sql(_LOG / "land_deliveries.sql"))
    what = "What providers sent, byte for byte, for ever."
    yield replace(deliveries, grain="one row per delivery that has landed", key="workspace_id, key", description=what)
    seq = Column("seq", "BIGINT", "The last event that has landed.")
    yield TableDoc("lake.landing.watermark", "the one row", "ingest", "", "How far the log has landed.", (seq,))


def show_tables(name: str | None = None) -> None:
    """Print all tables, or one with its columns, for a terminal."""
    from rich.console import Console
    from rich.table import Table

    from ingest.domain.errors import NotFound

    docs = [
        each
        for each in dictionary()
        if name is None or name in (each.name, each.name.removeprefix("lake."), each.name.rpartition(".")[2])
    ]
    if not docs:
        raise NotFound(f"There is no table called {name}; `prosa tables` lists all.")
    console = Console()
    if name is None:
        shown = Table("table", "one row", "what it holds")
        for doc in docs:
            shown.add_row(doc.name, doc.grain, doc.description)
        console.print(shown)
        return
    for doc in docs:
        shown = Table("column", "type", "what it says", title=f"{doc.name}: {doc.grain}", caption=doc.description)
        for column in doc.columns:
            shown.add_row(column.name, column.type, column.doc)
        console.print(shown)


def to_markdown() -> str:
    """Return the data dictionary as docs/data-dictionary.md holds it."""
    where = "`pipelines/sql` and `ingest/store/sql`"
    parts = [f"# Data dictionary\n\nGenerated from the headers in {where} by `prosa tables --format markdown`.\n"]
    for doc in dictionary():
        rows = "\n".join(
            f"| `{each.name}` | {each.type} | {each.doc.replace('|', chr(92) + '|')} |" for each in doc.columns
        )
        parts.append(
            f"## {doc.name}\n\n{doc.description}\n\nOne row: {doc.grain}. "
            f"{f'Key: {doc.key}. ' if doc.key else ''}Owner: {doc.owner}.\n\n"
            f"| column | type | what it says |\n| --- | --- | --- |\n{rows}\n"
        )
    return "\n".join(parts)
