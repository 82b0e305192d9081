"""Every figure that reports show, defined once: pages, exports, docs and tests read it here.

Exact definitions follow docs/decisions; the SQL that computes each is the mart it names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["count", "s", "share"]
Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure: its unit, what one counted thing is, a sentence, which way is good, and where it is kept."""

    name: str
    unit: Unit
    grain: str
    sentence: str
    better: Better
    column: str


METRICS: dict[str, Metric] = {
    each.name: each
    for each in (
        Metric(
            "opened",
            "count",
            "episode",
            "Episodes that began in the range, first ones and reopened ones alike.",
            "neither",
            "fct_episode.opened_day",
        ),
        Metric(
            "reopened",
            "count",
            "episode",
            "Episodes that began in the range in a conversation that had been resolved before.",
            "lower",
            "fct_episode.is_reopened",
        ),
        Metric(
            "resolved",
            "count",
            "episode",
            "Episodes resolved in the range; counted again as unique conversations and unique contacts.",
            "higher",
            "fct_episode.resolved_day",
        ),
        Metric(
            "backlog",
            "count",
            "episode",
            "Episodes begun by the end of the range and not resolved by then.",
            "lower",
            "fct_episode.is_open",
        ),
        Metric("messages_in", "count", "message", "Messages that contacts wrote.", "neither", "fct_message.direction"),
        Metric(
            "messages_out",
            "count",
            "message",
            "Messages to contacts, by people and by bots.",
            "neither",
            "fct_message.direction",
        ),
        Metric(
            "reply_s",
            "s",
            "wait",
            "From the contact's first message since a person last wrote, to the next message of a person. "
            "Bots end no wait; unanswered waits are counted apart, never dropped.",
            "lower",
            "fct_response.reply_s",
        ),
        Metric(
            "first_response_s",
            "s",
            "wait",
            "The wait that began with the contact's first message of an episode. An episode has at most one.",
            "lower",
            "fct_episode.first_response_s",
        ),
        Metric(
            "unanswered",
            "count",
            "wait",
            "Waits that nobody has ended, dated by their start.",
            "lower",
            "fct_response.is_censored",
        ),
        Metric(
            "resolution_s",
            "s",
            "episode",
            "From an episode's beginning to its first resolution, dated by the resolution.",
            "lower",
            "fct_episode.resolution_s",
        ),
        Metric(
            "duration_s",
            "s",
            "conversation",
            "From a conversation's beginning to its last resolution; none where it was never resolved.",
            "neither",
            "fct_conversation.duration_s",
        ),
        Metric(
            "reopen_rate",
            "share",
            "episode",
            "Reopened episodes by resolved episodes of the range.",
            "lower",
            "fct_episode.is_reopened",
        ),
        Metric(
            "read_rate",
            "share",
            "message",
            "Messages read by messages that a provider reported on.",
            "higher",
            "customer_profiles.read_rate",
        ),
    )
}
"""The registry, by name."""
