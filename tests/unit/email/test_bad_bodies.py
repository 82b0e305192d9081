"""Whatever comes is read as far as it can be, takes bounded time, and is kept and named (performance_reliability §8.2)."""

from __future__ import annotations

import time
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.channels.base import Delivery
from ingest.channels.email.mime import DEPTH, Part, read_mail
from ingest.channels.email.parse import parse
from ingest.domain.event import Event
from ingest.domain.events import EVENTS
from tests.unit.email.malformed import malformed
from tests.unit.email.wire import ANA, ARRIVED_US, raw, read, types

MAILS = 1_000
LONGEST_S = 5.0


def kept(body: bytes, content_type: str = "message/rfc822") -> list[Event]:
    """Return the events of a body after looking that they can be kept and are the same at any time."""
    found = parse(Delivery("ws", "con_1", body, ARRIVED_US, "evt_1", content_type))
    again = parse(Delivery("ws", "con_1", body, ARRIVED_US + 10**9, "evt_2", content_type))
    assert found
    assert [each.key for each in found] == [each.key for each in again]
    for each in found:
        assert each.type in EVENTS
        assert "\x00" not in each.key
        assert len(each.key) < 2_000
        assert "\x00" not in str(each.payload.get("text"))
        orjson.dumps(each.payload)
    return found


@pytest.mark.parametrize("block", range(20))
def test_a_thousand_malformed_mails_neither_raise_nor_loop_nor_vanish(block: int) -> None:
    for seed in range(block * MAILS // 20, (block + 1) * MAILS // 20):
        mail = malformed(seed)
        began = time.monotonic()
        kept(mail)
        assert time.monotonic() - began < LONGEST_S, seed


def test_nesting_ends_at_a_depth_and_what_lies_deeper_stays_whole() -> None:
    opening = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(5_000))
    mail = read_mail(b"From: a@b.example\r\n" + opening + b"\r\ndeep")

    def depth(part: Part) -> int:
        return 1 + max((depth(each) for each in part.children), default=0)

    assert depth(mail) == DEPTH + 1
    (leaf,) = mail.leaves()
    assert leaf.body.endswith(b"deep")


def test_the_same_boundary_at_every_level_does_not_multiply() -> None:
    mail = b"From: a@b.example\r\n" + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 2_000
    began = time.monotonic()
    kept(mail)
    assert time.monotonic() - began < LONGEST_S


@pytest.mark.parametrize(
    "body", [b"", b" ", b"null", b"1", b"hello", b"\xff\xfe", b"{", b"[" * 100_000, b"<xml/>", b"\x00" * 100]
)
def test_a_body_that_is_nothing_we_know_is_one_mark(body: bytes) -> None:
    (event,) = kept(body, "")
    assert event.type == "delivery.unreadable"
    assert event.payload["reason"].endswith(".")


@pytest.mark.parametrize(
    "body", [{}, {"hello": 1}, [{"event": "dream"}], {"items": [{"x": 1}]}, {"RecordType": "Dream"}]
)
def test_what_has_no_meaning_is_kept_whole(body: Any) -> None:
    (event,) = read(body)
    assert event.type == "delivery.unrecognised"
    assert event.payload["item"] in (body, *(body if isinstance(body, list) else body.get("items", [])))


def test_one_broken_item_of_a_batch_loses_no_other() -> None:
    batch: list[Any] = [
        {
            "event": "delivered",
            "smtp-id": f"<{n}@x>",
            "email": "a@b.example",
            "sg_event_id": f"e{n}",
            "timestamp": 1750000000,
        }
        for n in range(500)
    ]
    batch[250] = "broken"
    batch[251] = batch[251] | {"timestamp": "soon"}
    found = read(batch)
    assert types(found).count("message.status_reported") == 498
    assert [each.payload["pointer"] for each in found if each.type == "delivery.unreadable"] == ["/250", "/251"]


def test_an_item_has_the_same_key_in_any_batch() -> None:
    items = [
        {"event": "open", "smtp-id": f"<{n}@x>", "email": "a@b.example", "timestamp": 1750000000 + n} for n in range(9)
    ]
    one, other = (sorted(each.key for each in read(batch)) for batch in (items, items[::-1]))
    assert one == other
    assert len(set(one)) == 9


def test_no_zero_byte_of_a_providers_body_reaches_the_text() -> None:
    body = {"MessageID": "m", "From": ANA, "TextBody": "a\x00b", "HtmlBody": "<b>\x00</b>", "Subject": "\x00"}
    (event,) = kept(orjson.dumps(body), "application/json")
    assert event.payload["text"] == "ab"


@settings(max_examples=300)
@given(
    st.binary(max_size=400),
    st.sampled_from(
        [
            "",
            "message/rfc822",
            "application/json",
            "multipart/form-data; boundary=b",
            "application/x-www-form-urlencoded",
            "\xff;;=",
        ]
    ),
)
def test_no_bytes_at_all_raise(body: bytes, content_type: str) -> None:
    kept(body, content_type)


@settings(max_examples=200)
@given(st.lists(st.text(max_size=60), max_size=6), st.text(max_size=200))
def test_no_headers_at_all_raise(values: list[str], body: str) -> None:
    names = ["From", "To", "Subject", "Date", "References", "Content-Type"]
    lines = [f"{name}: {value}" for name, value in zip(names, values, strict=False)]
    kept("\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n" + body.encode("utf-8", "replace"))


def test_a_large_mail_takes_time_in_proportion() -> None:
    file = b"QUJD" * 5_000_000
    body = (
        b"--b\r\nContent-Type: text/plain\r\n\r\nsee file\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + file
        + b"\r\n--b--"
    )
    began = time.monotonic()
    (media,) = read(raw("Content-Type: multipart/mixed; boundary=b", body=body))[0].payload["media"]
    assert time.monotonic() - began < LONGEST_S
    assert media["filename"] == "a.pdf"


def test_depth_and_number_do_not_multiply_the_time_of_a_large_mail() -> None:
    inner = b"Content-Type: text/plain\r\n\r\n" + (b"x" * 76 + b"\r\n") * 100_000
    for number in range(DEPTH + 5, 0, -1):
        head = b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (number, number)
        inner = head + inner + b"\r\n--b%d--" % number
    parts = b"".join(b"--b\r\nContent-Type: text/html\r\n\r\n" + b"<div>x</div>" * 2_000 + b"\r\n" for _ in range(400))
    for mail in (b"From: a@b.example\r\n" + inner, raw("Content-Type: multipart/mixed; boundary=b", body=parts)):
        began = time.monotonic()
        assert read(mail)[0].type == "message.received"
        assert time.monotonic() - began < LONGEST_S
