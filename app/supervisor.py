"""The parent: starts the processes of a role each, starts again what dies, stops all on SIGTERM.

Its children hold the data folder's lock with it and end when it is gone, so that a killed parent leaves neither
orphans at work nor a folder that a second Prosa could open beside them.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TextIO

import structlog

from ingest.domain.errors import ProsaError
from ingest.store.home import LOCK

_STOP_S = 10.0
"""How long a process may take to finish what it began."""
_LOOK_S = 0.2
_FIRST_REST_S, _LONGEST_REST_S = 0.5, 30.0
_HEALTHY_S = 60.0
"""A process that ran this long earns a quick restart again."""

_log = structlog.get_logger()


class AlreadyRunning(ProsaError):
    """Another Prosa has this data folder open."""


@contextmanager
def only_one(home: Path) -> Iterator[int]:
    """Hold the data folder and give the lock's descriptor, for children to hold it, too.

    Waits where the holder is gone and its children are just ending. Raises AlreadyRunning, which says who has it.
    """
    with (home / LOCK).open("a+") as lock:
        _take(lock, home)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock.fileno()


def _take(lock: TextIO, home: Path) -> None:
    deadline = time.monotonic() + _STOP_S + _LOOK_S * 5
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip()
            if _is_alive(holder) or time.monotonic() > deadline:
                raise AlreadyRunning(
                    f"Another Prosa (process {holder or 'unknown'}) has {home} open; stop it first, or set PROSA_HOME."
                ) from None
        time.sleep(_LOOK_S)


def _is_alive(holder: str) -> bool:
    try:
        os.kill(int(holder), 0)
    except (ValueError, OSError) as error:
        return isinstance(error, PermissionError)
    return True


@dataclass(slots=True)
class _Child:
    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    rest: float = _FIRST_REST_S
    due: float = 0.0


class Supervisor:
    """Runs named commands until told to stop; `lock` is what `only_one` gave."""

    def __init__(self, commands: Mapping[str, Sequence[str]], lock: int) -> None:
        self._lock = lock
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
                time.sleep(_LOOK_S)
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
            # Without the lock's descriptor a second Prosa could start beside what outlives a killed parent.
            child.process = subprocess.Popen(child.command, process_group=0, pass_fds=(self._lock,))  # noqa: S603
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


def end_with(parent: int) -> None:
    """Let this process be told to stop as soon as its parent is gone, and end it if it has not after a while."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_S)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_STOP_S)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def python(*arguments: str) -> list[str]:
    """Return the command that runs a module of ours with this interpreter."""
    return [sys.executable, "-m", *arguments]


def child(*arguments: str) -> list[str]:
    """Return the command that runs a module of ours for as long as this process lives."""
    return python("app.child", str(os.getpid()), *arguments)


def background(*arguments: str) -> list[str]:
    """Return the command of a child when nobody waits for a page: people come first."""
    return ["nice", "-n", "10", *child(*arguments)]
