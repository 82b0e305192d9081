"""Channels by name: what each can carry, and what reads and sends for it. Callers never name a channel themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from ingest.channels.base import Capabilities, Channel
from ingest.channels.failures import Retry
from ingest.domain.errors import BadInput
from ingest.domain.template import Blank, HeaderFile
from ingest.kit.clock import HOUR_US, SECOND_US

NAMES = ("whatsapp", "messenger", "instagram", "telegram", "x", "email", "webchat", "sms")
"""Every channel of this version; each is the folder of its name, whose `channel.py` is read when first asked for."""

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
    "buttons": frozenset({"interactive", "text"}),
    "list": frozenset({"interactive", "text"}),
    "location_request": frozenset({"location_request"}),
    "reaction": frozenset({"reaction"}),
}
"""Kind of reply to the kinds of message that carry it; choices become numbered text where there are no buttons."""
_REFERRAL_ANSWER_US = 24 * HOUR_US
"""A click on an ad opens the longer window only if the business answers within this (channels.md §3.9)."""


@cache
def channel(name: str) -> Channel | None:
    """Return a channel, or None for one that this version does not know."""
    if name not in NAMES:
        return None
    found: Channel = import_module(f"ingest.channels.{name}.channel").CHANNEL
    return found


def capabilities(name: str) -> Capabilities:
    """Return what a channel can carry; of an unknown one, that it can send nothing."""
    found = channel(name)
    return _NOWHERE if found is None else found.capabilities


def reply_kinds(name: str) -> frozenset[str]:
    """Return the kinds of replies that an agent may compose on a channel, in the API's words."""
    able = capabilities(name)
    return frozenset(kind for kind, carriers in _CARRIERS.items() if carriers & able.kinds)


def can_send(name: str) -> bool:
    """Say whether anything can be sent on a channel."""
    return bool(capabilities(name).kinds)


def window_closes_us(
    name: str, last_inbound_us: int | None, referral_us: int | None, first_reply_us: int | None
) -> int | None:
    """Return when the time for what a person types ends or ended; None without a window, and where it never opened.

    The window runs from the contact's last message. A message that came through an ad or post (`referral_us`)
    opens a longer one, if the business answered it (`first_reply_us`) within 24 hours.
    """
    able = capabilities(name)
    if able.window_s is None or last_inbound_us is None:
        return None
    closes_us = last_inbound_us + max(able.window_s, able.person_window_s or 0) * SECOND_US
    if able.referral_window_s is None or referral_us is None or first_reply_us is None:
        return closes_us
    if not 0 <= first_reply_us - referral_us <= _REFERRAL_ANSWER_US:
        return closes_us
    return max(closes_us, referral_us + able.referral_window_s * SECOND_US)


def is_window_open(name: str, closes_us: int | None, now_us: int) -> bool:
    """Say whether a free text may be sent now, given what `window_closes_us` returned."""
    if not can_send(name):
        return False
    return capabilities(name).window_s is None or (closes_us is not None and now_us < closes_us)


def advice(name: str | None, code: str) -> str | None:
    """Return what to tell people about a provider's error code; None for a code that is not the provider's."""
    found = channel(name or "")
    return None if found is None else found.advice(code)


def retry_of(name: str, code: str) -> Retry | None:
    """Return what the code of a message that was reported as failed means for sending it again; None: nothing helps."""
    found = channel(name)
    return None if found is None else found.retry(code)


def bounced(name: str) -> frozenset[str]:
    """Return the codes by which a channel says that an address takes nothing, whatever is sent."""
    found = channel(name)
    return frozenset() if found is None else found.bounced


def advices() -> frozenset[str]:
    """Return every sentence that `advice` may return, of all channels."""
    return frozenset().union(*(found.advices for name in NAMES if (found := channel(name))))


def template_components(
    name: str,
    described: Sequence[Mapping[str, Any]],
    parameters: Mapping[str, Any],
    file: HeaderFile | None = None,
) -> list[dict[str, Any]]:
    """Return a template's components filled for sending; raises BadInput for a blank without a value.

    `file` stands above it and is uploaded when it is sent.
    """
    found = channel(name)
    if found is None or found.fill_template is None:
        raise BadInput("This channel has no templates.", channel=name)
    return found.fill_template(described, parameters, file)


def template_blanks(name: str, described: Sequence[Mapping[str, Any]]) -> list[Blank]:
    """Return what has to be filled in of a template; raises BadInput for one that cannot be sent from here."""
    found = channel(name)
    if found is None or found.template_blanks is None:
        raise BadInput("This channel has no templates.", channel=name)
    return found.template_blanks(described)
