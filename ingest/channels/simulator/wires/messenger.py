"""Messenger's wire: a Page tells what was delivered by name, and what was read by time."""

from __future__ import annotations

from ingest.channels.simulator.wire import Party
from ingest.channels.simulator.wires.pages import PagesWire


class MessengerWire(PagesWire):
    """A Page."""

    channel = "messenger"
    kinds = frozenset({"text", "image", "audio", "document"})
    object_name = "page"
    mid_prefix = "m_"
    id_digits = 17

    def reported(self, party: Party, us: int, external_id: str, status: str) -> bytes | None:
        """Return a receipt; that a message was sent is told by an echo, which needs our id and says no more."""
        if status == "delivered":
            return self._item(party, us, {"delivery": {"mids": [external_id], "watermark": us // 1000}})
        return self._item(party, us, {"read": {"watermark": us // 1000}}) if status == "read" else None


WIRE = MessengerWire()
