"""What a visitor sees of their conversation, read from the live tables in few statements for many visitors."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Row, select, tuple_

from app.webchat import beside
from app.webchat.beside import CHUNK, REACTION, SHOWN, is_shown
from app.webchat.deliveries import key_of_signing_in
from app.webchat.visits import Visitor
from ingest.channels.webchat.parse import client_id_of
from ingest.domain import identity
from ingest.domain.errors import NotFound
from ingest.store.bulk import known_keys
from ingest.store.consumers import PROJECTOR, cursor_of
from ingest.store.live import attachment, contact_alias, conversation, conversation_alias, journal, message, person

NEWEST = 100
"""Messages that a widget is given when it knows none."""
PAGE = 50
"""Messages that it is given when it asks for earlier ones."""
TYPES = (
    "message.received",
    "message.requested",
    "message.echoed",
    "message.edited",
    "message.revoked",
    "message.reacted",
    "message.status_reported",
    "media.stored",
    "send.accepted",
    "send.failed",
    "send.cancelled",
    "conversation.seen",
    "contact.identified",
)
"""Events after which a visitor may see something else than before."""
_MOST_MISSED = 500

Json = dict[str, Any]


def reached(sql: Connection) -> int:
    """Return the seq up to which the live tables are folded."""
    return cursor_of(sql, PROJECTOR)


def aliases_of(sql: Connection, visitors: Iterable[Visitor]) -> dict[str, str]:
    """Return whom each visitor's contact turned out to be; nothing for those who are themselves alone."""
    return dict(_pairs(sql, contact_alias.c.contact_id, contact_alias.c.canonical_id, _contacts(visitors)))


def conversations_of(
    sql: Connection, visitors: Collection[Visitor], aliases: Mapping[str, str] | None = None
) -> dict[Visitor, str]:
    """Return the conversation of each visitor as of now, whether or not anything was said in it."""
    contacts = aliases_of(sql, visitors) if aliases is None else aliases
    computed = {
        each: identity.conversation_id(
            each.workspace_id, each.door.inbox_id, contacts.get(each.contact_id, each.contact_id)
        )
        for each in visitors
    }
    canonical = canonical_ids(sql, computed.values())
    return {visitor: canonical.get(each, each) for visitor, each in computed.items()}


def is_spent(sql: Connection, visitor: Visitor) -> bool:
    """Say whether a stranger's token is one of somebody who has signed in since (`spent`)."""
    return bool(spent(sql, [visitor]))


def spent(sql: Connection, visitors: Collection[Visitor], aliases: Mapping[str, str] | None = None) -> set[Visitor]:
    """Return the strangers whose token is one of somebody who has signed in since, whose chat it must not open.

    On a shared computer it may have been kept by anybody. A signing in is found in the journal at once, and where it
    was folded.
    """
    strangers = [each for each in visitors if each.user_id is None]
    folded = aliases_of(sql, strangers) if aliases is None else aliases
    told: set[tuple[str, str]] = set()
    for workspace_id in {each.workspace_id for each in strangers}:
        keys = sorted({key_of_signing_in(each) for each in strangers if each.workspace_id == workspace_id})
        for start in range(0, len(keys), CHUNK):
            told |= {(workspace_id, key) for key in known_keys(sql, workspace_id, keys[start : start + CHUNK])}
    return {
        each for each in strangers if each.contact_id in folded or (each.workspace_id, key_of_signing_in(each)) in told
    }


def canonical_ids(sql: Connection, conversation_ids: Iterable[str]) -> dict[str, str]:
    """Return what each conversation that became part of another is part of."""
    alias = conversation_alias.c
    return dict(_pairs(sql, alias.conversation_id, alias.canonical_id, set(conversation_ids)))


def batch(sql: Connection, conversation_id: str, after: int | None) -> Json:
    """Return what changed in a conversation after a seq, or its newest messages where that is None or too long ago.

    Every message is given as it is now, so being told of it twice changes nothing.
    """
    head = reached(sql)
    missed = _touched(sql, conversation_id, after) if after is not None and after <= head else None
    if missed is None:
        ids, seen_us = _newest(sql, conversation_id), _seen(sql, conversation_id)
        return told(head, messages(sql, ids), seen_us, is_all=True) | {"is_beginning": len(ids) < NEWEST}
    return told(head, messages(sql, missed), _seen(sql, conversation_id))


def earlier(sql: Connection, conversation_id: str, before: int) -> Json:
    """Return the messages before the one with a seq; raises NotFound where the conversation shows none with it."""
    thread = select(message.c.at_us, message.c.message_id).where(
        message.c.conversation_id == conversation_id, is_shown()
    )
    edge = sql.execute(thread.where(message.c.seq == before)).first()
    if edge is None:
        raise NotFound("This conversation has no message with that seq.", field="before")
    place = tuple_(message.c.at_us, message.c.message_id)
    older = thread.where(place < tuple_(*edge)).order_by(message.c.at_us.desc(), message.c.message_id.desc())
    ids = [row.message_id for row in sql.execute(older.limit(PAGE + 1))]
    return {"type": "page", "messages": messages(sql, ids[:PAGE]), "is_beginning": len(ids) <= PAGE}


def told(seq: int, shown: Sequence[Json], seen_us: int | None, *, is_all: bool = False) -> Json:
    """Return the one form in which widgets are told; with `is_all` they forget what they showed before."""
    seen_at = seen_us // 1000 if seen_us else None
    return {"type": "batch", "seq": seq, "is_all": is_all, "messages": list(shown), "seen_at": seen_at}


def messages(sql: Connection, ids: Iterable[str]) -> list[Json]:
    """Return these messages in the order of time; not those that are not (or not yet) for visitors."""
    rows = _rows(sql, sorted(set(ids)))
    ours = {row.author_id for row in rows if row.author_id and row.direction == "outbound"}
    names = dict(_pairs(sql, person.c.person_id, person.c.name, ours))
    files = _files(sql, [row.message_id for row in rows])
    quotes, signs = beside.quotes(sql, rows), beside.signs(sql, rows)
    return [
        _view(row, names, files.get(row.message_id, []))
        | {"quote": quotes.get(row.message_id), "reactions": signs.get(row.message_id, [])}
        for row in rows
    ]


def seen_of(sql: Connection, conversation_ids: Collection[str]) -> dict[str, int | None]:
    """Return up to when an agent has looked at each conversation."""
    return dict(_pairs(sql, conversation.c.conversation_id, conversation.c.seen_us, conversation_ids))


def unreported(sql: Connection, conversation_id: str, upto: int, status: str) -> list[str]:
    """Return our messages up to a seq that nobody has reported to be `status` (delivered or read)."""
    beyond = ("read", "played") if status == "read" else ("delivered", "read", "played")
    query = select(message.c.message_id).where(
        message.c.conversation_id == conversation_id,
        message.c.direction == "outbound",
        message.c.kind != REACTION,
        message.c.delivery_status.in_(SHOWN),
        message.c.delivery_status.not_in(beyond),
        message.c.seq <= upto,
    )
    return list(sql.execute(query.order_by(message.c.at_us.desc()).limit(NEWEST)).scalars())


def target_of(sql: Connection, conversation_id: str, message_id: str) -> Row[Any]:
    """Return a message of a conversation to quote or react to; raises NotFound for what it does not show."""
    query = select(message).where(message.c.message_id == message_id, message.c.conversation_id == conversation_id)
    row = sql.execute(query.where(is_shown(), message.c.revoked_us.is_(None))).first()
    if row is None:
        raise NotFound("This conversation has no such message.", field="message_id")
    return row


def file_of(sql: Connection, conversation_id: str, sha256: str) -> Row[Any] | None:
    """Return a file that is part of a conversation, None for any other."""
    query = (
        select(attachment)
        .join(message, message.c.message_id == attachment.c.message_id)
        .where(attachment.c.sha256 == sha256, message.c.conversation_id == conversation_id, is_shown())
    )
    return sql.execute(query.where(message.c.revoked_us.is_(None)).limit(1)).first()


def _contacts(visitors: Iterable[Visitor]) -> set[str]:
    return {each.contact_id for each in visitors}


def _touched(sql: Connection, conversation_id: str, after: int) -> list[str] | None:
    """Return the messages that events after a seq speak of; None for too many."""
    alias = select(conversation_alias.c.conversation_id).where(conversation_alias.c.canonical_id == conversation_id)
    ids = [conversation_id, *sql.execute(alias).scalars()]
    query = select(journal.c.payload).where(
        journal.c.conversation_id.in_(ids), journal.c.seq > after, journal.c.type.in_(TYPES)
    )
    payloads = sql.execute(query.limit(_MOST_MISSED + 1)).scalars().all()
    if len(payloads) > _MOST_MISSED:
        return None
    named = {found for each in payloads if (found := named_by(orjson.loads(each))) is not None}
    return list(beside.meant(sql, named).values())


def named_by(payload: Json) -> str | None:
    """Return the id or ref of the message that an event speaks of; `beside.meant` says which message that is."""
    return payload.get("message_id") or payload.get("message_ref")


def _newest(sql: Connection, conversation_id: str) -> list[str]:
    query = select(message.c.message_id).where(message.c.conversation_id == conversation_id, is_shown())
    return list(
        sql.execute(query.order_by(message.c.at_us.desc(), message.c.message_id.desc()).limit(NEWEST)).scalars()
    )


def _seen(sql: Connection, conversation_id: str) -> int | None:
    return seen_of(sql, [conversation_id]).get(conversation_id)


def _rows(sql: Connection, ids: Sequence[str]) -> list[Row[Any]]:
    found: list[Row[Any]] = []
    for start in range(0, len(ids), CHUNK):
        query = select(message).where(message.c.message_id.in_(ids[start : start + CHUNK]), is_shown())
        found += sql.execute(query).all()
    return sorted(found, key=lambda row: (row.at_us, row.message_id))


def _files(sql: Connection, ids: Sequence[str]) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    for start in range(0, len(ids), CHUNK):
        query = select(attachment).where(
            attachment.c.message_id.in_(ids[start : start + CHUNK]), attachment.c.sha256.is_not(None)
        )
        for row in sql.execute(query.order_by(attachment.c.index)):
            found.setdefault(row.message_id, []).append(row)
    return found


def _pairs(sql: Connection, key: Any, value: Any, wanted: Collection[str]) -> list[tuple[str, Any]]:
    ids, found = sorted(wanted), list[tuple[str, Any]]()
    for start in range(0, len(ids), CHUNK):
        query = select(key, value).where(key.in_(ids[start : start + CHUNK]))
        found += [(row[0], row[1]) for row in sql.execute(query)]
    return found


def _view(row: Row[Any], names: dict[str, str], files: Sequence[Row[Any]]) -> Json:
    is_ours, is_gone = row.direction == "outbound", row.revoked_us is not None
    content = orjson.loads(row.content) if row.content and not is_gone else {}
    voices = {each["sha256"] for each in orjson.loads(row.media or "[]") if each.get("is_voice")}
    return {
        "id": row.message_id,
        "client_id": None if is_ours else client_id_of(row.external_id or ""),
        "is_ours": is_ours,
        "author": names.get(row.author_id) if is_ours and row.author_id else None,
        "kind": row.kind,
        "text": None if is_gone else row.text,
        "at": row.at_us // 1000,
        "seq": row.seq,
        "files": [] if is_gone else [_file(each, voices) for each in files],
        "choices": (content or {}).get("interactive") if is_ours and row.kind == "interactive" else None,
        "ref": row.ref,
        "reply_to": row.reply_to_ref,
        "is_edited": row.edited_us is not None,
        "is_gone": is_gone,
    }


def _file(row: Row[Any], voices: Collection[str]) -> Json:
    given = {"sha256": row.sha256, "mime": row.mime, "size": row.size, "filename": row.filename}
    return {**given, "is_voice": row.sha256 in voices}
