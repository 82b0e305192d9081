"""Derivation: each table follows landing by its own watermark, in one transaction a table.

What is new (`fresh`) names the conversations, contacts and days it touches; exactly their rows are deleted and
derived again, by the same SQL that derives everything when the watermark is 0. So a run costs what is new, may be
killed at any moment, and may be repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.domain.identity import conversation_id
from ingest.kit.sql import SqlFile, read_sql
from ingest.store import lake
from ingest.store.lander import Landed, land_with

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SQL = Path(__file__).parent / "sql"
ORDER = (
    "staging/house", "marts/dim_workspace", "staging/contact_alias", "staging/identities", "staging/message_changes",
    "staging/conversation_events", "staging/conversations", "staging/messages", "staging/episodes", "marts/fct_message",
    "marts/fct_response", "marts/fct_episode", "marts/fct_conversation", "marts/fct_assignment",
    "marts/agent_performance", "marts/dim_inbox", "marts/dim_agent", "marts/dim_contact", "staging/customers",
    "marts/customer_profiles",
)  # fmt: skip
"""Every table, each after what it reads."""
UPSTREAM: dict[str, tuple[str, ...]] = {
    "house": (), "contact_alias": (), "identities": (), "message_changes": (), "conversation_events": (),
    "dim_workspace": ("house",),
    "conversations": ("contact_alias",),
    "messages": ("conversations", "message_changes", "dim_workspace"),
    "episodes": ("messages", "conversation_events"),
    "fct_message": ("messages", "episodes"),
    "fct_response": ("messages", "episodes"),
    "fct_episode": ("episodes", "fct_message", "fct_response"),
    "fct_conversation": ("messages", "fct_episode"),
    "fct_assignment": ("conversations", "conversation_events", "dim_workspace"),
    "agent_performance": ("fct_message", "fct_response", "fct_episode", "fct_assignment"),
    "dim_inbox": ("house", "conversations"),
    "dim_agent": ("house",),
    "dim_contact": ("house", "identities", "conversations"),
    "customers": ("messages", "fct_episode", "fct_response"),
    "customer_profiles": ("customers", "dim_contact"),
}  # fmt: skip
"""What each table reads; a table without any reads landing alone."""
_KEPT_IN_MEMORY = 200_000
"""Fresh events up to this number are copied out once instead of being read from the lake for every table."""
_NARROW = ("conversation", "contact")
"""Scopes of tables that are derived for what was touched alone, from copies of just that."""
_COPIED = {
    "conversations": "canonical_id IN (SELECT conversation_id FROM within_reach)",
    "conversation_events": "conversation_id IN (SELECT conversation_id FROM conversations)",
} | dict.fromkeys(
    ("messages", "episodes", "fct_message", "fct_response", "fct_episode", "fct_conversation", "fct_assignment"),
    "conversation_id IN (SELECT conversation_id FROM within_reach)",
)
"""What narrow tables read by its bare name, and which of its rows they may need, in the order of copying."""
_DAYS = {"fct_message": "day", "fct_response": "day", "fct_episode": "resolved_day", "fct_assignment": "day"}
"""Tables that a day's figures are made from, and their column for it."""
_PATHS = {path.split("/")[1]: path.replace("/", ".") for path in ORDER}
CHECKS = tuple(sorted(path.stem for path in (SQL / "checks").glob("*.sql")))
"""What must hold of the tables, by name."""
_OWN_COLUMNS = {
    ("staging", "watermark", "name"), ("staging", "watermark", "seq"),
    ("staging", "restated_days", "workspace_id"), ("staging", "restated_days", "day"),
}  # fmt: skip
_OURS = "database_name = 'lake' AND schema_name IN ('staging', 'marts')"


@dataclass(frozen=True, slots=True)
class Derived:
    """What one table's run did: the rows it wrote and the seq it now reaches."""

    rows: int
    seq: int


@dataclass
class Derivation:
    """Brings tables of the lake up to date over one writer's connection.

    Planning a statement over the lake costs ten times what it does over memory. So an increment copies the rows
    within reach of what is new into temporary tables of the same names, which come first in the search path: the
    bare `messages` of a statement is the copy, or all of the lake's where there is none; `lake.staging.messages` is
    always all of it.
    """

    connection: DuckDBPyConnection
    is_open: bool = field(default=False, init=False)
    _range: tuple[int, int] | None = field(default=None, init=False)
    _is_broken: bool = field(default=False, init=False)
    _ready: set[str] = field(default_factory=set, init=False)
    _written: dict[str, int] = field(default_factory=dict, init=False)
    _reached: dict[str, int] = field(default_factory=dict, init=False)
    _landed: int = field(default=0, init=False)
    _types: set[str] = field(default_factory=set, init=False)
    _is_moved: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        given = ["VARCHAR"] * 3  # DuckDB evaluates the annotations of what it is given; a lambda has none
        self.connection.create_function(
            "conversation_id_of", lambda w, i, c: conversation_id(w, i, c), given, "VARCHAR"
        )
        self._make_tables()
        self._run("SET search_path = 'lake.staging,lake.marts'")
        self._run("CREATE TEMP TABLE noted_days (workspace_id VARCHAR, day DATE)")

    def update(self, path: str) -> Derived:
        """Bring one table up to what has landed; does nothing when it is there already."""
        table = read_sql(SQL / f"{path}.sql")
        with self.transaction():
            since, upto = self.watermark(table.name), self._landed
            if since >= upto:
                return Derived(0, upto)
            self._prepare(since, upto)
            is_idle = self._is_unmoved(table) or not self._is_told(table)
            rows = 0 if is_idle else self._replace(table, is_first=since == 0)
            self._written[table.name] = rows
            self._reached[table.name], self._is_moved = upto, True
        return Derived(rows, upto)

    def bring_up(self, report: Callable[[str], None] = lambda _: None) -> Landed:
        """Land what is new and bring every table up to it, in one commit after that of landing."""
        landed = self.land()
        with self.transaction():
            for path in ORDER:
                self.update(path)
                report(path)
        return landed

    def land(self) -> Landed:
        """Move what is new from the journal to the lake, in a commit of its own."""
        return land_with(self.connection)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside one commit, so that readers see all tables move together; may be nested.

        Each table carries its own watermark, so a commit after some tables failed is right, too.
        """
        if self.is_open:
            try:
                yield
            except BaseException:
                self._is_broken = True  # DuckDB refuses to commit after a failed statement
                raise
            return
        self._begin()
        try:
            yield
            if not self._is_broken:
                self._keep()
        except BaseException:
            self._is_broken = True
            raise
        finally:
            self.is_open = False
            if self._is_broken:
                self._range = None
                self.connection.rollback()
            else:
                self.connection.commit()

    def watermark(self, name: str) -> int:
        """Return the seq up to which a table has been derived, 0 for never."""
        if self.is_open:
            return self._reached.get(name, 0)
        return self._number(f"SELECT coalesce(max(seq), 0) FROM lake.staging.watermark WHERE name = '{name}'")

    def rebuild(self, report: Callable[[str], None] = lambda _: None) -> int:
        """Derive every table from landing as if for the first time; returns the events that were read."""
        with self.transaction():
            self._range, self._reached, self._is_moved = None, {}, True
            for path in ORDER:
                self._run(f"DELETE FROM lake.{path.replace('/', '.')}")
            self._run("DELETE FROM lake.staging.restated_days; DELETE FROM noted_days")
            for path in ORDER:
                self.update(path)
                report(path)
        return self._number("SELECT count(*) FROM lake.landing.events")

    def broken(self, check: str) -> list[tuple[object, ...]]:
        """Return the rows that speak against a check; none means that it holds."""
        until = f"SELECT count(*) AS n FROM journal WHERE seq <= {lake.watermark(self.connection)}"
        source = lake.journal_query(self.connection, until)
        self._run(f"CREATE OR REPLACE TEMP VIEW journal_count AS SELECT CAST(n AS BIGINT) AS n FROM {source}")
        return list(self.connection.execute(read_sql(SQL / "checks" / f"{check}.sql").statement).fetchall())

    # --- one commit ---------------------------------------------------------------------------

    def _begin(self) -> None:
        self.connection.begin()
        self.is_open, self._is_broken, self._is_moved = True, False, False
        self._landed = lake.watermark(self.connection)
        found = self.connection.execute("SELECT name, seq FROM lake.staging.watermark").fetchall()
        self._reached = {str(name): int(seq) for name, seq in found}

    def _keep(self) -> None:
        """Write what the next run must know: how far each table is, and days whose figures are still to be restated."""
        if not self._is_moved or not self._reached:
            return
        reached = ", ".join(f"('{name}', {seq})" for name, seq in self._reached.items())
        self._run(f"DELETE FROM lake.staging.watermark; INSERT INTO lake.staging.watermark VALUES {reached}")
        if self._number("SELECT count(*) FROM noted_days"):
            self._run("INSERT INTO lake.staging.restated_days FROM noted_days; DELETE FROM noted_days")

    def _make_tables(self) -> None:
        """Make the tables that their files define; where others lie, all go, to be derived anew from landing."""
        tables = [read_sql(SQL / f"{path}.sql") for path in ORDER]
        wanted = {(table.layer, table.name, column.name) for table in tables for column in table.columns} | _OWN_COLUMNS
        columns = f"SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE {_OURS}"
        found = set(self.connection.execute(columns).fetchall())
        if found == wanted:
            return
        self.connection.begin()
        for layer, name in {(layer, name) for layer, name, _ in found}:
            self._run(f"DROP TABLE lake.{layer}.{name}")
        for table in tables:
            self._run(_definition(table))
        self._run("CREATE TABLE lake.staging.watermark (name VARCHAR, seq BIGINT)")
        self._run("CREATE TABLE lake.staging.restated_days (workspace_id VARCHAR, day DATE)")
        self.connection.commit()

    # --- what is new, and what it touches -----------------------------------------------------

    def _prepare(self, since: int, upto: int) -> None:
        if self._range == (since, upto):
            return
        self._range, self._ready, self._written = (since, upto), set(), {}
        wanted = f"SELECT * FROM lake.landing.events WHERE seq > {since} AND seq <= {upto}"
        self._run("DROP VIEW IF EXISTS fresh; DROP TABLE IF EXISTS fresh_copied")
        self._run("; ".join(f"DROP TABLE IF EXISTS temp.{name}" for name in _COPIED))
        if upto - since <= _KEPT_IN_MEMORY:
            self._run(f"CREATE TEMP TABLE fresh_copied AS {wanted}")
            wanted = "SELECT * FROM fresh_copied"
        self._run(f"CREATE TEMP VIEW fresh AS {wanted}")
        self._types = {str(each) for (each,) in self.connection.execute("SELECT DISTINCT type FROM fresh").fetchall()}

    def _need(self, name: str, path: str | None = None) -> None:
        """Find out once a range what the fresh events touch in one respect."""
        if name in self._ready:
            return
        file = read_sql(SQL / f"{path or name}.sql")
        statement = file.statement if self._is_told(file) else "SELECT CAST(NULL AS VARCHAR) AS contact_id WHERE FALSE"
        self._run(f"CREATE OR REPLACE TEMP TABLE {name} AS {statement}")
        self._ready.add(name)

    def _is_told(self, file: SqlFile) -> bool:
        """Say whether a fresh event is of a type that a file depends on; a file that names none depends on all."""
        return "told" not in file.header or not self._types.isdisjoint(file.header["told"].split(", "))

    def _touch(self, table: SqlFile, *, is_first: bool) -> None:
        scope = table.header["scope"]
        if table.name == "conversations" or scope in _NARROW:
            self._need("merged_contacts")
        if scope not in _NARROW:
            return
        if is_first:
            self._need("touched", "touched_all")
        else:
            self._need("changed_messages")
            self._need("touched")
        if scope == "contact" or not is_first:
            self._need("touched_contacts")
        if not is_first:
            self._copy()

    def _copy(self) -> None:
        if "within_reach" in self._ready:
            return
        self._need("within_reach")
        for name, where in _COPIED.items():
            self._run(f"CREATE TEMP TABLE {name} AS FROM lake.{_PATHS[name]} WHERE {where}")

    def _is_unmoved(self, table: SqlFile) -> bool:
        """Say of a table derived as a whole that nothing it reads was written since."""
        reads = UPSTREAM[table.name]
        return table.header["scope"] == "all" and bool(reads) and all(self._written.get(name) == 0 for name in reads)

    # --- replacing what was touched -----------------------------------------------------------

    def _replace(self, table: SqlFile, *, is_first: bool) -> int:
        self._touch(table, is_first=is_first)
        target, scope = f"lake.{table.layer}.{table.name}", table.header["scope"]
        if table.name == "messages":
            known = "FALSE" if is_first else "conversation_id IN (SELECT conversation_id FROM touched)"
            self._run(f"CREATE OR REPLACE TEMP TABLE known_messages AS FROM messages WHERE {known}")
        if scope == "day":
            return self._restate(table, target)
        if scope == "all":
            return self._number(f"DELETE FROM {target}; INSERT INTO {target} BY NAME {table.statement}")
        if is_first:
            rows = self._number(f"INSERT INTO {target} BY NAME {table.statement}")
            self._note_days(table, target)
            return rows
        self._run(f"CREATE OR REPLACE TEMP TABLE derived AS {table.statement}")
        if scope in _NARROW:
            self._swap(table, target)
        elif scope != "append" and self._number("SELECT count(*) FROM derived"):
            self._run(f"DELETE FROM {target} WHERE {scope} IN (SELECT {scope} FROM derived)")
        rows = self._number("SELECT count(*) FROM derived")
        if rows:
            self._run(f"INSERT INTO {target} BY NAME FROM derived")
        return rows

    def _swap(self, table: SqlFile, target: str) -> None:
        """Delete the touched rows in the lake, and put what was derived into the copy in place of them."""
        scope = table.header["scope"]
        where = f"{scope}_id IN (SELECT {scope}_id FROM touched{'' if scope == 'conversation' else '_contacts'})"
        is_copied = table.name in _COPIED
        if is_copied:
            self._run(f"CREATE OR REPLACE TEMP TABLE before AS FROM {table.name} WHERE {where}")
            if (day := _DAYS.get(table.name)) is not None:
                self._run(f"INSERT INTO noted_days {_changed_days(day)}")
        if not is_copied or self._number("SELECT count(*) FROM before"):
            self._run(f"DELETE FROM {target} WHERE {where}")
            if is_copied:
                self._run(f"DELETE FROM temp.{table.name} WHERE {where}")
        if is_copied:
            self._run(f"INSERT INTO temp.{table.name} BY NAME FROM derived")

    def _restate(self, table: SqlFile, target: str) -> int:
        """Derive the figures of the noted days anew."""
        noted = "FROM noted_days UNION FROM lake.staging.restated_days"
        self._run(f"CREATE OR REPLACE TEMP TABLE touched_days AS {noted}")
        self._run("DELETE FROM noted_days; DELETE FROM lake.staging.restated_days")
        where = "EXISTS (SELECT 1 FROM touched_days AS t WHERE t.workspace_id = it.workspace_id AND t.day = it.day)"
        self._run(f"DELETE FROM {target} AS it WHERE {where}")
        return self._number(f"INSERT INTO {target} BY NAME {table.statement}")

    def _note_days(self, table: SqlFile, target: str) -> None:
        if (day := _DAYS.get(table.name)) is not None:
            days = f"SELECT DISTINCT workspace_id, {day} FROM {target} WHERE {day} IS NOT NULL"
            self._run(f"INSERT INTO noted_days {days}")

    def _run(self, statement: str) -> None:
        self.connection.execute(statement)

    def _number(self, statement: str) -> int:
        row = self.connection.execute(statement).fetchone()
        assert row is not None
        return int(row[0])


def _changed_days(day: str) -> str:
    """Return the days on which a row came, went or changed."""
    gone, come = (
        "SELECT * FROM before EXCEPT ALL SELECT * FROM now",
        "SELECT * FROM now EXCEPT ALL SELECT * FROM before",
    )
    now = "SELECT * FROM before WHERE FALSE UNION ALL BY NAME FROM derived"
    return (
        f"WITH now AS ({now}) SELECT DISTINCT workspace_id, {day} "
        f"FROM (({gone}) UNION ALL ({come})) AS changed WHERE {day} IS NOT NULL"
    )


def _definition(table: SqlFile) -> str:
    columns = ", ".join(f'"{column.name}" {column.type}' for column in table.columns)
    return f"CREATE TABLE lake.{table.layer}.{table.name} ({columns})"
