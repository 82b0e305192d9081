"""Lets a button that a contact tapped come to rest at once: until somebody answers, their app shows it as busy."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

import structlog
from sqlalchemy import Connection

from app.errands import Errand, Errands, Outcome
from app.outbox.gateways import Gateways
from app.state.unit import Store
from ingest.channels.base import Listener
from ingest.channels.registry import capabilities
from ingest.domain.errors import ChannelError
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US

CONSUMER = "taps"
_PATIENCE_US = 300 * SECOND_US
"""Who tapped longer ago has stopped waiting, and the provider has forgotten it."""

_log = structlog.get_logger()


class Taps(Errands[Errand]):
    """A consumer of replies that came by a button. Best effort: one that is lost spins until it gives up."""

    consumer = CONSUMER
    types = ("message.received",)

    def __init__(self, store: Store, gateways: Gateways) -> None:
        super().__init__(store)
        self._gateways = gateways

    def asked(self, sql: Connection, events: Sequence[Event]) -> list[Errand]:
        """Return the taps that somebody still waits for."""
        since_us = self._store.clock.us() - _PATIENCE_US
        return [Errand(each) for each in events if each.recorded_us > since_us and _is_tap(each)]

    async def attempt(self, errand: Errand) -> Outcome[Errand]:
        """Tell the provider that we heard it, once."""
        event = errand.event
        try:
            gateway = await asyncio.to_thread(self._gateway, str(event.inbox_id))
            await gateway.heard(str(event.payload["external_id"]))
        except ChannelError as error:
            _log.info("tap left spinning", code=error.facts.get("code"))
        except Exception as error:  # whatever one tap does, the others go on
            _log.error("tap left spinning", error=type(error).__name__)
        return Outcome()

    def _gateway(self, inbox_id: str) -> Listener:
        with self._store.read() as sql:
            return cast(Listener, self._gateways.of_inbox(sql, inbox_id))


def _is_tap(event: Event) -> bool:
    return event.payload.get("kind") == "reply" and capabilities(event.channel or "").has_taps
