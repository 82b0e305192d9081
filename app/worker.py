"""The worker process: parser, projector, outbox, media, snoozes; each its own loop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable

import structlog

from app.bootstrap import build
from app.context import Context
from app.inbox.wake import wake_snoozed
from app.log import configure
from app.outbox.service import loops
from app.webhooks.parsing import ParserConsumer
from app.webhooks.providers import PARSERS
from ingest.domain.errors import ProsaError
from ingest.domain.language import guess_language
from ingest.settings import Settings

_IDLE_S = 0.05
_REST_S = 2.0
_LAST_CALLS_S = 8.0
"""How long calls under way may take at the end; the parent kills after ten seconds."""

_log = structlog.get_logger()
Step = Callable[[], Awaitable[int]]


def main() -> None:
    """Run until SIGTERM."""
    settings = Settings()
    configure(settings)
    asyncio.run(work(build(settings)))


async def work(context: Context) -> None:
    """Run every loop of the worker until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    sending = loops(context)
    async with asyncio.TaskGroup() as group:
        for name, step, idle_s in [*steps(context), *sending.steps]:
            group.create_task(_loop(name, step, idle_s, stop), name=name)
    await asyncio.wait_for(sending.close(), _LAST_CALLS_S)


def steps(context: Context) -> list[tuple[str, Step, float]]:
    """Return name, step and rest of the loops that fold; a step returns how much it did."""
    store, clock = context.store, context.clock
    parser = ParserConsumer(store.database, store.journal, PARSERS, guess_language)

    async def parse_and_fold() -> int:
        return await asyncio.to_thread(lambda: parser.run_once(clock.us()) + store.catch_up())

    async def wake() -> int:
        return await asyncio.to_thread(wake_snoozed, store, clock.us())

    return [("fold", parse_and_fold, _IDLE_S), ("wake", wake, 1.0)]


async def _loop(name: str, step: Step, idle_s: float, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            did, rest = await step(), idle_s
        except ProsaError as error:  # the disk is full, a provider is down: say so and try again
            _log.error("loop failed, tries again", loop=name, error=error.detail, facts=error.facts)
            did, rest = 0, _REST_S
        except Exception as error:  # a bug in one loop must not stop the others
            _log.exception("loop failed, tries again", loop=name, error=repr(error))
            did, rest = 0, _REST_S
        if not did:
            await _rest(stop, rest)


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


if __name__ == "__main__":
    main()
