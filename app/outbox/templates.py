"""Lists templates at the provider: when an inbox is connected, when a webhook speaks of one, when somebody asks.

Only what differs from what is known is told; a template that is listed no more is told as UNLISTED.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import orjson
import structlog
from sqlalchemy import Connection, select

from app.errands import Errand, Errands, Outcome, later
from app.outbox import repository
from app.outbox.gateways import Gateways
from app.state.unit import Store
from app.templates import has_templates
from ingest.channels.base import Librarian
from ingest.domain.delivery import body_of
from ingest.domain.errors import ChannelError, Misconfigured, ProsaError, Rejected
from ingest.domain.event import Event
from ingest.domain.template import Template
from ingest.store.live import inbox, journal, template

CONSUMER = "templates"
UNLISTED = "UNLISTED"
_FIRST_WAIT_S, _LONGEST_WAIT_S = 2.0, 600.0
_LOOK_BACK = 20_000
"""Events among which a delivery is looked for that names the business account."""
_DELIVERIES = 200

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Listing(Errand):
    """One inbox whose templates are to be listed."""

    inbox_id: str = ""
    channel: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.inbox_id, self.event.event_id

    def about(self, type_: str, key: str, now_us: int, payload: dict[str, Any]) -> Event:
        return Event(
            workspace_id=self.event.workspace_id,
            type=type_,
            key=f"{type_}:{self.event.event_id}:{self.inbox_id}:{key}",
            occurred_us=now_us,
            channel=self.channel,
            inbox_id=self.inbox_id,
            cause_id=self.event.event_id,
            payload=payload,
        )


class TemplateLister(Errands[_Listing]):
    """A consumer of what makes the templates known here doubtful."""

    consumer = CONSUMER
    types = ("inbox.created", "channel.reported", "templates.requested")

    def __init__(self, store: Store, gateways: Gateways) -> None:
        super().__init__(store)
        self._gateways = gateways
        self._begun: dict[str, int] = {}
        """When the newest list of an inbox was asked for that came."""

    def asked(self, sql: Connection, events: Sequence[Event]) -> list[_Listing]:
        """Return the inboxes that events speak of, where something is connected that has templates."""
        return [
            _Listing(event, inbox_id=inbox_id, channel=str(event.channel))
            for event in events
            if has_templates(event.channel or "") and _is_doubt(event)
            for inbox_id in _inboxes(sql, event)
            if repository.account_of(sql, inbox_id) is not None
        ]

    async def attempt(self, errand: _Listing) -> Outcome[_Listing]:
        """Return what is new, that the provider refused, or the errand with its next time."""
        now = self._store.clock.us()
        if self._begun.get(errand.inbox_id, 0) > errand.event.recorded_us:
            return Outcome()  # a list that was asked for later says it all
        try:
            listed = await self._list(errand)
        except (Rejected, Misconfigured) as error:
            return Outcome([_refused(errand, error, now)])
        except Exception as error:  # whatever one account does, the others go on
            if not isinstance(error, ChannelError):
                _log.error("templates could not be listed", inbox_id=errand.inbox_id, error=type(error).__name__)
            return Outcome(again=later(errand, now, _FIRST_WAIT_S, _LONGEST_WAIT_S))
        self._begun[errand.inbox_id] = now
        return Outcome(await asyncio.to_thread(self._news, errand, listed, now))

    async def _list(self, errand: _Listing) -> list[Template]:
        gateway = await asyncio.to_thread(self._gateway, errand.inbox_id)
        return await gateway.templates(partial(self._newest, errand))

    def _gateway(self, inbox_id: str) -> Librarian:
        with self._store.read() as sql:
            return cast(Librarian, self._gateways.of_inbox(sql, inbox_id))

    def _newest(self, errand: _Listing) -> Iterator[bytes]:
        """Yield the newest bodies that came on the channel: those of one number may come to another's address."""
        with self._store.read() as sql:
            query = (
                select(journal)
                .where(
                    journal.c.seq > self._store.journal.head(sql) - _LOOK_BACK,
                    journal.c.type == "delivery.received",
                    journal.c.workspace_id == errand.event.workspace_id,
                    journal.c.channel == errand.channel,
                )
                .order_by(journal.c.seq.desc())
                .limit(_DELIVERIES)
            )
            rows = sql.execute(query).mappings().all()
        for row in rows:
            yield body_of(Event(**{**row, "payload": orjson.loads(row["payload"])}))

    def _news(self, errand: _Listing, listed: Sequence[Template], now_us: int) -> list[Event]:
        with self._store.read() as sql:
            known = {each.template_id: each for each in _known(sql, errand)}
        here = {each.template_id for each in listed}
        gone = [
            Template(each.template_id, each.name, each.language, each.category, UNLISTED, each.components)
            for each in known.values()
            if each.template_id not in here and each.status != UNLISTED
        ]
        return [_told(errand, each, now_us) for each in [*listed, *gone] if known.get(each.template_id) != each]


def _is_doubt(event: Event) -> bool:
    """Say whether an event makes a list worth asking for; what we say ourselves of templates does not."""
    if event.type != "channel.reported":
        return True
    content = event.payload.get("content")
    return event.payload["subject"] == "template" and isinstance(content, dict) and "message_template_id" in content


def _inboxes(sql: Connection, event: Event) -> Iterable[str]:
    """Return the inboxes an event is about; what is said of a business account is about any of its channel."""
    if event.inbox_id is not None:
        return [event.inbox_id]
    query = select(inbox.c.inbox_id).where(
        inbox.c.workspace_id == event.workspace_id, inbox.c.channel == event.channel, inbox.c.connection_id.is_not(None)
    )
    return list(sql.execute(query.order_by(inbox.c.inbox_id)).scalars())


def _known(sql: Connection, errand: _Listing) -> Iterator[Template]:
    query = select(template).where(
        template.c.workspace_id == errand.event.workspace_id,
        template.c.inbox_id == errand.inbox_id,
        template.c.name.is_not(None),
    )
    for row in sql.execute(query):
        components = orjson.loads(row.components)
        yield Template(row.template_id, row.name, row.language, row.category, row.template_status, components)


def _told(errand: _Listing, each: Template, now_us: int) -> Event:
    payload = {
        "template_id": each.template_id,
        "name": each.name,
        "language": each.language,
        "category": each.category,
        "template_status": each.status,
        "components": each.components,
    }
    return errand.about("template.described", each.template_id, now_us, payload)


def _refused(errand: _Listing, error: ProsaError, now_us: int) -> Event:
    """Return the notice that there is no list; it presses only where somebody asked for one."""
    payload = {
        "subject": "template",
        "event": str(error.facts.get("code") or "refused"),
        "severity": "warning" if errand.event.type == "templates.requested" else "info",
        "external_id": None,
        "title": f"Templates are not listed: {error.detail}",
        "content": {"code": error.facts.get("code"), "detail": error.facts.get("provider_detail")},
    }
    return errand.about("channel.reported", "refused", now_us, payload)
