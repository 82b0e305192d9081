"""The channels whose webhooks we take, and how each proves itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ingest.channels.base import Parser
from ingest.channels.meta import signature as whatsapp_signature
from ingest.channels.whatsapp import parse as whatsapp_parse


class WhatsApp:
    """Meta's handshake and signature (channels.md §2)."""

    signature_header = b"x-hub-signature-256"

    def verify(self, body: bytes, header: str | None, secrets: list[str]) -> bool:
        """Say whether one of the app secrets signed these bytes."""
        return whatsapp_signature.verify(body, header, secrets)

    def challenge(self, params: Mapping[str, str], verify_token: str) -> str | None:
        """Return `hub.challenge` when the token is ours."""
        return whatsapp_signature.challenge(params, verify_token)


PROVIDERS = MappingProxyType({"whatsapp": WhatsApp()})
PARSERS: Mapping[str, Parser] = MappingProxyType({"whatsapp": whatsapp_parse.parse})
