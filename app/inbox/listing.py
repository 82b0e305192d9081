"""The list of conversations and its counts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, func, select, text, true

from app.access import Actor
from app.inbox import repository, schemas
from app.inbox.filters import MOST_DRIVEN, Question, compose, read_cursor, write_cursor
from ingest.store.live import conversation, conversation_tag, inbox
from ingest.store.search import find_conversations

COUNT_CAP = 1_000


def page(connection: Connection, actor: Actor, ask: schemas.ListAsk, now_us: int) -> schemas.ConversationPage:
    """Return one page of what the actor may see of what was asked for; raises CursorInvalid.

    Pages go by key, not by number: what is new while one reads neither repeats nor hides a row.
    """
    read_cursor(ask.cursor, ask.sort)
    rows = _rows(connection, actor, ask)
    more = len(rows) > ask.limit
    rows = rows[: ask.limit]
    return schemas.ConversationPage(
        conversations=repository.present(connection, [row[1] for row in rows], now_us),
        next_cursor=write_cursor(ask.sort, rows[-1]) if more else None,
        counts=counts(connection, actor),
    )


def counts(connection: Connection, actor: Actor) -> schemas.Counts:
    """Return how many open conversations each tab of the actor has, up to 1,000."""
    if not actor.inbox_ids:
        return schemas.Counts(mine=0, unassigned=0, all=0)
    visible = (  # these inboxes are of one workspace; naming that too would keep an index from covering the count
        conversation.c.inbox_id.in_(sorted(actor.inbox_ids)),
        conversation.c.status == "open",
    )
    tabs: dict[str, ColumnElement[bool]] = {
        "mine": conversation.c.assignee_id == actor.person_id,
        "unassigned": conversation.c.assignee_id.is_(None),
        "all": true(),
    }
    capped = [
        select(func.count())
        .select_from(select(conversation.c.status).where(*visible, condition).limit(COUNT_CAP).subquery())
        .scalar_subquery()
        .label(tab)
        for tab, condition in tabs.items()
    ]
    return schemas.Counts(**connection.execute(select(*capped)).one()._mapping)


def _rows(connection: Connection, actor: Actor, ask: schemas.ListAsk) -> list[tuple[int, str]]:
    inboxes = _inboxes(connection, actor, ask)
    among = _among(connection, actor, ask, inboxes)
    if not inboxes or among == []:
        return []
    question = Question(
        workspace_id=actor.workspace_id, person_id=actor.person_id, inbox_ids=inboxes, ask=ask, among=among
    )
    statement = compose(question, is_sqlite=connection.dialect.name == "sqlite")
    return [(row[0], row[1]) for row in connection.execute(text(statement.sql), statement.values)]


def _inboxes(connection: Connection, actor: Actor, ask: schemas.ListAsk) -> list[str]:
    """Return the inboxes to read; a channel is a choice of inboxes, too."""
    wanted = set(actor.inbox_ids)
    if ask.inbox_id is not None:
        wanted &= {ask.inbox_id}
    if ask.channel is not None and wanted:
        query = select(inbox.c.inbox_id).where(inbox.c.inbox_id.in_(sorted(wanted)), inbox.c.channel == ask.channel)
        wanted = set(connection.execute(query).scalars())
    return sorted(wanted)


def _among(connection: Connection, actor: Actor, ask: schemas.ListAsk, inboxes: Iterable[str]) -> list[str] | None:
    """Return the conversations that a search or a rare tag leaves to choose from; None for any."""
    if ask.q and ask.q.strip():
        return find_conversations(connection, ask.q, actor.workspace_id, inboxes, MOST_DRIVEN)
    if ask.tag is not None:
        query = select(conversation_tag.c.conversation_id).where(
            conversation_tag.c.workspace_id == actor.workspace_id,
            conversation_tag.c.tag == ask.tag,
            conversation_tag.c.is_on,
        )
        tagged = list(connection.execute(query.limit(MOST_DRIVEN + 1)).scalars())
        return tagged if len(tagged) <= MOST_DRIVEN else None
    return None
