"""Rows held in memory for one batch of events: read once, changed many times, written once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Delete, Table, Update, and_, bindparam, delete, or_, select, update

from ingest.store.bulk import rows_where, upsert_rows

Key = tuple[Any, ...]
Row = dict[str, Any]
_CHUNK = 200


class Rows:
    """The working set of one table.

    `get` reads through to the table at most once a key; `put` changes a row in memory; `flush` writes
    what changed as one upsert.
    """

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection = connection
        self._table = table
        self._key = [column.name for column in table.primary_key.columns]
        self._empty: Row = {column.name: None for column in table.columns}
        self._rows: dict[Key, Row | None] = {}
        self._dirty: set[Key] = set()
        self._written: dict[Key, None] = {}

    def prefetch(self, keys: Iterable[Key]) -> None:
        """Read the rows of all these keys at once."""
        missing = [key for key in set(keys) if key not in self._rows and None not in key]
        for start in range(0, len(missing), _CHUNK):
            chunk = missing[start : start + _CHUNK]
            self._rows.update(dict.fromkeys(chunk))
            for row in self._those(chunk):
                self._rows[tuple([row[name] for name in self._key])] = row

    def get(self, *key: Any) -> Row | None:
        """Return the row of a key, or None."""
        if key not in self._rows:
            self.prefetch([key])
        return self._rows.get(key)

    def put(self, *key: Any, **values: Any) -> Row:
        """Set columns of a row, making it if need be, and return it."""
        row = self.get(*key)
        if row is None:
            row = self._rows[key] = self._empty | dict(zip(self._key, key, strict=True))
        row.update(values)
        self._dirty.add(key)
        return row

    def adopt(self, rows: Iterable[Row]) -> None:
        """Take rows that were read by another query into the working set, unless already here."""
        for row in rows:
            self._rows.setdefault(tuple([row[name] for name in self._key]), row)

    def absent(self, *key: Any) -> None:
        """Take the caller's word that the table has no such row, unless one is already here."""
        self._rows.setdefault(key, None)

    def where(self, column: str, value: Any) -> list[Row]:
        """Return the rows whose column holds a value, those changed here included; writes what waits first."""
        self.flush()
        found = self.read(column, [value])
        self.adopt(found)
        keys = (tuple(row[name] for name in self._key) for row in found)
        return [row for key in keys if (row := self._rows[key]) is not None]

    def read(self, column: str, values: Sequence[Any]) -> list[Row]:
        """Return the rows whose column holds one of the values, as the table has them."""
        return rows_where(self._connection, self._table, column, values)

    def move(self, column: str, old: Any, new: Any) -> None:
        """Let every row whose column holds `old` hold `new`, here and in the table."""
        for row in self._rows.values():
            if row is not None and row[column] == old:
                row[column] = new
        self._connection.execute(_moving(self._table, column), {"old": old, "new": new})

    def remove(self, *key: Any) -> None:
        """Delete a row now."""
        self._rows[key] = None
        self._dirty.discard(key)
        self._connection.execute(_removing(self._table), dict(zip(self._key, key, strict=True)))

    def flush(self) -> None:
        """Write the changed rows; the working set stays."""
        changed = {key: row for key in sorted(self._dirty) if (row := self._rows[key]) is not None}
        self._dirty.clear()
        self._written.update(dict.fromkeys(changed))
        upsert_rows(self._connection, self._table, list(changed.values()))

    def written(self) -> list[Row]:
        """Return the rows that were written so far, as they are now."""
        return [row for key in self._written if (row := self._rows[key]) is not None]

    def dirty(self) -> list[Row]:
        """Return the rows that wait to be written."""
        return [row for key in self._dirty if (row := self._rows[key]) is not None]

    def _those(self, keys: list[Key]) -> list[Row]:
        if len(self._key) == 1:
            return self.read(self._key[0], [key[0] for key in keys])
        columns = [self._table.c[name] for name in self._key]
        # spelled out: SQLite answers `(a, b) IN (…)` by reading the whole table
        each = (and_(*(column == part for column, part in zip(columns, key, strict=True))) for key in keys)
        found = self._connection.execute(select(self._table).where(or_(*each))).all()
        return [dict(zip(self._empty, row, strict=True)) for row in found]


# Made once a table: to build a statement costs SQLAlchemy as much as SQLite needs to answer it.


@lru_cache(maxsize=256)
def _moving(table: Table, column: str) -> Update:
    return update(table).where(table.c[column] == bindparam("old")).values({column: bindparam("new")})


@lru_cache(maxsize=256)
def _removing(table: Table) -> Delete:
    return delete(table).where(*(column == bindparam(column.name) for column in table.primary_key.columns))
