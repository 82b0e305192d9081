"""Agent performance: who answered how much, how fast, and how that moves."""

from __future__ import annotations

import streamlit as st

from dashboards import charts
from dashboards.i18n import _
from dashboards.reports import agent_lines, clicks, heading, states, tiles
from dashboards.reports.view import View, opened


@states.guarded()
def render() -> None:
    """Show the page."""
    heading.show(_("Agent performance"))
    view = opened()
    if view is None:
        return
    if agent_lines.everybody(view).empty:
        states.nothing_found()
        return
    heading.range_line(view, _("An agent is whoever wrote or replied; resolved counts for whoever held it then."))
    speed(view)
    resolved(view)
    table(view)
    trends(view)


@states.section(lambda: _("How fast each agent replies"), height=300)
def speed(view: View) -> None:
    """Draw median and nine-of-ten reply times; a dot opens the waits behind it."""
    lines = agent_lines.everybody(view)
    picked = clicks.chart(charts.reply_times(lines, clicks.words(), view.locale), "speed", _("Reply times by agent"))
    if picked:
        agent_lines.rows(view, picked["person"], ("replies", "first_response_median_s"), "speed-rows")


@states.section(lambda: _("Resolved: three counts"), height=140, is_framed=False)
def resolved(view: View) -> None:
    """Draw the three things that "resolved" can mean."""
    st.caption(_("One conversation resolved twice is two resolutions; one contact can have several conversations."))
    tiles.wall(view, "resolved_counts", ("resolved", "resolved_conversations", "resolved_contacts"), "three")


@states.section(lambda: _("Everybody, and nobody, so that sums equal totals"), height=360)
def table(view: View) -> None:
    """Draw the table with its export; a line opens its rows."""
    agent_lines.table(view)


@states.section(lambda: _("Median reply time over the range"), height=200, is_framed=False)
def trends(view: View) -> None:
    """Draw a small line for each agent."""
    agent_lines.multiples(view)


if __name__ == "__main__":  # the console runs a page as a script
    render()
