"""Conversations: what their messages and their people make of them.

Every column is a function of the set of events: times are minima and maxima, what a person set goes by
the latest time, and what needs counting is counted again when a message came out of order.
"""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Select, bindparam, case, func, select, update

from app.state.rows import Row
from app.state.text import shown
from app.state.world import World
from ingest.domain.event import Event
from ingest.store import live

PREVIEW_LENGTH = 140
_CHUNK = 400
_RAISED = (("delivered", ("accepted", "sent")), ("read", ("accepted", "sent", "delivered")))
"""A watermark's word, and the words it is higher than."""
_LATEST = (
    "last_inbound_us", "last_outbound_us", "last_auto_us", "referral_us", "seen_us", "delivered_us", "read_us"
)  # fmt: skip
"""Columns that of two conversations keep the later instant."""
_SET_STATUS = {
    "conversation.opened": "open",
    "conversation.reopened": "open",
    "conversation.snoozed": "snoozed",
    "conversation.resolved": "resolved",
}
CALL = "call"
"""What the list shows of a conversation whose contact called last."""
US, ANOTHER_APP = "us", "another_app"
"""Who holds a thread that several apps share; of two words at one instant ours holds, for it is the greater."""


def meet(world: World, event: Event) -> Row | None:
    """Make sure the conversation of an event has a row, mark it touched, and return it."""
    conversation_id = world.canonical_conversation(event)
    if conversation_id is None:
        return None
    row = world.conversation.get(conversation_id)
    if row is None:
        if event.inbox_id is None or event.contact_id is None:
            raise ValueError(f"{event.type} names conversation {conversation_id}, which nothing has begun")
        _know_inbox(world, event)
        if world.contact_alias.get(event.contact_id):
            world.joined.add(event.contact_id)
        row = world.conversation.put(
            conversation_id,
            workspace_id=event.workspace_id,
            inbox_id=event.inbox_id,
            contact_id=world.canonical_contact(event.contact_id),
            channel=event.channel or "unknown",
            status="open",
            unread_count=0,
            version=event.seq,
        )
    return world.conversation.put(conversation_id, version=max(row["version"], event.seq))


def count_message(row: Row, message: Row, world: World) -> None:
    """Let a message that was not there before change the conversation it belongs to."""
    at_us, is_inbound = message["at_us"], message["direction"] == "inbound"
    is_last = _is_last(row, message)
    row["opened_us"] = _least(row["opened_us"], at_us)
    if is_last:
        row.update(
            last_message_us=at_us,
            last_message_id=message["message_id"],
            preview=(message["text"] or "")[:PREVIEW_LENGTH],
            preview_kind=message["kind"],
            preview_direction=message["direction"],
        )
    if message["is_history"]:
        return
    if is_inbound and message["is_auto"]:
        row["last_auto_us"] = _most(row["last_auto_us"], at_us)
        return
    if is_inbound:
        row["last_inbound_us"] = _most(row["last_inbound_us"], at_us)
        row["referral_us"] = _most(row["referral_us"], message.get("referral_us"))
    elif message["author_kind"] != "bot":
        row["last_outbound_us"] = _most(row["last_outbound_us"], at_us)
        row["seen_us"] = _most(row["seen_us"], at_us)
    if is_last:
        _count_in_order(row, message, is_inbound)
    if message["album"] or not is_last:
        world.recount.add(row["conversation_id"])


def count_call(row: Row, call_ref: str, direction: str, at_us: int) -> None:
    """Let a call change the conversation it belongs to; one of theirs opens the window as a message does."""
    row["opened_us"] = _least(row["opened_us"], at_us)
    if direction == "inbound":
        row["last_inbound_us"] = _most(row["last_inbound_us"], at_us)
    if (at_us, call_ref) > (row["last_message_us"] or -1, row["last_message_id"] or ""):
        row.update(last_message_us=at_us, last_message_id=call_ref)
        row.update(preview="", preview_kind=CALL, preview_direction=direction)


def hold(row: Row, holder: str, at_us: int) -> None:
    """Keep who may answer in a thread that several apps share: the latest word."""
    if (at_us, holder) > (row["holder_us"] or -1, row["holder"] or ""):
        row.update(holder=holder, holder_us=at_us)


def settle(world: World) -> None:
    """Say what holds now in every conversation that this batch touched."""
    for row in world.conversation.dirty():
        row["status"] = _status(row)
        if row["status"] != "snoozed":
            row["snoozed_until_us"] = None


def recount(world: World) -> None:
    """Count unread messages and find the waiting time again where messages came out of order; all rows are written."""
    ids = sorted(world.recount)
    for start in range(0, len(ids), _CHUNK):
        counted = world.connection.execute(_COUNT, {"ids": ids[start : start + _CHUNK]}).all()
        if counted:
            world.connection.execute(_SET_COUNT, [row._asdict() for row in counted])


def apply_watermarks(world: World) -> None:
    """Raise the messages that a watermark speaks of, where this batch changed either; what failed stays failed."""
    message = live.message
    for conversation_id in sorted(each for each in world.watermarked if each is not None):
        row = world.conversation.get(conversation_id) or {}
        for status, lower in _RAISED:
            if row.get(f"{status}_us") is None:
                continue
            world.connection.execute(
                update(message)
                .where(
                    message.c.conversation_id == conversation_id,
                    message.c.direction == "outbound",
                    message.c.send_state == "accepted",
                    message.c.sent_us <= row[f"{status}_us"],
                    message.c.delivery_status.in_(lower),
                )
                .values(delivery_status=status)
            )


def merge(world: World, gone: str, stays: str, contact_id: str) -> None:
    """Make one conversation of two: the messages of both, and the latest of what people set."""
    if gone == stays:
        return
    old = world.conversation.get(gone)
    world.conversation_alias.put(gone, canonical_id=stays)
    world.conversation_alias.move("canonical_id", gone, stays)
    if old is None:
        return
    for table in (world.message, world.note, world.activity, world.outbox):
        table.move("conversation_id", gone, stays)
    _merge_tags(world, gone, stays)
    _merge_rows(world, old, stays, contact_id)
    world.recount.add(stays)
    world.watermarked.add(stays)


def _merge_rows(world: World, old: Row, stays: str, contact_id: str) -> None:
    new = world.conversation.get(stays)
    if new is None:
        new = world.conversation.put(stays, **{n: v for n, v in old.items() if n != "conversation_id"})
    else:
        _take_latest(new, old)
    world.conversation.put(stays, contact_id=contact_id)
    world.conversation.remove(old["conversation_id"])


def _take_latest(new: Row, old: Row) -> None:
    new["opened_us"] = _least(new["opened_us"], old["opened_us"])
    new["version"] = max(new["version"], old["version"])
    for name in _LATEST:
        new[name] = _most(new[name], old[name])
    _take_group(new, old, "last_message_us", ("last_message_id", "preview", "preview_kind", "preview_direction"))
    _take_group(new, old, "status_us", ("set_status", "snoozed_until_us"))
    _take_group(new, old, "assignee_us", ("assignee_id",))
    _take_group(new, old, "holder_us", ("holder",))


def _take_group(new: Row, old: Row, moment: str, names: tuple[str, ...]) -> None:
    theirs, ours = ((row[moment] or -1, str(row[names[0]] or "")) for row in (old, new))
    if theirs > ours:
        new.update({name: old[name] for name in (moment, *names)})


def _merge_tags(world: World, gone: str, stays: str) -> None:
    for row in world.conversation_tag.where("conversation_id", gone):
        _set_tag(world, row["workspace_id"], stays, row["tag"], row["is_on"], row["set_us"])
        world.conversation_tag.remove(gone, row["tag"])


def _count_in_order(row: Row, message: Row, is_inbound: bool) -> None:
    at_us = message["at_us"]
    if is_inbound:
        if row["waiting_since_us"] is None and at_us > (row["last_outbound_us"] or -1):
            row["waiting_since_us"] = at_us
        row["unread_count"] += at_us > (row["seen_us"] or -1)
    elif message["author_kind"] != "bot":
        row["waiting_since_us"] = None
        row["unread_count"] = 0


def _is_last(row: Row, message: Row) -> bool:
    latest = (row["last_message_us"] or -1, row["last_message_id"] or "")
    return bool((message["at_us"], message["message_id"]) > latest)


def _status(row: Row) -> str:
    if row["set_status"] is None:
        # else a phone's history, or a receipt alone
        is_live = row["last_inbound_us"] or row["last_outbound_us"] or row["last_auto_us"]
        return "open" if is_live else "resolved"
    is_answered_by_contact = (row["last_inbound_us"] or -1) > row["status_us"]
    return "open" if is_answered_by_contact else row["set_status"]


def _set_status(world: World, event: Event) -> None:
    row = meet(world, event)
    assert row is not None
    if event.type == "conversation.opened":
        row["opened_us"] = _least(row["opened_us"], event.occurred_us)
        for tag in event.payload.get("tags") or ():
            _set_tag(world, event.workspace_id, row["conversation_id"], tag, True, event.occurred_us)
    if event.occurred_us >= (row["status_us"] or -1):
        row.update(
            set_status=_SET_STATUS[event.type],
            status_us=event.occurred_us,
            snoozed_until_us=event.payload.get("until_us"),
        )
    if event.type != "conversation.opened":
        _record(world, event, row)


def _assigned(world: World, event: Event) -> None:
    row = meet(world, event)
    assert row is not None
    if event.occurred_us >= (row["assignee_us"] or -1):
        row.update(assignee_id=event.payload.get("assignee_id"), assignee_us=event.occurred_us)
    _record(world, event, row)


def _tagging(is_on: bool) -> Any:
    def handle(world: World, event: Event) -> None:
        row = meet(world, event)
        assert row is not None
        _set_tag(world, event.workspace_id, row["conversation_id"], event.payload["tag"], is_on, event.occurred_us)
        _record(world, event, row)

    return handle


def _set_tag(world: World, workspace_id: str, conversation_id: str, tag: str, is_on: bool, us: int) -> None:
    row = world.conversation_tag.get(conversation_id, tag)
    if row is None or (us, is_on) >= (row["set_us"], row["is_on"]):
        world.conversation_tag.put(conversation_id, tag, workspace_id=workspace_id, is_on=is_on, set_us=us)


def _seen(world: World, event: Event) -> None:
    row = meet(world, event)
    assert row is not None
    seen_us = event.payload["seen_us"]
    row["seen_us"] = _most(row["seen_us"], seen_us)
    if seen_us >= (row["last_message_us"] or -1):
        row["unread_count"] = 0
    else:
        world.recount.add(row["conversation_id"])


def _watermark_reported(world: World, event: Event) -> None:
    """Keep the highest: who has read a message has everything before it."""
    row = meet(world, event)
    assert row is not None
    for status in ("delivered", "read") if event.payload["status"] == "read" else ("delivered",):
        row[f"{status}_us"] = _most(row[f"{status}_us"], event.payload["watermark_us"])
    world.watermarked.add(row["conversation_id"])


def _taken_over(world: World, event: Event) -> None:
    row = meet(world, event)
    assert row is not None
    hold(row, US, event.occurred_us)
    _record(world, event, row)


def _note_added(world: World, event: Event) -> None:
    row = meet(world, event)
    assert row is not None
    world.note.absent(event.payload["note_id"])
    world.note.put(
        event.payload["note_id"],
        workspace_id=event.workspace_id,
        conversation_id=row["conversation_id"],
        author_id=event.actor_id,
        text=shown(event.payload["text"]),
        at_us=event.occurred_us,
    )


def _record(world: World, event: Event, row: Row) -> None:
    world.activity.absent(event.event_id)
    world.activity.put(
        event.event_id,
        workspace_id=event.workspace_id,
        conversation_id=row["conversation_id"],
        type=event.type,
        actor_kind=event.actor_kind,
        actor_id=event.actor_id,
        at_us=event.occurred_us,
        payload=orjson.dumps(event.payload).decode(),
    )


def _know_inbox(world: World, event: Event) -> None:
    """A delivery may speak of a door nobody described; it is kept and shown as unknown, not dropped."""
    assert event.inbox_id is not None
    if world.inbox.get(event.inbox_id) is None:
        world.inbox.put(
            event.inbox_id,
            workspace_id=event.workspace_id,
            channel=event.channel or "unknown",
            external_id="",
            name="",
            is_private=False,
            is_known=False,
        )


def _least(known: int | None, us: int | None) -> int | None:
    return us if known is None else known if us is None else min(known, us)


def _most(known: int | None, us: int | None) -> int | None:
    return us if known is None else known if us is None else max(known, us)


def _counting() -> Select[Any]:
    """Return the statement that counts what is unread in conversations, and finds who waits since when."""
    conversation, message = live.conversation, live.message
    is_open_question = message.c.at_us > func.coalesce(conversation.c.last_outbound_us, -1)
    is_unread = message.c.at_us > func.coalesce(conversation.c.seen_us, -1)
    alone_or_together = func.coalesce(message.c.album, message.c.message_id)
    is_theirs = (message.c.direction == "inbound") & message.c.is_history.is_(False) & message.c.is_auto.is_not(True)
    return (
        select(
            conversation.c.conversation_id.label("of"),
            func.min(case((is_open_question, message.c.at_us))).label("since"),
            func.count(case((is_unread, alone_or_together)).distinct()).label("unread"),
        )
        .outerjoin(message, (message.c.conversation_id == conversation.c.conversation_id) & is_theirs)
        .where(conversation.c.conversation_id.in_(bindparam("ids", expanding=True)))
        .group_by(conversation.c.conversation_id)
    )


_COUNT = _counting()
_SET_COUNT = (
    update(live.conversation)
    .where(live.conversation.c.conversation_id == bindparam("of"))
    .values(waiting_since_us=bindparam("since"), unread_count=bindparam("unread"))
)

HANDLERS = {
    **dict.fromkeys(_SET_STATUS, _set_status),
    "conversation.assigned": _assigned,
    "conversation.tagged": _tagging(True),
    "conversation.untagged": _tagging(False),
    "conversation.seen": _seen,
    "conversation.taken_over": _taken_over,
    "message.watermark_reported": _watermark_reported,
    "note.added": _note_added,
}
