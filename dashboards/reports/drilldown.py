"""From a number to its rows: what to ask, what the rows are called, and the way into the inbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dashboards import formats
from dashboards.i18n import _
from dashboards.reports import tables
from dashboards.reports.tables import Column
from dashboards.warehouse import Value

if TYPE_CHECKING:
    from pandas import DataFrame

    from dashboards.reports.view import View


@dataclass(frozen=True)
class Rows:
    """The rows behind one number: a query, its parameters, and a title that says which number."""

    query: str
    title: str
    parameters: Mapping[str, Value] = field(default_factory=dict)


# which rows a figure counted, by the name of its metric
_SOURCES: dict[str, tuple[str, Mapping[str, Value]]] = {
    "opened": ("rows_episodes", {"which": "opened"}),
    "resolved": ("rows_episodes", {"which": "resolved"}),
    "resolved_conversations": ("rows_episodes", {"which": "resolved"}),
    "resolved_contacts": ("rows_episodes", {"which": "resolved"}),
    "resolution_median_s": ("rows_episodes", {"which": "resolved"}),
    "reopen_rate": ("rows_episodes", {"which": "reopened"}),
    "backlog": ("rows_episodes", {"which": "backlog"}),
    "messages_in": ("rows_messages", {"direction": "inbound"}),
    "messages_out": ("rows_messages", {"direction": "outbound"}),
    "first_response_median_s": ("rows_responses", {"which": "first_response"}),
    "first_response_p90_s": ("rows_responses", {"which": "first_response"}),
    "reply_median_s": ("rows_responses", {"which": "reply"}),
    "reply_p90_s": ("rows_responses", {"which": "reply"}),
    "unanswered": ("rows_responses", {"which": "unanswered"}),
}


def behind(metric: str, title: str, **narrower: Value) -> Rows:
    """Return the rows that a figure counted, narrowed to one bar, cell or line where asked."""
    query, parameters = _SOURCES[metric]
    return Rows(query, title, {**parameters, **narrower})


def columns(query: str) -> list[Column]:
    """Return the columns of the rows that a query gives."""
    common = [Column("contact", _("Contact")), Column("inbox", _("Inbox"))]
    own = {
        "rows_episodes": [
            Column("agent", _("Agent")),
            Column("opened_at", _("Opened"), "instant"),
            Column("resolved_at", _("Resolved"), "instant"),
            Column("first_response_s", _("First response"), "seconds"),
            Column("resolution_s", _("Resolution"), "seconds"),
            Column("inbound_count", _("Messages in"), "count"),
            Column("outbound_count", _("Messages out"), "count"),
        ],
        "rows_responses": [
            Column("agent", _("Agent")),
            Column("wait_started_at", _("Waiting since"), "instant"),
            Column("responded_at", _("Answered"), "instant"),
            Column("reply_s", _("Wait"), "seconds"),
        ],
        "rows_messages": [
            Column("inbound_count", _("Messages in"), "count"),
            Column("outbound_count", _("Messages out"), "count"),
            Column("first_message_at", _("First message"), "instant"),
            Column("last_message_at", _("Last message"), "instant"),
        ],
    }
    return common + own[query]


def panel(view: View, rows: Rows, key: str) -> None:
    """Show the rows behind a number, with links into the inbox for who may open conversations, and their export."""
    import streamlit as st

    found = _found(view, rows, tables.SHOWN)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{rows.title}** · {_told(len(found), view.locale)}")
        shown = _shown_columns(view, rows.query)
        tables.downloads(view, rows.title, shown, lambda: _found(view, rows, tables.EXPORTED), f"{key}-file")
    tables.show(view, found, _shown_columns(view, rows.query), key)


def _found(view: View, rows: Rows, limit: int) -> DataFrame:
    found = view.named(view.ask(rows.query, **rows.parameters, limit=limit))
    if view.scope.may_open_conversations:
        found = found.assign(link="/?c=" + found["conversation_id"])
    return found


def _shown_columns(view: View, query: str) -> list[Column]:
    every = columns(query)
    return every if view.scope.may_open_conversations else [each for each in every if each.field != "contact"]


def _told(found: int, locale: str) -> str:
    if found >= tables.SHOWN:
        return _("first {count} rows; the files hold all").format(count=formats.count(found, locale))
    return _("{count} rows").format(count=formats.count(found, locale))
