"""Rows held in memory for one batch of events: read once, changed many times, written once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, or_, select

from ingest.store.bulk import upsert_rows

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

    def prefetch(self, keys: Iterable[Key]) -> None:
        """Read the rows of all these keys at once."""
        missing = [key for key in set(keys) if key not in self._rows and None not in key]
        for start in range(0, len(missing), _CHUNK):
            chunk = missing[start : start + _CHUNK]
            self._rows.update(dict.fromkeys(chunk))
            for row in self._connection.execute(select(self._table).where(self._among(chunk))).mappings():
                self._rows[tuple(row[name] for name in self._key)] = dict(row)

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
            self._rows.setdefault(tuple(row[name] for name in self._key), dict(row))

    def absent(self, *key: Any) -> None:
        """Take the caller's word that the table has no such row, unless one is already here."""
        self._rows.setdefault(key, None)

    def remove(self, *key: Any) -> None:
        """Delete a row now."""
        self._rows[key] = None
        self._dirty.discard(key)
        self._connection.execute(delete(self._table).where(self._among([key])))

    def flush(self) -> list[Row]:
        """Write the changed rows and return them; the working set stays."""
        changed = [row for key in sorted(self._dirty) if (row := self._rows[key]) is not None]
        self._dirty.clear()
        upsert_rows(self._connection, self._table, changed)
        return changed

    def dirty(self) -> list[Row]:
        """Return the rows that wait to be written."""
        return [row for key in self._dirty if (row := self._rows[key]) is not None]

    def forget(self) -> None:
        """Drop the working set; flush first."""
        self._rows.clear()

    def _among(self, keys: list[Key]) -> Any:
        columns = [self._table.c[name] for name in self._key]
        if len(columns) == 1:
            return columns[0].in_([key[0] for key in keys])
        # spelled out: SQLite answers `(a, b) IN (…)` by reading the whole table
        return or_(*(and_(*(column == part for column, part in zip(columns, key, strict=True))) for key in keys))
