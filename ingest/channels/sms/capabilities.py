"""What SMS carries through a provider that speaks Twilio's way."""

from __future__ import annotations

from ingest.channels.base import Capabilities

CAPABILITIES = Capabilities(
    channel="sms",
    # What does not fit one SMS is cut by the provider and put together by the phone.
    text_limit=1600,
    caption_limit=0,
    window_s=None,
    referral_window_s=None,
    kinds=frozenset({"text"}),
    button_limit=0,
    button_title_limit=0,
    list_row_limit=0,
    # The provider fetches files from public addresses only, and ours are none.
    media_limits={},
    # A long code sends one segment a second.
    per_s=1.0,
    pair_burst=1,
    pair_per_s=1.0,
    reports=frozenset({"sent", "delivered"}),
    has_quotes=False,
    is_stop_total=True,
)
"""The declaration that composer, outbox and API read."""
