"""The same figures side by side for each inbox, channel or tag; a row opens its conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboards.i18n import _
from dashboards.reports import drilldown, states, tables
from dashboards.reports.tables import Column
from dashboards.reports.view import View
from dashboards.warehouse import Value

if TYPE_CHECKING:
    from pandas import DataFrame

_ROWS = ("opened", "resolved", "reopen_rate", "first_response_median_s", "replies", "unanswered", "closed_unanswered")


@states.section(lambda: _("Side by side"), height=220)
def section(view: View) -> None:
    """Show the table and its export; a line opens its rows."""
    by = _chosen()
    st.caption(_("A tag counts the conversations that had it when they ended; one with two tags is under both."))
    lines, shown = _lines(view, by), columns(by)
    at = tables.show(view, lines, shown, f"side-by-{by}", select=True)
    tables.downloads(view, f"by {by}", shown, lambda: lines, f"side-by-{by}-file")
    if at is not None:
        line = lines.iloc[at]
        drilldown.choice(view, _ROWS, line["name"], f"side-by-{by}-rows", **_narrower(by, line["label"]))


def columns(by: str) -> list[Column]:
    """Return the columns of the table."""
    return [
        Column("name", _groups()[by]),
        Column("opened", _("Opened"), "count"),
        Column("resolved", _("Resolved"), "count"),
        Column("reopened", _("Reopened"), "count"),
        Column("unanswered", _("Unanswered"), "count"),
        Column("closed_unanswered", _("Closed without an answer"), "count"),
        Column("first_response_median_s", _("First response, median"), "seconds"),
        Column("first_response_mean_s", _("First response, mean"), "seconds"),
        Column("first_response_p90_s", _("First response, 9 of 10"), "seconds"),
        Column("reply_median_s", _("Reply time, median"), "seconds"),
        Column("reply_mean_s", _("Reply time, mean"), "seconds"),
        Column("reply_p90_s", _("Reply time, 9 of 10"), "seconds"),
        Column("resolution_median_s", _("Resolution, median"), "seconds"),
        Column("resolution_mean_s", _("Resolution, mean"), "seconds"),
        Column("resolution_p90_s", _("Resolution, 9 of 10"), "seconds"),
    ]


def _groups() -> dict[str, str]:
    return {"inbox": _("Inbox"), "channel": _("Channel"), "tag": _("Tag")}


def _chosen() -> str:
    by = _groups()
    return (
        st.segmented_control(
            _("By"), list(by), default="inbox", required=True, format_func=by.__getitem__, key="by", bind="query-params"
        )
        or "inbox"
    )


def _lines(view: View, by: str) -> DataFrame:
    lines = view.ask("conversation_breakdown", group_by=by)
    return lines.assign(name=[view.name(by, each) for each in lines["label"]])


def _narrower(by: str, label: str) -> dict[str, Value]:
    return {"tag": label} if by == "tag" else {"inbox_ids": (label,)} if by == "inbox" else {"channels": (label,)}
