"""Calls and handovers: what a provider reports of a conversation that is no message."""

from __future__ import annotations

import orjson

from app.state import contacts, conversations
from app.state.world import World
from ingest.domain.event import Event

CALL_REPORTED = "call.reported"
_HOLDERS = {"pass_thread_control": conversations.US, "take_thread_control": conversations.ANOTHER_APP}
"""A pass is told to the app that gets the thread, a take to the app that loses it (Meta, messaging_handovers)."""


def _called(world: World, event: Event) -> None:
    """Make one line of a call's reports, whatever order they come in: when each was first said, and how long it was."""
    contacts.meet(world, event)
    row = conversations.meet(world, event)
    if row is None:
        return
    given, call_ref = event.payload, event.payload["call_ref"]
    known = world.activity.get(call_ref)
    told = orjson.loads(known["payload"]) if known else {"events": {}, "direction": "", "duration_s": None}
    said = told["events"]
    said[given["event"]] = min(event.occurred_us, said.get(given["event"], event.occurred_us))
    told["direction"] = min(filter(None, (told["direction"], given["direction"])))  # what the contact began is theirs
    told["duration_s"] = max(told["duration_s"] or 0, _duration_s(given.get("content"))) or None
    world.activity.put(
        call_ref,
        workspace_id=event.workspace_id,
        conversation_id=row["conversation_id"],
        type=CALL_REPORTED,
        actor_kind="contact" if told["direction"] == "inbound" else "system",
        at_us=min(said.values()),
        payload=orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode(),
    )
    conversations.count_call(row, call_ref, given["direction"], event.occurred_us)


def _duration_s(content: object) -> int:
    """Return the seconds that two people spoke; a provider says it when a call that was taken ends."""
    written = content.get("duration") if isinstance(content, dict) else None
    try:
        return max(int(written), 0) if isinstance(written, str | int | float) else 0
    except ValueError:
        return 0


def hand_over(world: World, event: Event) -> None:
    """Keep who holds the conversation of a report on it, where it says so."""
    holder = _HOLDERS.get(event.payload["event"])
    if event.conversation_id is None or holder is None:
        return
    contacts.meet(world, event)
    row = conversations.meet(world, event)
    assert row is not None
    conversations.hold(row, holder, event.occurred_us)


HANDLERS = {CALL_REPORTED: _called}
