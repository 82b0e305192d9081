"""Asking those who keep mail for us: Amazon's own example is signed as Amazon signs it, and a check says what to do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from ingest.channels.email.gateway import EmailGateway
from ingest.channels.email.keepers import keeper_of, signed
from ingest.channels.simulator.mail_keepers import SimulatedResend
from ingest.domain.connection import Connection
from ingest.kit.clock import SystemClock, to_us
from tests.unit.email.wire import a_connection


def test_amazons_example_has_amazons_signature() -> None:
    """Amazon S3 API reference, "Signature Calculations", GET Bucket Lifecycle."""
    url = httpx2.URL("https://examplebucket.s3.amazonaws.com/?lifecycle=")
    at_us = to_us(datetime(2013, 5, 24, tzinfo=UTC))
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    headers = signed("AKIAIOSFODNN7EXAMPLE", secret, "us-east-1", url, at_us)
    assert headers["Authorization"].endswith("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")


def connected(**settings: Any) -> Connection:
    given = a_connection(**settings)
    return Connection(**{**{name: getattr(given, name) for name in given.__slots__}, "base_url": "http://keeper"})


@pytest.mark.parametrize(
    ("key", "is_ok", "said"), [("", False, "set a provider key"), ("re_old", False, "renew"), ("re_1", True, "lets us")]
)
async def test_the_check_says_whether_mail_can_be_fetched(key: str, is_ok: bool, said: str) -> None:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(SimulatedResend("re_1").app)) as http:
        gateway = EmailGateway(connected(provider="resend", provider_key=key), http=http)
        (found,) = [each for each in await gateway.check() if each.what == "provider_key"]
    assert found.is_ok is is_ok
    assert said in found.said


@pytest.mark.parametrize("provider", ["", "postmark", "mailgun"])
async def test_who_sends_mail_whole_keeps_none(provider: str) -> None:
    async with httpx2.AsyncClient() as http:
        assert keeper_of(connected(provider=provider), http, SystemClock().us) is None
