"""Replies: from what an agent typed to a `message.requested` in the outbox, checked so that it can be sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from app.access import Actor, require
from app.context import Context
from app.inbox import may, repository, schemas, thread
from app.inbox.drafts import Draft, drafts_of, target_of
from app.inbox.service import Desk, sit_down
from app.state.addresses import reach
from app.state.messages import RETURNED
from ingest.channels import registry
from ingest.channels.base import Capabilities
from ingest.domain.errors import BadInput, Conflict, NotFound
from ingest.domain.event import Event
from ingest.domain.language import guess_language
from ingest.kit.clock import SECOND_US
from ingest.kit.ids import stable_id
from ingest.store.live import message, outbox

_RETRIED = frozenset({"failed", "unresolved", RETURNED})
_CANCELLED = _RETRIED | {"queued"}


def reply(context: Context, actor: Actor, conversation_id: str, given: schemas.ReplyGiven) -> schemas.MessageTaken:
    """Take a reply into the outbox; the same `client_id` again returns the message that is there.

    Assigns an unassigned conversation to the replier, and marks it seen. Raises BadInput for what the channel
    cannot carry, HeldElsewhere, WindowClosed {closed_at}, NoConsent, AddressBounced, NotFound for a file, template or
    message that is not the sender's to use.
    """
    key = f"reply:{actor.person_id}:{given.client_id}"
    message_id = stable_id("msg", actor.workspace_id, key)
    with context.store.unit() as unit:
        desk = sit_down(context, unit, actor, conversation_id)
        if (known := _taken(unit.connection, message_id)) is None:
            drafts = drafts_of(desk, given)
            may.check_holder(desk)
            may.check_window(desk, context, given.kind)
            may.check_consent(desk)
            may.check_address(desk)
            unit.emit(*_events(context, desk, drafts, key, message_id))
        elif known != desk.row.conversation_id:
            raise BadInput("This client_id was used for another conversation.")
        shown = message_id if given.kind != "reaction" else str(target_of(desk, given.message_id).message_id)
        return _answer(desk, shown)


def retry(context: Context, actor: Actor, message_id: str) -> schemas.MessageTaken:
    """Put a message that failed, or whose fate is unknown, into the outbox again.

    Whoever asks this of an unresolved one accepts that it may arrive twice.
    """
    return _turn(
        context,
        actor,
        message_id,
        "send.retried",
        _RETRIED,
        "Only a message that failed or is unresolved can be tried again.",
    )


def cancel(context: Context, actor: Actor, message_id: str) -> schemas.MessageTaken:
    """Give up on a message that the provider has not taken."""
    return _turn(context, actor, message_id, "send.cancelled", _CANCELLED, "This message is on its way already.")


def _turn(
    context: Context, actor: Actor, message_id: str, event_type: str, allowed: frozenset[str], sentence: str
) -> schemas.MessageTaken:
    require(actor, "conversations.answer")
    with context.store.unit() as unit:
        row = repository.get_message(unit.connection, actor, message_id)
        desk = sit_down(context, unit, actor, row.conversation_id)
        query = select(outbox.c.state, outbox.c.attempt).where(outbox.c.message_id == message_id)
        state, attempts = unit.connection.execute(query).first() or (None, 0)
        if state not in allowed:
            raise Conflict(sentence, state=state)
        given: dict[str, Any] = {"message_id": message_id}
        if event_type == "send.retried":
            may.check_holder(desk)
            may.check_window(desk, context, row.kind)
            may.check_consent(desk)
            if not attempts:
                may.check_address(desk)
            given["due_us"] = desk.now_us
        unit.emit(desk.event(event_type, f"{event_type}:{message_id}:{desk.row.version}", **given))
        return _answer(desk, message_id)


def _answer(desk: Desk, message_id: str) -> schemas.MessageTaken:
    shown = thread.messages(desk.unit.connection, [message_id])
    if not shown:
        raise NotFound
    row = repository.get_visible(desk.unit.connection, desk.actor, desk.row.conversation_id)
    return schemas.MessageTaken(message=shown[0], seq=row.version)


def _taken(connection: Connection, message_id: str) -> str | None:
    return connection.execute(select(message.c.conversation_id).where(message.c.message_id == message_id)).scalar()


def _events(context: Context, desk: Desk, drafts: list[Draft], key: str, message_id: str) -> list[Event]:
    addresses = reach(desk.unit.connection, desk.row.contact_id, desk.row.inbox_id)
    if not addresses:
        raise BadInput("No address of this contact is known.")
    able = registry.capabilities(desk.row.channel)
    due_us = desk.now_us + int(context.settings.undo_delay.total_seconds() * SECOND_US)
    events = (
        []
        if desk.row.assignee_id
        else [desk.event("conversation.assigned", assignee_id=desk.actor.person_id, reason="claimed")]
    )
    for position, draft in enumerate(drafts):
        own_key = key if position == 0 else f"{key}:{position}"
        own_id = message_id if position == 0 else stable_id("msg", desk.actor.workspace_id, own_key)
        requested = desk.event("message.requested", own_key, **_payload(draft, own_id, addresses, due_us, able))
        # A microsecond apart, for a thread is in the order of its times.
        events.append(replace(requested, occurred_us=requested.occurred_us + position))
        events += [
            desk.event("media.stored", f"media:{own_id}:{n}", **each.stored(own_id, n))
            for n, each in enumerate(draft.files)
        ]
    return events


def _payload(
    draft: Draft, message_id: str, to: list[dict[str, str]], due_us: int, able: Capabilities
) -> dict[str, Any]:
    return {
        "message_id": message_id,
        "message_ref": None,
        "external_id": None,
        "kind": draft.kind,
        "text": draft.text,
        "media": [each.described(able) for each in draft.files],
        "content": draft.content,
        "reply_to_ref": draft.reply_to_ref,
        "language": guess_language(draft.text) if draft.text and draft.kind != "reaction" else None,
        "to": to,
        "template": draft.template,
        "interactive": draft.interactive,
        "origin": draft.origin,
        "due_us": due_us,
    }
