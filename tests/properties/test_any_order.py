"""Twice is once, in any order: what a set of provider events leaves behind depends on the set alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.state.unit import Store
from ingest.domain.event import Event
from ingest.kit.clock import FixedClock
from ingest.store import search
from ingest.store.database import Database
from ingest.store.journal import Journal
from ingest.store.live import FOLDED
from ingest.store.own import quarantine
from ingest.store.schema import metadata
from tests import builders as b
from tests.unit.state.test_customers import door, joined, parted, said

PEOPLE = [b.phone("5511987654321"), b.user_id("BR.ana"), b.phone("16505551234"), b.user_id("US.joe")]
POSITION = {"seq", "version", "recorded_us", "event_id"}
"""Columns that say where in the journal something lies; they may differ."""

ids = st.integers(0, 7).map(lambda n: f"wamid.{n}")
people = st.sampled_from(PEOPLE)
moments = st.integers(0, 40)
doors = st.builds(door, st.sampled_from(["whatsapp", "sms", "webchat"]), people)
texts = st.sampled_from(["oi", "hello", "nul\x00", "\u202eright to left", "👩‍👩‍👧"])


def _stable(events: list[Event]) -> list[Event]:
    """One provider id is one message: of those that share an id, keep the first."""
    seen: dict[str, Event] = {}
    for event in events:
        seen.setdefault(event.key, event)
    return list(seen.values())


events = st.lists(
    st.one_of(
        st.builds(b.a_message, ids, people, moments, texts),
        st.builds(b.an_echo, ids, people, moments, texts),
        st.builds(b.a_message, ids, people, moments, texts, is_history=st.just(True)),
        st.builds(
            b.a_status, ids, st.sampled_from(["sent", "delivered", "read", "failed", "played", "weird"]), moments
        ),
        st.builds(
            b.a_consent,
            people,
            st.sampled_from(["granted", "withdrawn"]),
            moments,
            st.sampled_from(["marketing_messages", "messages"]),
        ),
        st.builds(b.a_watermark, people, st.sampled_from(["delivered", "read"]), moments),
        st.builds(b.an_edit, ids, texts, moments),
        st.builds(b.a_revocation, ids, moments),
        st.builds(b.a_reaction, ids, st.sampled_from(["👍", "❤", None]), moments),
        st.builds(b.one_person, people, people),
        st.builds(b.a_change, people, people, moments),
        st.builds(b.a_message, ids, people, moments, texts, kind=st.just("image"), content=st.just({"auto": True})),
        st.builds(b.a_message, ids, people, moments, texts, content=st.just({"media_group_id": "a"})),
        st.builds(
            b.a_call, ids.map("call.{}".format), st.sampled_from(["connect", "terminate"]), st.just(PEOPLE[0]), moments
        ),
        st.builds(b.a_handover, st.sampled_from(["pass_thread_control", "take_thread_control"]), people, moments),
        st.builds(said, st.sampled_from(["sms", "webchat"]), people, moments),
        st.builds(joined, doors, doors, moments),
        st.builds(
            lambda one, other, at: parted(min(one, other), at, (min(one, other), max(one, other))),
            doors,
            doors,
            moments,
        ),
        st.builds(
            lambda who, at: parted(door("sms", who), at, (door("sms", who), f"phone:{who['address']}")), people, moments
        ),
        st.builds(b.a_name, people, st.sampled_from(["Ana", "Anna", "Joe"]), moments),
    ),
    max_size=25,
).map(_stable)


def live_tables(batches: Iterable[Sequence[Event]], *, is_rebuilt: bool = False) -> dict[str, list[dict[str, Any]]]:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'prosa.db'}")
        metadata.create_all(database.engine)
        with database.write() as connection:
            search.create(connection)
        clock = FixedClock(b.T0)
        store = Store(database, Journal(clock), clock)
        for batch in batches:
            with store.unit() as unit:
                unit.emit(*batch)
        if is_rebuilt:
            store.rebuild()
        tables = {table.name: read(store, table) for table in (*FOLDED, quarantine)}
        database.close()
    return tables


def read(store: Store, table: Any) -> list[dict[str, Any]]:
    with store.read() as connection:
        rows = connection.execute(select(table)).mappings().all()
    plain = [{name: value for name, value in row.items() if name not in POSITION} for row in rows]
    return sorted(plain, key=repr)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(events=events, data=st.data())
def test_shuffled_and_repeated_deliveries_give_equal_live_tables(events: list[Event], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(events))
    repeated = data.draw(st.lists(st.sampled_from(events), max_size=8)) if events else []
    cut = data.draw(st.integers(0, len(shuffled)))
    one_by_one = [[event] for event in shuffled[cut:]]

    expected = live_tables([events])
    assert expected["quarantine"] == []
    assert expected == live_tables([shuffled[:cut], *one_by_one, repeated])


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(events=events)
def test_live_tables_dropped_and_rebuilt_from_the_journal_are_equal(events: list[Event]) -> None:
    one_by_one = [[event] for event in events]

    assert live_tables(one_by_one) == live_tables(one_by_one, is_rebuilt=True)
