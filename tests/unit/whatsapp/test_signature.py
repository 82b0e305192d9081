"""Only Meta's bytes come in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.channels.meta.signature import challenge, sign, verify
from ingest.channels.simulator.webhooks import signature as as_meta_signs

BODY = b'{"text":"ol\\u00e1"}'
GOOD = sign(BODY, "secret")


@given(st.binary(), st.text(min_size=1).filter(lambda s: s.isascii()))
def test_what_is_signed_verifies_and_equals_what_meta_signs(body: bytes, secret: str) -> None:
    assert sign(body, secret) == as_meta_signs(body, secret)
    assert verify(body, sign(body, secret), [secret])


def test_any_of_several_secrets_may_have_signed() -> None:
    assert verify(BODY, GOOD, ["old", "secret"])
    assert verify(BODY, GOOD, ["secret", "new"])


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        GOOD.upper(),
        "sha256=" + GOOD[7:].upper(),
        GOOD[7:],
        "sha1=" + GOOD[7:],
        GOOD + GOOD[7:],
        f"{GOOD}, {GOOD}",
        GOOD[:-1],
        GOOD + "\n",
        " " + GOOD,
        "sha256=" + "é" * 64,
        "sha256=" + "\u0661" * 64,
    ],
)
def test_a_missing_malformed_or_doubled_header_is_refused(header: str | None) -> None:
    assert not verify(BODY, header, ["secret"])


def test_other_bytes_and_other_secrets_are_refused() -> None:
    assert not verify(BODY.replace(b"\\u00e1", "á".encode()), GOOD, ["secret"])
    assert not verify(BODY, GOOD, ["other"])
    assert not verify(BODY, GOOD, [])


def test_an_empty_secret_signs_nothing() -> None:
    assert not verify(BODY, sign(BODY, ""), [""])
    assert not verify(BODY, sign(BODY, ""), ["", "secret"])


def test_the_handshake_is_answered_only_to_who_knows_the_token() -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "token"}
    assert challenge(asked, "token") == "1158201444"
    assert challenge(asked | {"hub.verify_token": "Token"}, "token") is None
    assert challenge(asked | {"hub.verify_token": "tökèn"}, "token") is None
    assert challenge(asked | {"hub.mode": "unsubscribe"}, "token") is None
    assert challenge({"hub.mode": "subscribe", "hub.challenge": "1"}, "") is None
    assert challenge({}, "token") is None
