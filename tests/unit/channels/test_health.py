"""Silence alarms when it is longer than the customers' rhythm explains, and not before."""

from __future__ import annotations

from datetime import UTC, datetime

from app.connect.health import is_unusual, missing, rhythms
from ingest.kit.clock import HOUR_US

MONDAY_NOON = int(datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp() * 1_000_000)
BUSY = rhythms([{"inbox_id": "i", "weekday": 1, "hour": hour, "messages": 4.0} for hour in range(8, 18)])["i"]


def test_a_shop_that_usually_hears_four_an_hour_misses_eight_after_two() -> None:
    assert missing(BUSY, MONDAY_NOON - 2 * HOUR_US, MONDAY_NOON) == 8.0
    assert is_unusual(BUSY, MONDAY_NOON - 2 * HOUR_US, MONDAY_NOON)
    assert not is_unusual(BUSY, MONDAY_NOON - HOUR_US, MONDAY_NOON)


def test_a_night_without_a_word_is_no_alarm() -> None:
    night = MONDAY_NOON - 5 * HOUR_US
    assert not is_unusual(BUSY, night - 10 * HOUR_US, night)


def test_a_part_of_an_hour_counts_as_a_part() -> None:
    assert missing(BUSY, MONDAY_NOON - HOUR_US // 2, MONDAY_NOON) == 2.0


def test_a_channel_that_never_spoke_is_new_and_not_silent() -> None:
    assert not is_unusual(BUSY, None, MONDAY_NOON)
    assert not is_unusual({}, MONDAY_NOON - 100 * HOUR_US, MONDAY_NOON)


def test_a_silence_of_months_is_reckoned_over_a_week() -> None:
    assert missing(BUSY, MONDAY_NOON - 24 * 90 * HOUR_US, MONDAY_NOON) == 40.0
