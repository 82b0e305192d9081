"""Channels by name: what each can carry, and what fills its templates. Callers never name a channel themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ingest.channels.base import Capabilities
from ingest.domain.errors import BadInput

_NOWHERE = Capabilities(
    channel="unknown",
    text_limit=65_536,
    window_s=None,
    referral_window_s=None,
    kinds=frozenset(),
    button_limit=0,
    button_title_limit=0,
    list_row_limit=0,
    media_limits={},
)
"""Conversations that were imported, or whose channel this version does not know: to be read, not answered."""

_CARRIERS: Mapping[str, frozenset[str]] = {
    "text": frozenset({"text"}),
    "media": frozenset({"image", "audio", "video", "document", "sticker"}),
    "template": frozenset({"template"}),
    "buttons": frozenset({"interactive"}),
    "list": frozenset({"interactive"}),
    "location_request": frozenset({"interactive"}),
    "reaction": frozenset({"reaction"}),
}
"""Kind of reply to the kinds of message that carry it."""


def capabilities(channel: str) -> Capabilities:
    """Return what a channel can carry; of an unknown one, that it can send nothing."""
    if channel == "whatsapp":
        from ingest.channels.whatsapp.capabilities import CAPABILITIES

        return CAPABILITIES
    return _NOWHERE


def reply_kinds(channel: str) -> frozenset[str]:
    """Return the kinds of replies that an agent may compose on a channel, in the API's words."""
    able = capabilities(channel)
    return frozenset(kind for kind, carriers in _CARRIERS.items() if carriers & able.kinds)


def can_send(channel: str) -> bool:
    """Say whether anything can be sent on a channel."""
    return bool(capabilities(channel).kinds)


def window_closes_us(
    channel: str, last_inbound_us: int | None, referral_us: int | None, first_reply_us: int | None
) -> int | None:
    """Return when the time for free texts ends or ended; None without such a window, and where it never opened.

    `first_reply_us` is the first answer of the business after the ad click at `referral_us`.
    """
    if capabilities(channel).window_s is None:
        return None
    from ingest.channels.whatsapp.capabilities import window_closes_us as closes_us  # the one channel with a window

    return closes_us(last_inbound_us, referral_us, first_reply_us)


def is_window_open(channel: str, closes_us: int | None, now_us: int) -> bool:
    """Say whether a free text may be sent now, given what `window_closes_us` returned."""
    if not can_send(channel):
        return False
    return capabilities(channel).window_s is None or (closes_us is not None and now_us < closes_us)


def advice(channel: str | None, code: str) -> str | None:
    """Return what to tell people about a provider's error code; None for a code that is not the provider's."""
    if channel != "whatsapp" or not (code.isascii() and code.isdigit()):
        return None
    from ingest.channels.whatsapp.errors import classify

    return classify(int(code)).advice


def template_components(
    channel: str, described: Sequence[Mapping[str, Any]], parameters: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return a template's components filled for sending; raises BadInput for a placeholder without a value."""
    if "template" not in capabilities(channel).kinds:
        raise BadInput("This channel has no templates.", channel=channel)
    from ingest.channels.whatsapp.send import template_components as filled  # the one channel with templates so far

    return filled(described, parameters)
