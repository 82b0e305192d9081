"""The list's SQL, composed from an allow-list; values go in as parameters, never as text.

The list is one or a few streams, each of which one index reads in the order asked for, merged by the
database. Which index serves which question is said here, so that a page costs what a page holds and
not what the table holds.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from app.inbox.schemas import ListAsk
from ingest.domain.errors import BadInput
from ingest.domain.fields import STATUSES

MOST_DRIVEN = 1_000
"""So many conversations, named by tag or search, are looked up and sorted; more are read in order and tested."""
_MOST_STREAMS = 8
"""Inboxes read one by one; whoever sees more reads the workspace and skips the few that they do not see."""

_KEY = {"newest": "last_message_us", "oldest": "last_message_us", "waiting": "waiting_since_us"}
_INDEX = {
    "inbox": "conversation_inbox",
    "all": "conversation_all",
    "desk": "conversation_desk",
    "mine": "conversation_mine",
    "unread": "conversation_unread",
    "waiting": "conversation_waiting",
    "among": "sqlite_autoindex_conversation_1",  # the primary key
}

Position = tuple[int, str]


class CursorInvalid(BadInput):
    """The cursor is not one that this list gave out; begin again without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A list that somebody may see, made definite."""

    workspace_id: str
    person_id: str
    inbox_ids: Sequence[str]
    """Inboxes to read: visible to the person and not excluded by the question; never empty."""
    ask: ListAsk
    among: Sequence[str] | None = None
    """Conversations to choose from, where a search or a rare tag named them."""


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL and its parameters."""

    sql: str
    values: dict[str, Any]


def read_cursor(cursor: str | None, sort: str) -> Position | None:
    """Return the place that a cursor names; raises CursorInvalid for anything else."""
    if cursor is None:
        return None
    try:
        given_sort, key, row_id = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, ValueError, TypeError) as error:
        raise CursorInvalid from error
    if (
        given_sort != sort
        or type(key) is not int
        or not isinstance(row_id, str)
        or "\x00" in row_id
        or abs(key) >= 2**63
    ):
        raise CursorInvalid
    return key, row_id


def write_cursor(sort: str, position: Position) -> str:
    """Return the cursor of a place in a list."""
    return base64.urlsafe_b64encode(orjson.dumps([sort, *position])).decode()


def compose(question: Question, *, is_sqlite: bool) -> Statement:
    """Return the statement that reads (sort_key, conversation_id) of one page and one row more."""
    ask, values = question.ask, _values(question)
    streams = [
        _stream(index, equal, question, values, number, is_sqlite=is_sqlite)
        for number, (index, equal) in enumerate(_streams(question))
    ]
    descending = "DESC" if ask.sort == "newest" else "ASC"
    merged = " UNION ALL ".join(f"SELECT * FROM ({each}) AS s{number}" for number, each in enumerate(streams))
    return Statement(f"{merged} ORDER BY 1 {descending}, 2 {descending} LIMIT :most", values)


def _values(question: Question) -> dict[str, Any]:
    ask = question.ask
    values: dict[str, Any] = {"workspace": question.workspace_id, "most": ask.limit + 1}
    if (position := read_cursor(ask.cursor, ask.sort)) is not None:
        values |= {"key": position[0], "id": position[1]}
    return values


def _streams(question: Question) -> list[tuple[str, dict[str, Any]]]:
    """Return index and equal columns of each stream."""
    ask = question.ask
    statuses = STATUSES if ask.status == "any" else (ask.status,)
    if question.among is not None:
        return [("among", {})]
    if ask.sort == "waiting":
        return [("waiting", {"status": status}) for status in statuses]
    if _holder(question) != _ANYBODY:
        return _by_inbox("desk", "mine", question, statuses, {"assignee_id": _holder(question)})
    if ask.unread:
        return [("unread", {"status": status}) for status in statuses]
    if ask.waiting:  # hardly any but open ones wait, so the others are looked for among those who do
        rare = [("waiting", {"status": status}) for status in statuses if status != "open"]
        return rare + _by_inbox("inbox", "all", question, [each for each in statuses if each == "open"], {})
    return _by_inbox("inbox", "all", question, statuses, {})


def _by_inbox(
    few: str, many: str, question: Question, statuses: Sequence[str], more: dict[str, Any]
) -> list[tuple[str, dict[str, Any]]]:
    if len(question.inbox_ids) > _MOST_STREAMS:
        return [(many, {"status": status, **more}) for status in statuses]
    return [(few, {"inbox_id": inbox, "status": status, **more}) for inbox in question.inbox_ids for status in statuses]


def _stream(
    index: str, equal: dict[str, Any], question: Question, values: dict[str, Any], number: int, *, is_sqlite: bool
) -> str:
    ask = question.ask
    key = _KEY[ask.sort]
    # PostgreSQL has no hints and needs none: it has statistics.
    hint = f" INDEXED BY {_INDEX[index]}" if is_sqlite else ""
    direction, than = ("DESC", "<") if ask.sort == "newest" else ("ASC", ">")
    conditions = ["workspace_id = :workspace", f"{key} IS NOT NULL"]
    for column, value in equal.items():
        conditions.append(_equal(column, value, values, f"{column}_{number}"))
    if question.among is not None:
        conditions.append(f"conversation_id {_among(question.among, values, is_sqlite=is_sqlite)}")
    conditions += _rest(question, values, set(equal))
    if "key" in values:
        conditions.append(f"({key}, conversation_id) {than} (:key, :id)")
    return (
        f"SELECT {key} AS sort_key, conversation_id FROM conversation{hint} WHERE {' AND '.join(conditions)} "
        f"ORDER BY {key} {direction}, conversation_id {direction} LIMIT :most"
    )


def _rest(question: Question, values: dict[str, Any], served: set[str]) -> list[str]:
    """Return the conditions that the stream's index does not serve already."""
    ask, rest = question.ask, []
    if "inbox_id" not in served:
        rest.append(f"inbox_id IN ({_each('inbox', question.inbox_ids, values)})")
    if "status" not in served and ask.status != "any":
        rest.append(_equal("status", ask.status, values, "status"))
    if "assignee_id" not in served and (holder := _holder(question)) != _ANYBODY:
        rest.append(_equal("assignee_id", holder, values, "holder"))
    if ask.assignee_id is not None and ask.tab != "all":
        rest.append(_equal("assignee_id", ask.assignee_id, values, "assignee"))
    if ask.unread:
        rest.append("unread_count > 0")
    if ask.waiting:
        rest.append("waiting_since_us IS NOT NULL")
    if ask.tag is not None:
        values["tag"] = ask.tag
        rest.append(
            "EXISTS (SELECT 1 FROM conversation_tag AS t WHERE t.conversation_id = conversation.conversation_id "
            "AND t.tag = :tag AND t.is_on)"
        )
    return rest


_ANYBODY = object()


def _holder(question: Question) -> Any:
    """Return who must hold the conversation: a person's id, None for nobody, or `_ANYBODY`."""
    if question.ask.tab == "mine":
        return question.person_id
    if question.ask.tab == "unassigned":
        return None
    return question.ask.assignee_id or _ANYBODY


def _equal(column: str, value: Any, values: dict[str, Any], name: str) -> str:
    if value is None:
        return f"{column} IS NULL"
    values[name] = value
    return f"{column} = :{name}"


def _among(ids: Sequence[str], values: dict[str, Any], *, is_sqlite: bool) -> str:
    """Return a choice among a thousand ids as one parameter: a thousand parameters cost more than the query."""
    values["among"] = orjson.dumps(ids).decode() if is_sqlite else list(ids)
    return "IN (SELECT value FROM json_each(:among))" if is_sqlite else "= ANY(:among)"


def _each(name: str, items: Sequence[str], values: dict[str, Any]) -> str:
    values |= {f"{name}{position}": item for position, item in enumerate(items)}
    return ", ".join(f":{name}{position}" for position in range(len(items))) or "NULL"
