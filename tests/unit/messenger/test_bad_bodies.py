"""Whatever comes is read as far as it can be, and the rest is kept and named; the same for both channels."""

from __future__ import annotations

import random
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.channels.base import Delivery
from ingest.domain.events import EVENTS
from tests.contracts.mutations import spoilt
from tests.unit.messenger.wire import (
    ANA,
    ARRIVED_US,
    AT_MS,
    AT_US,
    PARSERS,
    a_text,
    attached,
    body_of,
    item,
    read,
    types,
)

PLAIN = orjson.dumps(body_of(a_text("TEXT")))
CHANNELS = sorted(PARSERS)


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'"x"',
        b"{",
        b"hello=world",
        b"\xff\xfe{}",
        b'{"entry":[]}',
        b'{"entry":{}}',
        PLAIN.replace(b"TEXT", b"\xc3\x28"),
        PLAIN.replace(str(AT_MS).encode(), b"NaN"),
        b"[" * 100_000,
    ],
)
def test_a_body_that_cannot_be_read_is_one_mark(channel: str, body: bytes) -> None:
    (event,) = read(body, channel)
    assert (event.type, event.payload["pointer"], event.payload["item"]) == ("delivery.unreadable", "", None)
    assert event.payload["reason"].endswith(".")


@pytest.mark.parametrize(
    "written",
    [
        AT_MS,
        str(AT_MS),
        AT_MS // 1000,
        str(AT_MS // 1000),
        float(AT_MS),
        "2025-06-15T15:06:40+0000",
        "2025-06-15T15:06:40Z",
    ],
)
def test_every_spelling_of_a_time_is_one_instant(written: Any) -> None:
    assert read(body_of(a_text() | {"timestamp": written}))[0].occurred_us == AT_US


def test_a_missing_time_is_the_entrys_and_then_that_of_arrival() -> None:
    found = a_text()
    del found["timestamp"]
    assert read(body_of(found))[0].occurred_us == AT_US + 1000
    assert read(body_of(found, time="nonsense"))[0].occurred_us == ARRIVED_US


@pytest.mark.parametrize("written", ["", -1, 0, True, [], {}, "soon", "T", "9999-99-99T00:00", 2**63, 233445667])
def test_a_time_that_cannot_be_sets_only_its_own_item_aside(written: Any) -> None:
    items = [a_text(mid="m_1"), a_text(mid="m_2") | {"timestamp": written}, a_text(mid="m_3")]
    found = read(body_of(*items))
    assert types(found) == ["message.received", "delivery.unreadable", "message.received"]
    assert (found[1].payload["pointer"], found[1].payload["item"]) == ("/entry/0/messaging/1", items[1])


@pytest.mark.parametrize(
    "bad", [7, "x", [], {}, {"message": {}}, {"message": "x"}, {"sender": {"id": ANA}}, {"read": 1}]
)
def test_a_thousand_items_with_one_bad_lose_one(bad: Any) -> None:
    items: list[Any] = [a_text(mid=f"m_{n}") for n in range(1000)]
    items[500] = bad
    found = read(body_of(*items))
    assert (types(found).count("message.received"), len(found)) == (999, 1000)
    assert found[500].type.startswith("delivery.")
    assert found[500].payload["pointer"] == "/entry/0/messaging/500"
    assert len({each.key for each in found}) == 1000


def test_twenty_entries_of_one_body_are_all_read() -> None:
    entries = [body_of(a_text(mid=f"m_{n}"))["entry"][0] for n in range(20)]
    assert types(read({"object": "page", "entry": entries})) == ["message.received"] * 20


@pytest.mark.parametrize("bad", [None, 7, "x", [], {}, {"id": "1"}, {"messaging": []}, {"messaging": 3}])
def test_an_entry_that_holds_nothing_is_kept(bad: Any) -> None:
    found = read({"object": "page", "entry": [bad, *body_of(a_text())["entry"]]})
    assert [each.startswith("delivery.") for each in types(found)] == [True, False]


@pytest.mark.parametrize("bad_id", [None, "", True, 1.5, [], "a\x00b", "x" * 513])
def test_what_cannot_be_an_id_is_set_aside(bad_id: Any) -> None:
    assert types(read(body_of(item({"message": {"mid": bad_id, "text": "x"}})))) == ["delivery.unreadable"]


@pytest.mark.parametrize(
    ("channel", "other"), [("messenger", "instagram"), ("instagram", "page"), ("messenger", "user")]
)
def test_another_product_is_kept_whole(channel: str, other: str) -> None:
    found = read(body_of(a_text()) | {"object": other}, channel)
    assert types(found) == ["delivery.unrecognised"]


def test_an_item_has_the_same_key_in_any_batch() -> None:
    one, other = a_text(mid="m_1"), a_text(mid="m_2")
    alone = {each.key for each in read(body_of(one)) + read(body_of(other))}
    assert {each.key for each in read(body_of(other, one, one), received_us=ARRIVED_US + 1, event_id="evt_2")} == alone


PARTS: list[dict[str, Any]] = [
    {"message": {"mid": "m_2", "text": "x", "is_echo": True, "app_id": 1, "metadata": "msg_1"}},
    {"message": {"mid": "m_3", "is_deleted": True}},
    {"message_edit": {"mid": "m_1", "text": "y", "num_edit": 1}},
    {"reaction": {"mid": "m_1", "action": "react", "emoji": "❤️", "reaction": "love"}},
    {"postback": {"mid": "m_4", "title": "t", "payload": "p", "referral": {"ref": "r"}}},
    {"delivery": {"watermark": AT_MS, "mids": ["m_5", "m_6"]}},
    {"read": {"watermark": AT_MS}},
    {"read": {"mid": "m_5"}},
    {"referral": {"ref": "r", "source": "ADS"}},
    {"optin": {"type": "notification_messages", "topic": "t", "user_ref": "u"}},
    {"account_linking": {"status": "linked"}},
    {"policy-enforcement": {"action": "block", "reason": "r"}},
    {"pass_thread_control": {"new_owner_app_id": "1"}},
    {"response_feedback": {"feedback": "good"}},
]
FILE = {"type": "image", "payload": {"url": "https://scontent.xx.fbcdn.net/a.jpg", "sticker_id": 1}}
PLACE = {"type": "location", "title": "t", "payload": {"coordinates": {"lat": 1.0, "long": 2.0}}}
WHOLE: list[Any] = [
    body_of(a_text(reply_to={"mid": "m_0"}, quick_reply={"payload": "p"}, referral={"ref": "r"}), *map(item, PARTS)),
    body_of(
        attached(FILE, FILE | {"type": "sticker"}, PLACE, {"type": "template", "payload": {"product": {}}}, text="t")
    ),
    body_of(a_text(), standby=[a_text(mid="m_7")], changes=[{"field": "feed", "value": {"item": "x"}}]),
    {"field": "messages", "value": a_text()},
]


@pytest.mark.parametrize("channel", CHANNELS)
@settings(max_examples=150)
@given(body=st.sampled_from(WHOLE), dice=st.randoms(use_true_random=False))
def test_a_spoilt_body_never_raises_and_never_vanishes(channel: str, body: Any, dice: random.Random) -> None:
    raw = orjson.dumps(spoilt(body, dice))
    found = read(raw, channel)
    assert found
    assert [each.key for each in found] == [each.key for each in read(raw, channel, event_id="evt_2")]
    for each in found:
        assert each.type in EVENTS
        assert each.payload.keys() <= EVENTS[each.type].fields.keys() | {"identities"}
        assert "\x00" not in each.key
        orjson.dumps(each.payload)


@pytest.mark.parametrize("channel", CHANNELS)
@given(body=st.binary(max_size=300))
def test_no_bytes_at_all_raise(channel: str, body: bytes) -> None:
    assert len(PARSERS[channel](Delivery("ws", "con", body, ARRIVED_US))) >= 1


@settings(max_examples=50)
@given(st.randoms(use_true_random=False), st.integers(1, 30))
def test_keys_tell_items_apart_and_do_not_depend_on_their_order(dice: random.Random, size: int) -> None:
    items = [a_text(mid=f"m_{n}") for n in range(size)] + [item(part) for part in PARTS]
    first, second = (read(body_of(*each)) for each in (items, dice.sample(items, len(items))))
    assert len({each.key for each in first}) == len(first)
    assert {each.key for each in first} == {each.key for each in second}
