"""How fast we may send: per number, per pair of number and contact, and not at all while a provider says so."""

from __future__ import annotations

from collections.abc import Callable

from ingest.kit.bucket import TokenBucket

NUMBER_PER_S = 80.0
"""Messages a second of one number; Meta raises it, coexistence numbers have 20 (docs/channels.md §3.7)."""
COEXISTENCE_PER_S = 20.0
PAIR_BURST = 45
PAIR_PER_S = 1 / 6


class Pacing:
    """Two kinds of bucket and two kinds of pause. Kept in memory: after a restart the provider corrects us."""

    def __init__(self, number_per_s: Callable[[str], float] = lambda inbox_id: NUMBER_PER_S) -> None:
        self._number_per_s = number_per_s
        self._numbers: dict[str, TokenBucket] = {}
        self._pairs: dict[str, TokenBucket] = {}
        self._paused_until: dict[str, int] = {}

    def is_number_free(self, inbox_id: str, now_us: int) -> bool:
        """Say whether the number may send one message now."""
        return not self._is_paused(inbox_id, now_us) and self._number(inbox_id).wait_us(now_us) == 0

    def is_pair_free(self, pair: str, now_us: int) -> bool:
        """Say whether one message may go to this contact from this number now."""
        bucket = self._pairs.get(pair)
        return not self._is_paused(pair, now_us) and (bucket is None or bucket.wait_us(now_us) == 0)

    def take(self, inbox_id: str, pair: str, now_us: int) -> None:
        """Count one message."""
        self._number(inbox_id).take(now_us)
        self._pairs.setdefault(pair, TokenBucket(PAIR_BURST, PAIR_PER_S)).take(now_us)

    def pause(self, who: str, until_us: int) -> None:
        """Let a number or a pair rest until an instant."""
        self._paused_until[who] = max(until_us, self._paused_until.get(who, 0))

    def held_pairs(self, now_us: int) -> list[str]:
        """Return the pairs that must wait, and forget whoever needs no memory any more (a number's rate may change)."""
        known = set(self._pairs) | set(self._paused_until)
        held = [pair for pair in known if pair not in self._numbers and not self.is_pair_free(pair, now_us)]
        self._pairs = {pair: bucket for pair, bucket in self._pairs.items() if not bucket.is_full(now_us)}
        self._numbers = {inbox: bucket for inbox, bucket in self._numbers.items() if not bucket.is_full(now_us)}
        self._paused_until = {who: until for who, until in self._paused_until.items() if until > now_us}
        return held

    def _number(self, inbox_id: str) -> TokenBucket:
        if inbox_id not in self._numbers:
            per_s = self._number_per_s(inbox_id)
            # A second's worth at once would be a burst of twice the rate in the first second.
            self._numbers[inbox_id] = TokenBucket(max(1.0, per_s / 10), per_s)
        return self._numbers[inbox_id]

    def _is_paused(self, who: str, now_us: int) -> bool:
        return self._paused_until.get(who, 0) > now_us
