"""Tokens of visitors, and the proof that a shop gives of who somebody is. Pure: keys and time come in as arguments.

A token is `claims.mark`: JSON in base64url and a keyed BLAKE2b over it. Each purpose has its own, so that none
stands for another, and none can be made from the HMAC that shops compute over ids their customers choose.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import orjson

from ingest.domain.errors import NotSignedIn

Purpose = Literal["visit", "return", "file"]
"""visit: minutes, opens the conversation; return: months, buys a new visit; file: an upload not sent yet."""

_LONGEST = 2_000


def issue(key: str, purpose: Purpose, claims: Mapping[str, Any], expires_us: int) -> str:
    """Return a token that says `claims` until an instant; fit for a header and a WebSocket's subprotocol."""
    said = _encode(orjson.dumps({**claims, "expires_us": expires_us}, option=orjson.OPT_SORT_KEYS))
    return f"{said}.{_mark(key, purpose, said)}"


def read(token: str, keys: Sequence[str], purpose: Purpose, now_us: int) -> dict[str, Any]:
    """Return what a token says; raises NotSignedIn for one that is not ours, is for something else or has ended."""
    said, dot, mark = token.partition(".")
    if not dot or len(token) > _LONGEST or not token.isascii():
        raise NotSignedIn(_SENTENCE)
    if not any(hmac.compare_digest(mark, _mark(key, purpose, said)) for key in keys):
        raise NotSignedIn(_SENTENCE)
    try:
        claims: dict[str, Any] = orjson.loads(_decode(said))
    except (orjson.JSONDecodeError, binascii.Error, ValueError):
        raise NotSignedIn(_SENTENCE) from None
    if claims["expires_us"] <= now_us:
        raise NotSignedIn("The visit has ended; begin it anew.")
    return claims


def proof(key: str, user_id: str, email: str = "", phone: str = "") -> str:
    """Return what a shop's server computes for its signed-in customer: hex HMAC-SHA256.

    Over the user id alone, or over id, e-mail and phone with a line feed between them where either is given.

    >>> proof("key", "42")[:16], proof("key", "42", "ana@example.com")[:16]
    ('f2991b7ce981d0b5', 'ee59eb3445182c76')
    """
    said = "\n".join((user_id, email, phone)) if email or phone else user_id
    return hmac.new(key.encode(), said.encode(), hashlib.sha256).hexdigest()


def is_proven(keys: Sequence[str], given: str, user_id: str, email: str = "", phone: str = "") -> bool:
    """Say whether a shop that holds one of the keys vouches for this customer."""
    if not user_id or any("\n" in each for each in (user_id, email, phone)):
        return False
    written = given.strip().lower().encode()
    return any(hmac.compare_digest(written, proof(key, user_id, email, phone).encode()) for key in keys)


_SENTENCE = "This is no token of a visit here."


def _mark(key: str, purpose: Purpose, said: str) -> str:
    secret = hashlib.blake2b(key.encode(), digest_size=32).digest()  # whatever its length
    return _encode(hashlib.blake2b(said.encode(), key=secret, person=purpose.encode(), digest_size=24).digest())


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(written: str) -> bytes:
    return base64.urlsafe_b64decode(written + "=" * (-len(written) % 4))
