"""Commands: what people do to conversations. Each is one unit: load, check, emit.

**Versions.** A command says which version of the conversation its sender saw. It conflicts only with what
would have changed the sender's mind, and never with what the sender did themself:
- `resolve` with anything said, assigned or set since: nobody closes a question they have not read;
- `assign`, `claim`, `snooze`, `reopen` with assignments and changes of status since, not with new messages:
  who works on it and when does not depend on what was said last.
Reply, note, tag and seen carry no version: they take nothing away from anybody.

**Twice.** A command that finds what it wants already there changes nothing and answers as if it had.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select

from app.access import Actor, require, visible_inboxes
from app.context import Context
from app.inbox import repository, schemas, thread
from app.inbox.repository import Found
from app.state.conversations import ANOTHER_APP
from app.state.unit import Unit
from ingest.domain.errors import BadInput, Conflict, NotFound
from ingest.domain.event import Event
from ingest.kit.clock import iso, to_us
from ingest.kit.ids import stable_id
from ingest.store.live import conversation_tag, inbox, inbox_member, journal, message, person

_SETTINGS = frozenset(
    {"conversation.assigned", "conversation.snoozed", "conversation.resolved", "conversation.reopened"}
)
_SAYINGS = frozenset({"message.received", "message.echoed", "message.edited", "message.requested", "note.added"})
_MOST_CHANGES = 20


@dataclass(frozen=True, slots=True)
class Desk:
    """A command at work: the unit, who commands, the conversation as it stands, and the instant it happens at."""

    unit: Unit
    actor: Actor
    row: Found
    now_us: int

    def event(self, event_type: str, key: str | None = None, /, **payload: Any) -> Event:
        """Return an event of this command; its key is of the version it was given at, so it happens once."""
        return Event(
            workspace_id=self.actor.workspace_id,
            type=event_type,
            key=key or f"{event_type}:{self.row.conversation_id}:{self.row.version}",
            occurred_us=self.now_us,
            channel=self.row.channel,
            inbox_id=self.row.inbox_id,
            conversation_id=self.row.conversation_id,
            contact_id=self.row.contact_id,
            actor_kind="agent",
            actor_id=self.actor.person_id,
            payload=payload,
        )


def sit_down(context: Context, unit: Unit, actor: Actor, conversation_id: str) -> Desk:
    """Load a conversation for a command; raises NotAllowed and NotFound.

    The command's instant is never before what it answers: a provider's clock may be ahead of ours, and what
    a person does now comes after what they see.
    """
    require(actor, "conversations.answer")
    row = repository.get_visible(unit.connection, actor, conversation_id)
    seen = (row.last_message_us, row.last_inbound_us, row.status_us, row.assignee_us)
    return Desk(unit, actor, row, max(context.clock.us(), *(us for us in seen if us is not None), 0))


# --- who holds it ----------------------------------------------------------------------------------


def claim(context: Context, actor: Actor, conversation_id: str, version: int) -> schemas.Changed:
    """Take a conversation that nobody else holds; raises Conflict when somebody does."""
    with context.store.unit() as unit:
        desk = sit_down(context, unit, actor, conversation_id)
        if desk.row.assignee_id == actor.person_id:
            return done(context, desk, [])
        if desk.row.assignee_id is not None:
            raise conflict(unit.connection, desk.row, version, actor, _SETTINGS)
        check_version(desk, version, _SETTINGS)
        event = desk.event("conversation.assigned", assignee_id=actor.person_id, reason="claimed")
        return done(context, desk, unit.emit(event))


def assign(context: Context, actor: Actor, conversation_id: str, given: schemas.Assign) -> schemas.Changed:
    """Give a conversation to a person who sees it, or to nobody.

    Taking it, and giving back what one holds, is everybody's; the rest needs `conversations.assign_others`.
    """
    with context.store.unit() as unit:
        desk = sit_down(context, unit, actor, conversation_id)
        is_own = {given.assignee_id, desk.row.assignee_id} <= {actor.person_id, None}
        if not is_own:
            require(actor, "conversations.assign_others")
        if given.assignee_id is not None:
            _check_assignee(unit.connection, desk.row, given.assignee_id)
        check_version(desk, given.version, _SETTINGS)
        if desk.row.assignee_id == given.assignee_id:
            return done(context, desk, [])
        event = desk.event("conversation.assigned", assignee_id=given.assignee_id, reason="assigned")
        return done(context, desk, unit.emit(event))


# --- what holds now --------------------------------------------------------------------------------


def snooze(context: Context, actor: Actor, conversation_id: str, given: schemas.Snooze) -> schemas.Changed:
    """Hide a conversation until an instant in the future, or until the contact writes."""
    with context.store.unit() as unit:
        desk = sit_down(context, unit, actor, conversation_id)
        until_us = to_us(given.until_at) if given.until_at else None
        if until_us is not None and until_us <= context.clock.us():
            raise BadInput("The time to wake up must lie in the future.", until_at=iso(until_us))
        check_version(desk, given.version, _SETTINGS)
        if desk.row.status == "snoozed" and desk.row.snoozed_until_us == until_us:
            return done(context, desk, [])
        return done(context, desk, unit.emit(desk.event("conversation.snoozed", until_us=until_us)))


def resolve(context: Context, actor: Actor, conversation_id: str, given: schemas.Resolve) -> schemas.Changed:
    """Close the matter; raises Conflict when something was said that the sender had not seen."""
    with context.store.unit() as unit:
        desk = sit_down(context, unit, actor, conversation_id)
        check_version(desk, given.version, _SETTINGS | _SAYINGS)
        if desk.row.status == "resolved":
            return done(context, desk, [])
        return done(
            context, desk, unit.emit(desk.event("conversation.resolved", outcome=given.outcome, reason="agent"))
        )


def reopen(context: Context, actor: Actor, conversation_id: str, version: int) -> schemas.Changed:
    """Open a conversation again."""
    with context.store.unit() as unit:
        desk = sit_down(context, unit, actor, conversation_id)
        check_version(desk, version, _SETTINGS)
        if desk.row.status == "open":
            return done(context, desk, [])
        return done(context, desk, unit.emit(desk.event("conversation.reopened", reason="agent")))


def held_elsewhere(context: Context, actor: Actor, conversation_id: str) -> Found | None:
    """Return a conversation that another app of the business holds; None where none does. Raises NotFound."""
    require(actor, "conversations.answer")
    with context.store.read() as connection:
        row = repository.get_visible(connection, actor, conversation_id)
    return row if row.holder == ANOTHER_APP else None


def take_over(context: Context, actor: Actor, conversation_id: str) -> schemas.Changed:
    """Write down that a conversation was taken back from another app, which the provider has just said."""
    with context.store.unit() as unit:
        desk = sit_down(context, unit, actor, conversation_id)
        if desk.row.holder != ANOTHER_APP:
            return done(context, desk, [])
        now_us = max(desk.now_us, (desk.row.holder_us or 0) + 1)
        return done(context, desk, unit.emit(replace(desk, now_us=now_us).event("conversation.taken_over")))


# --- what takes nothing away -----------------------------------------------------------------------


def see(context: Context, actor: Actor, conversation_id: str, message_id: str | None) -> schemas.Changed:
    """Mark everything up to a message, or to the end, as seen."""
    with context.store.unit() as unit:
        desk = sit_down(context, unit, actor, conversation_id)
        seen_us = _instant_of(unit.connection, desk.row, message_id)
        if seen_us is None or (seen_us <= (desk.row.seen_us or -1) and desk.row.unread_count == 0):
            return done(context, desk, [])
        key = f"seen:{desk.row.conversation_id}:{actor.person_id}:{seen_us}"
        return done(context, desk, unit.emit(desk.event("conversation.seen", key, seen_us=seen_us)))


def tag(context: Context, actor: Actor, conversation_id: str, name: str, *, is_on: bool) -> schemas.Changed:
    """Put a tag on, or take it off."""
    with context.store.unit() as unit:
        desk = sit_down(context, unit, actor, conversation_id)
        query = select(conversation_tag).where(
            conversation_tag.c.conversation_id == desk.row.conversation_id, conversation_tag.c.tag == name
        )
        known = unit.connection.execute(query).first()
        if (known is not None and bool(known.is_on)) == is_on:
            return done(context, desk, [])
        if known is not None:  # of two settings at one instant the fold could not tell the later
            desk = replace(desk, now_us=max(desk.now_us, known.set_us + 1))
        event_type = "conversation.tagged" if is_on else "conversation.untagged"
        return done(context, desk, unit.emit(desk.event(event_type, tag=name)))


def add_note(context: Context, actor: Actor, conversation_id: str, given: schemas.NoteGiven) -> schemas.NoteAdded:
    """Write a private text among agents; the same `client_id` again returns the note that is there."""
    with context.store.unit() as unit:
        desk = sit_down(context, unit, actor, conversation_id)
        key = f"note:{actor.person_id}:{given.client_id}"
        note_id = stable_id("not", actor.workspace_id, key)
        fresh = unit.emit(desk.event("note.added", key, note_id=note_id, text=given.text))
        shown = thread.notes(unit.connection, [note_id])
        if not shown:
            raise NotFound
        return schemas.NoteAdded(note=shown[0], seq=fresh[-1].seq if fresh else desk.row.version)


# --- shared ----------------------------------------------------------------------------------------


def done(context: Context, desk: Desk, fresh: list[Event]) -> schemas.Changed:
    """Return the conversation after a command, and the seq of what it emitted (its version where nothing was)."""
    shown = repository.present_one(desk.unit.connection, desk.row.conversation_id, context.clock.us())
    return schemas.Changed(conversation=shown, seq=fresh[-1].seq if fresh else shown.version)


def check_version(desk: Desk, version: int, matters: frozenset[str]) -> None:
    """Raise Conflict when others did something since `version` that matters to the command."""
    if version < desk.row.version and _since(desk.unit.connection, desk.row, version, desk.actor, matters):
        raise conflict(desk.unit.connection, desk.row, version, desk.actor, matters)


def conflict(connection: Connection, row: Found, version: int, actor: Actor, matters: frozenset[str]) -> Conflict:
    """Return the error that says what changed: {version, changed: [{event, by, at}]}.

    Where nothing did since that version, it names whatever brought the present state about.
    """
    changes = _since(connection, row, version, actor, matters) or _since(connection, row, 0, actor, _SETTINGS)[-1:]
    names = repository.names_of(connection, (each.actor_id for each in changes))
    changed = [
        {"event": each.type, "by": names.get(each.actor_id or "", each.actor_kind), "at": iso(each.occurred_us)}
        for each in changes
    ]
    return Conflict(version=row.version, changed=changed)


def _since(connection: Connection, row: Found, version: int, actor: Actor, matters: frozenset[str]) -> list[Found]:
    query = (
        select(journal.c.type, journal.c.actor_kind, journal.c.actor_id, journal.c.occurred_us, journal.c.seq)
        .where(
            journal.c.conversation_id.in_(repository.all_ids(connection, row.conversation_id)),
            journal.c.seq > version,
            journal.c.type.in_(matters),
        )
        .order_by(journal.c.seq.desc())
        .limit(_MOST_CHANGES)
    )
    others = [each for each in connection.execute(query) if each.actor_id != actor.person_id]
    return others[::-1]


def _check_assignee(connection: Connection, row: Found, person_id: str) -> None:
    """Raise BadInput unless the person is of this business, active, and sees the inbox."""
    query = select(person.c.role).where(
        person.c.person_id == person_id, person.c.workspace_id == row.workspace_id, person.c.is_active
    )
    role = connection.execute(query).scalar()
    if role is None or row.inbox_id not in inboxes_of(connection, row.workspace_id, person_id, role):
        raise BadInput("This person cannot see the conversation.", assignee_id=person_id)


def inboxes_of(connection: Connection, workspace_id: str, person_id: str, role: str) -> frozenset[str]:
    """Return the inboxes whose conversations a person sees."""
    query = select(inbox.c.inbox_id, inbox.c.is_private).where(inbox.c.workspace_id == workspace_id)
    is_private = {row.inbox_id: row.is_private for row in connection.execute(query)}
    joined = select(inbox_member.c.inbox_id).where(inbox_member.c.person_id == person_id, inbox_member.c.is_member)
    return visible_inboxes(
        role,
        frozenset(each for each, hidden in is_private.items() if not hidden),
        frozenset(is_private) & frozenset(connection.execute(joined).scalars()),
    )


def _instant_of(connection: Connection, row: Found, message_id: str | None) -> int | None:
    if message_id is None:
        return None if row.last_message_us is None else int(row.last_message_us)
    query = select(message.c.at_us).where(
        message.c.message_id == message_id, message.c.conversation_id == row.conversation_id
    )
    at_us = connection.execute(query).scalar()
    if at_us is None:
        raise NotFound
    return int(at_us)
