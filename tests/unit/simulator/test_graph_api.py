"""The simulated provider keeps its promises: it judges, reports, repeats and forgets like the real one."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import orjson
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from ingest.channels.simulator.faults import FaultPlan
from ingest.channels.simulator.graph_api import SimulatedGraph
from ingest.channels.simulator.webhooks import SIGNATURE_HEADER, WABA_ID, Contact, Number, signature
from ingest.kit.clock import SECOND_US, FixedClock

ANA = Contact("Ana Müller 👋", "16505551234", "US.13491208655302741918", "ana")
TOKEN = {"Authorization": "Bearer t"}
TEXT: dict[str, Any] = {
    "messaging_product": "whatsapp",
    "to": "+16505551234",
    "type": "text",
    "text": {"body": "hi"},
    "biz_opaque_callback_data": "m1",
}


class Receiver:
    """Takes webhooks, and refuses the first few when told to."""

    def __init__(self, refuse: int = 0) -> None:
        self.raw: list[tuple[bytes, str]] = []
        self.refused = 0
        self._refuse = refuse

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if self.refused < self._refuse:
            self.refused += 1
            return httpx2.Response(500)
        self.raw.append((request.content, request.headers[SIGNATURE_HEADER]))
        return httpx2.Response(200)

    @property
    def values(self) -> list[dict[str, Any]]:
        return [orjson.loads(body)["entry"][0]["changes"][0]["value"] for body, _ in self.raw]

    @property
    def statuses(self) -> list[tuple[str, str]]:
        return [(each["id"], each["status"]) for value in self.values for each in value.get("statuses", [])]


def _graph(
    receiver: Receiver,
    faults: FaultPlan | None = None,
    sleep: Callable[[float], Awaitable[None]] | None = None,
    **options: Any,
) -> tuple[SimulatedGraph, httpx2.AsyncClient]:
    graph = SimulatedGraph(
        Number("1155"),
        access_token="t",
        app_secret="s",
        http=httpx2.AsyncClient(transport=httpx2.MockTransport(receiver)),
        callback_url="http://us.test/hook",
        faults=faults,
        clock=options.pop("clock", FixedClock(1_750_000_000 * SECOND_US)),
        sleep=sleep or _instantly,
        **options,
    )
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(graph.app), base_url="http://sim/v24.0", headers=TOKEN)
    return graph, http


async def _instantly(_seconds: float) -> None:
    await asyncio.sleep(0)


def _accelerated(factor: float) -> Callable[[float], Awaitable[None]]:
    return lambda seconds: asyncio.sleep(seconds / factor)


async def test_an_accepted_message_goes_up_the_ladder_and_carries_our_id() -> None:
    receiver = Receiver()
    graph, http = _graph(receiver, FaultPlan(read=1.0))
    answer = (await http.post("/1155/messages", json=TEXT)).json()
    await graph.courier.settled()
    external_id = answer["messages"][0]["id"]
    assert answer["contacts"] == [{"input": "+16505551234", "wa_id": "16505551234"}]
    assert sorted(receiver.statuses) == sorted((external_id, step) for step in ("sent", "delivered", "read"))
    assert {value["statuses"][0]["biz_opaque_callback_data"] for value in receiver.values} == {"m1"}


async def test_a_voice_note_is_played() -> None:
    receiver = Receiver()
    graph, http = _graph(receiver, FaultPlan(read=1.0))
    media = graph.keep_file(b"OggS", "audio/ogg")
    await http.post("/1155/messages", json=TEXT | {"type": "audio", "audio": {"id": media["id"], "voice": True}})
    await graph.courier.settled()
    assert "played" in {status for _, status in receiver.statuses}


async def test_webhooks_are_ascii_bytes_with_lowercase_escapes_signed_as_sent() -> None:
    receiver = Receiver()
    graph, _ = _graph(receiver)
    graph.inbound(ANA, {"type": "text", "text": {"body": "você É 👍"}})
    await graph.courier.settled()
    ((body, header),) = receiver.raw
    assert body.isascii()
    assert b"\\u00ea" in body
    assert b"\\ud83d\\udc4d" in body
    assert header == signature(body, "s")
    assert receiver.values[0]["messages"][0]["text"]["body"] == "você É 👍"
    assert receiver.values[0]["contacts"][0]["user_id"] == ANA.user_id


async def test_a_receiver_that_fails_gets_the_same_bytes_again() -> None:
    receiver = Receiver(refuse=5)
    graph, _ = _graph(receiver)
    graph.inbound(ANA, {"type": "text", "text": {"body": "x"}})
    await graph.courier.settled()
    assert receiver.refused == 5
    assert len(receiver.raw) == 1


async def test_duplicates_are_byte_for_byte_the_first() -> None:
    receiver = Receiver()
    graph, _ = _graph(receiver, FaultPlan(duplicate=1.0))
    graph.inbound(ANA, {"type": "text", "text": {"body": "x"}})
    await graph.courier.settled()
    assert len(receiver.raw) == 2
    assert len(set(receiver.raw)) == 1


async def test_reordering_puts_later_steps_first_now_and_then() -> None:
    receiver = Receiver()
    plan = FaultPlan(3, reorder=0.6, delay_s=1.0, read_delay_s=1.0, read=1.0)
    graph, http = _graph(receiver, plan, _accelerated(200))
    for _ in range(20):
        await http.post("/1155/messages", json=TEXT)
    await graph.courier.settled()
    rank = {"sent": 0, "delivered": 1, "read": 2}
    seen: dict[str, list[int]] = {}
    for external_id, status in receiver.statuses:
        seen.setdefault(external_id, []).append(rank[status])
    assert any(ranks != sorted(ranks) for ranks in seen.values())
    assert all(sorted(ranks) == [0, 1, 2] for ranks in seen.values())


def test_the_same_seed_gives_the_same_bad_day() -> None:
    plans = [
        FaultPlan(seed, errors={130429: 0.2}, silent=0.1, lost=0.1, reorder=0.5, failed={131026: 0.2})
        for seed in (1, 1, 2)
    ]
    days = [
        [(plan.of_send(n), plan.fate(n), plan.waits(n, 3), plan.is_duplicated(n)) for n in range(200)] for plan in plans
    ]
    assert days[0] == days[1] != days[2]
    endings = Counter(ending for (ending, _), *_ in days[0])
    assert {"accept", "refuse", "silent", "lost"} <= set(endings)


async def test_silence_may_hide_a_message_that_was_taken() -> None:
    graph, http = _graph(Receiver(), FaultPlan(silent=1.0))
    answer = await http.post("/1155/messages", json=TEXT)
    assert answer.status_code == 504
    assert graph.times_taken() == {"m1": 1}
    graph, http = _graph(Receiver(), FaultPlan(lost=1.0))
    assert (await http.post("/1155/messages", json=TEXT)).status_code == 504
    assert not graph.sends


async def test_a_later_failure_comes_as_a_status_with_its_code() -> None:
    receiver = Receiver()
    graph, http = _graph(receiver, FaultPlan(failed={131026: 1.0}))
    assert (await http.post("/1155/messages", json=TEXT)).status_code == 200
    await graph.courier.settled()
    (value,) = receiver.values
    assert value["statuses"][0]["status"] == "failed"
    assert value["statuses"][0]["errors"][0]["code"] == 131026


@pytest.mark.parametrize(
    ("path", "headers", "status", "code"),
    [
        ("/1155/messages", {"Authorization": "Bearer wrong"}, 401, 190),
        ("/1155/messages", {"Authorization": ""}, 401, 190),
        ("/999/messages", {}, 400, 100),
    ],
)
async def test_strangers_and_strange_numbers_are_refused(
    path: str, headers: dict[str, str], status: int, code: int
) -> None:
    graph, http = _graph(Receiver())
    answer = await http.post(path, json=TEXT, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["fbtrace_id"]
    assert not graph.sends


async def test_a_body_that_is_not_json_is_refused_in_the_same_shape() -> None:
    _, http = _graph(Receiver())
    answer = await http.post("/1155/messages", content=b"{")
    assert answer.json()["error"]["code"] == 100


async def test_the_rate_of_number_and_pair_is_kept() -> None:
    clock = FixedClock(1_750_000_000 * SECOND_US)
    _, http = _graph(Receiver(), clock=clock, rate_per_s=80)
    codes = Counter[int]()
    for _ in range(60):
        answer = await http.post("/1155/messages", json=TEXT)
        codes[answer.json().get("error", {}).get("code", 0)] += 1
    assert codes == {0: 45, 131056: 15}
    for number in range(60):
        answer = await http.post("/1155/messages", json=TEXT | {"to": f"+1650{number:07}"})
        codes[answer.json().get("error", {}).get("code", 0)] += 1
    assert codes == {0: 80, 131056: 15, 130429: 25}


@pytest.mark.parametrize("is_mounted", [False, True])
async def test_a_file_goes_round_and_its_address_expires(is_mounted: bool) -> None:
    clock = FixedClock(1_750_000_000 * SECOND_US)
    graph, http = _graph(Receiver(), clock=clock)
    if is_mounted:
        street = Starlette(routes=[Mount("/1155", graph.app)])
        http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(street), base_url="http://sim/1155/v24.0", headers=TOKEN
        )
    sent = await http.post(
        "/1155/media",
        data={"messaging_product": "whatsapp", "type": "image/png"},
        files={"file": ("a.png", b"png!", "image/png")},
    )
    described = (await http.get(f"/{sent.json()['id']}")).json()
    assert described["sha256"] == hashlib.sha256(b"png!").hexdigest()
    assert (await http.get(described["url"])).content == b"png!"
    assert (await http.get(described["url"], headers={"Authorization": ""})).status_code == 401
    clock.advance(301 * SECOND_US)
    assert (await http.get(described["url"])).status_code == 404
    assert (await http.get("/424242")).json()["error"]["error_subcode"] == 33


async def test_templates_and_subscriptions_are_kept() -> None:
    _, http = _graph(Receiver())
    made = await http.post(
        f"/{WABA_ID}/message_templates", json={"name": "hi", "language": "en", "category": "UTILITY", "components": []}
    )
    assert made.json()["status"] == "APPROVED"
    assert [each["name"] for each in (await http.get(f"/{WABA_ID}/message_templates")).json()["data"]] == ["hi"]
    assert (await http.post("/1/subscribed_apps")).json() == {"success": True}


async def test_what_a_contact_wrote_may_be_read_and_answered() -> None:
    graph, http = _graph(Receiver())
    first = graph.inbound(ANA, {"type": "text", "text": {"body": "x"}})
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": first}
    assert (await http.post("/1155/messages", json=read)).json() == {"success": True}
    assert graph.reads == [first]
    unknown = await http.post("/1155/messages", json=read | {"message_id": "wamid.unknown"})
    assert unknown.json()["error"]["code"] == 131009
