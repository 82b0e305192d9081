from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingest.store.database import Database
from ingest.store.group_commit import GroupCommit
from ingest.store.journal import Journal


@pytest.fixture
def appender(database: Database, journal: Journal) -> Iterator[GroupCommit]:
    """Return the durable door of a fresh journal, on either kind of database."""
    commit = GroupCommit(database, journal)
    commit.start()
    yield commit
    commit.close()
