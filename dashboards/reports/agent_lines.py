"""What is known of each agent in the range: the lines of the table and the small trends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboards import formats
from dashboards.i18n import _
from dashboards.reports.tables import Column

if TYPE_CHECKING:
    from pandas import DataFrame

    from dashboards.reports.view import View


def lines(view: View) -> DataFrame:
    """Return one line an agent, busiest first, and one for nobody."""
    found = view.ask("agent_figures")
    return found.assign(agent=[view.name("agent", each) for each in found["agent_id"]])


def columns() -> list[Column]:
    """Return the columns of the table; a click on a heading sorts."""
    return [
        Column("agent", _("Agent")),
        Column("messages", _("Messages"), "count"),
        Column("conversations", _("Conversations"), "count"),
        Column("resolved", _("Resolved"), "count"),
        Column("first_response_median_s", _("First response"), "seconds"),
        Column("first_response_p90_s", _("First, 9 of 10"), "seconds"),
        Column("replies", _("Replies"), "count"),
        Column("reply_median_s", _("Reply time"), "seconds"),
        Column("reply_p90_s", _("Reply, 9 of 10"), "seconds"),
        Column("within_1_min", _("≤ 1 min"), "share"),
        Column("within_5_min", _("≤ 5 min"), "share"),
        Column("within_15_min", _("≤ 15 min"), "share"),
        Column("unanswered", _("Unanswered"), "count"),
        Column("resolved_conversations", _("Different conversations"), "count"),
        Column("resolved_contacts", _("Different contacts"), "count"),
    ]


def multiples(view: View) -> None:
    """Show a small line for each agent: the median wait of each step of the range, busiest first."""
    import streamlit as st

    trend = view.ask("agent_trend", bucket="week" if view.filters.length > 21 else "day")
    known = lines(view).dropna(subset=["agent_id", "reply_median_s"])
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
