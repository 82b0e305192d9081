"""Conversation statistics: what came in, what was done, how long people waited."""

from __future__ import annotations

from datetime import date

from dashboards import charts, formats
from dashboards.i18n import _
from dashboards.reports import breakdown, clicks, drilldown, heading, states, tiles
from dashboards.reports.view import View, opened


def render() -> None:
    """Show the page."""
    heading.show(_("Conversation statistics"))
    view = opened()
    if view is None:
        return
    if heading.is_empty(view):
        states.nothing_found()
        return
    heading.range_line(view)
    over_time(view)
    figures(view)
    rhythm(view)
    breakdown.section(view)


@states.section(lambda: _("Opened and resolved"), height=300)
def over_time(view: View) -> None:
    """Draw what was opened and resolved; a bar opens its rows."""
    bucket = view.filters.bucket
    days, before = (ask("conversation_daily", bucket=bucket) for ask in (view.ask, view.ask_before))
    drawing = charts.opened_and_resolved(days, before, bucket, clicks.words(), view.locale)
    picked = clicks.chart(drawing, "over-time", _("Opened and resolved"))
    if picked:
        first = max(date.fromisoformat(picked["bucket"]), view.filters.from_day)
        last = min(charts.bucket_end(date.fromisoformat(picked["bucket"]), bucket), view.filters.to_day)
        title = _("Opened {days}").format(days=formats.days(first, last, view.locale))
        drilldown.panel(view, drilldown.behind("opened", title, from_day=first, to_day=last), "over-time-rows")


@states.section(lambda: _("Key figures"), height=300, is_framed=False)
def figures(view: View) -> None:
    """Draw the tiles."""
    tiles.wall(view, "conversation_figures", tiles.FIGURES, "figure")


@states.section(lambda: _("When contacts write"), height=260)
def rhythm(view: View) -> None:
    """Draw the week; a cell opens its conversations."""
    drawing = charts.weekday_hours(view.ask("message_heat"), clicks.words(), view.locale)
    picked = clicks.chart(drawing, "rhythm", _("When contacts write"))
    if picked:
        weekday, hour = int(picked["weekday"]), int(picked["hour"])
        title = _("Written on {weekday}, {hour}:00").format(
            weekday=formats.weekdays(view.locale)[weekday - 1], hour=hour
        )
        drilldown.panel(view, drilldown.behind("messages_in", title, weekday=weekday, hour=hour), "rhythm-rows")


if __name__ == "__main__":  # the console runs a page as a script
    render()
