"""Mail that a provider only tells of: fetched, and handed in as a delivery of its own, as if it had been posted whole.

The delivery's key names the mail, so what is fetched twice is one. While a mail cannot be fetched, a message without
text stands for it and a notice says what to do; it is tried for as long as providers keep mail.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import httpx2
import structlog
from sqlalchemy import Connection as SqlConnection

from app.errands import Errand, Errands, Outcome, later
from app.mailroom.deliveries import delivery_of_fetched
from app.state.unit import Store
from ingest.channels.base import Connection
from ingest.channels.email.announced import Announced
from ingest.channels.email.keepers import keeper_of
from ingest.channels.files import Gone
from ingest.domain.errors import ChannelError, Misconfigured, ProsaError, Rejected
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US, SECOND_US
from ingest.kit.outward import Resolve, resolve
from ingest.store.bulk import known_keys

CONSUMER = "mail_fetcher"
_SILENT_US = 300 * SECOND_US
"""How long a mail may be tried for without a word to anybody."""
_PATIENCE_US = 30 * DAY_US
_FIRST_WAIT_S, _LONGEST_WAIT_S = 5.0, 3600.0
_FIRST_LOOK_FOR_KEY_S = 60.0

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Mail(Errand):
    """One mail that was announced; `is_told`: something stands for it already."""

    is_told: bool = False


class MailFetcher(Errands[_Mail]):
    """Fetches what was announced; `connections` returns those of the channel, as fresh as may be."""

    consumer = CONSUMER
    types = ("delivery.announced",)
    most = 20_000
    """Without a key mails wait for a month, and still the next one must be shown."""

    def __init__(
        self,
        store: Store,
        connections: Callable[[], Iterable[Connection]],
        http: httpx2.AsyncClient,
        resolver: Resolve = resolve,
    ) -> None:
        super().__init__(store)
        self._connections = connections
        self._http = http
        self._resolver = resolver

    def asked(self, sql: SqlConnection, events: Sequence[Event]) -> list[_Mail]:
        """Return the mails that nobody has fetched."""
        mails = [Announced(event) for event in events]
        known = _known(sql, mails)
        return [
            _Mail(each.event, is_told=each.stand_in_key in known)
            for each in mails
            if f"delivery:{each.delivery_key}" not in known
        ]

    async def attempt(self, errand: _Mail) -> Outcome[_Mail]:
        """Return the mail as a delivery, or what is to be told of it and when to try again."""
        try:
            return Outcome([await self._fetch(errand)])
        except Exception as error:  # whatever one mail does, the others go on
            return self._after(errand, error)

    async def _fetch(self, errand: _Mail) -> Event:
        mail = Announced(errand.event)
        connection = await asyncio.to_thread(self._connection_of, errand.event)
        keeper = keeper_of(connection, self._http, self._store.clock.us, self._resolver)
        if keeper is None:
            raise Misconfigured("The connection names no provider that keeps mail.", code="no_key")
        content = io.BytesIO()
        await keeper.read(mail.source, content)
        return await asyncio.to_thread(
            delivery_of_fetched, connection, mail, content.getvalue(), errand.is_told, self._store.clock.us()
        )

    def _connection_of(self, event: Event) -> Connection:
        wanted = event.payload["connection_id"]
        found = next((each for each in self._connections() if each.connection_id == wanted), None)
        if found is None:
            raise Misconfigured("The connection that told of the mail is not there any more.", code="no_key")
        return found

    def _after(self, errand: _Mail, error: Exception) -> Outcome[_Mail]:
        """Say what a failure means: who is told, and whether it is tried again."""
        now, age_us = self._store.clock.us(), self._store.clock.us() - errand.event.recorded_us
        if not isinstance(error, ChannelError):
            _log.error("mail fetch failed, tries again", event_id=errand.event.event_id, error=type(error).__name__)
        is_final = isinstance(error, (Rejected, Gone)) or age_us > _PATIENCE_US
        is_urgent = is_final or isinstance(error, Misconfigured) or age_us > _SILENT_US
        events = _tell(errand, error, now) if is_urgent and not errand.is_told else []
        if is_final:
            return Outcome(events)
        is_keyless = isinstance(error, Misconfigured) and error.facts.get("code") == "no_key"
        told = _Mail(errand.event, errand.tries, is_told=errand.is_told or is_urgent)
        return Outcome(
            events, later(told, now, _FIRST_LOOK_FOR_KEY_S if is_keyless else _FIRST_WAIT_S, _LONGEST_WAIT_S)
        )


def _tell(errand: _Mail, error: Exception, now_us: int) -> list[Event]:
    """Return the message that stands for the mail, and a notice; one a day for each connection and reason."""
    code = str(error.facts.get("code") or "unreachable") if isinstance(error, ChannelError) else "unreachable"
    detail = error.detail if isinstance(error, ProsaError) else "The mail could not be fetched."
    connection_id = errand.event.payload["connection_id"]
    notice = Event(
        workspace_id=errand.event.workspace_id,
        type="channel.reported",
        key=f"email:not_fetched:{connection_id}:{code}:{now_us // DAY_US}",
        occurred_us=now_us,
        channel=errand.event.channel,
        inbox_id=errand.event.inbox_id,
        cause_id=errand.event.event_id,
        payload={
            "subject": "account",
            "event": "mail_not_fetched",
            "severity": "warning",
            "external_id": connection_id,
            "title": f"A mail came without its text: {detail}",
            "content": {"code": code},
        },
    )
    return [Announced(errand.event).stand_in(code), notice]


def _known(sql: SqlConnection, mails: Sequence[Announced]) -> set[str]:
    """Return which keys of these mails' deliveries and stand-ins are in the journal."""
    found: set[str] = set()
    for mail in mails:
        keys = [f"delivery:{mail.delivery_key}", mail.stand_in_key]
        found.update(known_keys(sql, mail.event.workspace_id, keys))
    return found
