"""What Instagram messaging carries (channels.md §5)."""

from __future__ import annotations

from ingest.channels.base import Capabilities

_MB = 1024 * 1024

CAPABILITIES = Capabilities(
    channel="instagram",
    text_limit=1000,
    text_unit="bytes",
    window_s=24 * 3600,
    person_window_s=7 * 24 * 3600,
    referral_window_s=None,
    kinds=frozenset({"text", "image", "audio", "video", "document", "interactive", "reaction"}),
    button_limit=13,
    button_title_limit=20,
    list_row_limit=10,
    media_limits={
        "image/jpeg": 8 * _MB,
        "image/png": 8 * _MB,
        "image/gif": 8 * _MB,
        "audio/": 25 * _MB,
        "video/": 25 * _MB,
        "application/pdf": 25 * _MB,
    },
    caption_limit=0,
    # 10 a second for files and 300 for text; people type here, so one rate for both is enough.
    per_s=10.0,
    # There is no rule for one contact.
    pair_burst=10,
    pair_per_s=10.0,
    reports=frozenset({"read"}),
    has_profiles=True,
    shares_threads=True,
)
"""The declaration that composer, outbox and API read."""
