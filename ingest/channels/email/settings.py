"""What people write when they set a mailbox up, as it is kept; what could never work is refused with a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.domain.errors import BadInput

PROVIDERS = ("postmark", "sendgrid", "mailgun", "ses", "resend", "brevo")


def settle(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings as they are kept; raises BadInput for a provider or a key that nobody can use."""
    kept = dict(settings)
    if provider := str(kept.get("provider") or "").strip().lower():
        if provider not in PROVIDERS:
            raise BadInput(f"The provider is one of {', '.join(PROVIDERS)}.", field="provider")
        kept["provider"] = provider
    if kept.get("dkim_key") and not is_signing_key(str(kept["dkim_key"])):
        raise BadInput(
            "The DKIM key cannot be read: it is an RSA private key, PEM, with all its lines.", field="dkim_key"
        )
    return kept


def is_signing_key(written: str) -> bool:
    """Say whether a text is an RSA private key that mail can be signed with."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(written.strip().encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return isinstance(key, RSAPrivateKey)
