"""One message through the whole house, as the README's first command builds it: real processes, real files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.channels.registry import NAMES
from tests.bench.servers import ROOT, free_port
from tests.demo import Demo, eventually, running_demo

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo"), days=7) as running:
        yield running


def test_the_demo_shows_a_running_business(demo: Demo) -> None:
    assert demo.conversations(tab="all", status="any")
    assert demo.http.get("/", follow_redirects=False).status_code == 200


def test_every_channel_has_conversations_and_answers_its_check(demo: Demo) -> None:
    for name in NAMES:
        assert demo.conversations(tab="all", status="any", channel=name), name
    states = demo.http.get("/api/channels/connections").json()["connections"]
    assert {each["channel"] for each in states} == set(NAMES)
    for each in states:
        eventually(lambda found=each: _is_well(demo, found["connection_id"]), f"{each['channel']} is well")


def test_customers_write_on_every_channel_and_are_answered(demo: Demo) -> None:
    def lively() -> set[str]:
        states = demo.http.get("/api/channels/connections").json()["connections"]
        return {each["channel"] for each in states if _is_alive(each)}

    eventually(lambda: lively() == set(NAMES), "every channel brought something", every_s=2)
    unreadable = "SELECT count(*) FROM events WHERE type IN ('delivery.unreadable', 'delivery.unrecognised')"
    assert demo.sql(unreadable) == [(0,)]


def _is_well(demo: Demo, connection_id: str) -> bool:
    answer = demo.http.post(f"/api/channels/connections/{connection_id}/check", headers={"X-Prosa": "1"})
    return all(each["is_ok"] for each in answer.json()["findings"])


def _is_alive(state: dict[str, Any]) -> bool:
    """Say whether a webhook came; nothing calls us for the web chat."""
    return bool(state["signs"]) or state["channel"] == "webchat"


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
