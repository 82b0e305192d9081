"""Charts that can be clicked, and the words on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dashboards.charts import CLICK
from dashboards.i18n import _

if TYPE_CHECKING:
    import altair as alt


def chart(drawing: alt.Chart, key: str, alt_text: str) -> Mapping[str, Any]:
    """Show a chart and return the fields of what is clicked in it, empty for nothing."""
    import streamlit as st

    event: Any = st.altair_chart(
        drawing, key=key, on_select="rerun", selection_mode=CLICK, alt=alt_text, width="stretch"
    )
    points = event.selection.get(CLICK) or []
    return points[0] if points else {}


def plain(drawing: alt.Chart, alt_text: str) -> None:
    """Show a chart that only tells."""
    import streamlit as st

    st.altair_chart(drawing, alt=alt_text, width="stretch")


def words() -> dict[str, str]:
    """Return the words on charts, in the reader's language."""
    return {
        "opened": _("Opened"),
        "opened_before": _("Opened before"),
        "resolved": _("Resolutions"),
        "day": _("Day"),
        "week": _("Week from"),
        "month": _("Month"),
        "weekday": _("Weekday"),
        "hour": _("Hour of the day"),
        "messages": _("Messages in"),
        "agent": _("Agent"),
        "median": _("Median"),
        "p90": _("9 of 10 within"),
        "replies": _("Replies"),
        "reply": _("Time until the reply"),
        "recency": _("Last contact: 1 long ago, 5 lately"),
        "frequency": _("How often: 1 rarely, 5 often"),
        "contacts": _("Contacts"),
        "language": _("Language"),
        "days": _("Days since last contact, median"),
        "conversations": _("Conversations, median"),
    }
