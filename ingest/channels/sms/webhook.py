"""The SMS provider's signature: HMAC-SHA1 over the public address and the sorted parameters of the form."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import parse_qsl

from ingest.channels.base import Answer, Call, Connection

SIGNATURE_HEADER = b"x-twilio-signature"


def form_of(body: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form, as often as they come; raises ValueError for what is none."""
    return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=1000, errors="strict")


def signature(token: str, url: str, fields: list[tuple[str, str]]) -> str:
    """Return what the provider writes into its header."""
    # Of a field that comes several times the same value counts once.
    signed = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


class SmsWebhook:
    """The signature with any of the account's tokens; the answer tells the provider to say nothing to the contact."""

    accepted = Answer(b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>', "text/xml")

    def verify(self, call: Call, connection: Connection) -> bool:
        """Say whether one of the tokens signed this form for our public address."""
        given = call.only(SIGNATURE_HEADER)
        public = str(connection.settings.get("public_url") or "")
        if not given or not public:
            return False
        try:
            fields = form_of(call.body)
        except ValueError:
            return False
        url = public.rstrip("/") + call.path + (f"?{call.query}" if call.query else "")
        matches = [
            hmac.compare_digest(given.encode(), signature(each, url, fields).encode())
            for each in connection.secrets
            if each
        ]
        return any(matches)

    def handshake(self, call: Call, connection: Connection) -> Answer | None:
        """Refuse: the provider sets its webhooks up without asking us."""
        return None
