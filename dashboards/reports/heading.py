"""The top of a report: title, range, what it is compared with, and the switch that waits for calendars."""

from __future__ import annotations

from dashboards import formats
from dashboards.i18n import _
from dashboards.reports.view import View


def show(title: str) -> None:
    """Show the title of a page."""
    import streamlit as st

    st.title(title)


def range_line(view: View, agents: str) -> None:
    """Say what is shown and compared, whom a chosen agent stands for (`agents`), and why business hours must wait."""
    import streamlit as st

    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(" ".join([compared(view), agents] if view.filters.agent_ids else [compared(view)]))
        st.toggle(
            _("Business hours"),
            disabled=True,
            key="business-hours",
            help=_("All times run around the clock. This switch works once the workspace has business calendars."),
        )


def compared(view: View) -> str:
    """Return which days are shown, on whose clock, and with which they are compared."""
    before = view.before
    sentence = (
        _("{days} until {time} ({zone}), compared with the same weekdays until the same time, {before}.")
        if before.cut
        else _("{days} ({zone}), compared with the same weekdays, {before}.")
    )
    return sentence.format(
        days=formats.days(view.filters.from_day, view.filters.to_day, view.locale),
        time=formats.clock(view.now, view.locale),
        zone=view.scope.timezone.replace("_", " "),
        before=formats.days(before.from_day, before.to_day, view.locale),
    )
