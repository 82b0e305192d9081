"""What direct messages of X carry (channels.md §6)."""

from __future__ import annotations

from ingest.channels.base import Capabilities

_MB = 1024 * 1024

CAPABILITIES = Capabilities(
    channel="x",
    text_limit=10_000,
    caption_limit=10_000,
    window_s=None,
    referral_window_s=None,
    kinds=frozenset({"text", "image"}),
    button_limit=0,
    button_title_limit=0,
    list_row_limit=0,
    # A GIF goes in parts and waits to be made a film; we upload in one call.
    media_limits=dict.fromkeys(("image/jpeg", "image/png", "image/webp"), 5 * _MB),
    # 15 in 15 minutes of one account, which are 1 440 in 24 hours.
    burst=15,
    per_s=15 / 900,
    # There is no rule for one contact.
    pair_burst=15,
    pair_per_s=15 / 900,
    reports=frozenset({"read"}),
    has_quotes=False,
    has_profiles=True,
)
"""The declaration that composer, outbox and API read. Not a channel for campaigns."""
