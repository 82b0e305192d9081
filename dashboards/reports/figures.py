"""The figures of the reports: what each is called, and which rows it counted."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.i18n import _
from dashboards.warehouse import Value

FIGURES = (
    "opened", "resolved", "backlog", "reopen_rate",
    "first_response_median_s", "first_response_mean_s", "first_response_p90_s", "unanswered",
    "reply_median_s", "reply_mean_s", "reply_p90_s", "messages_in",
    "resolution_median_s", "resolution_mean_s", "resolution_p90_s", "messages_out",
)  # fmt: skip
"""The tiles of conversation statistics, in the order they are read, four a line."""

SOURCES: dict[str, tuple[str, Mapping[str, Value]]] = {
    "opened": ("rows_episodes", {"which": "opened"}),
    "resolved": ("rows_episodes", {"which": "resolved"}),
    "resolved_conversations": ("rows_episodes", {"which": "resolved"}),
    "resolved_contacts": ("rows_episodes", {"which": "resolved"}),
    "resolution_median_s": ("rows_episodes", {"which": "resolved"}),
    "resolution_mean_s": ("rows_episodes", {"which": "resolved"}),
    "resolution_p90_s": ("rows_episodes", {"which": "resolved"}),
    "reopen_rate": ("rows_episodes", {"which": "reopened"}),
    "backlog": ("rows_episodes", {"which": "backlog"}),
    "messages_in": ("rows_messages", {"direction": "inbound"}),
    "messages_out": ("rows_messages", {"direction": "outbound"}),
    "first_response_median_s": ("rows_responses", {"which": "first_response"}),
    "first_response_mean_s": ("rows_responses", {"which": "first_response"}),
    "first_response_p90_s": ("rows_responses", {"which": "first_response"}),
    "reply_median_s": ("rows_responses", {"which": "reply"}),
    "reply_mean_s": ("rows_responses", {"which": "reply"}),
    "reply_p90_s": ("rows_responses", {"which": "reply"}),
    "replies": ("rows_responses", {"which": "reply"}),
    "unanswered": ("rows_responses", {"which": "unanswered"}),
    "closed_unanswered": ("rows_responses", {"which": "closed"}),
}
"""Which rows a figure counted, by the name of its metric."""


def labels() -> dict[str, str]:
    """Return what each figure is called."""
    return {
        "opened": _("Conversations opened"),
        "resolved": _("Conversations resolved"),
        "resolved_conversations": _("Different conversations"),
        "resolved_contacts": _("Different contacts"),
        "messages_in": _("Messages in"),
        "messages_out": _("Messages out"),
        "first_response_median_s": _("First response, median"),
        "first_response_mean_s": _("First response, mean"),
        "first_response_p90_s": _("First response, 9 of 10"),
        "replies": _("Replies"),
        "reply_median_s": _("Reply time, median"),
        "reply_mean_s": _("Reply time, mean"),
        "reply_p90_s": _("Reply time, 9 of 10"),
        "resolution_median_s": _("Resolution, median"),
        "resolution_mean_s": _("Resolution, mean"),
        "resolution_p90_s": _("Resolution, 9 of 10"),
        "reopen_rate": _("Reopened"),
        "unanswered": _("Unanswered waits"),
        "closed_unanswered": _("Closed without an answer"),
        "backlog": _("Open at the end"),
    }


def row_labels() -> dict[str, str]:
    """Return what the rows are called where people choose which of a line's rows to see."""
    return {
        "opened": _("Opened"),
        "resolved": _("Resolved"),
        "reopen_rate": _("Reopened"),
        "first_response_median_s": _("First responses"),
        "replies": _("Replies"),
        "unanswered": _("Unanswered"),
        "closed_unanswered": _("Closed without an answer"),
        "messages_in": _("Messages in"),
        "messages_out": _("Messages"),
    }
