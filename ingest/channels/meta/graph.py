"""Meta's Graph API: where it lives, how we prove ourselves to it, and how it writes its errors."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ingest.channels.base import Connection, Field

GRAPH_URL = "https://graph.facebook.com/v24.0"
"""Base URL of the real thing, version included."""
MEDIA_HOSTS = ("fbsbx.com", "facebook.com", "fbcdn.net", "whatsapp.net")
"""Domains, and what lies under them, that Meta serves media from; the token goes to no other host."""
_YES = frozenset({"true", "1", "yes", "on"})
PROOF = Field(
    "app_secret_proof",
    "App secret proof",
    "true where the app demands a proof with every call (Settings → Advanced).",
    is_required=False,
)
"""The setting that `proof_of` reads."""


@dataclass(frozen=True, slots=True)
class ProviderError:
    """One error as the provider wrote it; every part may be missing."""

    code: int | None
    subcode: int | None
    title: str | None
    detail: str | None
    fbtrace_id: str | None


def appsecret_proof(access_token: str, app_secret: str) -> str:
    """Return the proof that we hold the app's secret, too (docs/channels.md §2)."""
    return hmac.new(app_secret.encode(), access_token.encode(), hashlib.sha256).hexdigest()


def proof_of(connection: Connection) -> dict[str, str]:
    """Return the parameters that prove that we hold the app's secret; none where the app does not demand it."""
    wanted = str(connection.settings.get(PROOF.name, "")).lower() in _YES
    if not wanted or not connection.secrets:
        return {}
    return {"appsecret_proof": appsecret_proof(connection.access_token, connection.secrets[0])}


def read_error(body: Mapping[str, Any]) -> ProviderError:
    """Return the error of an HTTP answer (`{"error": …}`), of a status or of a webhook value; never raises.

    `error_data` may be missing, and older messages carry `details` beside `title`.
    """
    inner = body.get("error")
    error: Mapping[str, Any] = inner if isinstance(inner, Mapping) else body
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, Mapping) else None
    message = error.get("message")
    return ProviderError(
        code=_number(error.get("code")),
        subcode=_number(error.get("error_subcode")),
        title=_text(error.get("title") or message),
        detail=_text(details or error.get("details") or message),
        fbtrace_id=_text(error.get("fbtrace_id")),
    )


def _number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19 else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
