"""A delivery keeps bytes as they came, and the same bytes through the same connection are one delivery, for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from ingest.domain.connection import Connection
from ingest.domain.delivery import body_of, delivery_of


def through(connection_id: str) -> Connection:
    return Connection(connection_id, "ws", "whatsapp", "Test", "", "verify", ["secret"], "token")


@given(st.binary(max_size=5_000))
def test_a_body_comes_back_as_it_was(body: bytes) -> None:
    assert body_of(delivery_of(through("con_1"), body, "application/json", 1)) == body


def test_the_key_of_a_body_is_that_of_every_journal_there_is() -> None:
    kept = delivery_of(through("con_1"), b'{"a":1}', "application/json", 1)
    assert kept.key == "delivery:f5e49a66fa7d7c8d17a8b5139ae6c9a0"
    assert delivery_of(through("con_1"), b'{"a":1}', "text/plain", 2).key == kept.key
    assert delivery_of(through("con_2"), b'{"a":1}', "application/json", 1).key != kept.key
    assert delivery_of(through("con_1"), b"{}", "application/json", 1, "message:7").key == "delivery:message:7"


def test_threads_keep_deliveries_at_the_same_time() -> None:
    bodies = [bytes([number % 256]) * (number * 37) for number in range(500)]
    with ThreadPoolExecutor(8) as threads:
        kept = threads.map(lambda body: delivery_of(through("con_1"), body, "", 1), bodies)
        assert list(threads.map(body_of, kept)) == bodies
