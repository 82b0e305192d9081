"""X's wire: direct messages of the Activity API; reading is told up to a message (docs/channels.md §6)."""

from __future__ import annotations

from typing import Any

import orjson

from ingest.channels.base import Connection
from ingest.channels.simulator.people import Customer, Door
from ingest.channels.simulator.wire import Addresses, Item, Party, Said, Wire
from ingest.channels.simulator.x_api import APP_TOKEN
from ingest.channels.x.webhook import SIGNATURE_HEADER, signature


class XWire(Wire):
    """An account."""

    channel = "x"
    kinds = frozenset({"text", "image"})

    def identities(self, customer: Customer) -> list[dict[str, str]]:
        """Return the person's user id."""
        return [{"kind": "user_id", "address": self._person(customer)}]

    def new_id(self, party: Party, us: int, *, is_ours: bool) -> str:
        """Return a snowflake: the time in its upper bits."""
        return str((us // 1000 - 1_288_834_974_657) << 22 | party.random.getrandbits(22))

    def wrote(self, party: Party, us: int, external_id: str, said: Said) -> bytes:
        """Return a direct message and the profile of who wrote it."""
        data: Item = {"text": said.text, "entities": {}}
        if said.kind == "image":
            media_id = party.random.randrange(10**18, 10**19)
            media = {"id": media_id, "id_str": str(media_id), "type": "photo",
                     "media_url_https": f"https://ton.twimg.com/dm/{media_id}.jpg"}  # fmt: skip
            data["attachment"] = {"type": "media", "media": media}
        created = {**self._parties(party), "message_data": data}
        item = {"type": "message_create", "id": external_id, "created_timestamp": str(us // 1000)}
        person = self._person(party.customer)
        profile = {"id": person, "name": party.customer.name, "username": f"aurora{party.customer.index}"}
        payload = {"direct_message_events": [item | {"message_create": created}], "users": {person: {"data": profile}}}
        return self._happened(party, "dm.received", payload)

    def reported(self, party: Party, us: int, external_id: str, status: str) -> bytes | None:
        """Return up to which message was read."""
        if status != "read":
            return None
        mark = {**self._parties(party), "created_timestamp": str(us // 1000), "last_read_event_id": external_id}
        return self._happened(party, "dm.read", {"direct_message_mark_read_events": [mark]})

    def proof(self, connection: Connection, path: str, body: bytes) -> dict[str, str]:
        """Return X's signature."""
        return {SIGNATURE_HEADER.decode(): signature(body, connection.secrets[0])}

    def settings(self, connection_id: str, door: Door, at: Addresses) -> Item:
        """Return what lets a check see webhook and subscriptions."""
        return {"app_token": APP_TOKEN}

    def _person(self, customer: Customer) -> str:
        return customer.number(self.channel, 19)

    def _parties(self, party: Party) -> Item:
        return {"sender_id": self._person(party.customer), "target": {"recipient_id": party.account}}

    def _happened(self, party: Party, kind: str, payload: dict[str, Any]) -> bytes:
        uuid = f"-{party.random.getrandbits(62)}"
        data = {"event_uuid": uuid, "filter": {"user_id": party.account}, "event_type": kind, "payload": payload}
        return orjson.dumps({"data": data})


WIRE = XWire()
