"""Named queries of the reports: each is one file in `sql/` that says its grain and owner."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "sql"
_HEADER = re.compile(r"\A-- grain: (?P<grain>.+)\n-- owner: (?P<owner>.+)\n")
_PARAMETER = re.compile(r"\$(\w+)")


@dataclass(frozen=True, slots=True)
class Query:
    """One question to the lake: what a row of its answer is, who keeps it, and its SQL as it lies."""

    name: str
    grain: str
    owner: str
    sql: str
    parameters: frozenset[str]


@cache
def query(name: str) -> Query:
    """Return the query of that name. Raises LookupError for an unknown one, ValueError without its header."""
    path = FOLDER / f"{name}.sql"
    if not path.is_file():
        raise LookupError(f"there is no query called {name}")
    text = path.read_text("utf-8")
    header = _HEADER.match(text)
    if header is None:
        raise ValueError(f"{path.name} must begin with its grain and its owner")
    return Query(name, header["grain"], header["owner"], text[header.end() :], frozenset(_PARAMETER.findall(text)))


def names() -> list[str]:
    """Return the names of all queries."""
    return sorted(path.stem for path in FOLDER.glob("*.sql"))
