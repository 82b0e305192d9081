"""How fast we may send: per account, per pair of account and contact, and not at all while a provider says so."""

from __future__ import annotations

from collections.abc import Callable

from ingest.channels.registry import capabilities
from ingest.kit.bucket import TokenBucket

COEXISTENCE_PER_S = 20.0
"""Messages a second of a WhatsApp number that is on a phone as well (docs/channels.md §3.7)."""


class Pacing:
    """Two kinds of bucket and two kinds of pause. Kept in memory: after a restart the provider corrects us."""

    def __init__(self, per_s: Callable[[str, str], float] | None = None) -> None:
        """Take what says how many messages a second an inbox of a channel may send; the channel's own rate without."""
        self._per_s = per_s or (lambda inbox_id, channel: capabilities(channel).per_s)
        self._accounts: dict[str, TokenBucket] = {}
        self._pairs: dict[str, TokenBucket] = {}
        self._paused_until: dict[str, int] = {}

    def is_account_free(self, inbox_id: str, channel: str, now_us: int) -> bool:
        """Say whether the account may send one message now."""
        return not self._is_paused(inbox_id, now_us) and self._account(inbox_id, channel).wait_us(now_us) == 0

    def is_pair_free(self, pair: str, now_us: int) -> bool:
        """Say whether one message may go to this contact from this account now."""
        bucket = self._pairs.get(pair)
        return not self._is_paused(pair, now_us) and (bucket is None or bucket.wait_us(now_us) == 0)

    def take(self, inbox_id: str, channel: str, pair: str, now_us: int, *, is_group: bool = False) -> None:
        """Count one message."""
        self._account(inbox_id, channel).take(now_us)
        self._pairs.setdefault(pair, _pair_bucket(channel, is_group=is_group)).take(now_us)

    def pause(self, who: str, until_us: int) -> None:
        """Let an account or a pair rest until an instant."""
        self._paused_until[who] = max(until_us, self._paused_until.get(who, 0))

    def held_pairs(self, now_us: int) -> list[str]:
        """Return the pairs that must wait, and forget whoever needs no memory (rates may change)."""
        known = set(self._pairs) | set(self._paused_until)
        held = [pair for pair in known if pair not in self._accounts and not self.is_pair_free(pair, now_us)]
        self._pairs = {pair: bucket for pair, bucket in self._pairs.items() if not bucket.is_full(now_us)}
        self._accounts = {inbox: bucket for inbox, bucket in self._accounts.items() if not bucket.is_full(now_us)}
        self._paused_until = {who: until for who, until in self._paused_until.items() if until > now_us}
        return held

    def _account(self, inbox_id: str, channel: str) -> TokenBucket:
        if inbox_id not in self._accounts:
            per_s = self._per_s(inbox_id, channel)
            # A second's worth at once would be a burst of twice the rate in the first second.
            burst = capabilities(channel).burst or max(1.0, per_s / 10)
            self._accounts[inbox_id] = TokenBucket(burst, per_s)
        return self._accounts[inbox_id]

    def _is_paused(self, who: str, now_us: int) -> bool:
        return self._paused_until.get(who, 0) > now_us


def _pair_bucket(channel: str, *, is_group: bool) -> TokenBucket:
    able = capabilities(channel)
    if is_group and able.group_per_s is not None:
        return TokenBucket(1, able.group_per_s)
    return TokenBucket(able.pair_burst, able.pair_per_s)
