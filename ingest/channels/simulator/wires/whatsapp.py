"""WhatsApp's wire: message and status objects of the Cloud API (docs/channels.md §3)."""

from __future__ import annotations

from typing import Any

from ingest.channels.base import Connection
from ingest.channels.simulator.people import Customer, Door
from ingest.channels.simulator.webhooks import (
    SIGNATURE_HEADER,
    Contact,
    Number,
    envelope,
    inbound_body,
    signature,
    status_body,
)
from ingest.channels.simulator.wire import Addresses, Party, Said, Wire
from ingest.kit.clock import SECOND_US

Payload = dict[str, Any]
_MIMES = {"image": "image/jpeg", "audio": "audio/ogg; codecs=opus", "video": "video/mp4", "sticker": "image/webp",
          "document": "application/pdf"}  # fmt: skip
_EXTRA: dict[str, Payload] = {
    "audio": {"voice": True},
    "sticker": {"animated": False},
    "document": {"filename": "comprovante.pdf"},
}
_PRICING = {"billable": True, "pricing_model": "PMP", "category": "service", "type": "regular"}
_UNDELIVERABLE = {"code": 131026, "title": "Message undeliverable"}
_STOPPED = "User requested to stop marketing messages"


def number_of(door: Door) -> Number:
    """Return the number behind a door as webhooks name it."""
    return Number(door.external_id, door.address.lstrip("+"))


def contact_of(customer: Customer) -> Contact:
    """Return a customer as webhooks name them."""
    return Contact(customer.name, customer.phone, customer.user_id, customer.username)


class WhatsAppWire(Wire):
    """A business number."""

    channel = "whatsapp"
    base_path = "/v25.0"
    tick_us = SECOND_US
    kinds = frozenset({"text", "image", "audio", "video", "document", "sticker", "location", "contacts", "order"})

    def settings(self, connection_id: str, door: Door, at: Addresses) -> Payload:
        """Return whose templates the number has."""
        return {"waba_id": number_of(door).waba_id}

    def identities(self, customer: Customer) -> list[dict[str, str]]:
        """Return the user id before the phone, whichever are known."""
        known = (("user_id", customer.user_id), ("phone", customer.phone))
        return [{"kind": kind, "address": address} for kind, address in known if address]

    def new_id(self, party: Party, us: int, *, is_ours: bool) -> str:
        """Return a wamid."""
        return f"wamid.SIM{party.random.getrandbits(112):028X}"

    def wrote(self, party: Party, us: int, external_id: str, said: Said) -> bytes:
        """Return a message object in its envelope."""
        return self._posted(party, self._message(party, us, external_id, said))

    def reported(self, party: Party, us: int, external_id: str, status: str) -> bytes | None:
        """Return a status; every one is told."""
        return status_body(
            number_of(party.door),
            contact_of(party.customer),
            external_id=external_id,
            status=status,
            at_s=us // SECOND_US,
            errors=[_UNDELIVERABLE] if status == "failed" else (),
            pricing=_PRICING if status == "sent" else None,
        )

    def status(self, party: Party, us: int, external_id: str, ref: str, status: str) -> tuple[str, Payload] | None:
        """Return what the parser says of a status; a third of a year's events are these."""
        payload = {
            "message_ref": ref,
            "message_id": None,
            "status": status,
            "errors": [_UNDELIVERABLE | {"details": None}] if status == "failed" else [],
            "pricing": _PRICING if status == "sent" else None,
            "recipient": None,
        }
        return f"whatsapp:status:{party.door.external_id}:{external_id}:{status}:{us // SECOND_US}", payload

    def reacted(self, party: Party, us: int, external_id: str, emoji: str) -> bytes | None:
        """Return a message of kind reaction."""
        content = {"message_id": external_id, "emoji": emoji}
        return self.wrote(party, us, self.new_id(party, us, is_ours=False), Said("reaction", content))

    def edited(self, party: Party, us: int, external_id: str, text: str) -> bytes | None:
        """Return a message of kind edit, which holds the new one."""
        new = {"type": "text", "text": {"body": text}}
        content = {"original_message_id": external_id, "message": new}
        return self.wrote(party, us, self.new_id(party, us, is_ours=False), Said("edit", content))

    def revoked(self, party: Party, us: int, external_id: str) -> bytes | None:
        """Return a message of kind revoke."""
        content = {"original_message_id": external_id}
        return self.wrote(party, us, self.new_id(party, us, is_ours=False), Said("revoke", content))

    def opted_out(self, party: Party, us: int) -> bytes | None:
        """Return a preference."""
        item = {"wa_id": party.customer.phone, "user_id": party.customer.user_id, "detail": _STOPPED,
                "category": "marketing_messages", "value": "stop", "timestamp": us // SECOND_US}  # fmt: skip
        known = {name: value for name, value in item.items() if value is not None}
        return envelope(number_of(party.door), {"user_preferences": [known]}, field="user_preferences")

    def proof(self, connection: Connection, path: str, body: bytes) -> dict[str, str]:
        """Return Meta's signature."""
        return {SIGNATURE_HEADER: signature(body, connection.secrets[0])}

    def _posted(self, party: Party, message: Payload) -> bytes:
        return inbound_body(number_of(party.door), contact_of(party.customer), message)

    def _message(self, party: Party, us: int, external_id: str, said: Said) -> Payload:
        made: Payload = {"id": external_id, "timestamp": str(us // SECOND_US), "type": said.kind}
        if said.referral:
            made["referral"] = dict(said.referral)
        if said.kind == "text":
            return made | {"text": {"body": said.content}}
        if said.kind not in _MIMES:
            return made | {said.kind: said.content}
        media: Payload = {
            "id": str(party.random.randrange(10**15, 10**16)),
            "mime_type": _MIMES[said.kind],
            "sha256": party.random.randbytes(32).hex(),
        }
        caption = {"caption": said.content} if said.content else {}
        return made | {said.kind: media | _EXTRA.get(said.kind, {}) | caption}


WIRE = WhatsAppWire()
