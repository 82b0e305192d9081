"""The worker process: parser, projector, outbox, media, snoozes; each its own loop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from app.bootstrap import build, reader
from app.connect.announced import Announcements
from app.connect.subscriptions import Subscriptions
from app.connect.watching import Watching
from app.connections import Connections
from app.context import Context
from app.inbox.wake import wake_snoozed
from app.log import configure
from app.mailroom.fetching import MailFetcher
from app.mailroom.service import Mailroom
from app.mailroom.smtp_listener import SmtpListener
from app.outbox.service import loops, open_http
from app.webhooks.polling import TelegramPolling
from app.webhooks.signs import Signs
from ingest.channels import registry
from ingest.domain.errors import ProsaError
from ingest.domain.language import guess_language
from ingest.settings import Settings
from ingest.store.checkpoint import checkpoint
from ingest.store.group_commit import GroupCommit
from ingest.store.home import require_home
from ingest.store.watch import Watch

_PAUSE_S = 0.01
_LOOK_ANYWAY_S = 1.0
"""After this long a loop looks although nobody has committed: some things fall due by the clock."""
_REST_S = 2.0
_LAST_CALLS_S = 8.0
"""How long calls under way may take at the end; the parent kills after ten seconds."""

_log = structlog.get_logger()
Step = Callable[[], Awaitable[int]]


def main() -> None:
    """Run until SIGTERM."""
    settings = Settings()
    configure(settings)
    require_home(settings)
    asyncio.run(work(build(settings)))


async def work(context: Context) -> None:
    """Run every loop of the worker until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await asyncio.to_thread(_warm_up)
    sending = loops(context)
    http = open_http()
    mail = MailFetcher(context.store, partial(Connections(context.store.database).of_channel, "email"), http)
    bell = Bell(Watch(context.store.database), stop)
    appender = GroupCommit(context.store.database, context.store.journal)
    appender.start()
    watching, signs = Watching(context, http), Signs(context.store.database, context.clock)
    subscriptions, announced = Subscriptions(context.store, http), Announcements(context.store, http)
    polling = TelegramPolling(
        Connections(context.store.database), appender, context.clock, http, note=partial(signs.note, sign="delivery")
    )
    # They wait for Telegram and for the clock: ended, not awaited.
    asking = [asyncio.create_task(polling.run(), name="polling"), asyncio.create_task(signs.run(), name="signs")]
    async with asyncio.TaskGroup() as group:
        group.create_task(bell.run(), name="bell")
        group.create_task(mailroom(context, appender).run(stop), name="mailroom")
        others: list[tuple[str, Step, float]] = [
            ("mail", mail.run_once, 0.1),
            ("subscriptions", subscriptions.run_once, 1.0),
            ("announced", announced.run_once, 1.0),
            ("watching", watching.run_once, 60.0),
        ]
        for name, step, pause_s in [*steps(context), *sending.steps, *others]:
            group.create_task(_loop(name, step, pause_s, stop, bell.rope()), name=name)
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    await mail.drain()
    await subscriptions.drain()
    await announced.drain()
    await http.aclose()
    await asyncio.to_thread(appender.close)
    await asyncio.wait_for(sending.close(), _LAST_CALLS_S)


def _warm_up() -> None:
    """Load what reads deliveries before the first is there, or it and all behind it wait for seconds of imports."""
    for name in registry.NAMES:
        registry.channel(name)
    guess_language("a sentence that is long enough to be guessed")


def steps(context: Context) -> list[tuple[str, Step, float]]:
    """Return name, step and pause of the loops that fold; a step returns how much it did."""
    store, clock = context.store, context.clock
    parser = reader(store)

    async def parse_and_fold() -> int:
        return await asyncio.to_thread(lambda: parser.run_once(clock.us()) or store.catch_up())

    async def wake() -> int:
        return await asyncio.to_thread(wake_snoozed, store, clock.us())

    async def bring_log_home() -> int:
        await asyncio.to_thread(checkpoint, store.database)
        return 0  # there is always more, but not before the pause

    return [("fold", parse_and_fold, _PAUSE_S), ("wake", wake, 1.0), ("checkpoint", bring_log_home, 1.0)]


def mailroom(context: Context, appender: GroupCommit) -> Mailroom:
    """Return what reads mailboxes, and takes mail itself where a port is set."""
    connections = partial(Connections(context.store.database).of_channel, "email")
    port, host = context.settings.smtp_port, context.settings.host
    door = None if port is None else SmtpListener(connections, appender, context.clock, host=host, port=port)
    return Mailroom(connections, appender, context.clock, context.settings.home, listener=door)


class Bell:
    """Wakes idle loops when somebody has committed, so that they need not read tables to find nothing."""

    def __init__(self, watch: Watch, stop: asyncio.Event) -> None:
        self._watch = watch
        self._stop = stop
        self._ropes: list[asyncio.Event] = []

    def rope(self) -> asyncio.Event:
        """Return an event that is set at every commit, and at the end; whoever waits for it clears it."""
        rope = asyncio.Event()
        self._ropes.append(rope)
        return rope

    async def run(self) -> None:
        """Watch until the end."""
        while not self._stop.is_set():
            if self._watch.has_moved():
                self._ring()
            await asyncio.sleep(self._watch.every_s)
        self._ring()
        self._watch.close()

    def _ring(self) -> None:
        for rope in self._ropes:
            rope.set()


async def _loop(name: str, step: Step, pause_s: float, stop: asyncio.Event, rope: asyncio.Event) -> None:
    while not stop.is_set():
        rope.clear()
        try:
            did, pause = await step(), pause_s
        except ProsaError as error:  # the disk is full, a provider is down: say so and try again
            _log.error("loop failed, tries again", loop=name, error=error.detail, facts=error.facts)
            did, pause = 0, _REST_S
        except Exception as error:  # a bug in one loop must not stop the others
            _log.exception("loop failed, tries again", loop=name, error=repr(error))
            did, pause = 0, _REST_S
        if not did:
            await _wait(stop, pause)
            await _wait(rope, _LOOK_ANYWAY_S)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


if __name__ == "__main__":
    main()
