"""Conversations over time: the days of the range, and the hours of a week; each opens its rows and is a file."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from dashboards import charts, formats
from dashboards.i18n import _
from dashboards.reports import clicks, drilldown, tables
from dashboards.reports.tables import Column

if TYPE_CHECKING:
    from pandas import DataFrame

    from dashboards.reports.view import View


def chart(view: View) -> None:
    """Draw what was opened and resolved in each step of the range, and what was opened before."""
    bucket, words = view.filters.bucket, clicks.words()
    found = _with_before(view)
    picked = clicks.chart(
        charts.opened_and_resolved(found, bucket, words, view.locale), "over-time", _("Opened and resolved")
    )
    shown = [
        Column("bucket", words[bucket], "day"),
        Column("opened", words["opened"], "count"),
        Column("resolved", words["resolved"], "count"),
        Column("opened_before", words["opened_before"], "count"),
        Column("resolved_before", _("Resolutions before"), "count"),
    ]
    tables.downloads(view, "opened and resolved", shown, lambda: found, "over-time-file")
    if picked:
        first, last = _days(view, date.fromisoformat(picked["bucket"]))
        name = formats.days(first, last, view.locale)
        drilldown.choice(view, ("opened", "resolved"), name, "over-time-rows", from_day=first, to_day=last)


def week(view: View) -> None:
    """Draw on which weekdays and hours contacts write."""
    found, words = view.ask("message_heat"), clicks.words()
    picked = clicks.chart(charts.weekday_hours(found, words, view.locale), "rhythm", _("When contacts write"))
    names = formats.weekdays(view.locale)
    shown = [
        Column("day", words["weekday"]),
        Column("hour", words["hour"], "count"),
        Column("inbound", words["messages"], "count"),
    ]
    named = found.assign(day=[names[number - 1] for number in found["weekday"]])
    tables.downloads(view, "when contacts write", shown, lambda: named, "rhythm-file")
    if picked:
        weekday, hour = int(picked["weekday"]), int(picked["hour"])
        title = _("Written on {weekday}, {hour}:00").format(weekday=names[weekday - 1], hour=hour)
        drilldown.panel(view, drilldown.behind("messages_in", title, weekday=weekday, hour=hour), "rhythm-rows")


def _with_before(view: View) -> DataFrame:
    bucket = view.filters.bucket
    before = view.ask_before("conversation_daily", bucket=bucket, shift_days=view.filters.shift.days)
    found = view.ask("conversation_daily", bucket=bucket)
    return found.merge(before, how="left", on="bucket", suffixes=("", "_before"))


def _days(view: View, start: date) -> tuple[date, date]:
    end = charts.bucket_end(start, view.filters.bucket)
    return max(start, view.filters.from_day), min(end, view.filters.to_day)
