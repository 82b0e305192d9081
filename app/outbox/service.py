"""The loops of the outbox, put together for the worker."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx2

from app.context import Context
from app.outbox.gateways import Gateways
from app.outbox.media_fetcher import MediaFetcher
from app.outbox.read_receipts import ReadReceipts
from app.outbox.sender import IN_FLIGHT, Outbox
from ingest.store.media import MediaStore

Step = Callable[[], Awaitable[int]]


def loops(context: Context) -> list[tuple[str, Step, float]]:
    """Return name, step and rest in seconds of every loop of this room."""
    gateways = Gateways(open_http())
    media = MediaStore(context.settings.media)
    outbox = Outbox(context.store, gateways, media)
    fetcher = MediaFetcher(context.store, gateways, media)
    receipts = ReadReceipts(context.store, gateways)
    return [
        ("outbox", outbox.run_once, 0.05),
        ("media", fetcher.run_once, 0.1),
        ("read receipts", receipts.run_once, 0.5),
    ]


def open_http() -> httpx2.AsyncClient:
    """Return the pool of connections to providers; the environment's proxies are not asked."""
    limits = httpx2.Limits(max_connections=2 * IN_FLIGHT, max_keepalive_connections=IN_FLIGHT, keepalive_expiry=20)
    return httpx2.AsyncClient(limits=limits, trust_env=False, follow_redirects=False)
