"""`prosa tables`: the data dictionary, read from the headers of the SQL that makes each table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.kit.sql import Column, read_folder

_SQL = Path(__file__).parents[2] / "pipelines" / "sql"
_LAYERS = ("marts", "staging")


@dataclass(frozen=True, slots=True)
class TableDoc:
    """One table of the lake: what a row is, who keeps it, what identifies a row, and its columns."""

    name: str
    grain: str
    owner: str
    key: str
    description: str
    columns: tuple[Column, ...]


def dictionary() -> list[TableDoc]:
    """Return every derived table, marts first."""
    return [
        TableDoc(
            f"{layer}.{each.name}",
            each.header["grain"],
            each.header["owner"],
            each.header.get("key", ""),
            each.header.get("description", ""),
            each.columns,
        )
        for layer in _LAYERS
        for each in read_folder(_SQL / layer)
    ]


def show_tables(name: str | None = None) -> None:
    """Print all tables, or one with its columns, for a terminal."""
    from rich.console import Console
    from rich.table import Table

    from ingest.domain.errors import NotFound

    docs = [
        each
        for each in dictionary()
        if name is None or name in (each.name, each.name.partition(".")[2], f"lake.{each.name}")
    ]
    if not docs:
        raise NotFound(f"There is no table called {name}; `prosa tables` lists all.")
    console = Console()
    if name is None:
        shown = Table("table", "one row", "what it holds")
        for doc in docs:
            shown.add_row(f"lake.{doc.name}", doc.grain, doc.description)
        console.print(shown)
        return
    for doc in docs:
        shown = Table("column", "type", "what it says", title=f"lake.{doc.name}: {doc.grain}", caption=doc.description)
        for column in doc.columns:
            shown.add_row(column.name, column.type, column.doc)
        console.print(shown)


def to_markdown() -> str:
    """Return the data dictionary as docs/data-dictionary.md holds it."""
    parts = [
        "# Data dictionary\n\nGenerated from the headers in `pipelines/sql` by `prosa tables --format markdown`.\n"
    ]
    for doc in dictionary():
        rows = "\n".join(
            f"| `{each.name}` | {each.type} | {each.doc.replace('|', chr(92) + '|')} |" for each in doc.columns
        )
        parts.append(
            f"## lake.{doc.name}\n\n{doc.description}\n\nOne row: {doc.grain}. Key: {doc.key}. Owner: {doc.owner}.\n\n"
            f"| column | type | what it says |\n| --- | --- | --- |\n{rows}\n"
        )
    return "\n".join(parts)
