"""The metrics, each declared once: what it counts, in which unit, over what, and which way is better.

Console, exports, documentation and tests read these sentences; the SQL that computes a metric lies with its mart.
Every median and percentile is exact over single waits, never an average of averages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["count", "seconds", "share"]
Better = Literal["higher", "lower", "neutral"]


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """One metric: `grain` is what one counted thing is, `column` where it comes from in the marts."""

    name: str
    unit: Unit
    grain: str
    better: Better
    sentence: str
    column: str


_WAIT = (
    "A wait starts at the contact's first message since the last message of a person and ends at the next message of "
    "a person; bots, reactions and automatic notices neither begin nor end one. Where we open a resolved conversation "
    "again, the wait goes on. It counts on the day it ended."
)
_FIRST = (
    "The wait that began with the contact's first message after the conversation was opened, until the first message "
    "of a person. It counts on the day it ended, once each time a conversation is opened."
)

METRICS: dict[str, MetricSpec] = {
    each.name: each
    for each in (
        MetricSpec(
            "opened",
            "count",
            "episode",
            "neutral",
            "How often a conversation was opened, reopenings included.",
            "marts.fct_episode.opened_day",
        ),
        MetricSpec(
            "resolved",
            "count",
            "episode",
            "higher",
            "How often a conversation was resolved. One that was opened again and resolved again counts twice.",
            "marts.fct_episode.resolved_day",
        ),
        MetricSpec(
            "resolved_conversations",
            "count",
            "conversation",
            "higher",
            "How many different conversations were resolved at least once.",
            "marts.fct_episode.conversation_id",
        ),
        MetricSpec(
            "resolved_contacts",
            "count",
            "contact",
            "higher",
            "How many different contacts had at least one conversation resolved.",
            "marts.fct_episode.contact_id",
        ),
        MetricSpec(
            "messages_in",
            "count",
            "message",
            "neutral",
            "Messages that contacts wrote to us.",
            "marts.fct_message.direction",
        ),
        MetricSpec(
            "messages_out",
            "count",
            "message",
            "neutral",
            "Messages that went out to contacts, from people, bots and other systems. What was refused or cancelled "
            "before it left is not counted.",
            "marts.fct_message.direction",
        ),
        MetricSpec(
            "first_response_median_s",
            "seconds",
            "episode",
            "lower",
            f"Half of the first responses were faster than this. {_FIRST}",
            "marts.fct_response.reply_s",
        ),
        MetricSpec(
            "first_response_p90_s",
            "seconds",
            "episode",
            "lower",
            f"Nine of ten first responses were faster than this. {_FIRST}",
            "marts.fct_response.reply_s",
        ),
        MetricSpec(
            "first_response_mean_s",
            "seconds",
            "episode",
            "lower",
            f"The first responses, added up and divided by their number: a few very long ones weigh heavily. {_FIRST}",
            "marts.fct_response.reply_s",
        ),
        MetricSpec(
            "reply_median_s",
            "seconds",
            "wait",
            "lower",
            f"Half of all waits, first ones included, were shorter than this. {_WAIT}",
            "marts.fct_response.reply_s",
        ),
        MetricSpec(
            "reply_p90_s",
            "seconds",
            "wait",
            "lower",
            f"Nine of ten waits, first ones included, were shorter than this. {_WAIT}",
            "marts.fct_response.reply_s",
        ),
        MetricSpec(
            "reply_mean_s",
            "seconds",
            "wait",
            "lower",
            "All waits, first ones included, added up and divided by their number: a few very long ones weigh "
            f"heavily. {_WAIT}",
            "marts.fct_response.reply_s",
        ),
        MetricSpec(
            "resolution_median_s",
            "seconds",
            "episode",
            "lower",
            "Half of the conversations resolved in the range took less than this from opened to resolved.",
            "marts.fct_episode.resolution_s",
        ),
        MetricSpec(
            "resolution_p90_s",
            "seconds",
            "episode",
            "lower",
            "Nine of ten conversations resolved in the range took less than this from opened to resolved.",
            "marts.fct_episode.resolution_s",
        ),
        MetricSpec(
            "resolution_mean_s",
            "seconds",
            "episode",
            "lower",
            "From opened to resolved, added up over the conversations resolved in the range and divided by "
            "their number.",
            "marts.fct_episode.resolution_s",
        ),
        MetricSpec(
            "reopen_rate",
            "share",
            "episode",
            "lower",
            "Conversations opened again in the range for each one resolved in the range.",
            "marts.fct_episode.episode_number",
        ),
        MetricSpec(
            "unanswered",
            "count",
            "wait",
            "lower",
            "Waits that began in the range, that no person has ended and whose conversation is still open. They have "
            "no length yet, so they are in no median; they are counted here instead of being left out.",
            "marts.fct_response.is_censored",
        ),
        MetricSpec(
            "closed_unanswered",
            "count",
            "wait",
            "neutral",
            "Waits that began in the range and whose conversation was resolved without an answer: a last thank-you, or "
            "a question that nobody took. They are in no median.",
            "marts.fct_response.closed_us",
        ),
        MetricSpec(
            "backlog",
            "count",
            "episode",
            "lower",
            "Conversations opened on or before the last day of the range and not resolved by the end of it.",
            "marts.fct_episode.resolved_day",
        ),
        MetricSpec(
            "replies",
            "count",
            "wait",
            "higher",
            "Waits that a message of this person ended.",
            "marts.fct_response.agent_id",
        ),
        MetricSpec(
            "within_5_min",
            "share",
            "wait",
            "higher",
            "Share of the waits ended in the range that lasted five minutes or less.",
            "marts.fct_response.reply_s",
        ),
    )
}


def metric(name: str) -> MetricSpec:
    """Return the metric of that name. Raises KeyError for an unknown one."""
    return METRICS[name]
