"""A reaction of ours is a sign on a message: it answers nobody, and nothing is previewed of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from app.context import Context
from app.state.unit import Store
from ingest.domain.event import Event
from ingest.store import live
from tests import builders as b

ANA = b.phone("5511987654321")


@pytest.fixture
def store(context: Context) -> Store:
    """Return a store in which Ana asked something."""
    with context.store.unit() as unit:
        unit.emit(b.a_message("wamid.1", ANA, 0, "Where is my order?"))
    return context.store


def happen(store: Store, *events: Event) -> None:
    with store.unit() as unit:
        unit.emit(*events)


def react(emoji: str | None, at: int) -> Event:
    payload = {
        "message_id": f"msg_{at}",
        "message_ref": None,
        "external_id": None,
        "kind": "reaction",
        "text": emoji,
        "media": [],
        "reply_to_ref": b.ref("wamid.1"),
        "to": [ANA],
        "origin": "typed",
    }
    key, occurred_us = f"requested:{at}", b.T0 + at * b.SECOND
    return replace(b.a_message("x", ANA, at), type="message.requested", key=key, occurred_us=occurred_us,
                   actor_kind="agent", actor_id="per_1", payload=payload)  # fmt: skip


def became(kind: str, reacted_at: int, at: int, **payload: Any) -> Event:
    return Event(
        workspace_id=b.WORKSPACE,
        type=kind,
        key=f"{kind}:{at}",
        occurred_us=b.T0 + at * b.SECOND,
        payload={"message_id": f"msg_{reacted_at}"} | payload,
    )


def conversation(store: Store) -> Any:
    with store.read() as connection:
        return connection.execute(select(live.conversation)).one()


def shown(store: Store) -> str | None:
    with store.read() as connection:
        query = select(live.reaction.c.emoji).where(
            live.reaction.c.ref == b.ref("wamid.1"), live.reaction.c.by == "business"
        )
        return connection.execute(query).scalar()


def test_a_reaction_is_no_answer_and_no_preview(store: Store) -> None:
    before = conversation(store)
    happen(store, react("👍", 60))
    after = conversation(store)
    assert after.version > before.version
    assert after._asdict() | {"version": 0} == before._asdict() | {"version": 0}
    assert (after.preview, after.unread_count, after.waiting_since_us) == ("Where is my order?", 1, b.T0)


def test_the_latest_reaction_of_the_business_is_shown_on_the_message(store: Store) -> None:
    happen(store, react("👍", 60), react("❤️", 61))
    assert shown(store) == "❤️"
    happen(store, react(None, 62))
    assert shown(store) is None


def test_a_reaction_goes_out_like_any_message(store: Store) -> None:
    happen(store, react("👍", 60))
    with store.read() as connection:
        assert connection.execute(select(live.outbox.c.state)).scalar_one() == "queued"


def test_a_reaction_that_did_not_go_out_is_taken_off_and_put_back_when_tried_again(store: Store) -> None:
    happen(store, react("👍", 60), became("send.failed", 60, 61, code="131000", detail=None, will_retry_us=None))
    assert shown(store) is None
    happen(store, became("send.retried", 60, 62, due_us=b.T0))
    assert shown(store) == "👍"


def test_a_cancelled_reaction_leaves_a_later_one_alone(store: Store) -> None:
    happen(store, react("👍", 60), react("❤️", 61), became("send.cancelled", 60, 62))
    assert shown(store) == "❤️"
