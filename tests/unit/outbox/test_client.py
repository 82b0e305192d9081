"""The client on the wire: what is known, what is unknown, and where the token goes."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import threading
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest

from ingest.channels.files import Downloader, Gone, Mismatch, digest_hex
from ingest.channels.meta.graph import appsecret_proof
from ingest.channels.simulator.graph_api import SimulatedGraph
from ingest.channels.simulator.webhooks import Number
from ingest.channels.whatsapp.channel import CHANNEL
from ingest.channels.whatsapp.client import WhatsAppClient
from ingest.domain.connection import Connection
from ingest.domain.errors import ChannelError, Misconfigured, OutcomeUnknown, Rejected, Throttled
from ingest.kit.outward import is_public, resolve

BASE = "https://graph.facebook.com/v24.0"
LOOKASIDE = "https://lookaside.fbsbx.com/whatsapp?mid=1"
TOKEN = "EAAtoken"
BODY = {"messaging_product": "whatsapp", "to": "+1", "type": "text", "text": {"body": "x"}}

Answer = Callable[[httpx2.Request], httpx2.Response]


def _client(answer: Answer, secret: str | None = None, addresses: tuple[str, ...] = ("157.240.1.1",)) -> WhatsAppClient:
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    proof = {"appsecret_proof": appsecret_proof(TOKEN, secret)} if secret else None
    return WhatsAppClient(BASE, "1155", TOKEN, http, proof, resolver=lambda host, port: addresses)


def _fixed(status: int, **content: object) -> Answer:
    return lambda request: httpx2.Response(status, **content)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (_fixed(504, text="<html>gateway</html>"), OutcomeUnknown),
        (_fixed(200, text="not json"), OutcomeUnknown),
        (_fixed(200, json={"messages": []}), OutcomeUnknown),
        (_fixed(500, json={"error": {"code": 131000, "message": "x"}}), Throttled),
        (_fixed(429, json={"error": {"code": 130429, "message": "x"}}), Throttled),
        (_fixed(400, json={"error": {"code": 131047, "message": "x"}}), Rejected),
        (_fixed(401, json={"error": {"code": 190, "message": "x"}}), Misconfigured),
        (_fixed(401, text="who are you"), Misconfigured),
    ],
)
async def test_every_answer_is_known_or_named_unknown(answer: Answer, error: type[ChannelError]) -> None:
    with pytest.raises(error) as caught:
        await _client(answer).send(BODY)
    assert TOKEN not in repr(caught.value) + str(caught.value.facts)


async def test_an_accepted_message_brings_its_id_and_trimmed_contacts() -> None:
    answer = {
        "contacts": [{"input": "48", "wa_id": "48 "}],
        "messages": [{"id": "wamid.x", "message_status": "held_for_quality_assessment"}],
    }
    accepted = await _client(_fixed(200, json=answer)).send(BODY)
    assert (accepted.external_id, accepted.held, accepted.contacts) == (
        "wamid.x",
        True,
        [{"input": "48", "wa_id": "48"}],
    )


async def test_the_token_travels_in_the_header_and_the_proof_beside_it() -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json={"messages": [{"id": "wamid.x"}]})

    await _client(answer, "app secret").send(BODY)
    assert seen[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in str(seen[0].url)
    assert seen[0].url.params["appsecret_proof"] == appsecret_proof(TOKEN, "app secret")


async def test_a_redirect_is_not_followed_with_a_message_in_hand() -> None:
    calls: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        calls.append(request.url.host)
        return httpx2.Response(302, headers={"location": "https://evil.test/"})

    with pytest.raises(ChannelError):
        await _client(answer).send(BODY)
    assert calls == ["graph.facebook.com"]


async def test_a_file_comes_from_the_address_that_was_checked() -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, content=b"abc")

    into = io.BytesIO()
    digest = base64.b64encode(hashlib.sha256(b"abc").digest()).decode()
    await _client(answer).download(LOOKASIDE, into, sha256=digest)
    assert into.getvalue() == b"abc"
    assert seen[0].url.host == "157.240.1.1"
    assert seen[0].headers["host"] == "lookaside.fbsbx.com"
    assert seen[0].extensions["sni_hostname"] == "lookaside.fbsbx.com"


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::a00:1"]
)
async def test_a_good_name_with_a_bad_address_is_not_called(address: str) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError(request.url)

    with pytest.raises(Rejected):
        await _client(answer, addresses=("157.240.1.1", address)).download(LOOKASIDE, io.BytesIO())


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1/", "https://evil.test/", "file:///etc/passwd", "//169.254.169.254/"]
)
async def test_a_redirect_of_a_file_is_checked_like_the_first_address(target: str) -> None:
    calls: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        calls.append(request.headers["host"])
        return httpx2.Response(302, headers={"location": target})

    with pytest.raises(ChannelError):
        await _client(answer).download(LOOKASIDE, io.BytesIO())
    assert calls == ["lookaside.fbsbx.com"]


@pytest.mark.parametrize("port", [22, 80, 8443, 6379])
async def test_only_the_port_of_the_web_is_asked_for_a_file(port: int) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError(request.url)

    with pytest.raises(Rejected):
        await _client(answer).download(f"https://lookaside.fbsbx.com:{port}/whatsapp", io.BytesIO())


async def test_a_host_that_drips_is_left_in_the_end() -> None:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b"."
            await asyncio.sleep(0.001)

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(lambda request: httpx2.Response(200, content=drip())))
    reader = Downloader(http, BASE, {}, lambda host, port: ["157.240.1.1"])
    with pytest.raises(Throttled):
        await asyncio.wait_for(reader.read(LOOKASIDE, io.BytesIO(), sha256=None, total_s=0.05), timeout=30)


async def test_a_name_server_that_is_silent_holds_up_nobody_else() -> None:
    went_on = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        assert went_on.wait(30), "the loop stood still"
        return ["157.240.1.1"]

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(_fixed(200, content=b"abc")))
    reading = asyncio.create_task(Downloader(http, BASE, {}, resolve).read(LOOKASIDE, io.BytesIO(), sha256=None))
    await asyncio.sleep(0)
    went_on.set()
    await reading


async def test_endless_redirects_end() -> None:
    with pytest.raises(Rejected):
        await _client(_fixed(302, headers={"location": LOOKASIDE})).download(LOOKASIDE, io.BytesIO())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (_fixed(404), Gone),
        (_fixed(403), Rejected),
        (_fixed(503), Throttled),
        (_fixed(200, content=b"other"), Mismatch),
        (_fixed(200, content=b"x" * 2000), Rejected),
        (_fixed(200, headers={"content-length": "999999"}, content=b"x"), Rejected),
    ],
)
async def test_what_may_go_wrong_with_a_file_has_a_name(answer: Answer, error: type[ChannelError]) -> None:
    with pytest.raises(error):
        await _client(answer).download(LOOKASIDE, io.BytesIO(), sha256="00" * 32, limit=1000)


def test_a_digest_is_read_in_hex_and_in_base64() -> None:
    digest = hashlib.sha256(b"abc").digest()
    assert digest_hex(digest.hex().upper()) == digest_hex(base64.b64encode(digest).decode()) == digest.hex()
    assert digest_hex(None) is digest_hex("nonsense") is digest_hex("") is None


@pytest.mark.parametrize(
    "address",
    ["0.0.0.0", "127.1.2.3", "100.64.0.1", "192.168.0.1", "172.16.0.1", "224.0.0.1", "255.255.255.255", "fe80::1%eth0",
     "fc00::1", "fec0::1", "2002:7f00:1::", "::", "nonsense", ""],
)  # fmt: skip
def test_private_addresses_are_known(address: str) -> None:
    assert not is_public(address)


def test_public_addresses_are_known() -> None:
    assert is_public("157.240.1.1")
    assert is_public("2a03:2880:f003::1")


def _listed(name: str) -> dict[str, str]:
    return {"name": name, "language": "en", "id": f"t-{name}"}


async def test_templates_are_read_to_the_last_page() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.params.get("after") == "p2":
            return httpx2.Response(200, json={"data": [_listed("b")], "paging": {"cursors": {"after": "p3"}}})
        first = [_listed("a"), {"name": "no language"}, "no template"]
        return httpx2.Response(200, json={"data": first, "paging": {"next": "x", "cursors": {"after": "p2"}}})

    assert [each.name for each in await _client(answer).templates("1")] == ["a", "b"]


@pytest.mark.parametrize(("wanted", "is_ok"), [("true", True), ("", False)])
async def test_an_app_that_demands_a_proof_gets_it_where_that_is_set(wanted: str, is_ok: bool) -> None:
    proof = appsecret_proof(TOKEN, "app secret")
    there = httpx2.AsyncClient(transport=httpx2.MockTransport(_fixed(200)))
    graph = SimulatedGraph(
        Number("1155"), access_token=TOKEN, app_secret="s", http=there, callback_url="http://us.test/", proof=proof
    )
    settings = {"app_secret_proof": wanted}
    connection = Connection("con", "ws", "whatsapp", "Shop", "http://sim/v24.0", "v", ["app secret"], TOKEN, settings)
    assert CHANNEL.open is not None
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(graph.app)) as http:
        findings = await CHANNEL.open(connection, "1155", http, resolve).check()
    assert findings[0].is_ok is is_ok
