"""Derivation: the lake's tables follow landing by one watermark, in one commit.

The fresh events name the contacts they touch. All that is known of those contacts' conversations is fetched from the
lake, folded anew in memory together with what is fresh, and the difference is written. A rebuild is the same over
an empty lake, where everything is fresh and nothing known. So a run costs what is new, may be killed at any moment, and
may be repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.domain.identity import conversation_id
from ingest.kit.sql import SqlFile, read_sql
from ingest.store import lake
from ingest.store.lander import Landed, land_with
from pipelines.plan import DAYS, DROPPED_AFTER, SCOPES, SQL, STEPS, TABLES, UPSTREAM

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CHECKS = tuple(sorted(path.stem for path in (SQL / "checks").glob("*.sql")))
"""What must hold of the tables, by name."""
_KEPT_IN_MEMORY = 200_000
"""Fresh events up to this number are copied out once instead of being read from the lake by every step."""
_PATHS = {path.split("/")[1]: path for path in TABLES}
_OURS = "database_name = 'lake' AND schema_name IN ('staging', 'marts')"
_MADE_ON_THE_WAY = {
    "retold": "INSERT INTO told BY NAME FROM retold",
    "repeated": "DELETE FROM told WHERE message_no IN (FROM repeated)",
    "raised": "DELETE FROM outcome WHERE message_no IN (SELECT message_no FROM raised);"
    "INSERT INTO outcome BY NAME FROM raised",
}
"""Steps that change what an earlier one made."""


_JOIN_AS_WRITTEN = "SET disabled_optimizers = 'join_order,build_side_probe_side'"
"""Statements name the large table first. DuckDB cannot tell two tables of as many rows apart and would build its hash
table on the wide one: writing messages costs three times as much then."""


@dataclass
class Derivation:
    """Brings tables of the lake up to date over one writer's connection."""

    connection: DuckDBPyConnection
    _types: set[str] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        given = ["VARCHAR"] * 3  # DuckDB evaluates the annotations of what it is given; a lambda has none
        self.connection.create_function(
            "conversation_id_of", lambda w, i, c: conversation_id(w, i, c), given, "VARCHAR"
        )
        self._run(_JOIN_AS_WRITTEN)
        self._make_tables()

    def bring_up(self, report: Callable[[str], None] = lambda _: None) -> Landed:
        """Land what is new, then bring every table up to it in one commit; see `derive`."""
        landed = self.land()
        self.derive(report)
        return landed

    def land(self) -> Landed:
        """Move what is new from the journal to the lake, in a commit of its own."""
        return land_with(self.connection)

    def derive(self, report: Callable[[str], None] = lambda _: None) -> dict[str, int]:
        """Bring every table up to what has landed; returns the rows written, by table, empty where nothing was new."""
        since, upto = self.watermark(), lake.watermark(self.connection)
        if since >= upto:
            return {}
        with self._commit():
            return self._derive(since, upto, report)

    def rebuild(self, report: Callable[[str], None] = lambda _: None) -> int:
        """Derive every table from landing as if for the first time; returns the events that were read."""
        with self._commit():
            for path in TABLES:
                self._run(f"DELETE FROM lake.{path.replace('/', '.')}")
            self._derive(0, lake.watermark(self.connection), report)
        return self._number("SELECT count(*) FROM lake.landing.events")

    def watermark(self) -> int:
        """Return the seq up to which the tables have been derived, 0 for never."""
        return self._number("SELECT coalesce(max(seq), 0) FROM lake.staging.watermark")

    def broken(self, check: str) -> list[tuple[object, ...]]:
        """Return the rows that speak against a check; none means that it holds."""
        until = f"SELECT count(*) AS n FROM journal WHERE seq <= {lake.watermark(self.connection)}"
        source = lake.journal_query(self.connection, until)
        self._run(f"CREATE OR REPLACE TEMP VIEW journal_count AS SELECT CAST(n AS BIGINT) AS n FROM {source}")
        return list(self.connection.execute(read_sql(SQL / "checks" / f"{check}.sql").statement).fetchall())

    # --- one run ------------------------------------------------------------------------------

    def _derive(self, since: int, upto: int, report: Callable[[str], None]) -> dict[str, int]:
        self._take_fresh(since, upto)
        self._run("CREATE OR REPLACE TEMP TABLE noted_day (day DATE)")
        written: dict[str, int] = {}
        for path in STEPS:
            file = read_sql(SQL / f"{path}.sql")
            if path in TABLES:
                sources = UPSTREAM.get(file.name)
                is_still = sources is not None and not any(written[_PATHS[each]] for each in sources)
                written[path] = 0 if is_still else self._write(file, is_first=since == 0)
            else:
                self._fold(file, is_known=file.layer == "fold" or since > 0)
            self._drop(DROPPED_AFTER.get(path, ()))
            report(path)
        self._move_watermark(upto)
        self._drop(path.split("/")[1] for path in STEPS if path not in TABLES)
        return written

    def _move_watermark(self, upto: int) -> None:
        """Say up to which event, and the instant it was recorded at, the tables are derived."""
        instants = "SELECT recorded_at FROM fresh UNION ALL SELECT recorded_at FROM lake.staging.watermark"
        moved = f"SELECT {upto} AS seq, max(recorded_at) AS recorded_at FROM ({instants})"
        self._run(f"CREATE OR REPLACE TEMP TABLE moved AS {moved}")
        self._run("DELETE FROM lake.staging.watermark; INSERT INTO lake.staging.watermark BY NAME FROM moved")

    def _drop(self, names: Iterable[str]) -> None:
        for name in names:
            self._run(f"DROP TABLE IF EXISTS temp.{name}")

    def _take_fresh(self, since: int, upto: int) -> None:
        wanted = f"SELECT * FROM lake.landing.events WHERE seq > {since} AND seq <= {upto}"
        if upto - since <= _KEPT_IN_MEMORY:
            self._run(f"CREATE OR REPLACE TEMP TABLE fresh_copied AS {wanted}")
            wanted = "SELECT * FROM fresh_copied"
        self._run(f"CREATE OR REPLACE TEMP VIEW fresh AS {wanted}")

    def _fold(self, file: SqlFile, *, is_known: bool) -> None:
        statement = file.statement if is_known else f"SELECT * FROM ({file.statement}) WHERE FALSE"
        self._run(f"CREATE OR REPLACE TEMP TABLE {file.name} AS {statement}")
        if is_known and file.name in _MADE_ON_THE_WAY:
            self._run(_MADE_ON_THE_WAY[file.name])
        if file.name == "said":
            types = self.connection.execute("SELECT DISTINCT type FROM said").fetchall()
            self._types = {str(each) for (each,) in types}

    def _write(self, table: SqlFile, *, is_first: bool) -> int:
        """Write what is new or different of a table; returns how many rows came or went."""
        if not self._is_told(table):
            return 0
        target, scope = f"lake.{table.layer}.{table.name}", table.header["scope"]
        if is_first or scope == "append":
            rows = self._number(f"INSERT INTO {target} BY NAME {table.statement}")
            if rows and (day := DAYS.get(table.name)):
                self._run(f"INSERT INTO noted_day SELECT DISTINCT {day} FROM {target}")
            return rows
        self._run(f"CREATE OR REPLACE TEMP TABLE derived AS {table.statement}")
        self._run(f"CREATE OR REPLACE TEMP TABLE before AS {SCOPES[scope].format(target)}")
        return self._write_difference(table, target)

    def _is_told(self, table: SqlFile) -> bool:
        """Say whether a fresh event is of a type that a table depends on; one that names none depends on all."""
        return "told" not in table.header or not self._types.isdisjoint(table.header["told"].split(", "))

    def _write_difference(self, table: SqlFile, target: str) -> int:
        """Delete what is derived no more and insert what was not there, so that what stays the same costs no file."""
        same = " AND ".join(f"before.{each.name} IS NOT DISTINCT FROM derived.{each.name}" for each in table.columns)
        self._run(f"CREATE OR REPLACE TEMP TABLE gone AS SELECT before.* FROM before ANTI JOIN derived ON {same}")
        self._run(f"CREATE OR REPLACE TEMP TABLE come AS SELECT derived.* FROM derived ANTI JOIN before ON {same}")
        if day := DAYS.get(table.name):
            self._run(f"INSERT INTO noted_day SELECT {day} FROM gone UNION SELECT {day} FROM come")
        gone, come = self._number("SELECT count(*) FROM gone"), self._number("SELECT count(*) FROM come")
        if gone:
            self._run(f"DELETE FROM {target} WHERE rowid IN (SELECT lake_row FROM gone)")
        if come:
            self._run(f"INSERT INTO {target} BY NAME FROM come")
        return gone + come

    # --- the lake -----------------------------------------------------------------------------

    @contextmanager
    def _commit(self) -> Iterator[None]:
        """Make everything inside one commit, so that readers see all tables move together."""
        self.connection.begin()
        try:
            yield
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.commit()

    def _make_tables(self) -> None:
        """Make the tables that their files define; where others lie, all go, to be derived anew from landing."""
        tables = [read_sql(SQL / f"{path}.sql") for path in TABLES]
        wanted = {(table.layer, table.name, column.name) for table in tables for column in table.columns}
        columns = f"SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE {_OURS}"
        found = set(self.connection.execute(columns).fetchall())
        if found == wanted | {("staging", "watermark", name) for name in ("seq", "recorded_at")}:
            return
        with self._commit():
            for layer, name in {(layer, name) for layer, name, _ in found}:
                self._run(f"DROP TABLE lake.{layer}.{name}")
            for table in tables:
                self._run(_definition(table))
        self._give_statistics([f"lake.{table.layer}.{table.name}" for table in tables])

    def _give_statistics(self, names: list[str]) -> None:
        """Put a row into new tables and take it out again; the watermark's table comes last, a sign that all is made.

        DuckLake (1.0) asks its catalog for the statistics of a table that never had a row once a column, every time
        the table is read: 80 ms instead of 20.
        """
        with self._commit():
            for name in names:
                self._run(f"INSERT INTO {name} DEFAULT VALUES")
        with self._commit():
            for name in names:
                self._run(f"DELETE FROM {name}")
            self._run("CREATE TABLE lake.staging.watermark (seq BIGINT, recorded_at TIMESTAMPTZ)")

    def _run(self, statement: str) -> None:
        self.connection.execute(statement)

    def _number(self, statement: str) -> int:
        row = self.connection.execute(statement).fetchone()
        assert row is not None
        return int(row[0])


def _definition(table: SqlFile) -> str:
    columns = ", ".join(f'"{column.name}" {column.type}' for column in table.columns)
    return f"CREATE TABLE lake.{table.layer}.{table.name} ({columns})"
