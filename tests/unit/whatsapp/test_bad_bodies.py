"""Whatever comes is read as far as it can be, and the rest is kept and named (performance_reliability §8.2)."""

from __future__ import annotations

import random
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.channels.base import Delivery
from ingest.channels.whatsapp.parse import parse
from ingest.domain.events import EVENTS
from tests.contracts.mutations import spoilt
from tests.unit.whatsapp.wire import ARRIVED_US, a_status, a_text, body_of, change, only, read, report, types

PLAIN = orjson.dumps(body_of(change(messages=[a_text("TEXT")])))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"[]",
        b"null",
        b"{}",
        b"1",
        b'"x"',
        b"{",
        b"hello=world",
        b"\xff\xfe{}",
        b'{"entry":[]}',
        b'{"entry":{}}',
        PLAIN.replace(b"TEXT", b"\xc3\x28"),
        PLAIN.replace(b"TEXT", b"\\ud800"),
        PLAIN.replace(b'"1750000000"', b"NaN"),
        PLAIN.replace(b'"1750000000"', b"1e400"),
        PLAIN.replace(b'"1750000000"', b"9" * 5000),
        b"[" * 1025 + b"]" * 1025,
        b'{"entry":' + b"[" * 1000 + b"]" * 1000 + b"}",
        PLAIN.replace(b'"TEXT"', b"[" * 300 + b"]" * 300),
        b"[" * 100_000,
    ],
)
def test_a_body_that_cannot_be_read_is_one_mark(body: bytes) -> None:
    (event,) = read(body)
    assert (event.type, event.payload["pointer"], event.payload["item"]) == ("delivery.unreadable", "", None)
    assert event.payload["reason"].endswith(".")


def test_a_byte_order_mark_is_passed_over() -> None:
    assert types(read(b"\xef\xbb\xbf" + PLAIN)) == ["message.received"]


def test_of_a_doubled_key_the_last_one_counts() -> None:
    assert read(PLAIN.replace(b'"TEXT"', b'"first","body":"TEXT"'))[0].payload["text"] == "TEXT"


@pytest.mark.parametrize("written", [1_750_000_000, "1750000000", 1_750_000_000_000, "1750000000000", 1_750_000_000.0])
def test_seconds_and_milliseconds_number_or_text_are_one_instant(written: Any) -> None:
    assert (
        only(read(body_of(change(messages=[a_text(timestamp=written)]))), "message.received").occurred_us
        == 1_750_000_000_000_000
    )


def test_a_missing_time_is_the_time_of_arrival() -> None:
    item = a_text()
    del item["timestamp"]
    assert read(body_of(change(messages=[item])))[0].occurred_us == ARRIVED_US


@pytest.mark.parametrize(
    "written",
    [
        "",
        99999999999999,
        "99999999999999",
        -1,
        "-1750000000",
        0,
        1_100_000_000,
        ARRIVED_US // 10**6 + 3 * 86_400,
        True,
        [],
        {},
        "soon",
        "9" * 5000,
        2**63,
    ],
)
def test_a_message_of_an_impossible_time_is_there_as_of_its_arrival_and_marked(written: Any) -> None:
    items = [a_text(id="wamid.1"), a_text(id="wamid.2", timestamp=written), a_text(id="wamid.3")]
    found = read(body_of(change(messages=items)))
    assert types(found) == ["message.received", "message.received", "delivery.unreadable", "message.received"]
    assert (found[1].occurred_us, found[1].payload["text"]) == (ARRIVED_US, "hello")
    assert found[2].payload["pointer"] == "/entry/0/changes/0/value/messages/1"
    assert found[2].payload["item"] == orjson.loads(orjson.dumps(items[1]))


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "image"},
        {"type": "image", "image": "gone"},
        {"type": "text", "text": {}},
        {"type": "location", "location": None},
        {"type": "audio", "audio": {"id": []}},
        {"type": "contacts", "contacts": {}},
    ],
)
def test_a_message_that_cannot_be_read_is_in_the_thread_as_it_came_and_marked(broken: dict[str, Any]) -> None:
    item = a_text(**broken)
    found = read(body_of(change(messages=[item])))
    assert types(found) == ["message.received", "delivery.unreadable"]
    assert (found[0].payload["kind"], found[0].payload["content"]["type"]) == ("unknown", broken["type"])
    assert found[0].conversation_id is not None
    assert found[1].payload["item"] == item


def test_a_quotation_of_nothing_does_not_lose_what_was_said() -> None:
    found = read(body_of(change(messages=[a_text(context={"id": ["x"]})])))
    assert types(found) == ["message.received", "delivery.unreadable"]
    assert (found[0].payload["text"], found[0].payload["reply_to_ref"]) == ("hello", None)


@pytest.mark.parametrize("bad", [None, 7, "x", [], {}, {"value": None}, {"field": "messages"}, change(messages=[{}])])
def test_a_thousand_changes_with_one_bad_lose_one(bad: Any) -> None:
    changes: list[Any] = [change(messages=[a_text(id=f"wamid.{n}")]) for n in range(1000)]
    changes[500] = bad
    found = read(body_of(*changes))
    assert types(found).count("message.received") == 999
    assert len(found) == 1000
    assert found[500].type.startswith("delivery.")
    assert found[500].payload["pointer"].startswith("/entry/0/changes/500") or bad is None or not isinstance(bad, dict)
    assert len({each.key for each in found}) == 1000


def test_an_item_has_the_same_key_in_any_batch() -> None:
    one, other = change(messages=[a_text()]), change(statuses=[a_status()], messages=["broken"])
    alone = {each.key for each in read(body_of(one)) + read(body_of(other))}
    assert {each.key for each in read(body_of(other, one, one), received_us=ARRIVED_US + 1, event_id="evt_2")} == alone


@pytest.mark.parametrize("bad_id", [None, "", True, 1.5, [], "a\x00b", "x" * 513])
def test_what_cannot_be_an_id_is_set_aside(bad_id: Any) -> None:
    assert types(read(body_of(change(messages=[a_text(id=bad_id)])))) == ["delivery.unreadable"]


def test_an_id_written_as_a_number_is_the_same_id() -> None:
    as_number, as_text = (read(body_of(change(messages=[a_text(id=each)])))[0] for each in (12345, "12345"))
    assert as_number.key == as_text.key


def test_another_product_is_kept_whole() -> None:
    body = body_of(change(messages=[a_text()])) | {"object": "page"}
    assert types(read(body)) == ["delivery.unrecognised"]


def test_an_item_list_of_the_future_is_kept_beside_what_is_known() -> None:
    assert types(read(body_of(change(messages=[a_text()], dreams=[{"id": 1}])))) == [
        "message.received",
        "delivery.unrecognised",
    ]


WHOLE = [
    body_of(
        change(
            contacts=[{"wa_id": "16505551234", "user_id": "US.1", "profile": {"name": "Ana", "username": "@ana"}}],
            messages=[
                a_text(context={"id": "wamid.0"}, from_user_id="US.1"),
                a_text(id="wamid.2", type="image", image={"id": "1", "caption": "c", "sha256": "x"}),
                a_text(id="wamid.3", type="contacts", contacts=[{"name": {"formatted_name": "B"}}]),
                a_text(
                    id="wamid.4",
                    type="interactive",
                    interactive={"type": "button_reply", "button_reply": {"title": "t"}},
                ),
                a_text(id="wamid.5", type="system", system={"type": "user_changed_number", "wa_id": "1"}),
                a_text(id="wamid.6", type="edit", edit={"original_message_id": "w", "message": {"type": "text"}}),
            ],
        )
    ),
    body_of(
        change(
            statuses=[
                a_status(
                    "failed", errors=[{"code": 131050, "error_data": {"details": "d"}}], pricing={"type": "regular"}
                ),
                a_status(recipient_type="group", recipient_participant_id=1),
            ]
        ),
        change("user_preferences", user_preferences=[{"wa_id": "1", "value": "stop", "timestamp": 1750000000}]),
    ),
    body_of(
        change(
            "history",
            history=[{"metadata": {"progress": 1}, "threads": [{"id": "1", "messages": [a_text()]}], "errors": [{}]}],
        ),
        change("calls", calls=[{"id": "c", "event": "connect", "from": "1"}]),
        change(
            "smb_app_state_sync", state_sync=[{"action": "add", "contact": {"full_name": "n", "phone_number": "1"}}]
        ),
    ),
    report("account_update", event="VERIFIED_ACCOUNT"),
    report("flows", event="CLIENT_ERROR_RATE", errors=[{"error_type": "x"}]),
]


@settings(max_examples=400)
@given(st.sampled_from(WHOLE), st.randoms(use_true_random=False))
def test_a_spoilt_body_never_raises_and_never_vanishes(body: Any, dice: random.Random) -> None:
    raw = orjson.dumps(spoilt(body, dice))
    found = read(raw)
    assert found
    assert [each.key for each in found] == [each.key for each in read(raw, event_id="evt_2")]
    for each in found:
        assert each.type in EVENTS
        assert "\x00" not in each.key
        orjson.dumps(each.payload)


@given(st.binary(max_size=300))
def test_no_bytes_at_all_raise(body: bytes) -> None:
    assert len(parse(Delivery("ws", "con", body, ARRIVED_US))) >= 1


@settings(max_examples=150)
@given(st.randoms(use_true_random=False), st.integers(1, 40))
def test_keys_tell_items_apart_and_do_not_depend_on_their_order(dice: random.Random, size: int) -> None:
    items = [a_text(id=f"wamid.{n}") for n in range(size)]
    shuffled = dice.sample(items, size)
    first, second = (read(body_of(change(messages=each))) for each in (items, shuffled))
    assert len({each.key for each in first}) == size
    assert {each.key for each in first} == {each.key for each in second}
