"""The thread: messages, notes and system lines of a conversation in one order."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Select, and_, func, literal, or_, select, union_all

from app.inbox import repository, schemas
from app.inbox.activities import sentence
from app.inbox.filters import CursorInvalid
from app.inbox.repository import Found, at
from app.state.messages import REACTION
from ingest.channels import registry
from ingest.store.consumers import PROJECTOR, cursor_of
from ingest.store.live import activity, attachment, contact, contact_alias, identity, inbox, message, note, reaction

Mark = tuple[str, str]
"""Type and id of an entry."""

_SOURCES = {
    "message": (message, message.c.message_id),
    "note": (note, note.c.note_id),
    "activity": (activity, activity.c.event_id),
}
_SAID = ("message", "note")


def page(connection: Connection, rows: Sequence[Found], before: str | None, limit: int) -> schemas.Thread:
    """Return up to `limit` entries before a place, or the newest ones; raises CursorInvalid.

    `rows`: the conversation, and those at the customer's other doors, whose system lines are left out.
    """
    position = _read(before) if before is not None else None
    marks = connection.execute(_marks([row.conversation_id for row in rows], position, limit + 1)).all()
    shown = marks[:limit]
    return schemas.Thread(
        entries=entries(connection, [(mark.type, mark.id) for mark in reversed(shown)]),
        before=_write(shown[-1]) if len(marks) > limit else None,
        version=rows[0].version,
        reached_seq=cursor_of(connection, PROJECTOR),
    )


def entries(connection: Connection, marks: Sequence[Mark]) -> list[schemas.Message | schemas.Note | schemas.Activity]:
    """Return these entries, in this order; what is not (or no longer) there is left out."""
    ids: dict[str, list[str]] = {"message": [], "note": [], "activity": []}
    for kind, each in marks:
        ids[kind].append(each)
    found: dict[Mark, schemas.Message | schemas.Note | schemas.Activity] = {}
    found |= {("message", each.message_id): each for each in messages(connection, ids["message"])}
    found |= {("note", each.note_id): each for each in notes(connection, ids["note"])}
    found |= {("activity", each.event_id): each for each in activities(connection, ids["activity"])}
    return [found[mark] for mark in marks if mark in found]


def messages(connection: Connection, ids: Sequence[str]) -> list[schemas.Message]:
    """Return messages as a thread shows them."""
    if not ids:
        return []
    query = (
        select(message, contact.c.name.label("contact_name"), inbox.c.channel, inbox.c.name.label("inbox_name"))
        .outerjoin(contact, contact.c.contact_id == message.c.contact_id)
        .outerjoin(inbox, inbox.c.inbox_id == message.c.inbox_id)
        .where(message.c.message_id.in_(ids), message.c.direction.is_not(None))
    )
    rows = connection.execute(query).all()
    people = repository.names_of(connection, (row.author_id for row in rows))
    participants = _participants(connection, rows)
    files = _files(connection, ids)
    reactions = _reactions(connection, rows)
    quoted = _quoted(connection, {row.reply_to_ref for row in rows if row.reply_to_ref})
    return [
        schemas.Message(
            message_id=row.message_id,
            conversation_id=row.conversation_id,
            inbox=_door(row),
            direction=row.direction,
            kind=row.kind,
            text=row.text,
            media=[] if row.revoked_us else _media(row, files.get(row.message_id, {})),
            content=_loads(row.content),
            author=participants.get(row.author_id) or _author(row.author_kind, row.author_id, people, row.contact_name),
            at=at(row.at_us) or "",
            delivery_status=row.delivery_status,
            error=_error(row),
            reply_to=quoted.get(row.reply_to_ref),
            reactions=reactions.get(row.message_id, []),
            is_edited=row.edited_us is not None,
            is_revoked=row.revoked_us is not None,
            is_auto=bool(row.is_auto),
            album=row.album,
            origin=row.origin,
        )
        for row in rows
    ]


def notes(connection: Connection, ids: Sequence[str]) -> list[schemas.Note]:
    """Return notes as a thread shows them."""
    if not ids:
        return []
    rows = connection.execute(select(note).where(note.c.note_id.in_(ids))).all()
    people = repository.names_of(connection, (row.author_id for row in rows))
    return [
        schemas.Note(
            note_id=row.note_id,
            conversation_id=row.conversation_id,
            text=row.text,
            author=_author("agent", row.author_id, people, None),
            at=at(row.at_us) or "",
        )
        for row in rows
    ]


def activities(connection: Connection, ids: Sequence[str]) -> list[schemas.Activity]:
    """Return system lines as a thread shows them."""
    if not ids:
        return []
    rows = connection.execute(select(activity).where(activity.c.event_id.in_(ids))).all()
    payloads = {row.event_id: orjson.loads(row.payload) for row in rows}
    held = (payload.get("assignee_id") for payload in payloads.values())
    people = repository.names_of(connection, [*(row.actor_id for row in rows), *held])
    return [_activity(row, payloads[row.event_id], people) for row in rows]


def _activity(row: Found, payload: dict[str, Any], people: dict[str, str]) -> schemas.Activity:
    author = _author(row.actor_kind, row.actor_id, people, None)
    assignee = people.get(payload.get("assignee_id") or "")
    return schemas.Activity(
        event_id=row.event_id,
        activity=row.type,
        author=author,
        at=at(row.at_us) or "",
        payload=payload | ({"assignee_name": assignee} if assignee else {}),
        text=sentence(row.type, payload, author, assignee),
    )


def _marks(conversation_ids: Sequence[str], position: tuple[int, str] | None, limit: int) -> Any:
    """Return the statement that reads type and id of entries, newest first, equal instants by id."""
    own, *others = conversation_ids
    parts = [_newest(kind, own, position, limit) for kind in _SOURCES]
    parts += [_newest(kind, each, position, limit) for each in others for kind in _SAID]
    merged = union_all(*parts).subquery()
    return select(merged).order_by(merged.c.at_us.desc(), merged.c.id.desc()).limit(limit)


def _newest(kind: str, conversation_id: str, position: tuple[int, str] | None, limit: int) -> Any:
    table, key = _SOURCES[kind]
    part: Select[Any] = select(literal(kind).label("type"), key.label("id"), table.c.at_us.label("at_us")).where(
        table.c.conversation_id == conversation_id
    )
    if kind == "message":  # a stub has no direction; a reaction is shown on the message it is put on
        part = part.where(message.c.direction.is_not(None), message.c.kind != REACTION)
    if position is not None:
        at_us, last = position
        part = part.where(or_(table.c.at_us < at_us, and_(table.c.at_us == at_us, key < last)), table.c.at_us <= at_us)
    return select(part.order_by(table.c.at_us.desc(), key.desc()).limit(limit).subquery())


def _read(before: str) -> tuple[int, str]:
    try:
        at_us, last = orjson.loads(base64.urlsafe_b64decode(before.encode()))
    except (binascii.Error, ValueError, TypeError) as error:
        raise CursorInvalid from error
    if type(at_us) is not int or not isinstance(last, str) or "\x00" in last or abs(at_us) >= 2**63:
        raise CursorInvalid
    return at_us, last


def _write(mark: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([mark.at_us, mark.id])).decode()


# --- parts of a message ----------------------------------------------------------------------------


def _door(row: Found) -> schemas.Inbox | None:
    if row.inbox_id is None:
        return None
    return schemas.Inbox(inbox_id=row.inbox_id, name=row.inbox_name or "", channel=row.channel or "")


def _author(kind: str, author_id: str | None, people: dict[str, str], contact_name: str | None) -> schemas.Author:
    if kind == "contact":
        return schemas.Author(kind=kind, name=people.get(author_id or "") or contact_name)
    return schemas.Author(
        kind=kind, person_id=author_id if author_id in people else None, name=people.get(author_id or "")
    )


def _participants(connection: Connection, rows: Sequence[Found]) -> dict[str, schemas.Author]:
    """Return who of a group wrote, by the id of the address they wrote from: the group itself is the contact."""
    wanted = {row.author_id for row in rows if row.author_kind == "contact" and row.author_id} - {
        row.contact_id for row in rows
    }
    if not wanted:
        return {}
    query = (
        select(identity.c.contact_id.label("own"), identity.c.kind, identity.c.address, contact.c.contact_id)
        .add_columns(contact.c.name, contact.c.username)
        .outerjoin(contact_alias, contact_alias.c.contact_id == identity.c.contact_id)
        .outerjoin(contact, contact.c.contact_id == func.coalesce(contact_alias.c.canonical_id, identity.c.contact_id))
        .where(identity.c.contact_id.in_(wanted))
    )
    owners = {row.contact_id for row in rows}
    return {
        row.own: schemas.Author(kind="contact", name=row.name or _called(row), is_participant=True)
        for row in connection.execute(query)
        if row.contact_id not in owners
    }


def _called(row: Found) -> str:
    if row.username:
        return f"@{row.username}"
    return f"+{row.address}" if row.kind == "phone" else str(row.address)


def _files(connection: Connection, ids: Sequence[str]) -> dict[str, dict[int, Found]]:
    found: dict[str, dict[int, Found]] = {}
    for row in connection.execute(select(attachment).where(attachment.c.message_id.in_(ids))):
        found.setdefault(row.message_id, {})[row._mapping["index"]] = row
    return found


def _media(row: Found, files: dict[int, Found]) -> list[schemas.Media]:
    described = _loads(row.media) or []
    return [
        _one_file(row.message_id, index, described, files.get(index))
        for index in range(max(len(described), len(files)))
    ]


def _one_file(message_id: str, index: int, described: list[dict[str, Any]], stored: Found | None) -> schemas.Media:
    given = described[index] if index < len(described) else {}
    is_stored = stored is not None and stored.sha256 is not None
    is_failed = stored is not None and stored.problem is not None
    return schemas.Media(
        index=index,
        filename=(stored.filename if stored is not None else None) or given.get("filename"),
        mime=(stored.mime if stored is not None else None) or given.get("mime"),
        size=stored.size if stored is not None else None,
        url=f"/api/media/{message_id}/{index}" if is_stored else None,
        state="stored" if is_stored else "failed" if is_failed else "pending",
        is_voice=bool(given.get("is_voice")),
    )


def _reactions(connection: Connection, rows: Iterable[Found]) -> dict[str, list[schemas.Reaction]]:
    owner = {ref: row.message_id for row in rows for ref in (row.message_id, row.ref) if ref}
    found: dict[str, list[schemas.Reaction]] = {}
    query = select(reaction).where(
        reaction.c.ref.in_(list(owner)), reaction.c.emoji.is_not(None), reaction.c.emoji != ""
    )
    for row in connection.execute(query.order_by(reaction.c.by)):
        found.setdefault(owner[row.ref], []).append(schemas.Reaction(emoji=row.emoji, by=row.by))
    return found


def _quoted(connection: Connection, refs: set[str]) -> dict[str | None, schemas.Quoted]:
    if not refs:
        return {}
    query = select(message).where(
        or_(message.c.message_id.in_(refs), message.c.ref.in_(refs)), message.c.direction.is_not(None)
    )
    found: dict[str | None, schemas.Quoted] = {}
    for row in connection.execute(query):
        quoted = schemas.Quoted(message_id=row.message_id, text=row.text)
        found |= {row.message_id: quoted, row.ref: quoted}
    return found


def _error(row: Found) -> schemas.SendError | None:
    if row.error_code is None or row.delivery_status not in ("failed", "unresolved", "queued"):
        return None
    advice = registry.advice(row.channel, row.error_code)
    return schemas.SendError(code=row.error_code, detail=row.error_detail, advice=advice)


def _loads(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)
