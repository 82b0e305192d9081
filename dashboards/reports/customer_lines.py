"""The table of customers and its export."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dashboards import formats
from dashboards.i18n import _
from dashboards.reports import tables
from dashboards.reports.tables import Column

if TYPE_CHECKING:
    from pandas import DataFrame

    from dashboards.reports.view import View


def table(view: View, scores: Mapping[str, int]) -> None:
    """Show the customers of one cell of the grid, or all, lately heard first."""
    import streamlit as st

    found, shown = _found(view, scores, tables.SHOWN), _columns(view)
    st.caption(_told(tables.row_count(found), scores, view.locale))
    tables.show(view, found, shown, "customers")
    fetch = lambda: _found(view, scores, tables.EXPORTED)  # noqa: E731
    tables.downloads(view, "customers", shown, fetch, "customers-file", dated=False)


def _found(view: View, scores: Mapping[str, int], limit: int) -> DataFrame:
    found = view.ask("customer_rows", **scores, limit=limit)
    names = formats.weekdays(view.locale)
    return found.assign(
        channel=found["channel"].map(formats.channel_name),
        language=[formats.language(each, view.locale) for each in found["language"]],
        weekday=[None if formats.is_missing(each) else names[int(each) - 1] for each in found["preferred_weekday"]],
        hour=[None if formats.is_missing(each) else f"{int(each):02d}:00" for each in found["preferred_hour"]],
    )


def _columns(view: View) -> list[Column]:
    may_read = view.scope.may_open_conversations
    return [
        *([Column("name", _("Name"))] if may_read else []),
        Column("customer_id", _("Contact id"), is_shown=not may_read),
        Column("language", _("Language")),
        Column("channel", _("Channel")),
        Column("last_contact_at", _("Last contact"), "instant"),
        Column("recency_days", _("Days ago"), "count"),
        Column("conversation_count", _("Conversations"), "count"),
        Column("inbound_count", _("Messages in"), "count"),
        Column("outbound_count", _("Messages out"), "count"),
        Column("recency_score", _("Recency"), "count"),
        Column("frequency_score", _("Frequency"), "count"),
        Column("weekday", _("Usual weekday")),
        Column("hour", _("Usual hour")),
        Column("response_median_s", _("Answers us within, median"), "seconds"),
        Column("wait_median_s", _("Waits for us, median"), "seconds"),
        Column("read_rate", _("Reads"), "share"),
        Column("order_count", _("Orders"), "count"),
        Column("first_contact_at", _("First contact"), "instant"),
    ]


def _told(found: int, scores: Mapping[str, int], locale: str) -> str:
    where = _("In the chosen cell") if scores else _("All customers, lately heard first")
    return f"{where} · {tables.rows_told(found, locale)}"
