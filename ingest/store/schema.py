"""What all tables are made of: one metadata, and the few kinds of column there are.

Instants are `…_us`; JSON is text, so that SQLite, PostgreSQL and DuckDB read it alike.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    MetaData,
    Text,
    text,
)

metadata = MetaData()


def text_(name: str, **options: Any) -> Column[str]:
    """Return a text column that may be empty."""
    return Column(name, Text, **options)


def us(name: str, **options: Any) -> Column[int]:
    """Return a column of instants in microseconds."""
    return Column(name, BigInteger, **options)


def required(name: str, **options: Any) -> Column[str]:
    """Return a text column that is always filled."""
    return Column(name, Text, nullable=False, **options)


def some(name: str, condition: str, *columns: str) -> Index:
    """Return an index of only those rows that meet a condition."""
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))
