"""Passwords, hashed with argon2id."""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ingest.domain.errors import BadInput

LENGTHS = range(10, 201)
"""Characters a password may have; its only rule beside not being the e-mail or the name."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # OWASP's argon2id floor: 19 MiB, 2 passes
_at_once = threading.BoundedSemaphore(4)  # a storm of sign-ins may take 76 MiB, not the machine


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password."""
    with _at_once:
        return _hasher.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Say whether a password has this hash; takes as long when there is no hash to compare with."""
    with _at_once:
        try:
            return _hasher.verify(password_hash or _nobody(), password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def check_password(password: str, *, email: str, name: str) -> None:
    """Raise BadInput for a password that is too short, too long, or simply the person's name or e-mail."""
    if len(password) not in LENGTHS:
        raise BadInput(f"A password has {LENGTHS.start} to {LENGTHS.stop - 1} characters.")
    if password.casefold() in (email.casefold(), name.casefold()):
        raise BadInput("A password must not be the name or the e-mail address.")


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")
