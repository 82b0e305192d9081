from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.state.unit import Store
from ingest.channels.simulator.faults import FaultPlan
from ingest.kit.clock import FixedClock
from ingest.store.database import Database
from ingest.store.journal import Journal
from tests.conftest import _fresh
from tests.integration.outbox.street import Street

Build = Callable[..., Street]


@pytest.fixture
def build_street(
    request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock, journal: Journal
) -> Iterator[Build]:
    """Return a maker of streets on one fresh SQLite database."""
    (url,) = _fresh(request, tmp_path, "sqlite")
    database = Database(url)

    def build(faults: FaultPlan | None = None, **graph: Any) -> Street:
        return Street(Store(database, journal, clock), clock, tmp_path, faults or FaultPlan(), **graph)

    yield build
    database.close()


@pytest.fixture
def street(build_street: Build) -> Street:
    """Return a street on a good day."""
    return build_street()
