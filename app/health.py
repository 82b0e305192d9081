"""Is it well? `/health` answers in sentences, `/metrics` in Prometheus' format."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Histogram, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from pydantic import BaseModel
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.access import current_actor, require
from app.alarms import alarms
from app.context import Context, current_context
from app.errors import declares
from app.state.unit import Store
from ingest.kit.clock import SECOND_US
from ingest.store.checked import broken_checks
from ingest.store.consumers import LANDER, PARSER, PROJECTOR, cursor_of
from ingest.store.live import attachment, conversation, journal, message, outbox
from ingest.store.own import cursor, quarantine

router = APIRouter(tags=["operation"])

House = Annotated[Context, Depends(current_context)]


_LATE_S = {PARSER: 10, PROJECTOR: 10, LANDER: 120}
"""How far behind a consumer may be, in seconds, before somebody should look."""

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
"""Headers of proxies; `Via` and `X-Forwarded-For` come from nearly all, nginx sends none that is not configured."""
_COUNTED = 10_000
"""Deliveries waiting that are counted; more are as bad."""

REQUESTS = Histogram(
    "prosa_http_request_seconds",
    "Time from the request's first byte to its answer's first byte.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


class Lag(BaseModel):
    """How far a consumer of the journal is behind its head."""

    events: int
    seconds: float


class Health(BaseModel):
    """The state of the house, for people (`sentences`) and for programs (the rest)."""

    status: Literal["ok", "degraded", "down"]
    sentences: list[str]
    journal_head: int
    parser: Lag
    """Of deliveries alone."""
    projector: Lag
    lander: Lag | None
    quarantined: int
    unresolved: int
    broken_checks: dict[str, int] = {}
    """Rows that speak against each check of the lake that was broken when it was last asked."""


@router.get("/health/live")
def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/health/ready", response_model=Health, responses={503: {"model": Health}})
@router.get("/health", response_model=Health, responses={503: {"model": Health}})
def health(context: House) -> Response:
    """Whether requests can be served (503 if not), and what an operator should know."""
    try:
        with context.store.read() as connection:
            found = _look(connection, context.store, context.clock.us(), list(alarms(context.settings)))
    except DBAPIError:
        nothing = Lag(events=0, seconds=0)
        sentences = ["The database does not answer; webhooks are refused so that providers send them again."]
        found = Health(
            status="down",
            sentences=[*sentences, *alarms(context.settings)],
            journal_head=0,
            parser=nothing,
            projector=nothing,
            lander=None,
            quarantined=0,
            unresolved=0,
        )
    return JSONResponse(found.model_dump(mode="json"), 503 if found.status == "down" else 200)


@router.get("/metrics", response_class=Response, responses=declares())
def metrics(request: Request, context: House) -> Response:
    """Everything for this machine itself; for an administrator what concerns their own workspace."""
    workspace_id = None
    if not _is_local(request):
        actor = current_actor(request)
        require(actor, "metrics.read")
        workspace_id = actor.workspace_id
    registry = CollectorRegistry()
    flushes = _Flushes(request.app.state.appender.failures)
    registry.register(_Visible((REGISTRY, flushes, _Tables(context.store)), workspace_id))
    return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


class Timed:
    """Measures every request under its route's pattern, never under its address. Pure ASGI."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and note when its answer began."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        began = time.perf_counter()

        async def timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "other")
                REQUESTS.labels(scope["method"], route, message["status"]).observe(time.perf_counter() - began)
            await send(message)

        return await self._app(scope, receive, timed)


class _Flushes(Collector):
    """Flushes of the journal that failed in this process."""

    def __init__(self, failures: int) -> None:
        self._failures = failures

    def collect(self) -> Iterator[Metric]:
        """Yield the one counter."""
        yield CounterMetricFamily("prosa_flush_failures", "Flushes that failed since the start.", value=self._failures)


_LOST = (
    select(message.c.workspace_id, func.count())
    .join(attachment, attachment.c.message_id == message.c.message_id)
    .where(attachment.c.problem.is_not(None))
    .group_by(message.c.workspace_id)
)


class _Tables(Collector):
    """Gauges read from the store at the moment they are asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        """Yield one family a table."""
        with self._store.read() as connection:
            head = self._store.journal.head(connection)
            yield GaugeMetricFamily("prosa_journal_head", "Seq of the newest event.", value=head)
            lag = GaugeMetricFamily("prosa_consumer_lag_events", "Events a consumer is behind.", labels=["consumer"])
            for consumer, seq in connection.execute(select(cursor.c.consumer, cursor.c.seq)):
                lag.add_metric([consumer], head - seq)
            yield lag
            for table, column, doc in (
                (conversation, conversation.c.status, "Conversations by status."),
                (outbox, outbox.c.state, "Messages of ours by where their sending is."),
                (quarantine, quarantine.c.consumer, "Events set aside."),
            ):
                family = GaugeMetricFamily(f"prosa_{table.name}_count", doc, labels=["workspace", column.name])
                query = select(table.c.workspace_id, column, func.count()).group_by(table.c.workspace_id, column)
                for workspace_id, value, count in connection.execute(query):
                    family.add_metric([workspace_id, value], count)
                yield family
            lost = GaugeMetricFamily("prosa_media_failed", "Files that could not be fetched.", labels=["workspace"])
            for workspace_id, count in connection.execute(_LOST):
                lost.add_metric([workspace_id], count)
            yield lost


class _Visible(Collector):
    """Other collectors without the samples of foreign workspaces."""

    def __init__(self, sources: Iterable[Collector], workspace_id: str | None) -> None:
        self._sources = sources
        self._workspace_id = workspace_id

    def collect(self) -> Iterator[Metric]:
        """Yield what may be seen."""
        for source in self._sources:
            for family in source.collect():
                if self._workspace_id is not None:
                    family.samples = [each for each in family.samples if self._may_see(each.labels)]
                yield family

    def _may_see(self, labels: Mapping[str, str]) -> bool:
        return labels.get("workspace", self._workspace_id) == self._workspace_id


def _look(connection: Connection, store: Store, now_us: int, pressing: Sequence[str]) -> Health:
    head = store.journal.head(connection)
    parser = _parser_lag(connection, now_us)
    projector = _lag(connection, PROJECTOR, head, now_us)
    has_landed = connection.execute(select(cursor.c.seq).where(cursor.c.consumer == LANDER)).scalar() is not None
    lander = _lag(connection, LANDER, head, now_us) if has_landed else None
    quarantined = connection.execute(select(func.count()).select_from(quarantine)).scalar_one()
    unknown = select(func.count()).select_from(outbox).where(outbox.c.state == "unresolved")
    unresolved = connection.execute(unknown).scalar_one()
    broken = broken_checks(connection)
    lags = {PARSER: parser, PROJECTOR: projector} | ({LANDER: lander} if lander else {})
    is_late = any(lag.seconds > _LATE_S[consumer] for consumer, lag in lags.items())
    return Health(
        status="degraded" if is_late or pressing or broken else "ok",
        sentences=[
            f"The journal holds {head:,} events.",
            *pressing,
            _lag_sentence("The reading of deliveries", parser),
            _lag_sentence("The inbox", projector),
            _lag_sentence("The lake", lander) if lander else "Nothing has landed in the lake yet.",
            _quarantine_sentence(quarantined),
            _unresolved_sentence(unresolved),
            *(f"The lake's check {name} is broken, {count:,} rows speak against it." for name, count in broken.items()),
        ],
        journal_head=head,
        parser=parser,
        projector=projector,
        lander=lander,
        quarantined=quarantined,
        unresolved=unresolved,
        broken_checks=broken,
    )


def _lag(connection: Connection, consumer: str, head: int, now_us: int) -> Lag:
    reached = cursor_of(connection, consumer)
    following = select(journal.c.recorded_us).where(journal.c.seq > reached).order_by(journal.c.seq).limit(1)
    waiting_us = connection.execute(following).scalar()
    seconds = max(0, now_us - waiting_us) / SECOND_US if waiting_us is not None else 0.0
    return Lag(events=head - reached, seconds=seconds)


def _parser_lag(connection: Connection, now_us: int) -> Lag:
    """Return how far reading is behind; its cursor may lie behind events of other types, which are none of its own."""
    deliveries = (journal.c.seq > cursor_of(connection, PARSER), journal.c.type == "delivery.received")
    waiting = select(journal.c.recorded_us).where(*deliveries).order_by(journal.c.seq).limit(_COUNTED).subquery()
    count, oldest_us = connection.execute(select(func.count(), func.min(waiting.c.recorded_us))).one()
    return Lag(events=count, seconds=max(0, now_us - oldest_us) / SECOND_US if count else 0.0)


def _lag_sentence(subject: str, lag: Lag) -> str:
    if not lag.events:
        return f"{subject} is up to date."
    return f"{subject} is {lag.events:,} events behind; the oldest has waited {lag.seconds:,.1f} s."


def _quarantine_sentence(count: int) -> str:
    if not count:
        return "Nothing is in quarantine."
    subject = "1 event is" if count == 1 else f"{count:,} events are"
    return f"{subject} in quarantine; look there for the reason and replay after a fix."


def _unresolved_sentence(count: int) -> str:
    if not count:
        return "Of every message that was sent it is known what became of it."
    subject = "1 message was" if count == 1 else f"{count:,} messages were"
    return f"{subject} sent without an answer; in its conversation a person can ask the contact, and send it again."


def _is_local(request: Request) -> bool:
    """Say whether a program on this machine asks, and no proxy for somebody else."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
