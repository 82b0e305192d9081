"""`python -m pipelines serve | run | rebuild | check`."""

from __future__ import annotations

import argparse
import logging
import sys

import structlog

from ingest.settings import Settings
from ingest.store.home import HomeMissing, require_home
from pipelines import run


def main() -> int:
    """Run one command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m pipelines", description=__doc__)
    parser.add_argument("command", choices=("serve", "run", "rebuild", "check"))
    settings, command = Settings(), parser.parse_args().command
    _configure(settings)
    try:
        require_home(settings)
    except HomeMissing as error:
        print(error.detail, file=sys.stderr)  # noqa: T201
        return 1
    if command == "serve":
        run.serve(settings)
        return 0
    if command == "run":
        return 0 if run.once(settings) else 1
    if command == "rebuild":
        print(f"{run.rebuild(settings):,} events derived")  # noqa: T201
        return 0
    return _report(run.check(settings))


def _report(found: dict[str, list[tuple[object, ...]]]) -> int:
    for name, rows in found.items():
        print(f"{'holds ' if not rows else 'BROKEN'}  {name}" + "".join(f"\n        {row}" for row in rows[:5]))  # noqa: T201
    return 1 if any(found.values()) else 0


def _configure(settings: Settings) -> None:
    renderer = structlog.processors.JSONRenderer() if settings.log_format == "json" else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.getLogger("dagster").setLevel(logging.WARNING)


if __name__ == "__main__":
    sys.exit(main())
