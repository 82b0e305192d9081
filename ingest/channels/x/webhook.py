"""X's webhook: a base64 HMAC over the raw bytes, and the challenge-response check (channels.md §6)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from urllib.parse import parse_qs

import orjson

from ingest.channels.base import STORED, Answer, Call, Connection

SIGNATURE_HEADER = b"x-twitter-webhooks-signature"
_CHALLENGE = re.compile(r"[A-Za-z0-9_=+/-]{1,200}", re.ASCII)
"""A challenge is answered with the same HMAC that signs bodies, so what could be a body (it begins with a brace) is
never answered."""


def signature(body: bytes, secret: str) -> str:
    """Return what X writes into its header, and wants to hear about a challenge."""
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


class XWebhook:
    """The signature with any of the app's consumer secrets; a challenge is answered with the first."""

    accepted = STORED

    def verify(self, call: Call, connection: Connection) -> bool:
        """Say whether one of the secrets signed these bytes."""
        given = call.only(SIGNATURE_HEADER)
        if not given:
            return False
        matches = [
            hmac.compare_digest(given.encode(), signature(call.body, each).encode())
            for each in connection.secrets
            if each
        ]
        return any(matches)

    def handshake(self, call: Call, connection: Connection) -> Answer | None:
        """Return the answer to `?crc_token=…`; None without one, and for what is no challenge of X's."""
        tokens = parse_qs(call.query, errors="replace").get("crc_token")
        if not tokens or not _CHALLENGE.fullmatch(tokens[0]) or not connection.secrets or not connection.secrets[0]:
            return None
        answer = {"response_token": signature(tokens[0].encode(), connection.secrets[0])}
        return Answer(orjson.dumps(answer), "application/json")
