"""What is read of one conversation costs the same however many others there are, counted in steps of SQLite."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection

from app.access import Actor
from app.inbox import customers, library, repository, thread
from app.state.unit import Store
from tests.bench.house import furnish
from tests.bench.inbox import INBOXES, fill
from tests.builders import WORKSPACE

SOMEBODY = Actor(
    person_id="per_0",
    workspace_id=WORKSPACE,
    role="supervisor",
    inbox_ids=frozenset(f"inb_{number}" for number in range(INBOXES)),
    name="Agent 0",
    language=None,
)
SMALL, FULL = 200, 2_000
READS: dict[str, Callable[[Connection, str, str], object]] = {
    "thread": lambda sql, conversation_id, _: thread.page(sql, _doors(sql, conversation_id), None, 50),
    "conversation": lambda sql, conversation_id, _: repository.present_open(sql, _doors(sql, conversation_id), 0),
    "contact": lambda sql, _, contact_id: library.get_contact(_reading(sql), SOMEBODY, contact_id),
}


def _doors(sql: Connection, conversation_id: str) -> list[repository.Found]:
    return customers.doors(sql, SOMEBODY, repository.get_visible(sql, SOMEBODY, conversation_id))


def _reading(sql: Connection) -> Any:
    return SimpleNamespace(store=SimpleNamespace(read=lambda: nullcontext(sql)))


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Store]:
    return {count: _filled(tmp_path_factory.mktemp(f"of_{count}"), count) for count in (SMALL, FULL)}


def _filled(home: Path, conversations: int) -> Store:
    store = furnish(home)
    fill(store, conversations)
    return store


def _steps(store: Store, read: Callable[[Connection, str, str], object]) -> int:
    """Return how many steps of SQLite's machine a read takes, in tens."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    with store.read() as sql:
        driver = sql.connection.driver_connection
        assert driver is not None
        driver.set_progress_handler(count, 10)
        read(sql, "cnv_00000077", "cnt_00000077")
        driver.set_progress_handler(None, 0)
    return counted


@pytest.mark.parametrize("name", READS)
def test_a_house_ten_times_as_full_costs_no_more(houses: dict[int, Store], name: str) -> None:
    small, full = (_steps(houses[count], READS[name]) for count in (SMALL, FULL))
    assert 0 < full < 1.5 * small
