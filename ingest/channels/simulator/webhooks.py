"""Webhook bodies as Meta writes them (docs/channels.md §2 and §3): escaped to ASCII, then signed.

Everything here is pure: the same arguments give the same bytes, so that a repeated delivery is
byte for byte the first one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WABA_ID = "102290129340398"
"""The business account a simulated number belongs to unless the caller says otherwise."""
SIGNATURE_HEADER = "X-Hub-Signature-256"

Message = Mapping[str, Any]
"""A message object in Meta's own shape: `id`, `timestamp` (seconds, as text), `type` and the type's object."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A simulated person on the other end; at least one of phone (digits) and user id (BSUID) is known."""

    name: str | None = None
    phone: str | None = None
    user_id: str | None = None
    username: str | None = None

    @property
    def address(self) -> str:
        """Return what a business would write to."""
        return self.phone or self.user_id or ""


@dataclass(frozen=True, slots=True)
class Number:
    """A business number as webhooks name it."""

    phone_number_id: str
    display_phone_number: str = "15550783881"
    waba_id: str = WABA_ID


def inbound_body(number: Number | str, contact: Contact, message: Message) -> bytes:
    """Return the webhook body of one message a contact wrote."""
    sender = {"from": contact.phone, "from_user_id": contact.user_id}
    value = {
        "contacts": [_contact(contact)],
        "messages": [{name: value for name, value in sender.items() if value} | dict(message)],
    }
    return envelope(number, value)


def status_body(
    number: Number | str,
    contact: Contact,
    *,
    external_id: str,
    status: str,
    at_s: int,
    tracker: str | None = None,
    errors: Sequence[Mapping[str, Any]] = (),
    pricing: Mapping[str, Any] | None = None,
) -> bytes:
    """Return the webhook body of one step of a message of the business (sent, delivered, read, played, failed).

    `tracker` is the `biz_opaque_callback_data` of the send call, which Meta echoes.
    """
    item = {
        "id": external_id,
        "status": status,
        "timestamp": str(at_s),
        "recipient_id": contact.phone,
        "recipient_user_id": contact.user_id,
        "biz_opaque_callback_data": tracker,
        "pricing": dict(pricing) if pricing else None,
        "errors": [dict(each) for each in errors] or None,
    }
    return envelope(number, {"statuses": [{name: value for name, value in item.items() if value is not None}]})


def envelope(number: Number | str, value: Mapping[str, Any], field: str = "messages") -> bytes:
    """Return a whole webhook body around the value of one change."""
    known = Number(number) if isinstance(number, str) else number
    metadata = {"display_phone_number": known.display_phone_number, "phone_number_id": known.phone_number_id}
    change = {"value": {"messaging_product": "whatsapp", "metadata": metadata, **value}, "field": field}
    return encode({"object": "whatsapp_business_account", "entry": [{"id": known.waba_id, "changes": [change]}]})


def report_body(number: Number, field: str, value: Mapping[str, Any], at_s: int) -> bytes:
    """Return the webhook body of what is said of a business account and not of a number (templates, limits)."""
    change = {"value": dict(value), "field": field}
    entry = {"id": number.waba_id, "time": at_s, "changes": [change]}
    return encode({"object": "whatsapp_business_account", "entry": [entry]})


def encode(body: Mapping[str, Any]) -> bytes:
    r"""Return JSON as Meta signs and sends it: what is not ASCII as `\uXXXX` in lowercase hex."""
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def signature(body: bytes, app_secret: str) -> str:
    """Return the value of `X-Hub-Signature-256` for a body."""
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


def _contact(contact: Contact) -> dict[str, Any]:
    profile = {"name": contact.name, "username": contact.username}
    item = {
        "profile": {name: value for name, value in profile.items() if value},
        "wa_id": contact.phone,
        "user_id": contact.user_id,
    }
    return {name: value for name, value in item.items() if value}
