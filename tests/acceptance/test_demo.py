"""One message through the whole house, as the README's first command builds it: real processes, real files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from app.commands.demo import ADMINISTRATOR, PASSWORD, connection_of
from ingest.channels.simulator.people import People
from ingest.channels.simulator.webhooks import Contact, inbound_body
from ingest.channels.whatsapp.signature import sign
from ingest.settings import Settings
from ingest.store.lake import open_readonly
from tests.bench.servers import ROOT, free_port

pytestmark = pytest.mark.timeout(600)
PATIENCE_S = 240
"""Only so that a broken house ends the test; nothing here asserts how long anything takes."""


class Demo:
    """A running demo and a person signed in to it."""

    def __init__(self, home: Path, port: int, process: subprocess.Popen[bytes]) -> None:
        self.home, self.port, self.process = home, port, process
        self.http = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)

    def sign_in(self) -> None:
        answer = self.http.post("/login", data={"email": ADMINISTRATOR, "password": PASSWORD, "next": "/"})
        assert answer.status_code == 303, answer.text

    def conversations(self, **query: Any) -> list[dict[str, Any]]:
        return self.http.get("/api/conversations", params=query).json()["conversations"]

    def workspace_id(self) -> str:
        return self.http.get("/api/me").json()["workspace"]["workspace_id"]

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        connection = open_readonly(Settings(home=self.home))
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()

    def customer_writes(self, external_id: str, text: str) -> None:
        door = People().doors[0]
        given = connection_of(self.workspace_id(), door, self.port + 1)
        message = {"id": external_id, "timestamp": str(int(time.time())), "type": "text", "text": {"body": text}}
        body = inbound_body(
            door.number, Contact(name="Ada", phone="5511912345678", user_id=None, username=None), message
        )
        headers = {"x-hub-signature-256": sign(body, given.secrets[0])}
        answer = self.http.post(f"/webhooks/whatsapp/{given.connection_id}", content=body, headers=headers)
        assert answer.status_code == 200, answer.text


def eventually(what: Callable[[], Any], sentence: str) -> Any:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            if found := what():
                return found
        except (httpx2.TransportError, orjson.JSONDecodeError, KeyError):
            pass
        time.sleep(0.5)
    pytest.fail(f"never happened: {sentence}")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    home, port = tmp_path_factory.mktemp("demo"), free_port()
    environment = {"PROSA_HOME": str(home), "PROSA_PORT": str(port), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "demo", "--days", "7"],
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
        assert process.wait(timeout=30) == 0


def test_the_demo_shows_a_running_business(demo: Demo) -> None:
    assert demo.conversations(tab="all", status="any")
    assert demo.http.get("/", follow_redirects=False).status_code == 200


def test_a_webhook_becomes_a_conversation_a_row_and_a_number(demo: Demo) -> None:
    text = "onde está o pedido zebra-4471"
    demo.customer_writes("wamid.zebra", text)

    found = eventually(lambda: demo.conversations(tab="all", status="any", q="zebra-4471"), "it is in the inbox")
    conversation_id = found[0]["conversation_id"]
    thread = demo.http.get(f"/api/conversations/{conversation_id}/thread").json()["entries"]
    assert thread[-1]["text"] == text
    assert demo.sql("SELECT count(*) FROM events WHERE payload LIKE '%zebra-4471%'") >= [(1,)]

    reply = {"client_id": "5e1f0d1e-8a5e-4a0e-9a55-000000000001", "kind": "text", "text": "a caminho!"}
    answer = demo.http.post(f"/api/conversations/{conversation_id}/replies", json=reply, headers={"X-Prosa": "1"})
    assert answer.status_code == 200, answer.text
    eventually(lambda: _ticks(demo, conversation_id) & {"delivered", "read"}, "the reply was delivered")

    query = (
        f"SELECT direction FROM lake.marts.fct_message WHERE conversation_id = '{conversation_id}' ORDER BY message_us"
    )
    eventually(lambda: len(demo.sql(query)) >= 2, "both messages are in the marts")
    waits = (
        f"SELECT reply_s FROM lake.marts.fct_response WHERE conversation_id = '{conversation_id}' AND NOT is_censored"
    )
    assert eventually(lambda: demo.sql(waits), "the wait is on the report")[0][0] >= 0


def _ticks(demo: Demo, conversation_id: str) -> set[str]:
    entries = demo.http.get(f"/api/conversations/{conversation_id}/thread").json()["entries"]
    return {entry["delivery_status"] for entry in entries if entry.get("direction") == "outbound"}


def test_a_process_that_dies_is_started_again(demo: Demo) -> None:
    worker = _child(demo, "app.worker")
    os.kill(worker, signal.SIGKILL)
    eventually(lambda: _child(demo, "app.worker") not in (None, worker), "the worker is back")
    demo.customer_writes("wamid.after", "depois da queda girafa-12")
    eventually(lambda: demo.conversations(tab="all", status="any", q="girafa-12"), "what came after is in the inbox")


def test_a_second_start_on_the_same_folder_is_refused_and_says_who_has_it(demo: Demo) -> None:
    environment = os.environ | {"PROSA_HOME": str(demo.home), "PROSA_PORT": str(free_port()), "PYTHONPATH": str(ROOT)}
    second = subprocess.run(
        [sys.executable, "-m", "app.cli", "serve"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 1
    assert str(demo.process.pid) in second.stderr
    assert "Traceback" not in second.stderr


def _child(demo: Demo, module: str) -> int | None:
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            command = (folder / "cmdline").read_bytes().split(b"\x00")
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == demo.process.pid and module.encode() in command:
            return int(folder.name)
    return None
