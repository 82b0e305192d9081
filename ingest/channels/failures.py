"""What a provider's refusal means for trying again, in one vocabulary for all channels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from ingest.kit.clock import DAY_US

Retry = Literal["later", "slowly", "never", "fix", "account"]
"""later: back-off and jitter; slowly: per recipient; never: as it stands; fix: change the message first;
account: an administrator must act."""

Code = TypeVar("Code", int, str)


@dataclass(frozen=True, slots=True)
class ErrorClass:
    """What a code means: may it be tried again, and one sentence for the person who sent it."""

    retry: Retry
    advice: str


def advices(table: Mapping[Code, ErrorClass], *others: ErrorClass) -> frozenset[str]:
    """Return every advice of a channel, by code or for what has none, so that all of them can be translated."""
    return frozenset(each.advice for each in (*table.values(), *others))


def classes(advice: Mapping[Retry, Mapping[Code, str]]) -> dict[Code, ErrorClass]:
    """Return what each code means, given the advice of every code for each way of trying again."""
    return {code: ErrorClass(retry, says) for retry, codes in advice.items() for code, says in codes.items()}


def account_report(inbox_id: str, code: str, detail: str, at_us: int) -> tuple[str, dict[str, Any]]:
    """Return key (after the channel) and payload of the `channel.reported` that an inbox is refused for its account.

    One a day for each code: it presses again while nobody acts, and a thousand messages do not press a thousand times.
    """
    payload = {
        "subject": "account",
        "event": code,
        "severity": "critical",
        "external_id": None,
        "title": f"Messages are refused: {detail}",
        "content": {"code": code},
    }
    return f"account:{inbox_id}:{code}:{at_us // DAY_US}", payload
