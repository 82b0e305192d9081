"""What the outbox decides by itself, before asking and after being refused. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.channels.base import Capabilities
from ingest.channels.failures import Retry
from ingest.domain import consent
from ingest.domain.errors import AddressBounced, BadInput, ChannelError, Misconfigured, Throttled
from ingest.kit.clock import DAY_US, SECOND_US

LAST_ATTEMPT = 8
"""After so many tries at one message it is up to a person."""
RETURNED_US = DAY_US
"""What was reported as failed longer than this after it was asked for is stale, and up to a person."""

_FIRST_LATER_S, _LONGEST_LATER_S = 2.0, 600.0
_LONGEST_SLOWLY_S = 4.0**6


@dataclass(frozen=True, slots=True)
class Standing:
    """What is true of a message's conversation at the moment it would be sent."""

    window_closes_us: int | None = None
    """From when on only templates are allowed; None where the contact never wrote."""
    last_inbound_us: int | None = None
    category: str | None = None
    """MARKETING, UTILITY or AUTHENTICATION where the message is a template that we know."""
    said: Mapping[str, consent.Said] = field(default_factory=dict)
    """The contact's latest word on each purpose."""
    is_bounced: bool = False
    """What was sent to its address before came back."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message is not sent (again, or at all)."""

    code: str
    retry: Retry
    detail: str
    rests: str | None = None
    """account or pair, where the provider told that to slow down."""
    until_us: int | None = None
    """The instant the provider named for the next try."""
    withdraws: str | None = None
    """The purpose that the contact forbade by it."""


def objection(
    payload: Mapping[str, Any], standing: Standing, capabilities: Capabilities, now_us: int
) -> Refusal | None:
    """Return why this message must not even be asked for now, or None."""
    if without := _without_consent(payload, standing, capabilities):
        return without
    if standing.is_bounced:
        return Refusal("address_bounced", "never", AddressBounced().detail)
    if payload.get("kind") == "template":
        return None
    if capabilities.window_s is None or now_us < _closes_us(payload, standing, capabilities):
        return None
    return Refusal(
        "window_closed", "fix", "The time to answer freely is over; only an approved template may be sent now."
    )


def refusal_of(error: ChannelError | BadInput) -> Refusal:
    """Return what a failure means for the message."""
    facts = error.facts
    given = (facts.get("rests"), facts.get("until_us"), facts.get("withdraws"))
    return Refusal(str(facts.get("code", "refused")), _retry_of(error), error.detail, *given)


def retry_at_us(retry: Retry, attempt: int, now_us: int, dice: float) -> int | None:
    """Return when attempt number `attempt` (from 1) is followed by another, or None when it was the last.

    `later` doubles from 2 s to 10 min, `slowly` is 4^n seconds from n = 0 (docs/channels.md §3.7);
    `dice` in [0, 1) spreads both by up to a half, so that what failed together does not return together.
    """
    if retry not in ("later", "slowly") or attempt >= LAST_ATTEMPT:
        return None
    if retry == "later":
        wait_s = min(_FIRST_LATER_S * 2.0 ** (attempt - 1), _LONGEST_LATER_S)
    else:
        wait_s = min(4.0 ** (attempt - 1), _LONGEST_SLOWLY_S)
    return now_us + round(wait_s * (1 + dice / 2) * SECOND_US)


def _closes_us(payload: Mapping[str, Any], standing: Standing, capabilities: Capabilities) -> int:
    """Return when the window ends for this message; what no person typed has the shorter one."""
    closes_us = standing.window_closes_us or 0
    if capabilities.person_window_s is None or payload.get("origin") not in consent.AUTOMATIC:
        return closes_us
    return min(closes_us, (standing.last_inbound_us or 0) + (capabilities.window_s or 0) * SECOND_US)


def _without_consent(payload: Mapping[str, Any], standing: Standing, able: Capabilities) -> Refusal | None:
    sentence = consent.objection(
        standing.said,
        origin=payload.get("origin"),
        is_marketing=standing.category == "MARKETING",
        is_stop_total=able.is_stop_total,
        last_inbound_us=standing.last_inbound_us,
    )
    return Refusal("no_consent", "never", sentence) if sentence is not None else None


def _retry_of(error: ChannelError | BadInput) -> Retry:
    named: Retry | None = error.facts.get("retry")
    if named is not None:
        return named
    if isinstance(error, BadInput):
        return "fix"
    if isinstance(error, Throttled):
        return "later"
    return "account" if isinstance(error, Misconfigured) else "never"
