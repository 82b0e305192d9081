"""Amazon's topics are confirmed by themselves: the address is opened where it is Amazon's and of the topic we know.

Amazon asks once for each topic and delivers nothing until somebody has opened the address it names (channels.md §8).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

import httpx2
import structlog
from sqlalchemy import Connection as SqlConnection

from app.connect import repository
from app.errands import Errand, Errands, Outcome, later
from app.state.unit import Store
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US
from ingest.store.bulk import known_keys
from ingest.store.own import connection as table

CONSUMER = "subscriptions"
_HOST = re.compile(r"sns\.[a-z]{2}(-[a-z]+)+-[0-9]\.amazonaws\.com", re.ASCII)
_PATIENCE_US = 3 * DAY_US
"""How long Amazon's token is good for."""
_FIRST_WAIT_S, _LONGEST_WAIT_S = 5.0, 3600.0

_log = structlog.get_logger()


class Subscriptions(Errands[Errand]):
    """A consumer of what Amazon asks to have confirmed."""

    consumer = CONSUMER
    types = ("channel.reported",)

    def __init__(self, store: Store, http: httpx2.AsyncClient) -> None:
        super().__init__(store)
        self._http = http

    def asked(self, sql: SqlConnection, events: Sequence[Event]) -> list[Errand]:
        """Return the confirmations that nobody has given."""
        wanted = [each for each in events if is_asked(each, _topic(sql, each))]
        return [Errand(each) for each in wanted if not known_keys(sql, each.workspace_id, [_key(each)])]

    async def attempt(self, errand: Errand) -> Outcome[Errand]:
        """Open the address, and say that it was; again later where Amazon does not answer."""
        now, event = self._store.clock.us(), errand.event
        try:
            response = await self._http.get(event.payload["content"]["subscribe_url"], follow_redirects=False)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            _log.warning("a topic could not be confirmed", error=type(error).__name__)
        else:
            if response.is_success:
                return Outcome([_confirmed(event, now)])
            _log.warning("a topic could not be confirmed", status=response.status_code)
        if now - event.recorded_us > _PATIENCE_US:
            return Outcome()
        return Outcome(again=later(errand, now, _FIRST_WAIT_S, _LONGEST_WAIT_S))


def is_asked(event: Event, topic: str) -> bool:
    """Say whether an event asks to confirm the topic that a connection believes, at an address of Amazon's own."""
    content = event.payload.get("content")
    if event.payload.get("event") != "SubscriptionConfirmation" or not isinstance(content, dict) or not topic:
        return False
    try:
        address = urlsplit(str(content.get("subscribe_url") or ""))
        asks = parse_qs(address.query)
        is_plain = address.port in (None, 443) and not address.username
    except ValueError:
        return False
    is_theirs = address.scheme == "https" and is_plain and _HOST.fullmatch(address.hostname or "") is not None
    is_known = content.get("topic") == topic and asks.get("TopicArn") == [topic]
    return is_theirs and is_known and asks.get("Action") == ["ConfirmSubscription"]


def _topic(sql: SqlConnection, event: Event) -> str:
    if event.payload.get("event") != "SubscriptionConfirmation":
        return ""
    is_it = (table.c.connection_id == event.payload.get("external_id")) & (table.c.workspace_id == event.workspace_id)
    found = repository.accounts(sql, is_it)
    return str(found[0].connection.settings.get("sns_topic") or "").strip() if found else ""


def _confirmed(event: Event, now_us: int) -> Event:
    """Return the notice that takes the place of the one that asked."""
    return Event(
        workspace_id=event.workspace_id,
        type="channel.reported",
        key=_key(event),
        occurred_us=now_us,
        channel=event.channel,
        inbox_id=event.inbox_id,
        cause_id=event.event_id,
        payload={
            "subject": "account",
            "event": "confirmed",
            "severity": "info",
            "external_id": event.payload["external_id"],
            "title": "Amazon's topic: confirmed; mail comes from now on.",
            "content": {"topic": event.payload["content"]["topic"]},
        },
    )


def _key(event: Event) -> str:
    return f"sns:confirmed:{event.key}"
