"""What WhatsApp carries, and until when one may write freely (channels.md §3.2, §3.8, §3.9)."""

from __future__ import annotations

from ingest.channels.base import Capabilities
from ingest.kit.clock import HOUR_US, SECOND_US

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
)
"""The declaration that composer, outbox and API read."""

_WINDOW_US = 24 * HOUR_US
_REFERRAL_WINDOW_US = 72 * HOUR_US
assert CAPABILITIES.window_s == _WINDOW_US // SECOND_US


def window_closes_us(last_inbound_us: int | None, referral_us: int | None, first_reply_us: int | None) -> int | None:
    """Return the instant from which only templates are allowed; None when the contact never wrote.

    24 hours after the contact's last message. A message that came through an ad or post
    (`referral_us`) opens 72 hours, if the business answered it (`first_reply_us`) within 24.
    """
    if last_inbound_us is None:
        return None
    closes_us = last_inbound_us + _WINDOW_US
    if referral_us is None or first_reply_us is None or not 0 <= first_reply_us - referral_us <= _WINDOW_US:
        return closes_us
    return max(closes_us, referral_us + _REFERRAL_WINDOW_US)
