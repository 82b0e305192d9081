"""The pipelines process: lands, then derives, in one process and at most a minute behind."""

from __future__ import annotations

import os
import signal
import threading
import time
from types import FrameType

import structlog

from ingest.domain.errors import StoreUnavailable
from ingest.kit.clock import SystemClock
from ingest.settings import Settings
from ingest.store.database import Database
from ingest.store.journal import Journal

log = structlog.get_logger("pipelines")
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""Dagster says forty lines a run; what went wrong is said here, in one."""
COMPACT_EVERY_S = 900
"""Small files and deletions gather with every run; a quarter of an hour keeps a scan within a few dozen files."""


def once(settings: Settings) -> bool:
    """Materialize every asset in this process; returns whether all went well."""
    _set_up(settings)
    import dagster

    from pipelines.assets.derived import TABLES
    from pipelines.assets.landing import events
    from pipelines.resources import Lake

    with dagster.DagsterInstance.get() as instance:
        result = dagster.materialize(
            [events, *TABLES], resources={"lake": Lake()}, instance=instance, run_config=_QUIET, raise_on_error=False
        )
    for event in result.filter_events(lambda each: each.is_failure):
        log.error("run failed", step=event.step_key, reason=_reason(event))
    return bool(result.success)


def rebuild(settings: Settings) -> int:
    """Derive all tables anew from landing, with a progress bar; returns the events that were read."""
    from rich.progress import Progress

    from pipelines.derive import ORDER
    from pipelines.resources import opened

    with opened(settings) as derivation, Progress() as progress:
        bar = progress.add_task("landing → marts", total=len(ORDER))

        def report(path: str) -> None:
            progress.update(bar, advance=1, description=path)

        return derivation.rebuild(report)


def check(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """Run every check; returns, by name, the rows that speak against it."""
    from pipelines.derive import CHECKS
    from pipelines.resources import opened

    with opened(settings) as derivation:
        return {name: derivation.broken(name) for name in CHECKS}


def serve(settings: Settings) -> None:
    """Land and derive until SIGTERM; an error in one round is said and the next round goes on."""
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)
    pause_s = min(settings.landing_interval, settings.pipelines_interval).total_seconds()
    compacted, done = time.monotonic(), 0
    while not stopping.is_set():
        started = time.monotonic()
        done = _round(settings, done)
        if started - compacted > COMPACT_EVERY_S:
            _compact(settings)
            compacted = started
        stopping.wait(max(0.1, pause_s - (time.monotonic() - started)))
    log.info("stopped")


def _round(settings: Settings, done: int) -> int:
    """Derive what the journal has past `done`; returns the seq up to which all is well."""
    import duckdb

    started = time.monotonic()
    try:
        head = _head(settings)
        if head == done or not once(settings):
            return done
    except (duckdb.Error, OSError, StoreUnavailable) as error:
        log.error("round failed", reason=f"{type(error).__name__}: {error}")
        return done
    log.info("marts are up to date", took_ms=round((time.monotonic() - started) * 1000))
    return head


def _head(settings: Settings) -> int:
    """Return the seq of the journal's newest event, without opening the lake: an idle round costs nothing."""
    database = Database(settings.database)
    try:
        with database.read() as connection:
            return Journal(SystemClock()).head(connection)
    finally:
        database.close()


def _compact(settings: Settings) -> None:
    import duckdb

    from ingest.store.lander import compact

    try:
        compact(settings)
    except (duckdb.Error, OSError) as error:
        log.error("compaction failed", reason=f"{type(error).__name__}: {error}")


def _set_up(settings: Settings) -> None:
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    file = settings.dagster_home / "dagster.yaml"
    if not file.exists():
        file.write_text("telemetry:\n  enabled: false\n", "utf-8")


def _reason(event: object) -> str:
    data = getattr(event, "event_specific_data", None)
    error = getattr(data, "error", None)
    cause = getattr(error, "cause", None) or error
    return str(getattr(cause, "message", "unknown")).strip()
