"""The one way from a page to the lake."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from dashboards import queries
from dashboards.reports import drilldown, tables
from dashboards.reports.filters import Filters
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
    lines = house.frame("agent_figures", scope, **RANGE)
    agents, together = lines[~lines["is_total"]], lines[lines["is_total"]].iloc[0]
    total = house.frame("conversation_figures", scope, **RANGE).iloc[0]
    for name in ("resolved", "messages", "replies", "unanswered", "closed_unanswered"):
        assert agents[name].sum() == together[name] == total[{"messages": "messages_out"}.get(name, name)]
    for name in ("reply_median_s", "reply_mean_s", "reply_p90_s", "first_response_mean_s"):
        assert together[name] == pytest.approx(total[name])


@pytest.mark.parametrize("agents", [None, ("a1", "a3")])
def test_the_rows_of_a_line_of_agents_are_as_many_as_it_says(
    agents: tuple[str, ...] | None, house: Warehouse, scope: Scope
) -> None:
    for line in house.frame("agent_figures", scope, **RANGE, agent_ids=agents).itertuples():
        who = agents if line.is_total else drilldown.person(line.agent_id)
        for metric, said in (
            ("messages_out", line.messages),
            ("resolved", line.resolved),
            ("replies", line.replies),
            ("unanswered", line.unanswered),
            ("closed_unanswered", line.closed_unanswered),
        ):
            rows = drilldown.behind(metric, "", person_ids=who, agent_ids=None)
            assert len(house.frame(rows.query, scope, **{**RANGE, **rows.parameters})) == said


def test_the_rows_of_a_tag_are_as_many_as_it_says(house: Warehouse, scope: Scope) -> None:
    for line in house.frame("conversation_breakdown", scope, **{**RANGE, "group_by": "tag"}).itertuples():
        for metric, said in (("opened", line.opened), ("unanswered", line.unanswered), ("reopen_rate", line.reopened)):
            rows = drilldown.behind(metric, "", tag=line.label)
            assert len(house.frame(rows.query, scope, **{**RANGE, **rows.parameters})) == said


def test_a_trend_has_every_step_of_the_range(house: Warehouse, scope: Scope) -> None:
    trend = house.frame("agent_trend", scope, **{**RANGE, "bucket": "day"})
    assert set(trend.groupby("agent_id").size()) == {112}
    assert trend["reply_median_s"].isna().any()


def test_a_cut_counts_as_if_the_range_had_ended_there(
    lake: duckdb.DuckDBPyConnection, house: Warehouse, scope: Scope
) -> None:
    now = datetime(2026, 11, 20, 11, 0, tzinfo=ZoneInfo(scope.timezone))
    before = Filters(now.date() - timedelta(days=20), now.date()).previous(now)
    whole, cut = (
        house.frame("conversation_figures", scope, **each.parameters()).iloc[0]
        for each in (replace(before, cut=None), before)
    )
    assert cut["opened"] < whole["opened"]
    assert cut["messages_in"] < whole["messages_in"]
    assert before.cut is not None
    waits = lake.execute(
        """SELECT count(*) FROM lake.marts.fct_response
           WHERE workspace_id = ? AND list_contains(?, inbox_id) AND wait_started_us BETWEEN ? AND ? - 1
             AND coalesce(responded_us, closed_us, 9e18) >= ?""",
        [scope.workspace_id, list(scope.inbox_ids), before.cut[0], before.cut[1], before.cut[1]],
    ).fetchall()
    assert cut["unanswered"] == waits[0][0]
    days = house.frame("conversation_daily", scope, **before.parameters(), bucket="week", shift_days=before.shift.days)
    assert days["opened"].sum() == cut["opened"]
    assert {each.weekday() for each in days["bucket"]} == {0}
    assert days["bucket"].max().date() == date(2026, 11, 16)


def test_a_customer_with_a_door_the_reader_does_not_see_is_in_no_sum(
    lake: duckdb.DuckDBPyConnection, house: Warehouse, scope: Scope
) -> None:
    hidden = lake.execute(
        "SELECT customer_id FROM lake.marts.customer_profiles WHERE list_contains(inbox_ids, ?) AND len(inbox_ids) > 1",
        [sample_marts.PRIVATE_INBOX],
    ).fetchall()
    assert hidden
    for wanted in ((), ("i-sales",), (sample_marts.PRIVATE_INBOX,)):
        found = house.frame("customer_rows", scope, limit=100_000, inbox_ids=wanted)
        assert not {each for (each,) in hidden} & set(found["customer_id"])
        for name, column in (("customer_grid", "contacts"), ("customer_languages", "contacts")):
            assert house.frame(name, scope, inbox_ids=wanted)[column].sum() == len(found)
        hours = house.frame("customer_hours", scope, inbox_ids=wanted)
        assert hours["inbound"].sum() == found["inbound_count"].sum()


def test_a_customer_is_under_every_inbox_they_wrote_to(house: Warehouse, scope: Scope) -> None:
    every = house.frame("customer_rows", scope, limit=100_000)
    each = [house.frame("customer_rows", scope, limit=100_000, inbox_ids=(inbox,)) for inbox in scope.inbox_ids]
    assert len(every) < sum(map(len, each))
    assert set(every["customer_id"]) == set().union(*(found["customer_id"] for found in each))


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
        ("rows_responses", {"which": "closed"}, "closed_unanswered"),
        ("rows_messages", {"direction": "inbound"}, "messages_in"),
        ("rows_messages", {"direction": "outbound"}, "messages_out"),
    ],
)
def test_the_rows_behind_a_figure_are_as_many_as_it_says(
    query: str, parameters: dict[str, str], figure: str, house: Warehouse, scope: Scope
) -> None:
    for agents in (None, ("a1", "a3")):
        total = house.frame("conversation_figures", scope, **RANGE, agent_ids=agents).iloc[0]
        found = house.frame(query, scope, **{**RANGE, **parameters}, agent_ids=agents)
        assert len(found) == total[figure]
        few = house.frame(query, scope, **{**RANGE, **parameters, "limit": 3}, agent_ids=agents)
        assert tables.row_count(few) == len(found)


def test_percentiles_are_exact_over_single_waits(house: Warehouse, scope: Scope) -> None:
    waits = house.frame("rows_responses", scope, **{**RANGE, "which": "reply"})["reply_s"]
    figures = house.frame("conversation_figures", scope, **RANGE).iloc[0]
    assert figures["reply_median_s"] == pytest.approx(waits.quantile(0.5))
    assert figures["reply_p90_s"] == pytest.approx(waits.quantile(0.9))
    assert figures["reply_mean_s"] == pytest.approx(waits.mean())
    spans = house.frame("rows_episodes", scope, **{**RANGE, "which": "resolved"})["resolution_s"]
    assert figures["resolution_p90_s"] == pytest.approx(spans.quantile(0.9))
    assert figures["resolution_mean_s"] == pytest.approx(spans.mean())


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
