"""What is known of each agent in the range: the lines of the table, their rows, and the small trends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboards import formats
from dashboards.i18n import _
from dashboards.reports import drilldown, tables
from dashboards.reports.tables import Column

if TYPE_CHECKING:
    from pandas import DataFrame

    from dashboards.reports.view import View

_TOTAL = "total"
_ROWS = ("messages_out", "replies", "first_response_median_s", "resolved", "unanswered", "closed_unanswered")


def lines(view: View) -> DataFrame:
    """Return one line an agent, busiest first, then one for nobody and one for all together.

    `person` is what narrows rows to those of the line.
    """
    found = view.ask("agent_figures")
    ids = list(zip(found["agent_id"], found["is_total"], strict=True))
    return found.assign(
        agent=[_("Everybody") if is_total else view.name("agent", each) for each, is_total in ids],
        person=[_TOTAL if is_total else drilldown.person(each)[0] for each, is_total in ids],
    )


def everybody(view: View) -> DataFrame:
    """Return the lines without the one for all together; none when nothing happened in the range."""
    found = lines(view)
    return found[~found["is_total"].astype(bool)]


def columns() -> list[Column]:
    """Return the columns of the table; a click on a heading sorts."""
    return [
        Column("agent", _("Agent")),
        Column("messages", _("Messages"), "count"),
        Column("conversations", _("Conversations"), "count"),
        Column("resolved", _("Resolved"), "count"),
        Column("replies", _("Replies"), "count"),
        Column("unanswered", _("Unanswered"), "count"),
        Column("closed_unanswered", _("Closed without an answer"), "count"),
        Column("first_response_median_s", _("First response, median"), "seconds"),
        Column("first_response_mean_s", _("First response, mean"), "seconds"),
        Column("first_response_p90_s", _("First response, 9 of 10"), "seconds"),
        Column("reply_median_s", _("Reply time, median"), "seconds"),
        Column("reply_mean_s", _("Reply time, mean"), "seconds"),
        Column("reply_p90_s", _("Reply time, 9 of 10"), "seconds"),
        Column("within_1_min", _("≤ 1 min"), "share"),
        Column("within_5_min", _("≤ 5 min"), "share"),
        Column("within_15_min", _("≤ 15 min"), "share"),
        Column("resolved_conversations", _("Different conversations"), "count"),
        Column("resolved_contacts", _("Different contacts"), "count"),
        Column("agent_id", _("Agent id"), is_shown=False),
    ]


def table(view: View) -> None:
    """Show the lines; files hold all but the last, which a sum over them would count twice."""
    found, shown = lines(view), columns()
    at = tables.show(view, found, shown, "agents", select=True)
    single = everybody(view)
    tables.downloads(view, "agents", shown, lambda: single, "agents-file")
    if at is not None:
        rows(view, found["person"].iloc[at], _ROWS, "agents-rows")


def rows(view: View, who: str, metrics: Sequence[str], key: str) -> None:
    """Show the rows of one line. They are what the person did, whoever held the conversation."""
    name = _("Everybody") if who == _TOTAL else view.name("agent", who or None)
    ids = view.filters.agent_ids or None if who == _TOTAL else (who,)
    drilldown.choice(view, metrics, name, key, agent_ids=None, person_ids=ids)


def multiples(view: View) -> None:
    """Show a small line for each agent: the median wait of each step of the range, broken where nobody replied."""
    import streamlit as st

    trend = view.ask("agent_trend", bucket="week" if view.filters.length > 21 else "day")
    known = everybody(view).dropna(subset=["agent_id", "reply_median_s"])
    before = view.ask_before("agent_figures").set_index("agent_id")["reply_median_s"].to_dict()
    with st.grid(4, min_column_width=150, gap="small"):
        for line in known.itertuples():
            steps = trend.loc[trend["agent_id"] == line.agent_id, "reply_median_s"] / 60
            st.metric(
                line.agent,
                formats.duration(line.reply_median_s, view.locale),
                formats.change(line.reply_median_s, before.get(line.agent_id), "seconds", view.locale),
                delta_color="inverse",
                chart_data=[round(each, 1) for each in steps],
                chart_type="line",
                border=True,
                help=_("{count} replies; the line is in minutes").format(
                    count=formats.count(line.replies, view.locale)
                ),
            )
