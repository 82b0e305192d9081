"""What a contact allowed or forbade, and which of our messages that stops. Pure; API and outbox ask the same rule.

Two purposes are kept apart, so that a block that is lifted leaves behind just what the contact had said before:

    marketing_messages   said in words: a form, a STOP, a preference, an agent who was told
    messages             done: blocked us, or refuses whatever we send; over once they let us in or write again
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

MARKETING = "marketing_messages"
MESSAGES = "messages"

AUTOMATIC = frozenset({"bot", "campaign"})
"""Origins of messages that no person typed."""


@dataclass(frozen=True, slots=True)
class Said:
    """The latest word of a contact on one purpose."""

    value: Literal["granted", "withdrawn"]
    at_us: int


def objection(
    said: Mapping[str, Said],
    *,
    origin: str | None,
    is_marketing: bool,
    is_stop_total: bool,
    last_inbound_us: int | None,
) -> str | None:
    """Return, in a sentence, why a message must not go to the contact, or None.

    Marketing needs consent that was given. Where a stop counts for everything (`is_stop_total`: SMS, the carriers'
    rule) nothing goes out after it; elsewhere what no person typed stays back, but a bot may answer whoever wrote
    since. What an agent types is service, and goes.
    """
    stopped_us, blocked_us = (_withdrawn_us(said, purpose) for purpose in (MARKETING, MESSAGES))
    written_us = last_inbound_us if last_inbound_us is not None else -1
    if is_stop_total and (stopped_us is not None or blocked_us is not None):
        return "The contact stopped messages from this number; nothing may be sent until they allow it again."
    is_blocked = blocked_us is not None and blocked_us >= written_us
    if is_blocked and (is_marketing or origin in AUTOMATIC):
        return "The contact blocked us; only a person may write to them, until they write again."
    if is_marketing and MARKETING not in said:
        return "The contact has not given consent to marketing messages."
    if stopped_us is not None and (is_marketing or origin == "campaign"):
        return "The contact took back consent to marketing messages."
    if stopped_us is not None and origin == "bot" and stopped_us >= written_us:
        return "The contact asked for no more messages; only a person may write to them, until they write again."
    return None


def _withdrawn_us(said: Mapping[str, Said], purpose: str) -> int | None:
    found = said.get(purpose)
    return found.at_us if found is not None and found.value == "withdrawn" else None
