"""What a mail means beside what is known: its thread, whether its id was used before, whether a complaint is one.

Headers decide a thread, so that any order of arrival agrees. Some programs send none; then the subject and who writes
decide, within a month (channels.md §8). What was decided is part of the event, so a rebuild decides nothing anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import Connection, Row, select

from ingest.channels.email.inbound import CHANNEL
from ingest.channels.email.threads import answers_unnamed, base_subject
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US
from ingest.kit.ids import stable_id
from ingest.store.live import contact_alias, conversation, message

_LATELY_US = 30 * DAY_US
_MOST = 200
_UNTOLD = frozenset({"placeholder", "revoked"})
"""Kinds that say nothing, so nothing differs from them."""


def settled(sql: Connection, events: Iterable[Event]) -> list[Event]:
    """Return the events of a delivery as the house takes them; those of other channels stay as they are."""
    return [found for each in events for found in (_settled(sql, each) if each.channel == CHANNEL else (each,))]


def _settled(sql: Connection, event: Event) -> Iterator[Event]:
    if event.type == "message.received":
        yield _in_its_thread(sql, _under_its_own_id(sql, event))
    elif event.type != "consent.recorded" or not event.payload.get("message_ref") or _is_of_theirs(sql, event):
        yield event


def _is_of_theirs(sql: Connection, event: Event) -> bool:
    """Say whether the mail that a complaint names is one of ours to who is said to complain: anybody can write one."""
    ours = select(message.c.contact_id).where(
        message.c.ref == event.payload["message_ref"], message.c.direction == "outbound"
    )
    return bool(sql.execute(ours).scalar() == _standing_for(sql, event.contact_id))


def _under_its_own_id(sql: Connection, event: Event) -> Event:
    """Return a mail under an id of its own where another one came under its Message-ID before.

    Programs repeat ids, and whoever saw one can write it. Copies of one mail keep From and Subject, whatever lists and
    providers do to its text; what differs in either is another mail.
    """
    known = select(message).where(message.c.message_id == event.payload["message_id"])
    row = sql.execute(known).first()
    if row is None or row.direction != "inbound" or row.content is None or row.kind in _UNTOLD:
        return event
    content, said = event.payload["content"], orjson.loads(row.content)
    is_same_author = _standing_for(sql, row.author_id) == _standing_for(sql, event.contact_id)
    if is_same_author and _folded(said.get("subject")) == _folded(content["subject"]):
        return event
    own = stable_id("msg", event.payload["message_id"], event.key)
    return replace(event, payload={**event.payload, "message_id": own, "message_ref": own})


def _in_its_thread(sql: Connection, event: Event) -> Event:
    content = event.payload["content"]
    subject, named = content["subject"] or "", [*content["references"], *content["in_reply_to"]]
    if not answers_unnamed(subject, content["message_id"], named) or _is_told(sql, event):
        return event
    for row in _lately(sql, event):
        said = orjson.loads(row.content) if row.content else {}
        if said.get("thread") and _folded(said.get("subject")) == _folded(subject):
            payload = {**event.payload, "content": {**content, "thread": said["thread"]}}
            return replace(event, conversation_id=row.conversation_id, payload=payload)
    return event


def _folded(subject: str | None) -> str:
    return " ".join(base_subject(subject or "").lower().split())


def _is_told(sql: Connection, event: Event) -> bool:
    known = select(message.c.message_id).where(message.c.message_id == event.payload["message_id"])
    return sql.execute(known).scalar() is not None


def _lately(sql: Connection, event: Event) -> Iterable[Row[Any]]:
    """Return what was said with a contact in an inbox within a month before, the newest first."""
    theirs = select(conversation.c.conversation_id).where(
        conversation.c.contact_id == _standing_for(sql, event.contact_id), conversation.c.inbox_id == event.inbox_id
    )
    query = select(message.c.conversation_id, message.c.content).where(
        message.c.conversation_id.in_(theirs),
        message.c.at_us >= event.occurred_us - _LATELY_US,
        message.c.at_us <= event.occurred_us,
    )
    return sql.execute(query.order_by(message.c.at_us.desc(), message.c.message_id.desc()).limit(_MOST)).all()


def _standing_for(sql: Connection, contact_id: str | None) -> str | None:
    alias = select(contact_alias.c.canonical_id).where(contact_alias.c.contact_id == contact_id)
    found: str | None = sql.execute(alias).scalar()
    return found or contact_id
