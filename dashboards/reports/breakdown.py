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


@states.section(lambda: _("Side by side"), height=220)
def section(view: View) -> None:
    """Show the table and its export."""
    by = _chosen()
    st.caption(_("Times are medians; a tag counts its conversations, so one with two tags is under both."))
    lines, shown = _lines(view, by), columns(by)
    at = tables.show(view, lines, shown, f"side-by-{by}", select=True)
    tables.downloads(view, f"by {by}", shown, lambda: lines, f"side-by-{by}-file")
    if at is not None:
        line = lines.iloc[at]
        rows = drilldown.behind("opened", _("Opened: {name}").format(name=line["name"]), **_narrower(by, line["label"]))
        drilldown.panel(view, rows, "side-by-rows")


def columns(by: str) -> list[Column]:
    """Return the columns of the table."""
    heading = {"inbox": _("Inbox"), "channel": _("Channel"), "tag": _("Tag")}[by]
    return [
        Column("name", heading),
        Column("opened", _("Opened"), "count"),
        Column("resolved", _("Resolved"), "count"),
        Column("reopened", _("Reopened"), "count"),
        Column("first_response_median_s", _("First response"), "seconds"),
        Column("first_response_p90_s", _("First, 9 of 10"), "seconds"),
        Column("reply_median_s", _("Reply time"), "seconds"),
        Column("reply_p90_s", _("Reply, 9 of 10"), "seconds"),
        Column("resolution_median_s", _("Resolution"), "seconds"),
        Column("unanswered", _("Unanswered"), "count"),
    ]


def _chosen() -> str:
    by = {"inbox": _("Inbox"), "channel": _("Channel"), "tag": _("Tag")}
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
