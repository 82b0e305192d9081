"""The check nobody has to ask for: every connection every six hours, sooner where things fail, told in notices."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import httpx2
import structlog
from sqlalchemy import Connection as SqlConnection
from sqlalchemy import Row, func, select

from app.connect import repository
from app.connect.checking import Account, check
from app.context import Context
from ingest.channels.base import Finding
from ingest.channels.reading import fingerprint
from ingest.domain.errors import Throttled
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US, HOUR_US, SECOND_US
from ingest.kit.outward import Resolve, resolve
from ingest.store.live import channel_notice, outbox

EVERY_US = 6 * HOUR_US
_SOONEST_US = 600 * SECOND_US
_AFTER_START_US = 120 * SECOND_US
_FAILURES = 3
"""Messages or calls refused since the last check, after which the next one waits no longer."""
_AGAIN_US = 7 * DAY_US
"""What is still so after this long is told again: a notice presses for as long."""
_ALARMING = frozenset({"warning", "critical"})
_NOT_TOLD = frozenset({"calls"})
"""Findings that a connection's card shows and that press nobody: nothing has come in yet."""
_NOT_ASKED = Finding.of(Throttled(), "", "").sentence

_log = structlog.get_logger()


@dataclass(slots=True)
class _Last:
    """When a connection was last looked at, and what had failed by then."""

    at_us: int
    refused: int


class Watching:
    """Call `run_once` in a loop; what one worker told, another does not tell again on the same day."""

    def __init__(self, context: Context, http: httpx2.AsyncClient, resolver: Resolve = resolve) -> None:
        self._context = context
        self._http = http
        self._resolver = resolver
        self._last: dict[str, _Last] = {}

    async def run_once(self) -> int:
        """Check what is due; returns how many were."""
        now = self._context.clock.us()
        due = await asyncio.to_thread(self._due, now)
        for account in due:
            found = await check(account, self._http, now, self._resolver)
            await asyncio.to_thread(self._tell, account, found, now)
        return len(due)

    def _due(self, now_us: int) -> list[Account]:
        with self._context.store.read() as sql:
            accounts = repository.accounts(sql)
            is_first = not self._last
            for account in accounts:
                # The first look comes soon after the start, a new connection's was its administrator's own.
                at_us = now_us - EVERY_US + _AFTER_START_US if is_first else now_us
                self._last.setdefault(account.connection.connection_id, _Last(at_us, _refused(account)))
            due = [each for each in accounts if self._is_due(sql, each, now_us)]
        for account in due:
            self._last[account.connection.connection_id] = _Last(now_us, _refused(account))
        return due

    def _is_due(self, sql: SqlConnection, account: Account, now_us: int) -> bool:
        last = self._last[account.connection.connection_id]
        if now_us - last.at_us >= EVERY_US:
            return True
        if now_us - last.at_us < _SOONEST_US:
            return False
        return _refused(account) - last.refused >= _FAILURES or _failed(sql, account, last.at_us) >= _FAILURES

    def _tell(self, account: Account, found: Sequence[Finding], now_us: int) -> None:
        with self._context.store.read() as sql:
            events = [
                event
                for each in _worst(found)
                if (event := _notice(account, each, _newest(sql, account, each), now_us)) is not None
            ]
        if events:
            with self._context.store.unit() as unit:
                unit.emit(*events)


def _worst(found: Sequence[Finding]) -> list[Finding]:
    """Return one finding of each thing looked at, and of several the one that is not well."""
    worst: dict[str, Finding] = {}
    for each in found:
        if each.what in _NOT_TOLD or each.sentence == _NOT_ASKED:
            continue
        if each.what not in worst or (worst[each.what].is_ok and not each.is_ok):
            worst[each.what] = each
    return list(worst.values())


def _notice(account: Account, found: Finding, newest: Row[tuple[str, str, int]] | None, now_us: int) -> Event | None:
    """Return what is to be told of a finding: that it is not well, or that it is again; None where that is known."""
    title = _matter(account, found) + (found.said.replace(": ", " – ") if not found.is_ok else "It is well again.")
    is_alarmed = newest is not None and newest.severity in _ALARMING
    if found.is_ok and not is_alarmed:
        return None
    if newest is not None and is_alarmed and newest.title == title and newest.at_us > now_us - _AGAIN_US:
        return None
    connection = account.connection
    return Event(
        workspace_id=connection.workspace_id,
        type="channel.reported",
        key=f"check:{connection.connection_id}:{fingerprint(title)}:{now_us // DAY_US}",
        occurred_us=now_us,
        channel=connection.channel,
        inbox_id=account.inbox_id,
        payload={
            "subject": "account",
            "event": "checked",
            "severity": "info" if found.is_ok else "warning",
            "external_id": connection.connection_id,
            "title": title,
            "content": {"what": found.what, "sentence": found.sentence, "facts": dict(found.facts)},
        },
    )


def _matter(account: Account, found: Finding) -> str:
    """Return how the titles of a finding's notices begin: the inbox takes those that begin alike as one matter."""
    return f"{account.connection.name.replace(': ', ' – ')}, {found.what}: "


def _newest(sql: SqlConnection, account: Account, found: Finding) -> Row[tuple[str, str, int]] | None:
    begins = _matter(account, found)
    query = select(channel_notice.c.title, channel_notice.c.severity, channel_notice.c.at_us).where(
        channel_notice.c.workspace_id == account.connection.workspace_id,
        channel_notice.c.inbox_id == account.inbox_id,
        func.substr(channel_notice.c.title, 1, len(begins)) == begins,
    )
    return sql.execute(query.order_by(channel_notice.c.at_us.desc()).limit(1)).first()


def _refused(account: Account) -> int:
    sign = account.signs.get("refused")
    return sign.count if sign else 0


def _failed(sql: SqlConnection, account: Account, since_us: int) -> int:
    query = select(func.count()).where(
        outbox.c.inbox_id == account.inbox_id, outbox.c.state == "failed", outbox.c.requested_us >= since_us
    )
    return int(sql.execute(query).scalar() or 0)
