"""From an inbox to the client that calls its provider."""

from __future__ import annotations

import httpx2
from sqlalchemy import Connection

from app.outbox.repository import Door, door_of
from ingest.channels.base import Capabilities
from ingest.channels.whatsapp import capabilities as whatsapp
from ingest.channels.whatsapp.client import GRAPH_URL, WhatsAppClient
from ingest.domain.errors import Misconfigured
from ingest.kit.outward import Resolve, resolve

CAPABILITIES: dict[str, Capabilities] = {"whatsapp": whatsapp.CAPABILITIES}
"""The channels that this outbox can send through."""


class Gateways:
    """Makes clients over one pool of connections; tokens are read anew each time, so a changed one counts at once."""

    def __init__(self, http: httpx2.AsyncClient, resolver: Resolve = resolve) -> None:
        self._http = http
        self._resolver = resolver

    def of_inbox(self, sql: Connection, inbox_id: str) -> WhatsAppClient:
        """Return the client of an inbox; raises Misconfigured where nothing usable is connected."""
        door = door_of(sql, inbox_id)
        if door is None:
            raise Misconfigured("No connection to the provider is set up for this inbox.", code="no_connection")
        if door.channel not in CAPABILITIES:
            raise Misconfigured(f"Sending through {door.channel} is not possible.", code="no_connection")
        return self._client(door)

    def _client(self, door: Door) -> WhatsAppClient:
        return WhatsAppClient(
            door.base_url or GRAPH_URL, door.external_id, door.access_token, self._http, resolver=self._resolver
        )
