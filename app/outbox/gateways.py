"""From an inbox to the gateway that calls its provider."""

from __future__ import annotations

from dataclasses import replace

import httpx2
from sqlalchemy import Connection

from app.outbox.repository import account_of
from ingest.channels import registry
from ingest.channels.base import Gateway
from ingest.domain.errors import Misconfigured
from ingest.kit.outward import Resolve, resolve


class Gateways:
    """Opens gateways over one pool of connections; tokens are read anew each time, so a changed one counts at once."""

    def __init__(self, http: httpx2.AsyncClient, resolver: Resolve = resolve, public_url: str = "") -> None:
        """Take the pool, and where the world reaches us: some messages carry an address of ours."""
        self._http = http
        self._resolver = resolver
        self._ours = {"public_url": public_url} if public_url else {}

    def of_inbox(self, sql: Connection, inbox_id: str) -> Gateway:
        """Return the gateway of an inbox; raises Misconfigured where nothing usable is connected."""
        account = account_of(sql, inbox_id)
        if account is None:
            raise Misconfigured("No connection to the provider is set up for this inbox.", code="no_connection")
        connection, external_id = account
        channel = registry.channel(connection.channel)
        if channel is None or channel.open is None:
            raise Misconfigured(f"Sending through {connection.channel} is not possible.", code="no_connection")
        known = replace(connection, settings=self._ours | dict(connection.settings))
        return channel.open(known, external_id, self._http, self._resolver)
