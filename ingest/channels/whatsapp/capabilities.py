"""What WhatsApp carries (channels.md §3.2, §3.8, §3.9)."""

from __future__ import annotations

from ingest.channels.base import Capabilities

_KB = 1024
_MB = 1024 * _KB

CAPABILITIES = Capabilities(
    channel="whatsapp",
    text_limit=4096,
    window_s=24 * 3600,
    referral_window_s=72 * 3600,
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
            "template",
            "interactive",
            "location_request",
            "reaction",
        }
    ),
    button_limit=3,
    button_title_limit=20,
    list_row_limit=10,
    media_limits={
        "image/jpeg": 5 * _MB,
        "image/png": 5 * _MB,
        # 100 KB when it stands still, 500 KB when it moves; only the bytes tell which.
        "image/webp": 500 * _KB,
        "audio/aac": 16 * _MB,
        "audio/amr": 16 * _MB,
        "audio/mpeg": 16 * _MB,
        "audio/mp4": 16 * _MB,
        "audio/ogg": 16 * _MB,
        "video/mp4": 16 * _MB,
        "video/3gpp": 16 * _MB,
        "application/": 100 * _MB,
        "text/": 100 * _MB,
    },
    uncaptioned=frozenset({"audio", "sticker"}),
)
"""The declaration that composer, outbox and API read."""
