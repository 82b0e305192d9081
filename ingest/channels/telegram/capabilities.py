"""What Telegram carries (channels.md §7)."""

from __future__ import annotations

from ingest.channels.base import Capabilities

_MB = 1024 * 1024
DOWNLOAD_LIMIT = 20 * _MB
"""Bytes of the largest file that a bot may fetch."""

CAPABILITIES = Capabilities(
    channel="telegram",
    text_limit=4096,
    text_unit="utf16",
    caption_limit=1024,
    window_s=None,
    referral_window_s=None,
    kinds=frozenset(
        {
            "text",
            "image",
            "audio",
            "video",
            "document",
            "sticker",
            "location",
            "contacts",
            "interactive",
            "location_request",
            "reaction",
        }
    ),
    # Telegram sets no limit; more than a phone shows at once helps nobody.
    button_limit=10,
    button_title_limit=64,
    list_row_limit=20,
    media_limits={
        "image/": 10 * _MB,
        **dict.fromkeys(("audio/", "video/", "application/", "text/"), 50 * _MB),
    },
    # Telegram allows 30 a second of one bot.
    per_s=25.0,
    pair_burst=1,
    pair_per_s=1.0,
    reports=frozenset(),
    is_threaded=True,
)
"""The declaration that composer, outbox and API read."""
