"""What mail carries (channels.md §8): text with a file, under a subject, at any time."""

from __future__ import annotations

from ingest.channels.base import Capabilities

MESSAGE_LIMIT = 25 * 1024 * 1024
"""Bytes of a whole mail that most servers take."""
_FILE_LIMIT = 18 * 1024 * 1024
"""Base64 makes four bytes of three, with line ends a little more."""

CAPABILITIES = Capabilities(
    channel="email",
    text_limit=100_000,
    window_s=None,
    referral_window_s=None,
    kinds=frozenset({"text", "image", "audio", "video", "document"}),
    button_limit=0,
    button_title_limit=0,
    list_row_limit=0,
    media_limits=dict.fromkeys(("image/", "audio/", "video/", "text/", "application/"), _FILE_LIMIT),
    files_per_message=20,
    caption_limit=100_000,
    per_s=2.0,
    pair_burst=10,
    # A server says that it took a mail, and as a rule nothing more.
    reports=frozenset(),
    is_threaded=True,
)
"""The declaration that composer, outbox and API read."""
