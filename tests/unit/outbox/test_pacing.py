from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.outbox.pacing import COEXISTENCE_PER_S, Pacing
from app.outbox.rules import LAST_ATTEMPT, retry_at_us
from app.outbox.sender import _after
from ingest.channels.registry import capabilities
from ingest.kit.bucket import TokenBucket
from ingest.kit.clock import SECOND_US

ABLE = capabilities("whatsapp")
START = 1_750_000_000 * SECOND_US


def _sent_in(pacing: Pacing, seconds: int, pair_of: object = None) -> int:
    """Try once a millisecond to send to ever new people; returns how many went."""
    sent = 0
    for tick in range(seconds * 1000):
        now = START + tick * 1000
        pair = "same" if pair_of == "same" else f"p{sent}"
        if pacing.is_account_free("inb", "whatsapp", now) and pacing.is_pair_free(pair, now):
            pacing.take("inb", "whatsapp", pair, now)
            sent += 1
    return sent


def test_a_number_sends_at_its_rate_and_no_faster() -> None:
    for per_s in (ABLE.per_s, COEXISTENCE_PER_S):
        sent = _sent_in(Pacing(lambda _inbox, _channel, rate=per_s: rate), 10)  # type: ignore[misc]
        assert 0.99 * per_s * 10 <= sent <= per_s * 10 + per_s / 10


def test_no_second_holds_much_more_than_the_rate() -> None:
    pacing, moments = Pacing(), []
    for tick in range(5000):
        now = START + tick * 1000
        if pacing.is_account_free("inb", "whatsapp", now):
            pacing.take("inb", "whatsapp", f"p{tick}", now)
            moments.append(now)
    for start in range(0, len(moments), 37):
        within = sum(moments[start] <= moment < moments[start] + SECOND_US for moment in moments)
        assert within <= ABLE.per_s * 1.1 + 1


def test_one_contact_gets_a_burst_and_then_one_in_six_seconds() -> None:
    sent = _sent_in(Pacing(), 60, "same")
    assert ABLE.pair_burst + 9 <= sent <= ABLE.pair_burst + 11


def test_a_pause_holds_the_number_or_the_pair_and_nobody_else() -> None:
    pacing = Pacing()
    pacing.pause("inb", START + SECOND_US)
    pacing.pause("pair", START + 2 * SECOND_US)
    assert not pacing.is_account_free("inb", "whatsapp", START)
    assert pacing.is_account_free("other", "whatsapp", START)
    assert pacing.is_account_free("inb", "whatsapp", START + SECOND_US)
    assert not pacing.is_pair_free("pair", START + SECOND_US)
    assert pacing.is_pair_free("another", START)
    assert "pair" in pacing.held_pairs(START)
    assert pacing.held_pairs(START + 2 * SECOND_US) == []


def test_a_campaign_leaves_no_memory_behind() -> None:
    pacing = Pacing()
    for number in range(1000):
        pacing.take("inb", "whatsapp", f"p{number}", START + number * 12_500)
    pacing.held_pairs(START + 60 * SECOND_US)
    assert not pacing._pairs


@given(st.lists(st.integers(0, 3_000_000), min_size=1, max_size=200), st.floats(1, 50), st.floats(0.1, 100))
def test_a_bucket_never_gives_more_than_capacity_and_rate_allow(gaps: list[int], capacity: float, per_s: float) -> None:
    bucket, now, taken = TokenBucket(capacity, per_s), START, 0
    bucket.wait_us(now)
    for gap in gaps:
        now += gap
        if bucket.wait_us(now) == 0:
            bucket.take(now)
            taken += 1
    assert taken <= capacity + per_s * (now - START) / SECOND_US + 1e-3


@given(st.floats(1, 50), st.floats(0.1, 100), st.integers(0, 60))
def test_a_wait_that_was_kept_is_enough(capacity: float, per_s: float, taken: int) -> None:
    bucket = TokenBucket(capacity, per_s)
    for _ in range(taken):
        bucket.take(START)
    wait = bucket.wait_us(START)
    assert bucket.wait_us(START + wait) == 0


@given(st.integers(1, LAST_ATTEMPT + 3), st.floats(0, 0.999))
def test_back_off_grows_and_ends(attempt: int, dice: float) -> None:
    later, slowly = (retry_at_us(retry, attempt, START, dice) for retry in ("later", "slowly"))  # type: ignore[arg-type]
    assert retry_at_us("never", attempt, START, dice) is None
    if attempt >= LAST_ATTEMPT:
        assert later is None
        assert slowly is None
        return
    assert later is not None
    assert slowly is not None
    assert 4 ** min(attempt - 1, 6) <= (slowly - START) / SECOND_US <= 1.5 * 4 ** (attempt - 1)
    assert 2**attempt <= (later - START) / SECOND_US <= 1.5 * 2**attempt


def _moments(channel: str, seconds: int, pair: str | None = None, *, is_group: bool = False) -> list[int]:
    """Try once a second to send; returns when it went, in seconds from the beginning."""
    pacing, found = Pacing(), []
    for second in range(seconds):
        now, who = START + second * SECOND_US, pair or f"p{second}"
        while pacing.is_account_free("inb", channel, now) and pacing.is_pair_free(who, now):
            pacing.take("inb", channel, who, now, is_group=is_group)
            found.append(second)
            who = pair or f"p{second}.{len(found)}"
    return found


def test_x_sends_fifteen_at_once_and_then_one_a_minute() -> None:
    moments = _moments("x", 3600)
    assert moments[:15] == [0] * 15
    assert 15 + 59 <= len(moments) <= 15 + 60
    assert len(_moments("x", 86_400)) <= 1440 + 15


def test_a_group_of_telegram_gets_twenty_a_minute_and_a_person_one_a_second() -> None:
    assert len(_moments("telegram", 60, "group", is_group=True)) <= 20
    assert len(_moments("telegram", 60, "ana")) == 60


def test_the_inbox_that_was_served_last_comes_last() -> None:
    assert _after("b", ["a", "b", "c", "d"]) == ["c", "d", "a", "b"]
    assert _after("", ["b", "a"]) == ["a", "b"]
    assert _after("zz", ["a", "b"]) == ["a", "b"]
