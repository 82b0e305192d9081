"""Messages that a provider only announced: asked for where they do not follow, and handed in as if posted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import httpx2
import structlog
from sqlalchemy import Connection as SqlConnection
from sqlalchemy import select

from app.connect import repository
from app.connect.checking import Account
from app.errands import Errand, Errands, Outcome, later
from app.state.unit import Store
from ingest.channels import registry
from ingest.channels.base import Recaller
from ingest.domain import identity
from ingest.domain.delivery import delivery_of
from ingest.domain.errors import ChannelError, Misconfigured, Rejected
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US, SECOND_US
from ingest.kit.outward import Resolve, resolve
from ingest.store.live import inbox, message

CONSUMER = "announced_messages"
FOLLOWS_US = 120 * SECOND_US
"""How long the message itself may take to come after what announced it."""
_PATIENCE_US = DAY_US
_FIRST_WAIT_S, _LONGEST_WAIT_S = 30.0, 3600.0

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Announced(Errand):
    """One message that was announced."""

    @property
    def external_id(self) -> str:
        return str(announced(self.event))

    @property
    def ref(self) -> str:
        return identity.message_ref(self.event.workspace_id, str(self.event.inbox_id), self.external_id)


class Announcements(Errands[_Announced]):
    """A consumer of items that announce a message."""

    consumer = CONSUMER
    types = ("delivery.unrecognised",)

    def __init__(self, store: Store, http: httpx2.AsyncClient, resolver: Resolve = resolve) -> None:
        super().__init__(store)
        self._http = http
        self._resolver = resolver

    def asked(self, sql: SqlConnection, events: Sequence[Event]) -> list[_Announced]:
        """Return the messages announced of late, each to be asked for once it should have come."""
        since_us = self._store.clock.us() - _PATIENCE_US
        fresh = [each for each in events if each.recorded_us > since_us and each.inbox_id and announced(each)]
        return [_Announced(each, due_us=each.recorded_us + FOLLOWS_US) for each in fresh]

    async def attempt(self, errand: _Announced) -> Outcome[_Announced]:
        """Return the message as a delivery, nothing where it has come by itself or nobody gives it to us."""
        now = self._store.clock.us()
        try:
            fetched = await self._fetch(errand, now)
        except (Rejected, Misconfigured) as error:
            _log.warning("an announced message is not given to us", event_id=errand.event.event_id, detail=error.detail)
            return Outcome()
        except Exception as error:  # whatever one message does, the others go on
            if not isinstance(error, ChannelError):
                _log.error("an announced message cannot be asked for", error=type(error).__name__)
            is_over = now - errand.event.recorded_us > _PATIENCE_US
            return Outcome(again=None if is_over else later(errand, now, _FIRST_WAIT_S, _LONGEST_WAIT_S))
        return Outcome([fetched] if fetched else [])

    async def _fetch(self, errand: _Announced, now_us: int) -> Event | None:
        account = await asyncio.to_thread(self._missing, errand)
        channel = registry.channel(errand.event.channel or "")
        if account is None or channel is None or channel.open is None:
            return None
        gateway = channel.open(account.connection, account.external_id, self._http, self._resolver)
        body = await cast(Recaller, gateway).recall(errand.external_id)
        return delivery_of(account.connection, body, "application/json", now_us, f"announced:{errand.ref}")

    def _missing(self, errand: _Announced) -> Account | None:
        """Return the account to ask, None where the message is here already."""
        with self._store.read() as sql:
            if sql.execute(select(message.c.message_id).where(message.c.ref == errand.ref)).first():
                return None
            found = repository.accounts(sql, inbox.c.inbox_id == errand.event.inbox_id)
        return found[0] if found else None


def announced(event: Event) -> str | None:
    """Return the provider's id of the message that an event announces, None for any other event."""
    channel = registry.channel(event.channel or "")
    return None if channel is None else channel.announced(event)
