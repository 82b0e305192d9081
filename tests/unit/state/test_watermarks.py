"""A watermark speaks of everything of ours before it, in whatever order the facts came."""

from __future__ import annotations

from itertools import permutations

import pytest

from app.context import Context
from ingest.domain.event import Event
from ingest.store import live
from tests import builders as b
from tests.unit.state.test_live_tables import happen, one

ANA = b.phone("5511987654321")


def delivery(context: Context, external_id: str) -> str:
    return str(one(context.store, live.message, message_id=b.ref(external_id))["delivery_status"])


def test_what_came_before_it_is_read_and_what_came_after_is_not(context: Context) -> None:
    happen(context.store, b.an_echo("a", ANA, 1), b.an_echo("b", ANA, 5), b.an_echo("c", ANA, 9))
    happen(context.store, b.a_watermark(ANA, "read", 5))
    assert [delivery(context, each) for each in "abc"] == ["read", "read", "accepted"]


def test_a_lower_word_or_an_earlier_instant_takes_nothing_back(context: Context) -> None:
    happen(context.store, b.an_echo("a", ANA, 1), b.a_watermark(ANA, "read", 5))
    happen(context.store, b.a_watermark(ANA, "delivered", 6), b.a_watermark(ANA, "read", 0))
    assert delivery(context, "a") == "read"


def test_what_failed_stays_failed(context: Context) -> None:
    happen(context.store, b.an_echo("a", ANA, 1), b.a_status("a", "failed", 2), b.a_watermark(ANA, "read", 5))
    assert delivery(context, "a") == "failed"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_arrival_does_not_matter(context: Context, order: tuple[int, ...]) -> None:
    facts: list[Event] = [b.an_echo("a", ANA, 1), b.a_status("a", "delivered", 2), b.a_watermark(ANA, "read", 5)]
    for place in order:
        happen(context.store, facts[place])
    assert delivery(context, "a") == "read"
