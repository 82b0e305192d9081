"""The web chat's wire: deliveries as our own server keeps them; visitors speak to it, nobody calls a webhook."""

from __future__ import annotations

import orjson

from ingest.channels.base import Connection
from ingest.channels.simulator.people import Customer, Door
from ingest.channels.simulator.wire import Addresses, Item, Party, Said, Wire
from ingest.channels.webchat.parse import client_id_of, message_external_id, visitor_identity
from ingest.channels.webchat.tokens import issue, proof
from ingest.kit.clock import DAY_US
from ingest.kit.ids import stable_id


class WebchatWire(Wire):
    """A widget."""

    channel = "webchat"
    shows_names = False
    keeps_our_ids = True

    def identities(self, customer: Customer) -> list[dict[str, str]]:
        """Return the browser."""
        return [visitor_identity(visitor_id(customer))]

    def new_id(self, party: Party, us: int, *, is_ours: bool) -> str:
        """Return the browser's id for a message, or ours."""
        made = f"{party.random.getrandbits(96):024x}"
        return f"msg_{made}" if is_ours else message_external_id(visitor_id(party.customer), f"visitor-{made}")

    def introduced(self, party: Party, us: int) -> bytes | None:
        """Return whom the shop vouches for, where the visitor is a member."""
        user = member(party.customer)
        return self._delivery(party, us, {"type": "visitor", "user": user}) if user else None

    def wrote(self, party: Party, us: int, external_id: str, said: Said) -> bytes:
        """Return a message and the page it was written on."""
        page = {"url": "https://aurora.example/shop", "title": "Loja Aurora"}
        given = {"type": "message", "id": client_id_of(external_id), "text": said.text, "page": page}
        return self._delivery(party, us, given)

    def reported(self, party: Party, us: int, external_id: str, status: str) -> bytes | None:
        """Return what the browser showed, or the visitor saw."""
        if status not in ("delivered", "read"):
            return None
        return self._delivery(party, us, {"type": "receipt", "status": status, "messages": [external_id]})

    def settings(self, connection_id: str, door: Door, at: Addresses) -> Item:
        """Return the widget of the shop's page."""
        return {
            "title": "Loja Aurora",
            "allowed_origins": [at.ours],
            "greeting_rules": [{"path_glob": "/shop*", "after_s": 20, "text": "Olá! Posso ajudar?"}],
            "demo": True,
        }

    def _delivery(self, party: Party, us: int, given: Item) -> bytes:
        return orjson.dumps({**given, "visitor": {"id": visitor_id(party.customer)}, "at": us // 1000})


def visitor_id(customer: Customer) -> str:
    """Return the id of a customer's browser."""
    return stable_id("vis", str(customer.seed), str(customer.index)).removeprefix("vis_")


def member(customer: Customer) -> dict[str, str] | None:
    """Return what the shop knows of a member; None for a stranger."""
    if not customer.is_member:
        return None
    return {"id": f"aurora-{customer.index}", "email": customer.email or "", "phone": customer.phone or ""}


def session(customer: Customer, connection: Connection, origin: str, now_us: int) -> dict[str, object]:
    """Return what a customer's browser kept of their last visit, and what the shop's page says of them."""
    key, user = connection.secrets[0], member(customer)
    claims = {"connection_id": connection.connection_id, "origin": origin, "visitor_id": visitor_id(customer),
              "user_id": user["id"] if user else None, "consent": None}  # fmt: skip
    kept = {"returning": issue(key, "return", claims, now_us + DAY_US)}
    if user is None:
        return dict(kept)
    return {**kept, "user": {**user, "proof": proof(key, user["id"], user["email"], user["phone"])}}


WIRE = WebchatWire()
