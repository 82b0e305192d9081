"""What a provider's refusal means for trying again, in one vocabulary for all channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Retry = Literal["later", "slowly", "never", "fix", "account"]
"""later: back-off and jitter; slowly: per recipient; never: as it stands; fix: change the message first;
account: an administrator must act."""


@dataclass(frozen=True, slots=True)
class ErrorClass:
    """What a code means: may it be tried again, and one sentence for the person who sent it."""

    retry: Retry
    advice: str
