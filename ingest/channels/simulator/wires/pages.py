"""The wire that Messenger and Instagram share: messaging items of a Page or an account (docs/channels.md §4, §5)."""

from __future__ import annotations

import base64
from typing import Any

from ingest.channels.base import Connection
from ingest.channels.simulator.people import Customer
from ingest.channels.simulator.webhooks import SIGNATURE_HEADER, encode, signature
from ingest.channels.simulator.wire import Item, Party, Said, Wire

_FILES = {"image": "image", "audio": "audio", "video": "video", "document": "file"}
_CDN = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id="


class PagesWire(Wire):
    """One account; what differs between the two products is said by the subclasses."""

    base_path = "/v24.0"
    tick_us = 1_000
    shows_names = False
    object_name: str
    mid_prefix: str
    id_digits: int

    def identities(self, customer: Customer) -> list[dict[str, str]]:
        """Return the id that is scoped to the account."""
        return [{"kind": "user_id", "address": self._person(customer)}]

    def new_id(self, party: Party, us: int, *, is_ours: bool) -> str:
        """Return a mid: long and base64."""
        return self.mid_prefix + base64.urlsafe_b64encode(party.random.randbytes(48)).decode()

    def wrote(self, party: Party, us: int, external_id: str, said: Said) -> bytes:
        """Return a message item."""
        message: Item = {"mid": external_id}
        if said.kind in _FILES:
            address = f"{_CDN}{party.random.randrange(10**15, 10**16)}"
            message["attachments"] = [{"type": _FILES[said.kind], "payload": {"url": address}}]
        if said.text:
            message["text"] = said.text
        if said.referral:
            message["referral"] = {"source": "ADS", "type": "OPEN_THREAD", "ad_id": said.referral["source_id"]}
        return self._item(party, us, {"message": message})

    def reacted(self, party: Party, us: int, external_id: str, emoji: str) -> bytes | None:
        """Return a reaction with its sign."""
        sign = {"mid": external_id, "action": "react", "reaction": "other", "emoji": emoji}
        return self._item(party, us, {"reaction": sign})

    def edited(self, party: Party, us: int, external_id: str, text: str) -> bytes | None:
        """Return the first edit."""
        return self._item(party, us, {"message_edit": {"mid": external_id, "text": text, "num_edit": 1}})

    def proof(self, connection: Connection, path: str, body: bytes) -> dict[str, str]:
        """Return Meta's signature."""
        return {SIGNATURE_HEADER: signature(body, connection.secrets[0])}

    def _person(self, customer: Customer) -> str:
        return customer.number(self.channel, self.id_digits)

    def _item(self, party: Party, us: int, part: dict[str, Any]) -> bytes:
        item = {
            "sender": {"id": self._person(party.customer)},
            "recipient": {"id": party.account},
            "timestamp": us // 1000,
            **part,
        }
        entry = {"id": party.account, "time": us // 1000, "messaging": [item]}
        return encode({"object": self.object_name, "entry": [entry]})
