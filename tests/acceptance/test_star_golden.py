"""STAR, 5,315 real dialogues: imported, landed and derived once, it gives the numbers computed from its raw files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.kit.clock import FixedClock
from ingest.settings import Settings
from ingest.store.database import Database
from ingest.store.importers.runner import run_import
from ingest.store.importers.star import Star
from ingest.store.journal import Journal
from ingest.store.migrate import migrate
from pipelines.derive import CHECKS, Derivation
from pipelines.resources import opened
from tests import builders as b

STAR = Path(__file__).parents[2] / "../shared/data/star"
pytestmark = [
    pytest.mark.skipif(not STAR.is_dir(), reason="The STAR files are not beside this checkout (../shared/data/star)."),
    pytest.mark.timeout(300),
]


@pytest.fixture(scope="module")
def derived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Derivation]:
    """Give the lake that holds all of STAR."""
    settings = Settings(home=tmp_path_factory.mktemp("star"))
    database = Database(settings.database)
    migrate(database)
    run_import(database, Journal(FixedClock(b.T0)), b.WORKSPACE, Star(STAR))
    database.close()
    with opened(settings) as derivation:
        derivation.bring_up()
        yield derivation


def asked(derivation: Derivation, question: str) -> Any:
    return derivation.connection.execute(question).fetchone()


def waits(column: str) -> str:
    return f"count({column}), median({column}), round(avg({column}), 2), quantile_cont({column}, 0.9)"


def test_every_conversation_has_its_outcome(derived: Derivation) -> None:
    outcomes = "SELECT outcome, count(*) FROM lake.marts.fct_conversation GROUP BY outcome"
    found = dict(derived.connection.execute(outcomes).fetchall())
    assert found == {"complete": 4_651, "abandoned": 564, "disconnected": 100}


def test_durations(derived: Derivation) -> None:
    question = "count(*), median(duration_s), quantile_cont(duration_s, 0.9), count(*) - count(duration_s)"
    assert asked(derived, f"SELECT {question} FROM lake.marts.fct_conversation") == (5_315, 382, 877.5, 99)


def test_agent_reply(derived: Derivation) -> None:
    assert asked(derived, f"SELECT {waits('reply_s')} FROM lake.marts.fct_response") == (42_957, 21, 28.75, 57)


def test_first_response_by_wait_and_by_episode(derived: Derivation) -> None:
    by_wait = asked(derived, f"SELECT {waits('reply_s')} FROM lake.marts.fct_response WHERE kind = 'first'")
    by_episode = asked(derived, f"SELECT {waits('first_response_s')} FROM lake.marts.fct_episode")
    assert by_wait == by_episode
    assert (by_wait[0], by_wait[1], by_wait[3]) == (4_808, 20, 59)


def test_messages_by_origin(derived: Derivation) -> None:
    origins = (
        "SELECT coalesce(origin, direction), count(*) FROM lake.marts.fct_message GROUP BY coalesce(origin, direction)"
    )
    found = dict(derived.connection.execute(origins).fetchall())
    assert found == {"suggestion": 37_181, "typed": 5_776, "inbound": 43_194}


def test_tool_queries_lie_in_landing(derived: Derivation) -> None:
    assert asked(derived, "SELECT count(*) FROM lake.landing.events WHERE type = 'tool.queried'") == (17_594,)


def test_sums_over_agents_are_the_totals(derived: Derivation) -> None:
    sums = "sum(message_count), sum(reply_count), sum(first_response_count), sum(resolved_count), sum(assigned_count)"
    assert asked(derived, f"SELECT {sums} FROM lake.marts.agent_performance") == (42_957, 42_957, 4_808, 5_315, 5_216)


def test_every_check_holds(derived: Derivation) -> None:
    assert not any(derived.broken(name) for name in CHECKS)
