"""Two kinds of id: one that sorts by time, one that is the same wherever it is computed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from uuid import UUID

IdSource = Callable[[int], str]
"""Given an instant in microseconds, return a fresh sortable id."""


def uuid7(us: int) -> str:
    """Return a UUIDv7 (RFC 9562 §5.7) whose leading 48 bits are the instant in milliseconds."""
    return uuid7_from(us, os.urandom(10))


def uuid7_from(us: int, random: bytes) -> str:
    """Return the UUIDv7 of an instant and ten given random bytes."""
    value = (us // 1000) << 80 | int.from_bytes(random, "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=value))


def stable_id(prefix: str, *parts: str) -> str:
    """Return `prefix_` and 32 hexadecimal digits that depend on nothing but the parts.

    Two processes that meet the same person or message in any order name it alike; that
    is what lets events be shuffled and repeated without effect.
    """
    digest = hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=16)
    return f"{prefix}_{digest.hexdigest()}"
