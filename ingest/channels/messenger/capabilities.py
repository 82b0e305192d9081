"""What Messenger carries (channels.md §4)."""

from __future__ import annotations

from ingest.channels.base import Capabilities

_MB = 1024 * 1024

CAPABILITIES = Capabilities(
    channel="messenger",
    text_limit=2000,
    window_s=24 * 3600,
    person_window_s=7 * 24 * 3600,
    referral_window_s=None,
    kinds=frozenset({"text", "image", "audio", "video", "document", "template", "interactive", "reaction"}),
    button_limit=13,
    button_title_limit=20,
    list_row_limit=10,
    media_limits=dict.fromkeys(("image/", "audio/", "video/", "application/", "text/"), 25 * _MB),
    caption_limit=0,
    # Above 40 a second the Page's own inbox overloads. Meta's limits lie higher: 300 a second for text, 10 for
    # audio and video, and 200 times the engaged people in 24 hours.
    per_s=40.0,
    # There is no rule for one contact.
    pair_burst=40,
    pair_per_s=40.0,
    # "sent" comes as an echo, and only where the app subscribes to those.
    reports=frozenset({"delivered", "read"}),
    has_profiles=True,
    shares_threads=True,
)
"""The declaration that composer, outbox and API read."""
