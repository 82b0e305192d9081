"""The pipelines process: lands, then derives, in one process and at most a minute behind; now and then it checks."""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType
from typing import TYPE_CHECKING

import structlog

from ingest.domain.errors import StoreUnavailable
from ingest.kit.clock import SystemClock
from ingest.settings import Settings
from ingest.store.checked import say_checked
from ingest.store.database import Database
from ingest.store.journal import Journal
from ingest.store.lake import writing
from ingest.store.lander import say_landed, sweep
from pipelines.record import REPORT_EVERY_S, Record

if TYPE_CHECKING:
    from pipelines.derive import Derivation

log = structlog.get_logger("pipelines")
TIDY_EVERY_S = 900
"""Small files and deletions gather with every run; a quarter of an hour keeps a scan within a few dozen files."""


class Rounds:
    """Rounds of landing and deriving over one connection, kept between them: attaching anew costs as much as a round.

    The writer's lock is held during a round alone, so that others may write to the lake in between.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._record = Record(settings)
        self._database = Database(settings.database)
        self._derivation: Derivation | None = None
        self._done = 0

    def go(self) -> bool:
        """Derive what the journal has past the last round; returns whether all is well, having said what is not."""
        import duckdb

        started = time.monotonic()
        try:
            head = self._head()
            if head == self._done:
                return True
            with writing(self._settings):
                derivation = self._connected()
                landed = derivation.land()
                written = derivation.derive()
            say_landed(self._settings, landed.seq)
        except (duckdb.Error, OSError, StoreUnavailable) as error:
            log.error("round failed", reason=f"{type(error).__name__}: {error}")
            self.let_go()
            return False
        self._done = landed.seq
        self._record.add(landed.events, written)
        log.info("marts are up to date", took_ms=round((time.monotonic() - started) * 1000))
        return True

    def compact(self) -> None:
        """Merge small files and sweep what nobody can see any more."""
        import duckdb

        try:
            with writing(self._settings):
                sweep(self._connected().connection)
        except (duckdb.Error, OSError) as error:
            log.error("compaction failed", reason=f"{type(error).__name__}: {error}")

    def check(self) -> None:
        """Ask whether everything holds that must, and say what does not, to the log and to whoever asks for health."""
        import duckdb

        try:
            with writing(self._settings):
                found = broken(self._connected())
            with self._database.write() as connection:
                say_checked(connection, found, SystemClock().us())
        except (duckdb.Error, OSError, StoreUnavailable) as error:
            log.error("checks failed", reason=f"{type(error).__name__}: {error}")
            return
        for name, rows in found.items():
            if rows:
                log.error("a check is broken", check=name, rows=len(rows), example=str(rows[0]))

    def tidy(self) -> None:
        """Compact and check; the connection's memory is given back with it."""
        self.compact()
        self.check()
        self.let_go()

    def report(self) -> None:
        """Tell Dagster of the rounds since it was last told."""
        try:
            self._record.report()
        except Exception as error:  # whatever ails Dagster: the tables are up to date, only its history has a gap
            log.error("Dagster could not be told", reason=f"{type(error).__name__}: {error}")

    def let_go(self) -> None:
        """Close the connection to the lake; the next round opens another."""
        derivation, self._derivation = self._derivation, None
        if derivation is not None:
            derivation.connection.close()

    def close(self) -> None:
        """Say what is left to say, and close everything."""
        self.report()
        self.let_go()
        self._database.close()

    def _connected(self) -> Derivation:
        from pipelines.resources import connected

        if self._derivation is None:
            self._derivation = connected(self._settings)
        return self._derivation

    def _head(self) -> int:
        """Return the seq of the journal's newest event, without opening the lake: an idle round costs nothing."""
        with self._database.read() as connection:
            return Journal(SystemClock()).head(connection)


def once(settings: Settings) -> bool:
    """Land and derive everything once; returns whether all went well."""
    rounds = Rounds(settings)
    try:
        return rounds.go()
    finally:
        rounds.close()


def rebuild(settings: Settings) -> int:
    """Derive all tables anew from landing, with a progress bar; returns the events that were read."""
    from rich.progress import Progress

    from pipelines.plan import STEPS
    from pipelines.resources import opened

    with opened(settings) as derivation, Progress() as progress:
        bar = progress.add_task("landing → marts", total=len(STEPS))

        def report(path: str) -> None:
            progress.update(bar, advance=1, description=path)

        return derivation.rebuild(report)


def check(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """Run every check; returns, by name, the rows that speak against it."""
    from pipelines.resources import opened

    with opened(settings) as derivation:
        return broken(derivation)


def broken(derivation: Derivation) -> dict[str, list[tuple[object, ...]]]:
    """Return, by name, the rows that speak against each check."""
    from pipelines.derive import CHECKS

    return {name: derivation.broken(name) for name in CHECKS}


def serve(settings: Settings) -> None:
    """Land and derive until SIGTERM; an error in one round is said and the next round goes on."""
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)
    pause_s = min(settings.landing_interval, settings.pipelines_interval).total_seconds()
    rounds = Rounds(settings)
    tidied = reported = time.monotonic()
    while not stopping.is_set():
        started = time.monotonic()
        rounds.go()
        if started - tidied > TIDY_EVERY_S:
            rounds.tidy()
            tidied = started
        if started - reported > REPORT_EVERY_S:
            rounds.report()
            reported = started
        stopping.wait(max(0.1, pause_s - (time.monotonic() - started)))
    rounds.close()
    log.info("stopped")
