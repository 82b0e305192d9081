"""Servers for benches and crash tests: started in a folder of their own, on loopback, ended by pid."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Say whether somebody listens on the port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(port: int, process: subprocess.Popen[bytes], seconds: float = 120) -> None:
    """Return once the port answers; raises if the process ends or the time runs out."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with code {process.returncode}")
        if answers(port):
            return
        time.sleep(0.02)
    raise TimeoutError(f"nothing answers on port {port}")


@contextmanager
def running(
    command: list[str], port: int, core: int | None = None, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server, on one core if given, until the block ends."""
    pin = (lambda: os.sched_setaffinity(0, {core})) if core is not None else None
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        preexec_fn=pin,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process)
        yield process
    finally:
        _end(process)


@contextmanager
def beside(module: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a module that nobody calls (the worker) until the block ends."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    process = subprocess.Popen([sys.executable, "-m", module], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def cpu_s(pid: int) -> float:
    """Return the seconds of a core that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def machine_cpu_s() -> float:
    """Return the seconds of cores that anybody has used, and that were taken from this machine."""
    fields = [int(each) for each in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    idle = fields[3] + fields[4]
    return (sum(fields[:8]) - idle) / os.sysconf("SC_CLK_TCK")


def web(home: Path, port: int) -> tuple[list[str], dict[str, str]]:
    """Return command and environment of the web process without console (its start costs 2 s and no request passes it)."""
    return [sys.executable, "-m", "tests.bench.web_without_console"], {
        "PROSA_HOME": str(home),
        "PROSA_PORT": str(port),
        "PROSA_LOG_FORMAT": "json",
    }
