"""What a stretch of the journal changed, as the stream tells it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Column, Connection, Row, or_, select

from app.inbox import repository, schemas, thread
from app.state.calls import CALL_REPORTED
from app.state.messages import REACTION
from ingest.domain.event import Event
from ingest.domain.events import EVENTS
from ingest.store.consumers import PROJECTOR, cursor_of
from ingest.store.journal import Journal
from ingest.store.live import contact_alias, conversation, conversation_alias, message

_CHUNK = 400
MOST = 1_000
"""Events told in one go."""
_MEMBERSHIP = frozenset({"inbox.member_added", "inbox.member_removed", "inbox.created", "person.changed"})
_SILENT = {
    "contact.looked_up",
    "delivery.received",
    "delivery.announced",
    "delivery.unreadable",
    "delivery.unrecognised",
}
_TOLD = frozenset(EVENTS) - _SILENT
_OF_CONTACT = frozenset({"contact.named", "contact.pictured", "contact.identified", "contact.joined", "contact.parted"})
_BY_MESSAGE = ("message.", "media.", "send.")
_IN_THREAD = frozenset({"assigned", "snoozed", "resolved", "reopened", "tagged", "untagged", "taken_over"})


@dataclass(frozen=True, slots=True)
class Change:
    """One conversation changed by the events up to `seq`; None for a conversation that is part of another now."""

    seq: int
    conversation_id: str
    inbox_id: str | None
    """Who sees this inbox may be told; None: everybody of the workspace (an id that is gone says nothing)."""
    workspace_id: str
    body: bytes
    """The JSON object to send, without its closing brace, so that counts can be put in for each listener."""

    def text(self, counts: schemas.Counts | None = None) -> str:
        """Return the message to send."""
        tail = b"" if counts is None else b',"counts":' + counts.model_dump_json().encode()
        return (self.body + tail + b"}").decode()


@dataclass(slots=True)
class Batch:
    """What happened up to `seq`, in order."""

    seq: int
    changes: list[Change] = field(default_factory=list)
    is_about_rights: bool = False
    """Somebody may see more, or less, than before."""


@dataclass(slots=True)
class _Run:
    """Neighbouring events of one conversation."""

    conversation_id: str
    workspace_id: str
    seq: int
    marks: dict[thread.Mark, None]


def reached(connection: Connection) -> int:
    """Return the seq up to which the live tables are folded: the stream tells of nothing later."""
    return cursor_of(connection, PROJECTOR)


def read(connection: Connection, journal: Journal, after: int, now_us: int, upto: int | None = None) -> Batch:
    """Return what happened after a seq, at most `MOST` events of it, and never later than `upto`.

    Every event is in exactly one change, and changes come in the order of their seq; so whoever resumes
    after any of them misses nothing and is told nothing twice.
    """
    head = reached(connection) if upto is None else min(upto, reached(connection))
    events = [each for each in journal.after(connection, after, MOST, _TOLD) if each.seq <= head]
    batch = Batch(events[-1].seq if len(events) == MOST else max(head, after))
    batch.is_about_rights = any(each.type in _MEMBERSHIP for each in events)
    runs = list(_runs(connection, events))
    shown = _shown(connection, runs, now_us)
    entries = _entries(connection, runs)
    for run in runs:
        batch.changes.append(_change(run, shown.get(run.conversation_id), entries))
    return batch


def _change(run: _Run, shown: schemas.Conversation | None, entries: dict[thread.Mark, bytes]) -> Change:
    told = b",".join(entries[mark] for mark in run.marks if mark in entries)
    if shown is None:
        told, about = b"", orjson.dumps({"conversation_id": run.conversation_id, "gone": True})
    else:
        about = shown.model_dump_json().encode()
    body = b'{"type":"change","seq":%d,"conversation":%s,"entries":[%s]' % (run.seq, about, told)
    return Change(run.seq, run.conversation_id, shown.inbox.inbox_id if shown else None, run.workspace_id, body)


def _shown(connection: Connection, runs: Sequence[_Run], now_us: int) -> dict[str, schemas.Conversation]:
    ids = list(dict.fromkeys(run.conversation_id for run in runs))
    return {each.conversation_id: each for each in repository.present(connection, ids, now_us)}


def _entries(connection: Connection, runs: Sequence[_Run]) -> dict[thread.Mark, bytes]:
    marks = list(dict.fromkeys(mark for run in runs for mark in run.marks))
    return {_mark(each): each.model_dump_json().encode() for each in thread.entries(connection, marks)}


def _mark(entry: schemas.Message | schemas.Note | schemas.Activity) -> thread.Mark:
    if isinstance(entry, schemas.Message):
        return "message", entry.message_id
    if isinstance(entry, schemas.Note):
        return "note", entry.note_id
    return "activity", entry.event_id


def _runs(connection: Connection, events: Sequence[Event]) -> Iterable[_Run]:
    """Yield neighbours of one conversation together; an event of a contact touches all of theirs, none twice."""
    messages = _messages(connection, events)
    canonical = _canonical(
        connection, [each.conversation_id for each in events if each.conversation_id], messages.values()
    )
    of_contacts = _of_contacts(connection, events)
    run: _Run | None = None
    for event in events:
        for conversation_id in _touched(event, messages, canonical, of_contacts):
            if run is not None and run.conversation_id == conversation_id:
                run.seq = event.seq
            else:
                if run is not None:
                    yield run
                run = _Run(conversation_id, event.workspace_id, event.seq, {})
            if (mark := _marked(event, messages)) is not None:
                run.marks[mark] = None
    if run is not None:
        yield run


def _touched(
    event: Event,
    messages: dict[str, tuple[str, str | None]],
    canonical: dict[str, str],
    of_contacts: dict[int, list[str]],
) -> list[str]:
    if event.type in _OF_CONTACT:
        return of_contacts.get(event.seq, [])
    conversation_id = event.conversation_id
    if conversation_id is None:
        found = _message_of(event, messages)
        conversation_id = found[1] if found else None
    return [canonical.get(conversation_id, conversation_id)] if conversation_id else []


def _of_contacts(connection: Connection, events: Iterable[Event]) -> dict[int, list[str]]:
    """Return by seq the conversations of the contacts that events are about.

    Where two contacts turned out to be one, those that became part of another are told of first: they are gone.
    """
    named = {each.seq: _people_of(each) for each in events if each.type in _OF_CONTACT}
    everybody = sorted(set().union(*named.values()))
    if not everybody:
        return {}
    aliases = _pairs(connection, contact_alias.c.contact_id, contact_alias.c.canonical_id, everybody)
    people = {seq: {*ids, *(each for one in ids for each in aliases.get(one, ()))} for seq, ids in named.items()}
    held = _pairs(connection, conversation.c.contact_id, conversation.c.conversation_id, set().union(*people.values()))
    open_ones = {seq: sorted(each for one in ids for each in held.get(one, ())) for seq, ids in people.items()}
    shown = {each for ids in open_ones.values() for each in ids}
    gone = _pairs(connection, conversation_alias.c.canonical_id, conversation_alias.c.conversation_id, shown)
    merging = {each.seq for each in events if each.type == "contact.identified"}
    return {
        seq: [*(sorted(each for one in ids for each in gone.get(one, ())) if seq in merging else ()), *ids]
        for seq, ids in open_ones.items()
    }


def _people_of(event: Event) -> set[str]:
    return {each for each in event.payload.get("contact_ids") or [event.contact_id] if each}


def _pairs(connection: Connection, key: Column[str], value: Column[str], keys: Collection[str]) -> dict[str, list[str]]:
    """Return, by key, the values that a table holds beside it."""
    found, wanted = defaultdict[str, list[str]](list), sorted(keys)
    for start in range(0, len(wanted), _CHUNK):
        for row in connection.execute(select(key, value).where(key.in_(wanted[start : start + _CHUNK]))):
            found[row[0]].append(row[1])
    return found


def _marked(event: Event, messages: dict[str, tuple[str, str | None]]) -> thread.Mark | None:
    if event.type.startswith(_BY_MESSAGE):
        found = _message_of(event, messages)
        return ("message", found[0]) if found else None
    if event.type == "note.added":
        return "note", event.payload["note_id"]
    if event.type == CALL_REPORTED:
        return "activity", event.payload["call_ref"]
    if event.type.startswith("conversation.") and event.type.rpartition(".")[2] in _IN_THREAD:
        return "activity", event.event_id
    return None


def _message_of(event: Event, messages: dict[str, tuple[str, str | None]]) -> tuple[str, str | None] | None:
    for name in ("message_id", "message_ref"):
        if (ref := event.payload.get(name)) and ref in messages:
            return messages[ref]
    return None


def _messages(connection: Connection, events: Sequence[Event]) -> dict[str, tuple[str, str | None]]:
    """Return (message id, conversation id) of every message that the events speak of, by id and by ref."""
    refs = {
        ref for each in events if each.type.startswith(_BY_MESSAGE)
        for name in ("message_id", "message_ref") if (ref := each.payload.get(name))
    }  # fmt: skip
    if not refs:
        return {}
    rows = _named(connection, refs)
    ours = {row.message_id: row.reply_to_ref for row in rows if row.kind == REACTION and row.reply_to_ref}
    targets = _by_name(_named(connection, set(ours.values())))
    found = _by_name(rows)
    for message_id, target in ours.items():  # a reaction is shown on its message, and not as one
        if target in targets:
            found |= {name: targets[target] for name, (each, _) in found.items() if each == message_id}
    return found


def _named(connection: Connection, names: Collection[str]) -> list[Row[Any]]:
    columns = select(
        message.c.message_id, message.c.ref, message.c.conversation_id, message.c.kind, message.c.reply_to_ref
    )
    wanted, rows = sorted(names), list[Row[Any]]()
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        rows += connection.execute(columns.where(or_(message.c.message_id.in_(chunk), message.c.ref.in_(chunk)))).all()
    return rows


def _by_name(rows: Iterable[Row[Any]]) -> dict[str, tuple[str, str | None]]:
    found: dict[str, tuple[str, str | None]] = {}
    for row in rows:
        names = (row.message_id, row.ref) if row.ref else (row.message_id,)
        found |= dict.fromkeys(names, (row.message_id, row.conversation_id))
    return found


def _canonical(
    connection: Connection, ids: Iterable[str], messages: Iterable[tuple[str, str | None]]
) -> dict[str, str]:
    wanted = sorted({*ids, *(each[1] for each in messages if each[1])})
    query = select(conversation_alias).where(conversation_alias.c.conversation_id.in_(wanted))
    return {row.conversation_id: row.canonical_id for row in connection.execute(query)} if wanted else {}
