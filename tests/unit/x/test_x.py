"""X: signed bodies in, messages out, ids that keep their digits, every refusal in its family."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx2
import orjson
import pytest

from ingest.channels.base import Call, Connection, Delivery, Gateway, OutgoingFile, Profile, Sending
from ingest.channels.simulator.x_api import SimulatedX
from ingest.channels.x.channel import CHANNEL
from ingest.channels.x.client import XGateway
from ingest.channels.x.errors import ERRORS
from ingest.domain.errors import BadInput, ChannelError, Misconfigured, Rejected, Throttled
from ingest.domain.event import Event
from ingest.kit.clock import FixedClock

US, ANA = "1111111111111111111", "2222222222222222222"
AT_US = 1_790_000_000_000_000
HOOK = "https://us.test/webhooks/x/con_1"


def connection(token: str = "tok", **settings: str) -> Connection:
    return Connection("con_1", "ws_1", "x", "x", "http://sim.test", "v", ["secret", "old"], token, settings)


def read(body: bytes | object) -> list[Event]:
    written = body if isinstance(body, bytes) else orjson.dumps(body)
    return CHANNEL.parse(Delivery("ws_1", "con_1", written, AT_US + 1, "evt_1"))


def provider(token: str = "tok", **settings: str) -> tuple[SimulatedX, Gateway, list[httpx2.Request]]:
    delivered: list[httpx2.Request] = []
    receive: Callable[[httpx2.Request], httpx2.Response] = lambda request: (  # noqa: E731
        delivered.append(request),
        httpx2.Response(200),
    )[1]
    hook = httpx2.AsyncClient(transport=httpx2.MockTransport(receive))
    x = SimulatedX(US, token="tok", secret="secret", http=hook, callback_url=HOOK, clock=FixedClock(AT_US))
    assert CHANNEL.open is not None
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(x.app))
    return x, CHANNEL.open(connection(token, **settings), US, http, lambda host, port: []), delivered


async def test_who_wrote_without_a_profile_can_be_asked_for() -> None:
    _, gateway, _ = provider()
    assert isinstance(gateway, XGateway)
    assert await gateway.profile({"kind": "user_id", "address": ANA}) == Profile(f"User {ANA}", f"u{ANA}")


def sending(kind: str = "text", text: str = "hi", **more: Any) -> Sending:
    return Sending("msg_1", {"kind": kind, "text": text}, {"kind": "user_id", "address": ANA}, **more)


async def test_what_people_do_is_signed_and_means_what_they_did() -> None:
    x, _, delivered = provider()
    first = await x.says(ANA, "hi")
    await x.answers_elsewhere(ANA, "hello")
    await x.reads(ANA, first)
    await x.types(ANA)
    assert CHANNEL.webhook is not None
    for request in delivered:
        headers = [(name.lower(), value) for name, value in request.headers.raw]
        assert CHANNEL.webhook.verify(Call("/", "", headers, request.content), connection())
        assert not CHANNEL.webhook.verify(Call("/", "", headers, request.content + b" "), connection())
        assert not CHANNEL.webhook.verify(Call("/", "", [], request.content), connection())
    events = [read(request.content) for request in delivered]
    assert [[e.type for e in each if e.type != "contact.named"] for each in events] == [
        ["message.received"],
        ["message.echoed"],
        ["message.watermark_reported"],
        [],
    ]
    received, echoed, mark = (each[0] for each in events[:3])
    assert received.conversation_id == echoed.conversation_id == mark.conversation_id
    assert mark.payload["up_to_ref"] == received.payload["message_ref"]


def test_a_challenge_is_answered_with_the_first_secret() -> None:
    assert CHANNEL.webhook is not None
    answer = CHANNEL.webhook.handshake(Call("/", "crc_token=abc", [], b""), connection())
    assert answer is not None
    # printf abc | openssl dgst -sha256 -hmac secret -binary | base64
    assert orjson.loads(answer.body) == {"response_token": "sha256=mUba1OAOkT/Ivo5dP34RCkqegy+D+wnDRShdeGONig4="}
    assert CHANNEL.webhook.handshake(Call("/", "", [], b""), connection()) is None


@pytest.mark.parametrize("body", [b'{"for_user_id":"1"}', b"{}", b"a b", "é".encode(), b"a" * 201, b"a\n", b""])
def test_what_could_be_a_body_is_not_signed_as_a_challenge(body: bytes) -> None:
    assert CHANNEL.webhook is not None
    assert CHANNEL.webhook.handshake(Call("/", f"crc_token={quote(body)}", [], b""), connection()) is None


def test_ids_keep_their_digits() -> None:
    media = {
        "id": 9.300778475358126e17,
        "id_str": "930077847535812610",
        "media_url_https": "https://pbs.twimg.com/a.jpg",
    }
    data = {"text": "a", "attachment": {"media": media}}
    created = {"sender_id": ANA, "target": {"recipient_id": US}, "message_data": data}
    item = {"type": "message_create", "id": "5", "created_timestamp": str(AT_US // 1000), "message_create": created}
    payload = read({"for_user_id": US, "direct_message_events": [item]})[0].payload
    assert payload["media"][0]["provider_id"] == "930077847535812610"


def test_encrypted_messages_are_kept_as_such_without_their_ciphertext() -> None:
    item = {"id": "u", "sender_id": ANA, "conversation_id": f"{ANA}:{US}", "created_at_msec": str(AT_US // 1000)}
    data = {"event_type": "chat.received", "filter": {"user_id": US}, "payload": item | {"encoded_event": "CwAB"}}
    (event,) = read({"data": data})
    assert (event.payload["kind"], event.payload["text"]) == ("unsupported", None)
    assert event.payload["content"]["encrypted"] is True
    assert "CwAB" not in repr(event.payload)


@pytest.mark.parametrize(("kind", "value"), [("block", "withdrawn"), ("unblock", "granted")])
def test_their_block_and_its_end_are_no_word_on_marketing_and_ours_is_none_at_all(kind: str, value: str) -> None:
    item = {"type": kind, "created_timestamp": str(AT_US // 1000), "source": {"id": ANA}, "target": {"id": US}}
    (event,) = read({"for_user_id": US, "block_events": [item]})
    assert (event.type, event.payload["value"]) == ("consent.recorded", value)
    assert event.payload["purpose"] == "messages"
    (own,) = read({"for_user_id": US, "block_events": [item | {"source": {"id": US}, "target": {"id": ANA}}]})
    assert own.type == "delivery.unrecognised"


def test_access_taken_back_is_critical() -> None:
    revoke = {"date_time": "2026-07-23T21:44:05+00:00", "target": {"app_id": "1"}, "source": {"user_id": US}}
    (event,) = read({"user_event": {"revoke": revoke}})
    assert (event.payload["severity"], event.payload["external_id"]) == ("critical", US)


@pytest.mark.parametrize("name", ["tweet_create_events", "follow_events", "mute_events", "of_tomorrow"])
def test_what_is_no_message_is_kept_with_its_name(name: str) -> None:
    (event,) = read({"for_user_id": US, name: [{"id": 1}]})
    assert (event.type, event.payload["field"]) == ("delivery.unrecognised", name)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b"{", b"\xff", b"[" * 5000])
def test_a_body_that_cannot_be_read_is_one_mark(body: bytes) -> None:
    (event,) = read(body)
    assert event.type == "delivery.unreadable"


async def test_text_and_picture_are_taken() -> None:
    x, gateway, _ = provider()
    accepted = await gateway.send(sending())
    await gateway.send(sending("image", "see", file=OutgoingFile("s", "image/png", "a.png", lambda: b"png")))
    assert x.sends[0]["dm_event_id"] == accepted.external_id
    assert list(x.uploads.values()) == [b"png"]
    assert CHANNEL.capabilities.kinds == {"text", "image"}
    assert "image/gif" not in CHANNEL.capabilities.media_limits
    for wrong in (sending("video"), sending(text=""), sending(text="x" * 10_001)):
        with pytest.raises(BadInput):
            await gateway.send(wrong)


@pytest.mark.parametrize("status", sorted(ERRORS))
async def test_every_error_has_its_family(status: int) -> None:
    x, gateway, _ = provider()
    x.refuse_next(status)
    with pytest.raises(ChannelError) as caught:
        await gateway.send(sending())
    families = {"later": Throttled, "account": Misconfigured, "never": Rejected, "fix": Rejected}
    assert type(caught.value) is families[ERRORS[status].retry]
    assert CHANNEL.advice(str(status)) == caught.value.detail


async def test_too_many_are_told_until_when_and_closed_doors_are_final() -> None:
    x, gateway, _ = provider()
    x.refuse_next(429, x_rate_limit_reset="1790000900")
    with pytest.raises(Throttled) as caught:
        await gateway.send(sending())
    assert caught.value.facts["until_us"] == 1_790_000_900_000_000
    assert caught.value.facts["rests"] == "account"
    x.closed.add(ANA)
    with pytest.raises(Rejected) as closed:
        await gateway.send(sending())
    assert closed.value.facts["withdraws"] == "messages"


async def test_an_upload_that_is_forbidden_says_nothing_of_the_contact() -> None:
    x, gateway, _ = provider()
    x.refuse_next(403)
    with pytest.raises(Rejected) as caught:
        await gateway.send(sending("image", file=OutgoingFile("s", "image/png", "a.png", lambda: b"png")))
    assert "withdraws" not in caught.value.facts


async def test_the_check_says_whether_x_calls_us_and_of_what() -> None:
    x, gateway, _ = provider(app_token="app-token")
    assert [each.what for each in await gateway.check()] == ["token", "webhook", "subscription"]
    x.subscribed.remove("dm.received")
    (finding,) = [each for each in await gateway.check() if not each.is_ok]
    assert (finding.what, "dm.received" in finding.said) == ("subscription", True)
    x.is_valid = False
    assert [each.what for each in await gateway.check() if not each.is_ok] == ["webhook"]
    x.is_valid, x._callback_url = True, "https://else.test/x"
    assert "/webhooks/x/con_1" in (await gateway.check())[-1].said
    x.app_token = "another"
    (finding,) = [each for each in await gateway.check() if not each.is_ok]
    assert "app-token" not in finding.said


async def test_the_check_says_whose_token_it_is() -> None:
    assert all(each.is_ok for each in await provider()[1].check())
    (finding,) = await provider("wrong")[1].check()
    assert not finding.is_ok
    with pytest.raises(Rejected):
        await provider()[1].fetch({"url": "https://evil.test/a"}, io.BytesIO(), is_fresh=True)
