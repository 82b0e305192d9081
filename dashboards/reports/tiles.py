"""Tiles: a figure, how it changed, what it means, how it was computed, and its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from dashboards import formats
from dashboards.i18n import _
from dashboards.queries import query
from dashboards.reports import drilldown, figures, tables
from dashboards.reports.tables import Column
from ingest.domain.metrics import METRICS

if TYPE_CHECKING:
    from pandas import DataFrame

    from dashboards.reports.view import View

_COLOURS: dict[str, Literal["normal", "inverse", "off"]] = {"higher": "normal", "lower": "inverse", "neutral": "off"}


def wall(view: View, query_name: str, metrics: Sequence[str], key: str) -> None:
    """Show a tile for each metric of a one-row query; a tile's rows open underneath."""
    import streamlit as st

    now, before = view.figures(query_name)
    with st.grid(min(len(metrics), 4), min_column_width=150, gap="small"):
        for name in metrics:
            with st.container(border=True, gap="xsmall", height="stretch"):
                _tile(view, name, now[name], before[name], key)
                _details(view, name, query_name, key)
    table = _as_table(metrics, now, before)
    tables.downloads(view, "key figures", _columns(), lambda: table, f"{key}-file")
    if chosen := st.session_state.get(f"{key}-rows"):
        drilldown.panel(view, drilldown.behind(chosen, figures.labels()[chosen]), f"{key}-table")
        st.button(_("Close"), key=f"{key}-close", on_click=_choose, args=(key, None), type="tertiary")


def _columns() -> list[Column]:
    return [
        Column("label", _("Figure")),
        Column("now", _("In the range")),
        Column("before", _("Before")),
        Column("unit", _("Unit")),
        Column("name", _("Metric")),
    ]


def _as_table(metrics: Sequence[str], now: Mapping[str, Any], before: Mapping[str, Any]) -> DataFrame:
    import pandas as pd

    called = figures.labels()
    return pd.DataFrame(
        {"label": called[name], "now": now[name], "before": before[name], "unit": METRICS[name].unit, "name": name}
        for name in metrics
    )


def definition(view: View, name: str, source: str) -> None:
    """Show what a metric means, its SQL and how fresh it is."""
    import streamlit as st

    metric = METRICS[name]
    st.markdown(_(metric.sentence))
    derived = formats.instant(view.derived_at(), view.scope.timezone, view.locale)
    st.caption(
        _("Counted per {grain} · from {column} · holds what was recorded until {derived}").format(
            grain=_(metric.grain), column=metric.column, derived=derived
        )
    )
    st.code(query(source).sql.strip(), language="sql", height=220)


def _tile(view: View, name: str, now: Any, before: Any, key: str) -> None:
    import streamlit as st

    metric, label = METRICS[name], figures.labels()[name]
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
            st.markdown(f"**{figures.labels()[name]}**")
            definition(view, name, query_name)
            st.button(_("Show the rows"), key=f"{key}-{name}-rows", on_click=_choose, args=(key, name))


def _choose(key: str, name: str | None) -> None:
    import streamlit as st

    st.session_state[f"{key}-rows"] = name
    if name:
        st.session_state[f"{key}-{name}"] = False  # the popover would lie over the rows
