"""What may be asked at `prosa sql`: one statement that reads, of the lake and of nothing else.

Judged by DuckDB's own parse tree, not by the text. Table functions are on a list of those allowed, for every other one
reads a file, opens a database, runs SQL out of a string or shows what is configured; the scanner that reads the lake's
catalog would read any SQLite file, and DuckDB cannot be told to leave files alone while it needs some.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ingest.domain.errors import BadInput, NotAllowed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TABLE_FUNCTIONS = frozenset(
    (
        "range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree",
        "duckdb_columns", "duckdb_constraints", "duckdb_functions",
        "duckdb_keywords", "duckdb_schemas", "duckdb_tables", "duckdb_types", "duckdb_views", "pragma_table_info",
        "pragma_version", "pg_timezone_names", "icu_calendar_names", "snapshots", "current_snapshot",
        "last_committed_snapshot", "table_info", "table_changes", "table_insertions", "table_deletions",
        "ducklake_snapshots", "ducklake_current_snapshot", "ducklake_last_committed_snapshot",
        "ducklake_table_info", "ducklake_table_changes", "ducklake_table_insertions", "ducklake_table_deletions",
    )
)  # fmt: skip
"""Those that compute, or tell of the lake's tables and its past."""
_SCALARS = re.compile(r"getenv|write_log|read_\w+|http_\w+|json_execute_serialized_sql", re.IGNORECASE)
"""Functions of values that reach beyond the lake, in this DuckDB or in its shell."""
_FILE = re.compile(r"[/\\.*?:]")
"""No table here has such a name; DuckDB takes one for a file."""
_BLANK = r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)"
_EXPLAIN = re.compile(rf"{_BLANK}*EXPLAIN\b{_BLANK}*(?:\([^()]*\)|ANALYZE\b)?(?P<rest>.*)", re.IGNORECASE | re.DOTALL)


def require_reading(connection: DuckDBPyConnection, statement: str) -> None:
    """Raise NotAllowed for what does more than read the lake, BadInput for more or less than one statement.

    Raises duckdb.Error where the text is no SQL.
    """
    found = connection.extract_statements(statement)
    if len(found) != 1:
        raise BadInput("Give exactly one statement. (A PIVOT needs its values: ON … IN (…).)")
    kind = found[0].type.name
    if kind == "EXPLAIN" and (explained := _EXPLAIN.fullmatch(statement)):
        require_reading(connection, explained["rest"])
        return
    tree = _tree(connection, statement) if kind == "SELECT" else None
    if tree is None:
        raise NotAllowed(
            f"This is a reading room: it answers SELECT, DESCRIBE, SHOW, SUMMARIZE and the EXPLAIN of those, "
            f"and runs no {_called(statement)}."
        )
    for node in _nodes(tree):
        _require_inside(node)


def _tree(connection: DuckDBPyConnection, statement: str) -> Any:
    """Return the parse tree, None for what is no SELECT as written: a PRAGMA becomes one on the way."""
    import json

    row = connection.execute("SELECT json_serialize_sql(?)", [statement]).fetchone()
    told = json.loads(row[0]) if row else {"error": True}
    return None if told["error"] else told["statements"]


def _called(statement: str) -> str:
    word = re.match(rf"{_BLANK}*(\w+)", statement, re.DOTALL)
    return word[1].upper() if word else "such statement"


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    waiting = [tree]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            yield each
        waiting.extend(each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())


def _require_inside(node: dict[str, Any]) -> None:
    kind = node.get("type")
    if kind == "TABLE_FUNCTION":
        name = node["function"].get("function_name", "")
        if name.lower() not in TABLE_FUNCTIONS:
            raise NotAllowed(f"{name}() is not answered here: only the lake is read; `prosa tables` lists it.")
    elif kind in ("BASE_TABLE", "SHOW_REF"):
        if _FILE.search(node.get("table_name", "")):
            raise NotAllowed("Files are not read here, only the lake; `prosa tables` lists it.")
    elif node.get("class") == "FUNCTION" and _SCALARS.fullmatch(node.get("function_name", "")):
        raise NotAllowed(f"{node['function_name']}() is not answered here.")
