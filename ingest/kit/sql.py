"""SQL as it lies in its file: the statement, and what its header says of it.

A header is the run of `-- name: value` lines at the top. `-- column: name TYPE: sentence` may be repeated and
documents one column; every other name occurs once (`grain`, `owner`, `key`, `description` …).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_HEADER = re.compile(r"-- (?P<name>[a-z]+): (?P<value>.+)")
_COLUMN = re.compile(r"(?P<name>\w+) (?P<type>[A-Z]+(?:\[\])?): (?P<doc>.+)")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its name, its type in the lake, and a sentence."""

    name: str
    type: str
    doc: str


@dataclass(frozen=True, slots=True)
class SqlFile:
    """One file: its name without `.sql`, its folder's name, its header, its columns, its statement."""

    name: str
    layer: str
    header: Mapping[str, str]
    columns: tuple[Column, ...]
    statement: str


@cache
def read_sql(path: Path) -> SqlFile:
    """Return a file's statement and header. Raises ValueError where grain or owner is missing."""
    header: dict[str, str] = {}
    columns: list[Column] = []
    lines = path.read_text("utf-8").splitlines()
    start = 0
    for start, line in enumerate(lines):  # noqa: B007  # where the header ends is what is wanted
        if not (match := _HEADER.fullmatch(line)):
            break
        name, value = match["name"], match["value"]
        if name == "column" and (column := _COLUMN.fullmatch(value)):
            columns.append(Column(column["name"], column["type"], column["doc"]))
        else:
            header[name] = value
    if not header.keys() >= {"grain", "owner"}:
        raise ValueError(f"{path.name} must begin with its grain and its owner")
    return SqlFile(path.stem, path.parent.name, header, tuple(columns), "\n".join(lines[start:]).strip())


def read_folder(folder: Path) -> list[SqlFile]:
    """Return every file of a folder, by name."""
    return [read_sql(path) for path in sorted(folder.glob("*.sql"))]
