"""The one way from a page to the lake."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest

from dashboards import queries
from dashboards.warehouse import LakeBroken, LakeMissing, Scope, TooSlow, Warehouse
from ingest.domain.errors import StoreUnavailable
from tests.unit.reports import sample_marts
from tests.unit.reports.reports_stand import scope as scope_like

RANGE: dict[str, Any] = {
    "from_day": date(2026, 8, 1),
    "to_day": date(2026, 11, 20),
    "bucket": "week",
    "group_by": "inbox",
    "which": "opened",
    "limit": 100_000,
}


@pytest.mark.parametrize("name", queries.names())
def test_every_query_says_its_grain_and_owner_and_stays_in_the_workspace(name: str) -> None:
    query = queries.query(name)
    assert query.grain
    assert query.owner == "reports"
    assert "workspace_id" in query.parameters
    assert name in ("freshness", "public_inboxes") or "inbox_ids" in query.parameters


@pytest.mark.parametrize("name", queries.names())
def test_every_query_answers_for_an_empty_lake(name: str, scope: Scope, lake: duckdb.DuckDBPyConnection) -> None:
    stranger = scope_like(workspace_id="w-nobody")
    assert Warehouse(lambda: lake).frame(name, stranger, **RANGE) is not None


@pytest.mark.parametrize(
    "name", [name for name in queries.names() if name.startswith("rows_") or name == "conversation_breakdown"]
)
def test_no_row_of_a_private_inbox_or_another_workspace_comes_out(name: str, house: Warehouse, scope: Scope) -> None:
    found = house.frame(name, scope, **{**RANGE, "inbox_ids": (sample_marts.PRIVATE_INBOX, "i-foreign", "i-sales")})
    column = "label" if name == "conversation_breakdown" else "inbox_id"
    assert set(found[column]) <= {"i-sales"}


def test_asking_only_for_a_hidden_inbox_gives_nothing(house: Warehouse, scope: Scope) -> None:
    found = house.frame("conversation_figures", scope, **{**RANGE, "inbox_ids": (sample_marts.PRIVATE_INBOX,)})
    assert found["opened"][0] == 0


def test_a_page_cannot_bind_another_workspace(house: Warehouse, scope: Scope) -> None:
    ours = house.frame("conversation_figures", scope, **RANGE)
    assert house.frame("conversation_figures", scope, **RANGE, workspace_id=sample_marts.FOREIGN).equals(ours)


def test_sums_over_agents_nobody_included_equal_the_totals(house: Warehouse, scope: Scope) -> None:
    agents = house.frame("agent_figures", scope, **RANGE)
    total = house.frame("conversation_figures", scope, **RANGE).iloc[0]
    assert agents["resolved"].sum() == total["resolved"]
    assert agents["messages"].sum() == total["messages_out"]
    assert agents["replies"].sum() == total["replies"]
    assert agents["unanswered"].sum() == total["unanswered"]


def test_sums_over_inboxes_and_days_equal_the_totals(house: Warehouse, scope: Scope) -> None:
    total = house.frame("conversation_figures", scope, **RANGE).iloc[0]
    for name in ("conversation_breakdown", "conversation_daily"):
        found = house.frame(name, scope, **RANGE)
        assert (found["opened"].sum(), found["resolved"].sum()) == (total["opened"], total["resolved"])


@pytest.mark.parametrize(
    ("query", "parameters", "figure"),
    [
        ("rows_episodes", {"which": "opened"}, "opened"),
        ("rows_episodes", {"which": "resolved"}, "resolved"),
        ("rows_episodes", {"which": "reopened"}, "reopened"),
        ("rows_episodes", {"which": "backlog"}, "backlog"),
        ("rows_responses", {"which": "first_response"}, "first_responses"),
        ("rows_responses", {"which": "reply"}, "replies"),
        ("rows_responses", {"which": "unanswered"}, "unanswered"),
    ],
)
def test_the_rows_behind_a_figure_are_as_many_as_it_says(
    query: str, parameters: dict[str, str], figure: str, house: Warehouse, scope: Scope
) -> None:
    for agents in (None, ("a1", "a3")):
        total = house.frame("conversation_figures", scope, **RANGE, agent_ids=agents).iloc[0]
        assert len(house.frame(query, scope, **{**RANGE, **parameters}, agent_ids=agents)) == total[figure]


def test_percentiles_are_exact_over_single_waits(house: Warehouse, scope: Scope) -> None:
    waits = house.frame("rows_responses", scope, **{**RANGE, "which": "reply"})["reply_s"]
    figures = house.frame("conversation_figures", scope, **RANGE).iloc[0]
    assert figures["reply_median_s"] == pytest.approx(waits.quantile(0.5))
    assert figures["reply_p90_s"] == pytest.approx(waits.quantile(0.9))


def test_an_answer_is_kept_until_the_lake_changes(lake: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    class Counting(Warehouse):
        runs, snapshot = 0, "1"

        def version(self) -> str:
            return self.snapshot

        def _run(self, *args: Any) -> Any:
            self.runs += 1
            return super()._run(*args)

    house = Counting(lambda: lake)
    for _ in range(3):
        house.frame("choices", scope)
    assert house.runs == 1
    house.snapshot, house._seen = "2", None
    house.frame("choices", scope)
    assert house.runs == 2


def test_a_question_that_takes_too_long_is_stopped(lake: duckdb.DuckDBPyConnection) -> None:
    house = Warehouse(lambda: lake, limit_s=0.05)
    with pytest.raises(TooSlow):
        house._run("SELECT count(*) FROM range(100000000) a, range(100000) b WHERE a.range % 7 = b.range % 11", {})


def test_a_lake_without_marts_or_not_made_yet_is_missing_and_a_torn_one_is_broken(scope: Scope) -> None:
    def refused() -> Any:
        raise StoreUnavailable("There is no lake yet.")

    def torn() -> Any:
        raise duckdb.IOException("file is gone")

    for connect, error in ((sample_marts.unbuilt, LakeMissing), (refused, LakeMissing), (torn, LakeBroken)):
        with pytest.raises(error):
            Warehouse(connect).frame("choices", scope)


def test_a_lake_that_appears_later_is_found(lake: duckdb.DuckDBPyConnection, scope: Scope) -> None:
    connections = iter([sample_marts.unbuilt(), lake])
    house = Warehouse(lambda: next(connections))
    with pytest.raises(LakeMissing):
        house.frame("choices", scope)
    assert not house.frame("choices", scope).empty


def test_an_unknown_query_is_refused() -> None:
    with pytest.raises(LookupError):
        queries.query("../secrets")
