"""From a number to its rows: what to ask, what the rows are called, and the way into the inbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dashboards import formats
from dashboards.i18n import _
from dashboards.reports import figures, tables
from dashboards.reports.tables import Column
from dashboards.warehouse import Value

if TYPE_CHECKING:
    from pandas import DataFrame

    from dashboards.reports.view import View

NOBODY = ""
"""Stands for nobody among the `person_ids` that narrow rows: in a list, NULL would equal nothing."""


@dataclass(frozen=True)
class Rows:
    """The rows behind one number: a query, its parameters, and a title that says which number."""

    query: str
    title: str
    parameters: Mapping[str, Value] = field(default_factory=dict)


def behind(metric: str, title: str, **narrower: Value) -> Rows:
    """Return the rows that a figure counted, narrowed to one bar, cell or line where asked."""
    query, parameters = figures.SOURCES[metric]
    return Rows(query, title, {**parameters, **narrower})


def person(agent_id: Any) -> tuple[str]:
    """Return what narrows rows to those of one agent, or of nobody."""
    return (NOBODY if formats.is_missing(agent_id) else str(agent_id),)


def choice(view: View, metrics: Sequence[str], name: str, key: str, **narrower: Value) -> None:
    """Offer the figures of one bar or line, called `name`, and show the rows of the one chosen."""
    import streamlit as st

    labels = figures.row_labels()
    chosen = st.segmented_control(
        _("Rows"), metrics, default=metrics[0], required=True, format_func=labels.__getitem__, key=f"{key}-of"
    )
    metric = chosen or metrics[0]
    panel(view, behind(metric, f"{labels[metric]} · {formats.plain(name)}", **narrower), f"{key}-{metric}")


def columns(query: str, may_open_conversations: bool) -> list[Column]:
    """Return the columns of the rows that a query gives. Who may open no conversation reads no names, only ids."""
    own = {
        "rows_episodes": [
            Column("agent", _("Agent")),
            Column("opened_at", _("Opened"), "instant"),
            Column("resolved_at", _("Resolved"), "instant"),
            Column("outcome", _("Outcome"), is_shown=False),
            Column("first_response_s", _("First response"), "seconds"),
            Column("resolution_s", _("Resolution"), "seconds"),
            Column("inbound_count", _("Messages in"), "count"),
            Column("outbound_count", _("Messages out"), "count"),
            Column("tags", _("Tags"), is_shown=False),
        ],
        "rows_responses": [
            Column("agent", _("Agent")),
            Column("wait_started_at", _("Waiting since"), "instant"),
            Column("responded_at", _("Answered"), "instant"),
            Column("reply_s", _("Wait"), "seconds"),
            Column("closed_at", _("Closed without an answer"), "instant"),
            Column("censored_s", _("Waited until closed"), "seconds"),
            Column("kind", _("Kind"), is_shown=False),
        ],
        "rows_messages": [
            Column("agent", _("Agent")),
            Column("message_at", _("Written"), "instant"),
            Column("direction", _("Direction"), is_shown=False),
            Column("author_kind", _("Written by"), is_shown=False),
            Column("kind", _("Kind"), is_shown=False),
            Column("delivery_status", _("Delivery"), is_shown=False),
            Column("message_id", _("Message id"), is_shown=False),
        ],
    }
    return [
        *([Column("contact", _("Contact"))] if may_open_conversations else []),
        Column("inbox", _("Inbox")),
        *own[query],
        Column("channel", _("Channel"), is_shown=False),
        Column("contact_id", _("Contact id"), is_shown=not may_open_conversations),
        Column("conversation_id", _("Conversation id"), is_shown=False),
        Column("episode_number", _("Times opened"), "count", is_shown=False),
    ]


def panel(view: View, rows: Rows, key: str) -> None:
    """Show the rows behind a number, with links into the inbox for who may open conversations, and their export."""
    import streamlit as st

    found, shown = _found(view, rows, tables.SHOWN), columns(rows.query, view.scope.may_open_conversations)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{rows.title}** · {tables.rows_told(tables.row_count(found), view.locale)}")
        tables.downloads(view, rows.title, shown, lambda: _found(view, rows, tables.EXPORTED), f"{key}-file")
    tables.show(view, found, _told_by(found, shown), key)


def _told_by(found: DataFrame, shown: Sequence[Column]) -> list[Column]:
    """Return the columns in which at least one row says something: a wait is answered, or closed, or neither."""
    return [each for each in shown if found.empty or found[each.field].notna().any()]


def _found(view: View, rows: Rows, limit: int) -> DataFrame:
    found = view.named(view.ask(rows.query, **rows.parameters, limit=limit))
    if "author_kind" in found:  # of contacts' own messages no agent is missing
        found = found.assign(agent=found["agent"].mask(found["author_kind"] == "contact"))
    if view.scope.may_open_conversations:
        found = found.assign(link="/?c=" + found["conversation_id"])
    return found
