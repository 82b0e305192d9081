"""Meta's webhook as all its products call it (channels.md §2)."""

from __future__ import annotations

from urllib.parse import parse_qsl

from ingest.channels.base import STORED, Answer, Call, Connection
from ingest.channels.meta import signature


class MetaWebhook:
    """Signature over the raw bytes with any of the app's secrets, and the `hub.challenge` handshake."""

    accepted = STORED

    def verify(self, call: Call, connection: Connection) -> bool:
        """Say whether one of the app secrets signed these bytes."""
        return signature.verify(call.body, call.only(b"x-hub-signature-256"), connection.secrets)

    def handshake(self, call: Call, connection: Connection) -> Answer | None:
        """Return `hub.challenge` when the token is ours."""
        found = signature.challenge(dict(parse_qsl(call.query)), connection.verify_token)
        return None if found is None else Answer(found.encode())
