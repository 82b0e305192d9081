"""The top of a report: title, range, what it is compared with, and the switch that waits for calendars."""

from __future__ import annotations

from dashboards import formats
from dashboards.i18n import _
from dashboards.reports.view import View


def show(title: str) -> None:
    """Show the title of a page."""
    import streamlit as st

    st.title(title)


def is_empty(view: View) -> bool:
    """Return whether nothing happened in the range."""
    now = view.ask("conversation_figures").iloc[0]
    return not any(now[each] for each in ("opened", "resolved", "messages_in", "messages_out", "replies"))


def range_line(view: View) -> None:
    """Say which days are shown, on whose clock, compared with what, and why business hours cannot be chosen yet."""
    import streamlit as st

    chosen, before = view.filters, view.filters.previous()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(
            _("{days} ({zone}), compared with {before}").format(
                days=formats.days(chosen.from_day, chosen.to_day, view.locale),
                zone=view.scope.timezone.replace("_", " "),
                before=formats.days(before.from_day, before.to_day, view.locale),
            )
        )
        st.toggle(
            _("Business hours"),
            disabled=True,
            key="business-hours",
            help=_("All times run around the clock. This switch works once the workspace has business calendars."),
        )
