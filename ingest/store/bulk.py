"""Many rows, one statement, without paying SQLAlchemy for each row.

Its parameter processing costs 10 to 15 µs a row, half of what SQLite needs to write it. The statement is
still compiled by SQLAlchemy, once, for the dialect at hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert
from sqlalchemy.dialects import postgresql, sqlite


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that hold a value for every column of the table."""
    _execute(connection, _insert_sql(table, connection.dialect), rows)


def upsert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, or replace every column of those whose primary key is there."""
    _execute(connection, _upsert_sql(table, connection.dialect), rows)


_Sql = tuple[str, tuple[str, ...] | None]


def _execute(connection: Connection, sql: _Sql, rows: Sequence[Mapping[str, Any]]) -> None:
    text, names = sql
    if not rows:
        return
    if names is None:
        connection.exec_driver_sql(text, [dict(row) for row in rows])
    else:
        connection.exec_driver_sql(text, [tuple([row[name] for name in names]) for row in rows])


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
