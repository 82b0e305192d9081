"""Is it from Meta? `X-Hub-Signature-256` over the raw bytes, and the handshake (channels.md §2)."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence

_SIGNED = re.compile(r"sha256=[0-9a-f]{64}", re.ASCII)


def sign(body: bytes, secret: str) -> str:
    """Return the header value Meta sends for these bytes."""
    return "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()


def verify(body: bytes, header: str | None, secrets: Sequence[str]) -> bool:
    """Return True when any of the secrets signed exactly these bytes.

    An app has two secrets with Instagram Login, and two while one is being replaced. An empty secret
    signs nothing.
    """
    if header is None or not _SIGNED.fullmatch(header):
        return False
    return any(hmac.compare_digest(sign(body, secret), header) for secret in secrets if secret)


def challenge(params: Mapping[str, str], verify_token: str) -> str | None:
    """Return the text to answer a subscription handshake with, or None when it is not for us."""
    offered = params.get("hub.verify_token", "")
    if not verify_token or params.get("hub.mode") != "subscribe":
        return None
    fits = hmac.compare_digest(offered.encode("utf-8", "surrogatepass"), verify_token.encode())
    return params.get("hub.challenge") if fits else None
