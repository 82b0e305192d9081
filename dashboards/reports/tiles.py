"""Tiles: a figure, how it changed, what it means, how it was computed, and its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from dashboards import formats
from dashboards.i18n import _
from dashboards.queries import query
from dashboards.reports import drilldown
from ingest.domain.metrics import METRICS

if TYPE_CHECKING:
    from dashboards.reports.view import View

_COLOURS: dict[str, Literal["normal", "inverse", "off"]] = {"higher": "normal", "lower": "inverse", "neutral": "off"}

FIGURES = (
    "opened", "resolved", "backlog", "reopen_rate",
    "first_response_median_s", "first_response_p90_s", "reply_median_s", "reply_p90_s",
    "resolution_median_s", "unanswered", "messages_in", "messages_out",
)  # fmt: skip
"""The tiles of conversation statistics, in the order they are read."""


def labels() -> dict[str, str]:
    """Return what each figure is called on its tile."""
    return {
        "opened": _("Conversations opened"),
        "resolved": _("Conversations resolved"),
        "resolved_conversations": _("Different conversations"),
        "resolved_contacts": _("Different contacts"),
        "messages_in": _("Messages in"),
        "messages_out": _("Messages out"),
        "first_response_median_s": _("First response, median"),
        "first_response_p90_s": _("First response, 9 of 10"),
        "reply_median_s": _("Reply time, median"),
        "reply_p90_s": _("Reply time, 9 of 10"),
        "resolution_median_s": _("Resolution, median"),
        "reopen_rate": _("Reopened"),
        "unanswered": _("Unanswered waits"),
        "backlog": _("Open at the end"),
    }


def wall(view: View, query_name: str, metrics: Sequence[str], key: str) -> None:
    """Show a tile for each metric of a one-row query; a tile's rows open underneath."""
    import streamlit as st

    now, before = view.figures(query_name)
    with st.grid(4, min_column_width=150, gap="small"):
        for name in metrics:
            with st.container(border=True, gap="xsmall"):
                _tile(view, name, now[name], before[name], key)
                _details(view, name, query_name, key)
    if chosen := st.session_state.get(f"{key}-rows"):
        drilldown.panel(view, drilldown.behind(chosen, labels()[chosen]), f"{key}-table")
        st.button(_("Close"), key=f"{key}-close", on_click=_choose, args=(key, None), type="tertiary")


def definition(view: View, name: str, source: str) -> None:
    """Show what a metric means, its SQL and how fresh it is."""
    import streamlit as st

    metric = METRICS[name]
    st.markdown(_(metric.sentence))
    landed = formats.instant(view.landed_at(), view.scope.timezone, view.locale)
    st.caption(
        _("Counted per {grain} · from {column} · newest event {landed}").format(
            grain=_(metric.grain), column=metric.column, landed=landed
        )
    )
    st.code(query(source).sql.strip(), language="sql", height=220)


def _tile(view: View, name: str, now: Any, before: Any, key: str) -> None:
    import streamlit as st

    metric, label = METRICS[name], labels()[name]
    st.caption(label, help=_(metric.sentence))  # wraps on a phone, where a metric's own label is cut
    st.metric(
        label,
        formats.value(now, metric.unit, view.locale),
        formats.change(now, before, metric.unit, view.locale),
        delta_color=_COLOURS[metric.better],
        label_visibility="collapsed",
    )


def _details(view: View, name: str, query_name: str, key: str) -> None:
    import streamlit as st

    with st.popover(_("Details"), type="tertiary", key=f"{key}-{name}", on_change="rerun") as details:
        if details.open:
            st.markdown(f"**{labels()[name]}**")
            definition(view, name, query_name)
            st.button(_("Show the rows"), key=f"{key}-{name}-rows", on_click=_choose, args=(key, name))


def _choose(key: str, name: str | None) -> None:
    import streamlit as st

    st.session_state[f"{key}-rows"] = name
