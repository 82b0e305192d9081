"""Customers: who writes lately and often, in which language, at which hours."""

from __future__ import annotations

import streamlit as st

from dashboards import charts, formats
from dashboards.i18n import _
from dashboards.reports import clicks, customer_lines, heading, states
from dashboards.reports.view import View, opened


@states.guarded()
def render() -> None:
    """Show the page."""
    heading.show(_("Customers"))
    view = opened(is_dated=False)
    if view is None:
        return
    if view.ask("customer_languages").empty:
        states.nobody_found()
        return
    st.caption(_("Customers are counted here when you see every inbox they write to."))
    grid(view)
    left, right = st.columns(2)
    with left:
        languages(view)
    with right:
        hours(view)


@states.section(lambda: _("Lately and often"), height=320)
def grid(view: View) -> None:
    """Draw contacts by recency and frequency; a cell narrows the table under it."""
    found = view.ask("customer_grid")
    picked = clicks.chart(
        charts.recency_frequency(found, clicks.words()), "lately", _("Contacts by recency and frequency")
    )
    scores = {each: int(picked[each]) for each in ("recency_score", "frequency_score") if each in picked}
    customer_lines.table(view, scores)


@states.section(lambda: _("Languages"), height=320)
def languages(view: View) -> None:
    """Draw how many contacts write in each language."""
    found = view.ask("customer_languages")
    named = found.assign(language=[formats.language(each, view.locale) for each in found["language"]])
    clicks.plain(charts.bars_by_name(named, "language", "contacts", clicks.words()), _("Contacts by language"))


@states.section(lambda: _("Hours of the day"), height=320)
def hours(view: View) -> None:
    """Draw when contacts write, on the workspace's clock."""
    clicks.plain(charts.bars_by_hour(view.ask("customer_hours"), clicks.words()), _("Messages by hour of the day"))


if __name__ == "__main__":  # the console runs a page as a script
    render()
