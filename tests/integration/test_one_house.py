"""One Prosa a data folder: begun by few commands, held by one parent, left by all its children when it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bench import servers
from tests.bench.house import furnish

SOON_S = 90


def prosa(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command from another folder; returns what it said."""
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        env=os.environ | {"PYTHONPATH": str(servers.ROOT), "PROSA_HOME": str(home)} | environment,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=SOON_S,
        stdin=subprocess.DEVNULL,
    )


@contextmanager
def serving(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = {"PYTHONPATH": str(servers.ROOT), "PROSA_HOME": str(home), "PROSA_PORT": str(port)}
    command = [sys.executable, "-m", "app.cli", "serve"]
    process = subprocess.Popen(command, env=os.environ | environment, cwd=servers.ROOT, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


def children_of(home: Path, module: str) -> list[int]:
    """Return the processes that run a module over a data folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            environment = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if module.encode() in words and f"PROSA_HOME={home}".encode() in environment:
            found.append(int(folder.name))
    return found


def wait_until(happened: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SOON_S
    while not happened():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def test_a_killed_parent_leaves_no_orphans_and_the_next_start_works_alone(tmp_path: Path) -> None:
    furnish(tmp_path).database.close()
    port = servers.free_port()
    with serving(tmp_path, port) as first:
        servers.wait_for(port, first)
        wait_until(lambda: len(children_of(tmp_path, "app.worker")) == 1, "the worker did not start")
        second = prosa(tmp_path, "serve", PROSA_PORT=str(servers.free_port()))
        assert second.returncode == 1
        assert f"(process {first.pid})" in second.stderr
        orphans = [pid for module in ("app.web", "app.worker") for pid in children_of(tmp_path, module)]
        first.send_signal(signal.SIGKILL)
        first.wait()
    with serving(tmp_path, port) as again:
        wait_until(lambda: len(children_of(tmp_path, "app.worker")) == 1, "the next start did not come up")
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in orphans), "orphans went on working")
        servers.wait_for(port, again)
        assert len(children_of(tmp_path, "app.worker")) == 1
    wait_until(lambda: not children_of(tmp_path, "app.worker"), "the worker outlived an orderly end")


@pytest.mark.parametrize(
    "command",
    [["serve"], ["channels", "list"], ["channels", "check"], ["sql", "-c", "SELECT 1"], ["live", "rebuild"]],
    ids=" ".join,
)
def test_a_folder_without_a_store_is_not_given_a_new_one(tmp_path: Path, command: list[str]) -> None:
    for home in (tmp_path / "gone", tmp_path):
        told = prosa(home, *command)
        assert told.returncode == 1
        assert told.stderr.startswith(f"prosa: There is nothing in {home}. ")
        assert told.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("home", ["/proc/x", "/dev/null"])
def test_a_folder_that_cannot_be_one_is_said_in_a_sentence(home: str) -> None:
    command = ["user", "add", "ana@example.com", "--name", "Ana", "--workspace", "Shop"]
    for told in (prosa(Path(home), *command), prosa(Path(home), "serve")):
        assert told.returncode == 1
        assert told.stderr.startswith("prosa: ")
        assert "Traceback" not in told.stderr


def test_a_setting_that_is_no_number_is_said_in_a_sentence(tmp_path: Path) -> None:
    told = prosa(tmp_path, "serve", PROSA_PORT="abc")
    assert (told.returncode, told.stderr.count("\n")) == (1, 1)
    assert told.stderr.startswith("prosa: PROSA_PORT: ")


def test_a_database_that_vanished_is_not_begun_anew(tmp_path: Path) -> None:
    from ingest.domain.errors import StoreUnavailable
    from ingest.store.database import Database

    store = furnish(tmp_path)
    (tmp_path / "prosa.db").rename(tmp_path / "elsewhere.db")
    store.database.engine.dispose()
    with pytest.raises(StoreUnavailable), store.database.write():
        pass
    with pytest.raises(StoreUnavailable):
        store.database.reopen()
    assert not (tmp_path / "prosa.db").exists()
    Database(store.database.url).close()
