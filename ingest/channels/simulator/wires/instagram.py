"""Instagram's wire: only reading is told, and messages can be taken back."""

from __future__ import annotations

from ingest.channels.simulator.people import Door
from ingest.channels.simulator.wire import Addresses, Item, Party
from ingest.channels.simulator.wires.pages import PagesWire


class InstagramWire(PagesWire):
    """A professional account, reached through its Page."""

    channel = "instagram"
    kinds = frozenset({"text", "image", "audio"})
    object_name = "instagram"
    mid_prefix = "aWdf"
    id_digits = 16

    def reported(self, party: Party, us: int, external_id: str, status: str) -> bytes | None:
        """Return which message was read last."""
        return self._item(party, us, {"read": {"mid": external_id}}) if status == "read" else None

    def revoked(self, party: Party, us: int, external_id: str) -> bytes | None:
        """Return a message that is deleted."""
        return self._item(party, us, {"message": {"mid": external_id, "is_deleted": True}})

    def settings(self, connection_id: str, door: Door, at: Addresses) -> Item:
        """Return the way of logging in."""
        return {"login": "facebook"}


WIRE = InstagramWire()
