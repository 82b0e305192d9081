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
    from pyarrow import Array, ChunkedArray

SQL = Path(__file__).parent / "sql"
ORDER = (
    "staging/house", "marts/dim_workspace", "staging/contact_alias", "staging/identities", "staging/message_changes",
    "staging/conversation_events", "staging/conversations", "staging/messages", "staging/episodes", "marts/fct_message",
    "marts/fct_response", "marts/fct_episode", "marts/fct_conversation", "marts/agent_performance", "marts/dim_inbox",
    "marts/dim_agent", "marts/dim_contact", "staging/customers", "marts/customer_profiles",
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
    "agent_performance": ("fct_message", "fct_response", "fct_episode"),
    "dim_inbox": ("house", "conversations"),
    "dim_agent": ("house",),
    "dim_contact": ("house", "identities", "conversations"),
    "customers": ("messages", "fct_episode", "fct_response"),
    "customer_profiles": ("customers", "dim_contact"),
}  # fmt: skip
"""What each table reads; a table without any reads landing alone."""
_KEPT_IN_MEMORY = 200_000
"""Fresh events up to this number are copied out once instead of being read from the lake for every table."""
_DAYS = {"fct_message": "day", "fct_response": "day", "fct_episode": "resolved_day"}
"""Tables that a day's figures are made from, and their column for it."""

_OURS = "database_name = 'lake' AND schema_name IN ('staging', 'marts')"


@dataclass(frozen=True, slots=True)
class Derived:
    """What one table's run did: the rows it wrote and the seq it now reaches."""

    rows: int
    seq: int


@dataclass
class Derivation:
    """Brings tables of the lake up to date over one writer's connection."""

    connection: DuckDBPyConnection
    _range: tuple[int, int] | None = field(default=None, init=False)
    is_open: bool = field(default=False, init=False)
    _is_broken: bool = field(default=False, init=False)
    _ready: set[str] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        given = ["VARCHAR"] * 3  # DuckDB evaluates the annotations of what it is given; a lambda has none
        self.connection.create_function(
            "conversation_id_of", lambda w, i, c: _conversation_ids(w, i, c), given, "VARCHAR", type="arrow"
        )
        if self._number(f"SELECT count(*) FROM duckdb_tables() WHERE {_OURS}") < len(ORDER) + 2:
            self._make_tables()

    def update(self, path: str) -> Derived:
        """Bring one table up to what has landed; does nothing when it is there already."""
        table = read_sql(SQL / f"{path}.sql")
        since, upto = self.watermark(table.name), lake.watermark(self.connection)
        if since >= upto:
            return Derived(0, upto)
        self._prepare(since, upto)
        with self.transaction():
            rows = self._replace(table, is_first=since == 0)
            self._run(f"DELETE FROM lake.staging.watermark WHERE name = '{table.name}'")
            self._run(f"INSERT INTO lake.staging.watermark VALUES ('{table.name}', {upto})")
        return Derived(rows, upto)

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
        self.connection.begin()
        self.is_open, self._is_broken = True, False
        try:
            yield
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
        return self._number(f"SELECT coalesce(max(seq), 0) FROM lake.staging.watermark WHERE name = '{name}'")

    def rebuild(self, report: Callable[[str], None] = lambda _: None) -> int:
        """Derive every table from landing as if for the first time; returns the events that were read."""
        self._range = None
        with self.transaction():
            for path in ORDER:
                self._run(f"DELETE FROM lake.{path.replace('/', '.')}")
            self._run("DELETE FROM lake.staging.watermark; DELETE FROM lake.staging.restated_days")
            for path in ORDER:
                self.update(path)
                report(path)
        return self._number("SELECT count(*) FROM lake.landing.events")

    def _make_tables(self) -> None:
        with self.transaction():
            for path in ORDER:
                self._run(_definition(read_sql(SQL / f"{path}.sql")))
            self._run("CREATE TABLE IF NOT EXISTS lake.staging.watermark (name VARCHAR, seq BIGINT)")
            self._run("CREATE TABLE IF NOT EXISTS lake.staging.restated_days (workspace_id VARCHAR, day DATE)")

    def is_behind(self) -> bool:
        """Say whether the journal has events that the last table has not seen."""
        newest = lake.journal_query(self.connection, "SELECT seq FROM journal ORDER BY seq DESC LIMIT 1")
        head = self._number(f"SELECT coalesce(max(CAST(seq AS BIGINT)), 0) FROM {newest}")
        return head > self.watermark(ORDER[-1].split("/")[1])

    def broken(self, check: str) -> list[tuple[object, ...]]:
        """Return the rows that speak against a check; none means that it holds."""
        until = f"SELECT count(*) AS n FROM journal WHERE seq <= {lake.watermark(self.connection)}"
        source = lake.journal_query(self.connection, until)
        self._run(f"CREATE OR REPLACE TEMP VIEW journal_count AS SELECT CAST(n AS BIGINT) AS n FROM {source}")
        return list(self.connection.execute(read_sql(SQL / "checks" / f"{check}.sql").statement).fetchall())

    # --- what is new, and what it touches -----------------------------------------------------

    def _prepare(self, since: int, upto: int) -> None:
        if self._range == (since, upto):
            return
        self._range, self._ready = (since, upto), set()
        wanted = f"SELECT * FROM lake.landing.events WHERE seq > {since} AND seq <= {upto}"
        self._run("DROP VIEW IF EXISTS fresh_landed; DROP TABLE IF EXISTS fresh_copied")
        if upto - since <= _KEPT_IN_MEMORY:
            self._run(f"CREATE TEMP TABLE fresh_copied AS {wanted}")
            wanted = "SELECT * FROM fresh_copied"
        self._run(f"CREATE OR REPLACE TEMP VIEW fresh AS {wanted}")

    def _need(self, name: str, path: str | None = None) -> None:
        """Find out once a range what the fresh events touch in one respect."""
        if name not in self._ready:
            self._run(f"CREATE OR REPLACE TEMP TABLE {name} AS {read_sql(SQL / f'{path or name}.sql').statement}")
            self._ready.add(name)

    def _touch(self, table: SqlFile, *, is_first: bool) -> None:
        scope = table.header["scope"]
        if table.name == "conversations" or scope in ("conversation", "contact"):
            self._need("merged_contacts")
        if scope in ("conversation", "contact"):
            if not is_first:
                self._need("changed_messages")
            self._need("touched", "touched_all" if is_first else None)
        if scope == "contact":
            self._need("touched_contacts")

    # --- replacing what was touched -----------------------------------------------------------

    def _replace(self, table: SqlFile, *, is_first: bool) -> int:
        self._touch(table, is_first=is_first)
        target = f"lake.{table.layer}.{table.name}"
        if table.name == "messages":
            known = "FALSE" if is_first else "conversation_id IN (SELECT conversation_id FROM touched)"
            self._run(f"CREATE OR REPLACE TEMP TABLE known_messages AS FROM {target} WHERE {known}")
        self._note_days(table, target)
        source = self._clear(table, target, is_first=is_first)
        rows = self._number(f"INSERT INTO {target} BY NAME {source}")
        self._note_days(table, target)
        return rows

    def _clear(self, table: SqlFile, target: str, *, is_first: bool) -> str:
        """Delete the rows that will be derived again; return what derives them."""
        scope = table.header["scope"]
        if scope == "day":
            self._run("CREATE OR REPLACE TEMP TABLE touched_days AS SELECT DISTINCT * FROM lake.staging.restated_days")
            self._run("DELETE FROM lake.staging.restated_days")
            where = "EXISTS (SELECT 1 FROM touched_days AS t WHERE t.workspace_id = it.workspace_id AND t.day = it.day)"
            self._run(f"DELETE FROM {target} AS it WHERE {where}")
        elif scope == "all":
            self._run(f"DELETE FROM {target}")
        elif is_first or scope == "append":
            return table.statement
        elif scope in ("conversation", "contact"):
            touched = "touched" if scope == "conversation" else "touched_contacts"
            self._run(f"DELETE FROM {target} WHERE {scope}_id IN (SELECT {scope}_id FROM {touched})")
        else:
            self._run(f"CREATE OR REPLACE TEMP TABLE derived AS {table.statement}")
            self._run(f"DELETE FROM {target} WHERE {scope} IN (SELECT {scope} FROM derived)")
            return "FROM derived"
        return table.statement

    def _note_days(self, table: SqlFile, target: str) -> None:
        if (day := _DAYS.get(table.name)) is not None:
            self._run(
                f"INSERT INTO lake.staging.restated_days SELECT DISTINCT workspace_id, {day} FROM {target} "
                f"WHERE {day} IS NOT NULL AND conversation_id IN (SELECT conversation_id FROM touched)"
            )

    def _run(self, statement: str) -> None:
        self.connection.execute(statement)

    def _number(self, statement: str) -> int:
        row = self.connection.execute(statement).fetchone()
        assert row is not None
        return int(row[0])


def _conversation_ids(workspace_ids: ChunkedArray, inbox_ids: ChunkedArray, contact_ids: ChunkedArray) -> Array:
    """Compute the id of each contact's own conversation in an inbox: the one function that SQL lacks."""
    import pyarrow

    given = zip(workspace_ids.to_pylist(), inbox_ids.to_pylist(), contact_ids.to_pylist(), strict=True)
    return pyarrow.array([conversation_id(*each) if None not in each else None for each in given], pyarrow.string())


def _definition(table: SqlFile) -> str:
    columns = ", ".join(f'"{column.name}" {column.type}' for column in table.columns)
    return f"CREATE TABLE IF NOT EXISTS lake.{table.layer}.{table.name} ({columns})"
