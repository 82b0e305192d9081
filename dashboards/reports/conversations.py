"""Conversation statistics: what came in, what was done, how long people waited."""

from __future__ import annotations

from dashboards.i18n import _
from dashboards.reports import breakdown, days, figures, heading, states, tiles
from dashboards.reports.view import View, opened


@states.guarded()
def render() -> None:
    """Show the page."""
    heading.show(_("Conversation statistics"))
    view = opened()
    if view is None:
        return
    if _is_empty(view):
        states.nothing_found()
        return
    heading.range_line(view, _("An agent stands for the conversations they held at their end, or hold now."))
    over_time(view)
    key_figures(view)
    rhythm(view)
    breakdown.section(view)


@states.section(lambda: _("Opened and resolved"), height=300)
def over_time(view: View) -> None:
    """Draw what was opened and resolved; a bar opens its rows."""
    days.chart(view)


@states.section(lambda: _("Key figures"), height=300, is_framed=False)
def key_figures(view: View) -> None:
    """Draw the tiles."""
    tiles.wall(view, "conversation_figures", figures.FIGURES, "figure")


@states.section(lambda: _("When contacts write"), height=260)
def rhythm(view: View) -> None:
    """Draw the week; a cell opens its messages."""
    days.week(view)


def _is_empty(view: View) -> bool:
    now = view.ask("conversation_figures").iloc[0]
    return not any(now[each] for each in ("opened", "resolved", "messages_in", "messages_out", "replies"))


if __name__ == "__main__":  # the console runs a page as a script
    render()
