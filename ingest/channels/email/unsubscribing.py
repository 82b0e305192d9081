"""The address by which a mail's reader leaves with one click (RFC 8058). Pure.

    {public}/unsubscribe/{connection_id}/{message_id}/{mark}

The mark is keyed on what only the house and its administrator know, and names one mail of ours: the address tells
nobody who reads it, and nobody can make one for somebody else.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from ingest.channels.base import Connection

PATH = "/unsubscribe/"
ONE_CLICK = ("List-Unsubscribe", "One-Click")
"""The one field of the form that a POST carries, RFC 8058 §3.1."""
_PURPOSE = b"prosa unsubscribe"


def is_bulk(requested: Mapping[str, Any]) -> bool:
    """Say whether a message went to many: a campaign, or a template that advertises."""
    template = requested.get("template")
    category = template.get("category") if isinstance(template, Mapping) else None
    return requested.get("origin") == "campaign" or str(category).upper() == "MARKETING"


def address_of(public_url: str, connection: Connection, message_id: str) -> str:
    """Return the address for one mail; empty where nobody said where the world reaches us, or nothing signs it."""
    if not public_url or not connection.secrets:
        return ""
    named = "/".join(quote(each, safe="") for each in (connection.connection_id, message_id))
    return f"{public_url.rstrip('/')}{PATH}{named}/{_mark(connection, connection.secrets[0], message_id)}"


def is_marked(connection: Connection, message_id: str, mark: str) -> bool:
    """Say whether an address is one that we made, with any of the connection's secrets."""
    given = mark.encode()
    return any(hmac.compare_digest(given, _mark(connection, each, message_id).encode()) for each in connection.secrets)


def _mark(connection: Connection, secret: str, message_id: str) -> str:
    # A provider's verification key is public, the word in an address may be short: together they are neither.
    key = hmac.digest(f"{connection.verify_token}\n{secret}".encode(), _PURPOSE, hashlib.sha256)
    return hmac.digest(key, f"{connection.connection_id}\n{message_id}".encode(), hashlib.sha256).hex()
