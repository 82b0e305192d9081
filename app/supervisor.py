"""The parent: starts the processes of a role each, starts again what dies, stops all on SIGTERM."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import structlog

from ingest.domain.errors import ProsaError

_STOP_S = 10.0
"""How long a process may take to finish what it began."""
_FIRST_REST_S, _LONGEST_REST_S = 0.5, 30.0
_HEALTHY_S = 60.0
"""A process that ran this long earns a quick restart again."""

_log = structlog.get_logger()


class AlreadyRunning(ProsaError):
    """Another Prosa has this data folder open."""


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the data folder; raises AlreadyRunning, which says who has it."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = home / "prosa.lock"
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise AlreadyRunning(
                f"Another Prosa (process {holder}) has {home} open; stop it first, or set PROSA_HOME."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@dataclass(slots=True)
class _Child:
    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    rest: float = _FIRST_REST_S
    due: float = 0.0


class Supervisor:
    """Runs named commands until told to stop."""

    def __init__(self, commands: Mapping[str, Sequence[str]]) -> None:
        self._children = [_Child(name, command) for name, command in commands.items()]
        self._is_stopping = False

    def run(self) -> None:
        """Start all, watch them, return after SIGTERM or SIGINT with everything stopped."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        try:
            while not self._is_stopping:
                for child in self._children:
                    self._tend(child)
                time.sleep(0.2)
        finally:
            self._end()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._is_stopping = True

    def _tend(self, child: _Child) -> None:
        now = time.monotonic()
        if child.process is not None:
            code = child.process.poll()
            if code is None:
                return
            lived = now - child.started
            child.rest = _FIRST_REST_S if lived > _HEALTHY_S else min(child.rest * 2, _LONGEST_REST_S)
            child.due, child.process = now + child.rest, None
            _log.error(
                "process died, starts again", name=child.name, exit_code=code, lived_s=round(lived), in_s=child.rest
            )
        if now >= child.due:
            # A group of its own, so that Ctrl-C reaches the parent alone and it can end them in order; not a session,
            # for Linux lets `nice` weigh only within one.
            child.process = subprocess.Popen(child.command, process_group=0)  # noqa: S603  # our own commands
            child.started = now

    def _end(self) -> None:
        running = [child.process for child in self._children if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + _STOP_S
        for process in running:
            try:
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def python(*arguments: str) -> list[str]:
    """Return the command that runs a module of ours with this interpreter."""
    return [sys.executable, "-m", *arguments]


def background(*arguments: str) -> list[str]:
    """Return the command that runs a module of ours when nobody waits for a page: people come first."""
    return ["nice", "-n", "10", *python(*arguments)]
