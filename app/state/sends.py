"""What we send: the outbox, and where each message of ours stands in it."""

from __future__ import annotations

from typing import Any

import orjson

from app.state import messages
from app.state.rows import Row
from app.state.world import World
from ingest.domain.event import Event
from ingest.store.search import forget_messages

_US = "business"
"""Who put a reaction that we sent, as `message.reacted` names it."""


def _requested(world: World, event: Event) -> None:
    is_import = event.payload.get("origin") == "import" or event.payload.get("is_import", False)
    row = messages.begin(world, event, "outbound", send_state="accepted" if is_import else "queued")
    if row is None:
        return
    messages.settle_delivery(world, row)
    if row["kind"] == messages.REACTION and row["reply_to_ref"]:
        messages.put_reaction(world, row["reply_to_ref"], _US, row["text"] or None, row["at_us"])
    if row["ref"]:
        world.name_ref(row["ref"], row["message_id"])
        messages.apply_receipts(world, row, row["ref"])
    if is_import:
        return
    world.outbox.put(
        row["message_id"],
        workspace_id=event.workspace_id,
        inbox_id=event.inbox_id,
        channel=event.channel,
        conversation_id=row["conversation_id"],
        contact_id=row["contact_id"],
        state="queued",
        due_us=event.payload.get("due_us") or event.occurred_us,
        requested_us=event.occurred_us,
        attempt=0,
        payload=orjson.dumps(event.payload).decode(),
    )


def _attempted(world: World, event: Event) -> None:
    _move(world, event, "sending", attempt=event.payload["attempt"])
    row = world.message.get(event.payload["message_id"])
    if row is not None:
        row["sent_us"] = event.occurred_us


def _accepted(world: World, event: Event) -> None:
    given = event.payload
    row = world.message.get(given["message_id"])
    if row is not None:
        _absorb_echo(world, row, given["message_ref"])
        world.message.put(given["message_id"], ref=given["message_ref"], external_id=given["external_id"])
        world.name_ref(given["message_ref"], given["message_id"])
    _move(world, event, "accepted")
    if row is not None:
        messages.apply_receipts(world, row, given["message_ref"])
        messages.settle_outbox(world, row)


def _absorb_echo(world: World, row: Row, ref: str) -> None:
    """Make one message of two where the provider echoed what we sent before it answered the call."""
    twin = world.message.get(ref)
    if twin is None or twin is row or twin["direction"] != "outbound":
        return
    world.message.remove(ref)
    forget_messages(world.connection, [twin["seq"]])
    conversation = world.conversation.get(twin["conversation_id"]) if twin["conversation_id"] else None
    if conversation is not None and conversation["last_message_id"] == ref:
        world.conversation.put(twin["conversation_id"], last_message_id=row["message_id"])


def _failed(world: World, event: Event) -> None:
    given = event.payload
    retry_us = given.get("will_retry_us")
    row = world.message.get(given["message_id"])
    if row is not None and retry_us:
        messages.spend(world, row)
    _move(world, event, "queued" if retry_us else "failed", due_us=retry_us)
    if row is not None:
        row.update(error_code=str(given["code"]), error_detail=given.get("detail"))


def _unresolved(world: World, event: Event) -> None:
    row = world.message.get(event.payload["message_id"])
    _move(world, event, "unresolved")
    if row is not None:
        messages.settle_outbox(world, row)


def _cancelled(world: World, event: Event) -> None:
    _move(world, event, "cancelled")


def _retried(world: World, event: Event) -> None:
    """Queue it again; the count of attempts goes on, so that what an earlier one left behind stays apart."""
    row = world.outbox.get(event.payload["message_id"])
    if row is None or row["state"] not in ("failed", "unresolved", messages.RETURNED):
        return
    sent = world.message.get(event.payload["message_id"])
    if sent is not None:
        messages.spend(world, sent)
    _move(world, event, "queued", due_us=event.payload["due_us"])


def _move(world: World, event: Event, state: str, **values: Any) -> None:
    message_id = event.payload["message_id"]
    if world.outbox.get(message_id) is not None:
        world.outbox.put(message_id, state=state, **values)
    row = world.message.get(message_id)
    if row is None:
        return
    world.message.put(message_id, send_state=state)
    messages.settle_delivery(world, row)
    _settle_reaction(world, row, state)
    conversation = world.conversation.get(row["conversation_id"]) if row["conversation_id"] else None
    if conversation is not None:
        world.conversation.put(row["conversation_id"], version=max(conversation["version"], event.seq))


def _settle_reaction(world: World, row: Row, state: str) -> None:
    """Take a reaction of ours off the message again when it did not go out, unless a later one took its place."""
    if row["kind"] != messages.REACTION or not row["reply_to_ref"]:
        return
    known = world.reaction.get(row["reply_to_ref"], _US)
    if known is not None and known["at_us"] == row["at_us"]:
        emoji = None if state in ("failed", "cancelled") else row["text"] or None
        world.reaction.put(row["reply_to_ref"], _US, emoji=emoji, at_us=row["at_us"])


HANDLERS = {
    "message.requested": _requested,
    "send.attempted": _attempted,
    "send.accepted": _accepted,
    "send.failed": _failed,
    "send.unresolved": _unresolved,
    "send.retried": _retried,
    "send.cancelled": _cancelled,
}
