"""Many rows, one statement, without paying SQLAlchemy for each row.

Its parameter processing costs 10 to 15 µs a row, half of what SQLite needs to write it. The statement is
still compiled by SQLAlchemy, once, for the dialect at hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Boolean, Connection, Dialect, Table, insert
from sqlalchemy.dialects import postgresql, sqlite

_ROWS = 64
"""Rows of one statement; below that of every driver's limit on parameters (32,766) for tables of 500 columns."""


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that hold a value for every column of the table."""
    _execute(connection, _insert_sql(table, connection.dialect), rows)


def insert_tuples(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows given as values of all columns in the table's order, many in one statement.

    SQLite's driver lets go of the interpreter's lock at each execution and must win it back from the event loop:
    one execution for many rows, not one for each.
    """
    _insert_many(connection, table, rows)


def insert_new_tuples(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> int:
    """Insert rows as `insert_tuples` does, but for those that a unique key refuses; returns how many were inserted."""
    return _insert_many(connection, table, rows, " ON CONFLICT DO NOTHING")


def _insert_many(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]], ending: str = "") -> int:
    count = 0
    for start in range(0, len(rows), _ROWS):
        part = rows[start : start + _ROWS]
        statement = _many_rows(table, connection.dialect.name, len(part), ending)
        count += driver(connection).execute(statement, tuple(chain.from_iterable(part))).rowcount
    return count


def upsert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, or replace every column of those whose primary key is there."""
    _execute(connection, _upsert_sql(table, connection.dialect), rows)


def rows_where(connection: Connection, table: Table, column: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the rows whose column holds one of the values, by column name; not more than a few hundred values."""
    if not values:
        return []
    padded = _padded(values)
    text, names, flags = _rows_where_sql(table, column, connection.dialect.name, len(padded))
    found = [dict(zip(names, row, strict=True)) for row in driver(connection).execute(text, padded).fetchall()]
    for name in flags:
        for row in found:
            row[name] = None if row[name] is None else bool(row[name])
    return found


def known_keys(connection: Connection, workspace_id: str, keys: Sequence[str]) -> list[str]:
    """Return which of these natural keys the journal has in a workspace, by its unique index.

    One workspace at a time: SQLite answers `(workspace_id, key) IN (…)` by reading the whole index.
    """
    padded = _padded(keys)
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    marks = ", ".join([mark] * len(padded))
    statement = f"SELECT key FROM journal WHERE workspace_id = {mark} AND key IN ({marks})"
    return [row[0] for row in driver(connection).execute(statement, (workspace_id, *padded)).fetchall()]


def driver(connection: Connection) -> Any:
    """Return the driver's own connection, inside the same transaction.

    SQLAlchemy adds 60 µs of CPU to a statement; the receiver runs three of them 250 times a second. The driver's
    errors come as they are; `Database.write` knows them.
    """
    return connection.connection.driver_connection


def _padded(values: Sequence[Any]) -> tuple[Any, ...]:
    """Return the values with the last repeated: few lengths, so few statements to prepare."""
    count = len(values)
    return (*values, *[values[-1]] * ((1 << (count - 1).bit_length()) - count))


_Sql = tuple[str, tuple[str, ...] | None]


def _execute(connection: Connection, sql: _Sql, rows: Sequence[Mapping[str, Any]]) -> None:
    text, names = sql
    if not rows:
        return
    if names is None:
        connection.exec_driver_sql(text, [dict(row) for row in rows])
    else:
        connection.exec_driver_sql(text, [tuple([row[name] for name in names]) for row in rows])


@lru_cache(maxsize=512)
def _rows_where_sql(table: Table, column: str, dialect: str, count: int) -> tuple[str, list[str], list[str]]:
    """Return the statement, its columns, and those that SQLite holds as 0 and 1."""
    mark = "?" if dialect == "sqlite" else "%s"
    names = [each.name for each in table.columns]
    flags = [each.name for each in table.columns if isinstance(each.type, Boolean)] if dialect == "sqlite" else []
    text = f"SELECT {', '.join(names)} FROM {table.name} WHERE {column} IN ({', '.join([mark] * count)})"
    return text, names, flags


@lru_cache(maxsize=256)
def _many_rows(table: Table, dialect: str, rows: int, ending: str) -> str:
    mark = "?" if dialect == "sqlite" else "%s"
    row = f"({', '.join([mark] * len(table.columns))})"
    names = ", ".join(column.name for column in table.columns)
    return f"INSERT INTO {table.name} ({names}) VALUES {', '.join([row] * rows)}{ending}"


@lru_cache(maxsize=256)
def _insert_sql(table: Table, dialect: Dialect) -> _Sql:
    return _compiled(insert(table), table, dialect)


@lru_cache(maxsize=256)
def _upsert_sql(table: Table, dialect: Dialect) -> _Sql:
    make = sqlite.insert if dialect.name == "sqlite" else postgresql.insert
    statement = make(table)
    keys = [column.name for column in table.primary_key.columns]
    others = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys}
    return _compiled(statement.on_conflict_do_update(index_elements=keys, set_=others), table, dialect)


def _compiled(statement: Any, table: Table, dialect: Dialect) -> _Sql:
    compiled = statement.compile(dialect=dialect, column_keys=[column.name for column in table.columns])
    return str(compiled), tuple(compiled.positiontup) if compiled.positiontup else None
