"""Telegram's webhook: a secret of ours comes back in a header; nothing signs the body (channels.md §7)."""

from __future__ import annotations

import hmac

from ingest.channels.base import STORED, Answer, Call, Connection

SECRET_HEADER = b"x-telegram-bot-api-secret-token"


class TelegramWebhook:
    """Equality of the secret, in constant time, with any of the connection's."""

    accepted = STORED

    def verify(self, call: Call, connection: Connection) -> bool:
        """Say whether whoever called knows one of the secrets."""
        given = call.only(SECRET_HEADER)
        if not given:
            return False
        matches = [hmac.compare_digest(given.encode(), each.encode()) for each in connection.secrets if each]
        return any(matches)

    def handshake(self, call: Call, connection: Connection) -> Answer | None:
        """Refuse: Telegram sets its webhooks up without asking us."""
        return None
