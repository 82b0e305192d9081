"""What the catalogue says of one kind of event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Payload = Mapping[str, Any]
Upcast = Callable[[Payload], Payload]


@dataclass(frozen=True, slots=True)
class EventType:
    """One row of the catalogue: its name, present version, a sentence, and what each field holds."""

    name: str
    doc: str
    fields: Mapping[str, str]
    version: int = 1
    upcasts: Mapping[int, Upcast] = None  # type: ignore[assignment]  # filled in __post_init__

    def __post_init__(self) -> None:
        object.__setattr__(self, "upcasts", dict(self.upcasts or {}))
