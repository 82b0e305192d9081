"""What the web chat carries: we made both ends, so these are our own limits."""

from __future__ import annotations

from collections.abc import Mapping

from ingest.channels.base import Capabilities

_MB = 1024 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument."

EMOJI = ("👍", "❤️", "😂", "😮", "😢", "🙏")
"""Signs that visitors can put on what we write; agents can send any."""

CAPABILITIES = Capabilities(
    channel="webchat",
    text_limit=4096,
    window_s=None,
    referral_window_s=None,
    kinds=frozenset({"text", "image", "audio", "video", "document", "interactive", "reaction"}),
    button_limit=6,
    button_title_limit=40,
    list_row_limit=20,
    media_limits={
        "image/jpeg": 10 * _MB,
        "image/png": 10 * _MB,
        "image/gif": 10 * _MB,
        "image/webp": 10 * _MB,
        "audio/ogg": 16 * _MB,
        "audio/mp4": 16 * _MB,
        "audio/mpeg": 16 * _MB,
        "audio/webm": 16 * _MB,
        "audio/wav": 16 * _MB,
        "video/mp4": 25 * _MB,
        "video/webm": 25 * _MB,
        "video/quicktime": 25 * _MB,
        "application/pdf": 25 * _MB,
        "application/msword": 25 * _MB,
        "application/vnd.ms-excel": 25 * _MB,
        _OFFICE: 25 * _MB,
        "text/plain": 5 * _MB,
        "text/csv": 5 * _MB,
    },
    caption_limit=4096,
    per_s=500.0,
    pair_burst=30,
    pair_per_s=5.0,
    reports=frozenset({"delivered", "read"}),
)
"""The declaration that composer, outbox and API read, and that visitors' uploads are held to."""


def limit_of(mime: str, limits: Mapping[str, int] = CAPABILITIES.media_limits) -> int | None:
    """Return the bytes allowed for a type of file, None where it is not taken."""
    if mime in limits:
        return limits[mime]
    return next(
        (size for prefix, size in limits.items() if prefix.endswith((".", "/")) and mime.startswith(prefix)), None
    )
