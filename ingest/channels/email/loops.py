"""Two machines that answer each other would never stop; this counts until it is enough (channels.md §8).

Nothing in the house answers mail by itself yet. Whatever does one day asks here first, with what `content.auto` of
the mail says.
"""

from __future__ import annotations

from collections import OrderedDict, deque

from ingest.kit.clock import HOUR_US

_SENDERS = 10_000
"""Senders remembered; those heard of longest ago are forgotten first."""


class LoopGuard:
    """Says whether a sender may get another automatic answer: at most `limit` within any hour."""

    def __init__(self, limit: int = 5, within_us: int = HOUR_US) -> None:
        self._limit = limit
        self._within_us = within_us
        self._answers: OrderedDict[str, deque[int]] = OrderedDict()

    def allows(self, sender: str, now_us: int, *, is_auto: bool = False) -> bool:
        """Say whether `sender` may be answered automatically now, and count it if so; never for what is automatic."""
        if is_auto:
            return False
        answers = self._answers.setdefault(sender.strip().lower(), deque())
        self._answers.move_to_end(sender.strip().lower())
        while answers and answers[0] <= now_us - self._within_us:
            answers.popleft()
        if len(answers) < self._limit:
            answers.append(now_us)
            is_allowed = True
        else:
            is_allowed = False
        while len(self._answers) > _SENDERS:
            self._answers.popitem(last=False)
        return is_allowed
