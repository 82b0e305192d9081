"""What the reports ask for is what the pipelines declare."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dashboards import queries
from dashboards.warehouse import Scope, Warehouse
from tests.unit.reports import sample_marts

MARTS = Path(__file__).parents[3] / "pipelines" / "sql" / "marts"
COLUMN = re.compile(r"^-- column: (\w+) ([^:]+):", re.MULTILINE)


def declared() -> dict[str, list[tuple[str, str]]]:
    """Return the columns, with types, that each mart's header declares."""
    return {path.stem: COLUMN.findall(path.read_text("utf-8")) for path in sorted(MARTS.glob("*.sql"))}


@pytest.mark.parametrize("name", queries.names())
def test_every_query_runs_on_the_marts_as_declared(name: str, scope: Scope) -> None:
    connection = sample_marts.unbuilt()
    connection.execute("CREATE SCHEMA lake.marts; CREATE SCHEMA lake.staging")
    connection.execute("CREATE TABLE lake.staging.watermark (seq BIGINT, recorded_at TIMESTAMPTZ)")
    for table, columns in declared().items():
        listed = ", ".join(f"{column} {kind}" for column, kind in columns)
        connection.execute(f"CREATE TABLE lake.marts.{table} ({listed})")
    parameters = {"from_day": date(2026, 1, 1), "to_day": date(2026, 1, 31), "bucket": "day", "group_by": "tag"}
    found = Warehouse(lambda: connection).frame(name, scope, **parameters, which="opened", limit=10)
    assert len(found.columns)


def test_the_sample_has_no_column_that_the_pipelines_do_not_declare(lake: duckdb.DuckDBPyConnection) -> None:
    marts = declared()
    for table, column in lake.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'lake' AND schema_name = 'marts'"
    ).fetchall():
        assert column in dict(marts[table]), f"{table}.{column}"
