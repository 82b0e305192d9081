"""The loops of the outbox, put together for the worker."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx2

from app.context import Context
from app.outbox.gateways import Gateways
from app.outbox.media_fetcher import MediaFetcher
from app.outbox.profiles import ProfileFetcher
from app.outbox.read_receipts import ReadReceipts
from app.outbox.sender import IN_FLIGHT, Outbox
from app.outbox.taps import Taps
from app.outbox.templates import TemplateLister
from ingest.store.media import MediaStore

Step = Callable[[], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Loops:
    """The loops of this room, and how to end them without leaving a call behind."""

    steps: list[tuple[str, Step, float]]
    """Name, step and pause in seconds of each; it is called again once somebody has committed."""
    close: Callable[[], Awaitable[None]]
    """Wait for the calls under way, write down what came of them, give the connections back."""


def loops(context: Context) -> Loops:
    """Return the loops of this room."""
    http = open_http()
    gateways = Gateways(http, public_url=context.settings.public_url)
    media = MediaStore(context.settings.media)
    outbox = Outbox(context.store, gateways, media)
    fetcher = MediaFetcher(context.store, gateways, media)
    profiles = ProfileFetcher(context.store, gateways, media)
    templates = TemplateLister(context.store, gateways)
    receipts = ReadReceipts(context.store, gateways)
    taps = Taps(context.store, gateways)

    async def close() -> None:
        await outbox.drain()
        await fetcher.drain()
        await profiles.drain()
        await taps.drain()
        await templates.drain()
        await http.aclose()

    steps: list[tuple[str, Step, float]] = [
        ("outbox", outbox.run_once, 0.05),
        ("media", fetcher.run_once, 0.1),
        ("profiles", profiles.run_once, 0.5),
        ("templates", templates.run_once, 0.5),
        ("read receipts", receipts.run_once, 0.5),
        ("taps", taps.run_once, 0.1),
    ]
    return Loops(steps, close)


def open_http() -> httpx2.AsyncClient:
    """Return the pool of connections to providers; the environment's proxies are not asked."""
    limits = httpx2.Limits(max_connections=2 * IN_FLIGHT, max_keepalive_connections=IN_FLIGHT, keepalive_expiry=20)
    return httpx2.AsyncClient(limits=limits, trust_env=False, follow_redirects=False)
