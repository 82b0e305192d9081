"""What may go wrong at a provider, drawn from a seed: the same plan gives the same bad day again."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Ending = Literal["accept", "late", "refuse", "gateway_error", "silent", "lost"]
"""How a send call ends.

accept: taken and said so; late: taken in the middle of a wait, and said so after it; refuse: an error envelope;
gateway_error: an error page, nothing taken;
silent: taken, but the answer never comes; lost: neither taken nor answered.
"""


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """Shares (0 to 1) of calls or webhooks that each thing happens to; the default is a good day."""

    seed: int = 0
    errors: Mapping[int, float] = field(default_factory=dict)
    """Error code to the share of sends refused with it."""
    gateway_error: float = 0.0
    silent: float = 0.0
    lost: float = 0.0
    late: float = 0.0
    silence_s: float = 0.0
    """How long a call hangs before the gateway gives up on it, or a late answer comes."""
    held: float = 0.0
    """Share of template messages held for a quality check."""
    failed: Mapping[int, float] = field(default_factory=dict)
    """Error code to the share of accepted messages that fail later, by webhook."""
    read: float = 0.85
    """Share of delivered messages that are read."""
    duplicate: float = 0.0
    reorder: float = 0.0
    delay_s: float = 0.2
    """Mean time between the steps of a message."""
    read_delay_s: float = 4.0

    def of_send(self, number: int) -> tuple[Ending, int | None]:
        """Return the ending of the n-th send call, and the error code where it is refused."""
        drawn = self._draw("send", number).random()
        for code, share in self.errors.items():
            if drawn < share:
                return "refuse", code
            drawn -= share
        endings: tuple[tuple[Ending, float], ...] = (
            ("gateway_error", self.gateway_error),
            ("silent", self.silent),
            ("lost", self.lost),
            ("late", self.late),
        )
        for ending, share in endings:
            if drawn < share:
                return ending, None
            drawn -= share
        return "accept", None

    def fate(self, number: int) -> tuple[list[str], int | None]:
        """Return the steps the n-th accepted message goes through, and the code where it fails."""
        dice = self._draw("fate", number)
        drawn = dice.random()
        for code, share in self.failed.items():
            if drawn < share:
                return ["failed"], code
            drawn -= share
        return ["sent", "delivered", *(["read"] if dice.random() < self.read else [])], None

    def is_held(self, number: int) -> bool:
        """Say whether the n-th accepted message is held."""
        return self._draw("held", number).random() < self.held

    def waits(self, number: int, steps: int) -> list[float]:
        """Return the seconds from acceptance to each step; out of order now and then, if planned."""
        dice = self._draw("waits", number)
        at, waits = 0.0, []
        for step in range(steps):
            at += dice.expovariate(1 / (self.read_delay_s if step == 2 else self.delay_s)) if self.delay_s else 0.0
            overtaken = dice.random() < self.reorder
            waits.append(at + (dice.uniform(1, 20) * self.delay_s if overtaken else 0.0))
        return waits

    def is_duplicated(self, number: int) -> bool:
        """Say whether the n-th webhook is delivered a second time."""
        return self._draw("duplicate", number).random() < self.duplicate

    def _draw(self, what: str, number: int) -> random.Random:
        return random.Random(f"{self.seed}:{what}:{number}")
