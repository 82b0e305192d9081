"""Two kinds of id: one that sorts by time, one that is the same wherever it is computed."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Callable

IdSource = Callable[[int], str]
"""Given an instant in microseconds, return a fresh sortable id."""


_random = random.Random()
"""Seeded by the system. Ids need to differ, not to be unguessable, and asking the system for each costs 2 µs."""
os.register_at_fork(after_in_child=_random.seed)


def uuid7(us: int) -> str:
    """Return a UUIDv7 (RFC 9562 §5.7) whose leading 48 bits are the instant in milliseconds."""
    return uuid7_from(us, _random.randbytes(10))


def uuid7_from(us: int, noise: bytes) -> str:
    """Return the UUIDv7 of an instant and ten given random bytes."""
    value = (us // 1000) << 80 | int.from_bytes(noise, "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def stable_id(prefix: str, *parts: str) -> str:
    """Return `prefix_` and 32 hexadecimal digits that depend on nothing but the parts.

    Two processes that meet the same person or message in any order name it alike; that
    is what lets events be shuffled and repeated without effect.
    """
    digest = hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=16)
    return f"{prefix}_{digest.hexdigest()}"
