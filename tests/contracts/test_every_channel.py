"""Every channel keeps the contract."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import replace

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.connect.checking import Account, check
from ingest.channels import registry
from ingest.channels.base import Call, Sending
from ingest.domain.errors import ProsaError
from ingest.kit.outward import resolve
from tests.contracts.channel import NOW_US, callers, channel_of, connection_of, read

every_channel = pytest.mark.parametrize("name", registry.NAMES)
KINDS = ("text", "image", "interactive", "template", "reaction", "location", "nonsense")


def a_sending(kind: str) -> Sending:
    requested = {"kind": kind, "text": "hello", "content": None, "interactive": None, "template": None, "media": []}
    return Sending("msg_1", requested, {"kind": "user_id", "address": "1"}, now_us=1)


@every_channel
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(body=st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode)), is_mail=st.booleans())
def test_no_body_raises_and_none_vanishes(name: str, body: bytes, is_mail: bool) -> None:
    events = read(name, body, "message/rfc822" if is_mail else "application/json")
    assert events


@pytest.mark.parametrize("name", callers())
def test_a_stranger_is_refused(name: str) -> None:
    webhook = channel_of(name).webhook
    assert webhook is not None
    connection = connection_of(name)
    for headers in ([], [(b"x-hub-signature-256", b"sha256=" + b"0" * 64)], [(b"authorization", b"Basic eDp4")]):
        assert not webhook.verify(Call(f"/webhooks/{name}/con", "", headers, b"{}"), connection)
    assert webhook.handshake(Call(f"/webhooks/{name}/con", "", [], b""), connection) is None


@every_channel
def test_what_it_declares_hangs_together(name: str) -> None:
    channel = channel_of(name)
    able = channel.capabilities
    assert able.channel == name
    assert able.text_limit > 0
    assert able.per_s > 0
    assert able.pair_burst > 0
    assert able.person_window_s is None or able.window_s is not None
    assert ("interactive" in able.kinds) == (able.button_limit > 0 or able.list_row_limit > 0)
    assert all(limit > 0 for limit in able.media_limits.values())
    names = [field.name for field in channel.fields]
    assert len(set(names)) == len(names)
    assert all(field.is_secret for field in channel.fields if field.name in ("secret", "access_token"))


@every_channel
async def test_who_can_be_asked_for_names_says_so(name: str) -> None:
    channel = channel_of(name)
    assert channel.open is not None
    async with httpx2.AsyncClient(trust_env=False) as http:
        gateway = channel.open(connection_of(name), "1", http, resolve)
    assert hasattr(gateway, "profile") is channel.capabilities.has_profiles


@every_channel
def test_a_code_that_is_not_the_providers_has_no_advice_and_raises_nothing(name: str) -> None:
    assert channel_of(name).advice("no_such_code_anywhere") is None


@every_channel
def test_every_advice_is_declared_so_that_it_can_be_translated(name: str) -> None:
    channel = channel_of(name)
    codes = [
        *range(700),
        *range(2000, 2100),
        *range(20_000, 31_000),
        *range(130_000, 135_000),
        "5.1.1",
        "4.2.2",
        "5.9.9",
    ]
    said = {channel.advice(str(code)) for code in codes} - {None}
    assert said <= channel.advices


@every_channel
async def test_whatever_happens_to_a_message_is_one_of_our_errors_and_tells_no_secret(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    channel = channel_of(name)
    assert channel.open is not None
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    async with httpx2.AsyncClient(trust_env=False) as http:
        gateway = channel.open(connection_of(name), "1", http, resolve)
        for kind in KINDS:
            try:
                await gateway.send(a_sending(kind))
            except ProsaError as error:
                told.append(f"{error!r} {error.facts}")
    assert "the-access-token" not in "".join(told)
    assert "the-access-token" not in caplog.text


@pytest.mark.parametrize("name", sorted(set(registry.NAMES) - {"email", "webchat"}))  # those two make no HTTP call
async def test_an_answer_names_what_it_answers_where_the_channel_says_it_can(name: str) -> None:
    channel, asked = channel_of(name), list[bytes]()
    assert channel.open is not None

    def provider(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.content)
        return httpx2.Response(500)

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(provider)) as http:
        gateway = channel.open(connection_of(name), "1", http, resolve)
        for kind in ("phone", "user_id"):
            sending = replace(a_sending("text"), recipient={"kind": kind, "address": "5511999"}, reply_to="42:777045")
            with contextlib.suppress(ProsaError):
                await gateway.send(sending)
    assert asked
    assert any(b"777045" in body for body in asked) is channel.capabilities.has_quotes


@every_channel
async def test_a_check_of_what_does_not_answer_is_sentences(name: str) -> None:
    async with httpx2.AsyncClient(trust_env=False) as http:
        findings = await check(Account(connection_of(name), "1"), http, NOW_US)
    assert findings
    assert all(each.said.strip() for each in findings)
    assert "the-access-token" not in str(findings)


ODD = [
    b"[]",
    b"7",
    b'{"data": 7}',
    b'{"data": [7, {}], "result": 7, "ok": true}',
    b'{"data": {"scopes": 7, "granular_scopes": [{"target_ids": 7}]}}',
]


@every_channel
@pytest.mark.parametrize("body", ODD)
async def test_a_check_of_what_answers_nonsense_is_sentences(name: str, body: bytes) -> None:
    nonsense = httpx2.MockTransport(lambda _: httpx2.Response(200, content=body))
    async with httpx2.AsyncClient(transport=nonsense) as http:
        assert all(each.said.strip() for each in await check(Account(connection_of(name), "1"), http, NOW_US))
