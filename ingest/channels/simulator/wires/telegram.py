"""Telegram's wire: updates of a private chat with the bot; nobody tells what arrived (docs/channels.md §7)."""

from __future__ import annotations

import orjson

from ingest.channels.base import Connection
from ingest.channels.simulator.people import Customer
from ingest.channels.simulator.wire import Item, Party, Said, Wire
from ingest.kit.clock import SECOND_US

_BOT = {"id": 110201543, "is_bot": True, "first_name": "Loja Aurora", "username": "loja_aurora_bot"}
_FILES = {"audio": ("voice", "audio/ogg"), "document": ("document", "application/pdf")}


class TelegramWire(Wire):
    """A bot."""

    channel = "telegram"
    tick_us = SECOND_US
    kinds = frozenset({"text", "image", "audio", "document", "sticker", "location"})

    def identities(self, customer: Customer) -> list[dict[str, str]]:
        """Return the person's id, which is that of their chat with the bot."""
        return [{"kind": "user_id", "address": customer.number(self.channel, 10)}]

    def new_id(self, party: Party, us: int, *, is_ours: bool) -> str:
        """Return chat and number; numbers grow with time and differ between starts of a simulation."""
        number = (us // 1000 - 1_500_000_000_000) * 1000 + party.random.randrange(1000)
        return f"{self._chat(party)['id']}:{number}"

    def wrote(self, party: Party, us: int, external_id: str, said: Said) -> bytes:
        """Return an update that holds a message."""
        return self._update(party, us, "message", self._message(party, us, external_id) | self._content(party, said))

    def reacted(self, party: Party, us: int, external_id: str, emoji: str) -> bytes | None:
        """Return what the signs on a message are now."""
        item = {"chat": self._chat(party), "message_id": _number(external_id), "user": self._user(party)}
        new = [{"type": "emoji", "emoji": emoji}]
        signs = {"date": us // SECOND_US, "old_reaction": [], "new_reaction": new}
        return self._update(party, us, "message_reaction", item | signs)

    def edited(self, party: Party, us: int, external_id: str, text: str) -> bytes | None:
        """Return the message as it is now."""
        changed = {"edit_date": us // SECOND_US, "text": text}
        return self._update(party, us, "edited_message", self._message(party, us, external_id) | changed)

    def opted_out(self, party: Party, us: int) -> bytes | None:
        """Return that the bot was blocked."""
        members = {f"{when}_chat_member": {"user": _BOT, "status": status}
                   for when, status in (("old", "member"), ("new", "kicked"))}  # fmt: skip
        item = {"chat": self._chat(party), "from": self._user(party), "date": us // SECOND_US}
        return self._update(party, us, "my_chat_member", item | members)

    def proof(self, connection: Connection, path: str, body: bytes) -> dict[str, str]:
        """Return the secret that the webhook was set with."""
        return {"x-telegram-bot-api-secret-token": connection.secrets[0]}

    def _update(self, party: Party, us: int, name: str, item: Item) -> bytes:
        return orjson.dumps({"update_id": us // 1000 % 2_000_000_000, name: item})

    def _message(self, party: Party, us: int, external_id: str) -> Item:
        place = {"from": self._user(party), "chat": self._chat(party)}
        return {"message_id": _number(external_id), **place, "date": us // SECOND_US}

    def _content(self, party: Party, said: Said) -> Item:
        caption = {"caption": said.text} if said.text else {}
        file: Item = {"file_id": f"FILE{party.random.getrandbits(64):016x}", "file_unique_id": "u", "file_size": 48_000}
        if said.kind == "image":
            return {"photo": [{**file, "width": 360, "height": 360}], **caption}
        if said.kind == "sticker":
            return {"sticker": {**file, "emoji": "😍", "is_animated": False, "is_video": False}}
        if said.kind in _FILES:
            key, mime = _FILES[said.kind]
            return {key: {**file, "mime_type": mime}, **caption}
        if said.kind == "location":
            return {"location": {name: said.content[name] for name in ("latitude", "longitude")}}
        return {"text": said.text}

    def _chat(self, party: Party) -> Item:
        address = self.identities(party.customer)[0]["address"]
        return {"id": int(address), "type": "private", **_name(party.customer)}

    def _user(self, party: Party) -> Item:
        chat = self._chat(party)
        return {"id": chat["id"], "is_bot": False, **_name(party.customer), "language_code": party.customer.language}


def _name(customer: Customer) -> Item:
    first, _, last = customer.name.partition(" ")
    username = {"username": f"aurora_{customer.index}"} if customer.index % 3 else {}
    return {"first_name": first, **({"last_name": last} if last else {}), **username}


def _number(external_id: str) -> int:
    return int(external_id.rpartition(":")[2])


WIRE = TelegramWire()
