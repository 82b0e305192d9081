"""The window closes when the provider says so."""

from __future__ import annotations

import pytest

from ingest.channels.registry import window_closes_us
from ingest.channels.whatsapp.capabilities import CAPABILITIES
from ingest.kit.clock import HOUR_US

T = 1_750_000_000_000_000


@pytest.mark.parametrize(
    ("inbound_h", "referral_h", "reply_h", "closes_h"),
    [
        (0, None, None, 24),
        (5, None, 6, 29),
        (0, 0, None, 24),
        (0, 0, 1, 72),
        (0, 0, 24, 72),
        (0, 0, 25, 24),
        (60, 0, 1, 84),
        (30, 30, 1, 54),
    ],
)
def test_a_day_after_the_last_message_or_three_after_an_answered_ad(
    inbound_h: int, referral_h: int | None, reply_h: int | None, closes_h: int
) -> None:
    def at(hours: int | None) -> int | None:
        return None if hours is None else T + hours * HOUR_US

    assert window_closes_us("whatsapp", at(inbound_h), at(referral_h), at(reply_h)) == at(closes_h)


def test_who_never_wrote_opened_no_window() -> None:
    assert window_closes_us("whatsapp", None, None, None) is None


def test_limits_are_the_providers() -> None:
    assert (CAPABILITIES.text_limit, CAPABILITIES.button_limit, CAPABILITIES.button_title_limit) == (4096, 3, 20)
    assert CAPABILITIES.list_row_limit == 10
    assert CAPABILITIES.media_limits["image/jpeg"] == 5 * 1024 * 1024
    assert CAPABILITIES.media_limits["application/"] == 100 * 1024 * 1024
