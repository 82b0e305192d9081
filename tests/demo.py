"""The running demo, as the README's first command starts it, and a person signed in to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import orjson

from app.commands.demo import ADMINISTRATOR, PASSWORD, doors
from ingest.channels.meta.signature import sign
from ingest.channels.simulator.webhooks import Contact, inbound_body
from ingest.channels.simulator.wires.whatsapp import number_of
from ingest.settings import Settings
from ingest.store.lake import open_readonly
from tests.bench.servers import ROOT, free_port

PATIENCE_S = 240
"""Only so that a broken house ends whoever waits."""


class Demo:
    """A running demo, and a person signed in to it."""

    def __init__(self, home: Path, port: int, process: subprocess.Popen[bytes]) -> None:
        self.home, self.port, self.process = home, port, process
        self.http = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)

    def sign_in(self) -> None:
        """Sign in as the administrator; the client keeps the session."""
        answer = self.http.post("/login", data={"email": ADMINISTRATOR, "password": PASSWORD, "next": "/"})
        assert answer.status_code == 303, answer.text

    def conversations(self, **query: Any) -> list[dict[str, Any]]:
        """Return what the inbox lists."""
        return self.http.get("/api/conversations", params=query).json()["conversations"]

    def workspace_id(self) -> str:
        """Return the shop's id."""
        return self.http.get("/api/me").json()["workspace"]["workspace_id"]

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the lake, over a connection of its own, as an analyst does."""
        connection = open_readonly(Settings(home=self.home))
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()

    def customer_writes(self, external_id: str, text: str) -> None:
        """Deliver a customer's message as the provider does; returns once it was answered 200."""
        door, given = doors(Settings(home=self.home, port=self.port), self.workspace_id())[0]
        message = {"id": external_id, "timestamp": str(int(time.time())), "type": "text", "text": {"body": text}}
        body = inbound_body(
            number_of(door), Contact(name="Ada", phone="5511912345678", user_id=None, username=None), message
        )
        headers = {"x-hub-signature-256": sign(body, given.secrets[0])}
        answer = self.http.post(f"/webhooks/whatsapp/{given.connection_id}", content=body, headers=headers)
        assert answer.status_code == 200, answer.text


def eventually(what: Callable[[], Any], sentence: str, every_s: float = 0.5) -> Any:
    """Return the first answer that is something; raises AssertionError when none ever comes."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with suppress(httpx2.TransportError, orjson.JSONDecodeError, KeyError):
            if found := what():
                return found
        time.sleep(every_s)
    raise AssertionError(f"never happened: {sentence}")


@contextmanager
def running_demo(home: Path, days: int) -> Iterator[Demo]:
    """Start the demo with so many days behind it, and end it with the block."""
    port = free_port()
    environment = {"PROSA_HOME": str(home), "PROSA_PORT": str(port), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "demo", "--days", str(days)],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    running = Demo(home, port, process)
    try:
        eventually(lambda: running.http.get("/health").status_code == 200, "the demo is up")
        running.sign_in()
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        if process.wait(timeout=30) != 0:
            raise AssertionError(f"the demo ended with code {process.returncode}")
