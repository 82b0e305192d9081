"""Channels by name: what each can carry, and what fills its templates. Callers never name a channel themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ingest.channels.base import Capabilities
from ingest.kit.clock import SECOND_US

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


def capabilities(channel: str) -> Capabilities:
    """Return what a channel can carry; of an unknown one, that it can send nothing."""
    if channel == "whatsapp":
        from ingest.channels.whatsapp.capabilities import CAPABILITIES

        return CAPABILITIES
    return _NOWHERE


def can_send(channel: str) -> bool:
    """Say whether anything can be sent on a channel."""
    return bool(capabilities(channel).kinds)


def window_closes_us(channel: str, last_inbound_us: int | None, referral_us: int | None) -> int | None:
    """Return when the time for free texts ends or ended, by the contact's last message and last ad click.

    None where the channel has no such window, and where it never opened.
    """
    able = capabilities(channel)
    if able.window_s is None:
        return None
    ends = [last_inbound_us + able.window_s * SECOND_US] if last_inbound_us is not None else []
    if referral_us is not None and able.referral_window_s is not None:
        ends.append(referral_us + able.referral_window_s * SECOND_US)
    return max(ends, default=None)


def is_window_open(channel: str, last_inbound_us: int | None, referral_us: int | None, now_us: int) -> bool:
    """Say whether a free text may be sent now."""
    if not can_send(channel):
        return False
    if capabilities(channel).window_s is None:
        return True
    closes_us = window_closes_us(channel, last_inbound_us, referral_us)
    return closes_us is not None and now_us < closes_us


def template_components(channel: str, described: Sequence[Mapping[str, Any]], parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a template's components filled for sending; raises BadInput for a placeholder without a value."""
    from ingest.channels.whatsapp.send import template_components as filled  # the one channel with templates so far

    return filled(described, parameters)
