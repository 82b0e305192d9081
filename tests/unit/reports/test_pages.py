"""What a person sees on each report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from dashboards.warehouse import LakeBroken, TooSlow, Warehouse
from ingest.domain.metrics import METRICS
from tests.unit.reports import sample_marts
from tests.unit.reports.reports_stand import scope as scope_like

PAGES = ("conversations", "agents", "customers")


def _text(page: Any) -> str:
    parts = [*page.markdown, *page.caption, *page.warning, *page.error, *page.info, *page.title]
    return "\n".join(str(each.value) for each in parts)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_draws_without_an_exception(page: str, show: Callable[..., Any]) -> None:
    shown = show(page)
    assert not shown.exception
    assert not shown.error
    assert not shown.warning
    assert shown.dataframe


def test_figures_follow_the_inbox_filter_and_the_address_keeps_it(show: Callable[..., Any]) -> None:
    every = show("conversations").metric[0].value
    sales = show("conversations", inbox="Sales")
    assert sales.multiselect(key="inbox").value == ["i-sales"]
    assert int(sales.metric[0].value) < int(every)


def test_a_hidden_inbox_in_the_address_is_ignored(show: Callable[..., Any]) -> None:
    shown = show("conversations", inbox="Complaints")
    assert shown.multiselect(key="inbox").value == []
    assert "Complaints" not in shown.multiselect(key="inbox").options


def test_a_custom_range_comes_from_the_address(show: Callable[..., Any]) -> None:
    shown = show("conversations", range="Custom", days=["2026-11-02", "2026-11-08"])
    assert "Nov 2" in _text(shown)
    assert "Oct 26" in _text(shown)


def test_an_empty_range_says_what_to_do(show: Callable[..., Any]) -> None:
    shown = show("conversations", range="Custom", days=["2020-01-01", "2020-01-07"])
    assert "No conversations in this range" in _text(shown)
    assert not shown.metric
    assert not shown.exception


@pytest.mark.parametrize("page", PAGES)
def test_before_the_first_landing_a_page_says_when_numbers_come(page: str, show: Callable[..., Any]) -> None:
    shown = show(page, over=sample_marts.unbuilt())
    assert "about a minute after the first message" in _text(shown)
    assert not shown.exception


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("error", "said"), [(TooSlow, "shorter range"), (LakeBroken, "could not be read just now")])
def test_a_failing_lake_is_a_sentence_not_a_traceback(
    page: str, error: type[Exception], said: str, show: Callable[..., Any], lake: duckdb.DuckDBPyConnection
) -> None:
    class Failing(Warehouse):
        def frame(self, name: str, *args: Any, **kwargs: Any) -> Any:
            if name not in ("choices", "freshness"):
                raise error
            return super().frame(name, *args, **kwargs)

    shown = show(page, over=Failing(lambda: lake))
    assert said in _text(shown)
    assert not shown.exception


def test_nobody_s_inbox_shows_nobody_s_numbers(show: Callable[..., Any]) -> None:
    shown = show("conversations", reader=scope_like(inbox_ids=()))
    assert "No inbox to report on" in _text(shown)
    assert not shown.metric


def test_who_may_not_open_conversations_sees_no_names(show: Callable[..., Any]) -> None:
    shown = show("customers", reader=scope_like(may_open_conversations=False))
    assert "name" not in shown.dataframe[0].value.columns


def test_an_analyst_reports_on_public_inboxes_and_on_no_private_one(show: Callable[..., Any]) -> None:
    shown = show("conversations", reader=scope_like(inbox_ids=(), may_open_conversations=False))
    assert shown.multiselect(key="inbox").options == ["Sales", "Support", "Website"]


def test_business_hours_wait_for_calendars_and_say_so(show: Callable[..., Any]) -> None:
    toggle = show("conversations").toggle(key="business-hours")
    assert toggle.disabled
    assert "business calendars" in toggle.help


def test_a_tile_opens_its_rows_and_closes_them(show: Callable[..., Any]) -> None:
    shown = show("conversations")
    before = len(shown.dataframe)
    shown.session_state["figure-rows"] = "unanswered"
    shown.run()
    assert len(shown.dataframe) == before + 1
    assert "Unanswered waits" in _text(shown)
    shown.button(key="figure-close").click().run()
    assert len(shown.dataframe) == before


def test_every_figure_on_a_tile_is_a_declared_metric_with_rows_behind_it() -> None:
    from dashboards.reports import drilldown, figures

    assert set(figures.FIGURES) <= set(figures.labels()) <= set(METRICS)
    for name in figures.labels():
        assert drilldown.columns(drilldown.behind(name, "").query, may_open_conversations=True)


def test_a_file_of_rows_holds_what_finds_the_conversation_and_no_name_where_none_may_be_read() -> None:
    from dashboards.reports import drilldown

    ids = {"conversation_id", "episode_number", "contact_id", "channel"}
    for query in ("rows_episodes", "rows_messages", "rows_responses"):
        for may in (True, False):
            fields = {each.field for each in drilldown.columns(query, may)}
            assert ids <= fields
            assert ("contact" in fields) is may
    assert "outcome" in {each.field for each in drilldown.columns("rows_episodes", False)}


def test_side_by_side_can_be_by_tag(show: Callable[..., Any]) -> None:
    shown = show("conversations", by="Tag")
    assert set(shown.dataframe[0].value["name"]) == set(sample_marts.TAGS)


def test_the_table_of_agents_has_nobody_last(show: Callable[..., Any]) -> None:
    assert list(show("agents").dataframe[0].value["agent"].iloc[-2:]) == ["Nobody", "Everybody"]


def test_an_agent_who_only_replied_has_a_page(show: Callable[..., Any], lake: duckdb.DuckDBPyConnection) -> None:
    lake.execute("BEGIN; UPDATE lake.marts.fct_episode SET assignee_id = 'a8' WHERE assignee_id = 'a1'")
    try:
        shown = show("agents", agent="Ana Souza")
        assert "No conversations in this range" not in _text(shown)
        assert list(shown.dataframe[0].value["agent"]) == ["Ana Souza", "Everybody"]
    finally:
        lake.execute("ROLLBACK")


def test_a_range_that_ends_today_says_until_when_it_is_compared(show: Callable[..., Any]) -> None:
    assert "until 12:00 PM (America/Sao Paulo), compared with the same weekdays until the same time" in _text(
        show("conversations", range="Today")
    )
    assert "until" not in _text(show("conversations", range="Last month")).split("compared")[0]


def test_a_chosen_agent_is_explained(show: Callable[..., Any]) -> None:
    assert "held at their end" in _text(show("conversations", agent="Ana Souza"))
    assert "whoever wrote or replied" in _text(show("agents", agent="Ana Souza"))
    assert "held at their end" not in _text(show("conversations"))


def test_a_page_without_a_range_does_not_ask_for_a_wider_one(show: Callable[..., Any]) -> None:
    shown = show("customers", reader=scope_like(inbox_ids=("i-nothing",)))
    assert "No customers" in _text(shown)
    assert "range" not in _text(shown)


def test_a_panel_says_how_many_rows_there_are_and_where_its_files_stop() -> None:
    from dashboards.reports import tables

    assert tables.rows_told(12, "en") == "12 rows"
    assert tables.rows_told(1_234, "en") == "first 500 of 1,234 rows; the files hold all"
    assert "the files hold the first 1,000,000" in tables.rows_told(1_000_001, "en")


def test_rows_that_were_closed_say_so_and_show_no_answer(show: Callable[..., Any]) -> None:
    shown = show("conversations")
    columns = {}
    for figure in ("closed_unanswered", "reply_median_s"):
        shown.session_state["figure-rows"] = figure
        columns[figure] = set(shown.run().dataframe[0].value.columns)
    assert {"closed_at", "censored_s"} <= columns["closed_unanswered"]
    assert "responded_at" not in columns["closed_unanswered"]
    assert "closed_at" not in columns["reply_median_s"]


def test_figures_say_until_when_they_hold_what_was_recorded(house: Warehouse, lake: duckdb.DuckDBPyConnection) -> None:
    newest = lake.execute("SELECT max(message_at) FROM lake.marts.fct_message").fetchall()[0][0]
    assert house.frame("freshness", scope_like())["derived_at"].iloc[0] == newest
    assert house.frame("freshness", scope_like(workspace_id="w-nobody"))["derived_at"].isna().all()
