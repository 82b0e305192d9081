"""A helpdesk's history as Parquet: inboxes, agents, labels, contacts, conversations, messages, status_events, csat.

The canonical tables any system can write (one file a table, times in UTC). Ids are the source's and count as
the workspace's own: a later, longer export of the same system adds only what is new. `intervals` are what the
source computed; they are derived here from the events instead. How far a message of ours came is told without
a time, so it stays a word (`delivery_status`) in the message; only a failure, which is immediate, is reported.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from ingest.domain import identity
from ingest.domain.errors import BadInput
from ingest.domain.event import Event
from ingest.kit.clock import to_us
from ingest.kit.ids import stable_id
from ingest.store.importers.runner import BATCH, Batch, Unreadable, fingerprint, gathered

Row = dict[str, Any]
_MOMENT = {"messages": "created_at", "status_events": "happened_at", "csat": "happened_at"}
_TIE = {"status_events": "conversation_id", "messages": "message_id", "csat": "conversation_id"}
_RANK = {"status_events": 0, "messages": 1, "csat": 2}
_REQUIRED = ("inboxes", "conversations", "messages")
_CHUNK = 2_000


class CanonicalParquet:
    """The source; a unit is a row of messages, status_events or csat, all merged in the order of time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        missing = [table for table in _REQUIRED if not self._path(table).is_file()]
        if missing:
            raise BadInput(f"This folder lacks {', '.join(f'{table}.parquet' for table in missing)}.")

    @cached_property
    def name(self) -> str:
        """Return `parquet:` and a fingerprint of all tables."""
        return f"parquet:{fingerprint(*sorted(self._folder.glob('*.parquet')))}"

    @cached_property
    def total(self) -> int:
        """Return how many messages, status events and ratings there are."""
        from pyarrow import parquet

        return sum(
            parquet.read_metadata(self._path(table)).num_rows for table in _MOMENT if self._path(table).is_file()
        )

    def batches(self, workspace_id: str, start: int) -> Iterator[Batch]:
        """Yield everything after the first `start` rows; doors, people and names come first of all."""
        if start >= self.total:
            return
        house = _House(workspace_id, self._read)
        first_us = min((us for us, _, _, _ in islice(self._merged(), 1)), default=0)
        if start == 0:
            yield from gathered(Batch(0, [event]) for event in house.foundation(first_us))
        yield from gathered((_batch(house, done, row) for done, row in self._after(start)), BATCH)

    def _after(self, start: int) -> Iterator[tuple[int, tuple[str, Row]]]:
        for done, (_, _, table, row) in enumerate(self._merged(), start=1):
            if done > start:
                yield done, (table, row)

    def _merged(self) -> Iterator[tuple[int, tuple[int, int], str, Row]]:
        streams = [self._stream(table) for table in _MOMENT if self._path(table).is_file()]
        return heapq.merge(*streams, key=lambda each: each[:2])

    def _stream(self, table: str) -> Iterator[tuple[int, tuple[int, int], str, Row]]:
        from pyarrow import parquet

        moment, tie = _MOMENT[table], _TIE[table]
        rows = parquet.read_table(self._path(table)).sort_by([(moment, "ascending"), (tie, "ascending")])
        for chunk in rows.to_batches(_CHUNK):
            for row in chunk.to_pylist():
                yield to_us(row[moment]), (_RANK[table], row[tie]), table, row

    def _read(self, table: str) -> list[Row]:
        from pyarrow import parquet

        path = self._path(table)
        return list(parquet.read_table(path).to_pylist()) if path.is_file() else []

    def _path(self, table: str) -> Path:
        return self._folder / f"{table}.parquet"


def _batch(house: _House, done: int, told: tuple[str, Row]) -> Batch:
    table, row = told
    try:
        return Batch(done, list(house.row(table, row)))
    except KeyError as error:
        return Batch(done, (), [Unreadable(f"{table}, row {done}", f"names {error}, which is in no table")])


class _House:
    """Makes the events of one workspace."""

    def __init__(self, workspace_id: str, read: Callable[[str], list[Row]]) -> None:
        self._workspace_id = workspace_id
        self._read = read
        self._inboxes = {row["inbox_id"]: row for row in read("inboxes")}
        self._contacts = {row["contact_id"]: row for row in read("contacts")}
        self._conversations = {row["conversation_id"]: row for row in read("conversations")}
        self._handed = {row["conversation_id"] for row in read("status_events") if row["kind"] == "bot_handoff"}
        self._rows = {"messages": self._message, "status_events": self._status, "csat": self._rating}

    def row(self, table: str, row: Row) -> Iterator[Event]:
        """Yield what a row says. Raises KeyError for a conversation, contact or inbox that no table has."""
        return self._rows[table](row)

    def foundation(self, us: int) -> Iterator[Event]:
        """Yield doors, people and their memberships, and contacts with their names."""
        for row in self._inboxes.values():
            payload = {
                "name": row["name"],
                "external_id": str(row["inbox_id"]),
                "connection_id": None,
                "is_private": False,
                "address": None,
            }
            yield self._house("inbox.created", f"inbox:{row['inbox_id']}", us, payload, row)
        for row in self._read("agents"):
            person_id = self._person(row["agent_id"])
            payload = {
                "person_id": person_id,
                "name": row["name"],
                "email": f"agent-{row['agent_id']}@parquet.invalid",
                "role": "agent",
                "language": None,
            }
            yield self._house("person.added", f"person:{row['agent_id']}", us, payload)
            for inbox in self._inboxes.values():
                yield self._house(
                    "inbox.member_added",
                    f"member:{row['agent_id']}:{inbox['inbox_id']}",
                    us,
                    {"person_id": person_id},
                    inbox,
                )

    def _message(self, row: Row) -> Iterator[Event]:
        us = to_us(row["created_at"])
        said = self._said(row)
        if row["direction"] == "in":
            contact = self._contacts.get(self._conversations[row["conversation_id"]]["contact_id"], {})
            more = {
                "identities": [self._address(row["conversation_id"])],
                "name": contact.get("name"),
                "referral": None,
            }
            flags: Row = {"is_forwarded": False, "group_ref": None, "is_history": False, "is_test": False, "errors": []}
            yield self._at(row, "message.received", f"message:{row['message_id']}", us, said | more | flags, "contact")
            return
        by = "bot" if row["sender_type"] == "bot" else "agent"
        more = {"to": [self._address(row["conversation_id"])], "template": None, "interactive": None, "due_us": None}
        told = {"origin": "bot" if by == "bot" else "typed", "is_import": True, "delivery_status": row["status"]}
        yield self._at(
            row, "message.requested", f"message:{row['message_id']}", us, said | more | told, by, row["sender_id"]
        )
        if row["status"] == "failed":
            payload = {
                "message_ref": said["message_ref"],
                "message_id": said["message_id"],
                "status": "failed",
                "errors": [],
                "pricing": None,
                "recipient": None,
            }
            yield self._at(row, "message.status_reported", f"message:{row['message_id']}:failed", us, payload)

    def _said(self, row: Row) -> Row:
        door = self._inboxes[self._conversations[row["conversation_id"]]["inbox_id"]]
        ref = identity.message_ref(self._workspace_id, self._inbox_id(door), str(row["message_id"]))
        said = {"message_id": ref, "message_ref": ref, "external_id": str(row["message_id"])}
        return said | {
            "kind": row["kind"],
            "text": row["content"],
            "media": [],
            "content": None,
            "reply_to_ref": None,
            "language": None,
        }

    def _status(self, row: Row) -> Iterator[Event]:
        us, kind, agent = to_us(row["happened_at"]), row["kind"], row["agent_id"]
        key = f"status:{row['conversation_id']}:{kind}:{us}"
        conversation = self._conversations[row["conversation_id"]]
        if kind == "opened":
            source = {name: conversation.get(name) for name in ("priority", "team_id")}
            payload = {"reason": "import", "tags": conversation.get("labels") or [], "source": source}
            yield self._at(row, "conversation.opened", key, us, payload)
            yield from self._ends_as(conversation)
        if kind == "bot_handoff" or (kind == "opened" and row["conversation_id"] not in self._handed):
            if conversation.get("assignee_id") is not None:
                payload = {
                    "assignee_id": self._person(conversation["assignee_id"]),
                    "reason": "import" if kind == "opened" else "handoff",
                }
                yield self._at(row, "conversation.assigned", f"{key}:assigned", us, payload)
        elif kind in ("resolved", "reopened"):
            payload = {"outcome": "done", "reason": "import"} if kind == "resolved" else {"reason": "import"}
            yield self._at(
                row, f"conversation.{kind}", key, us, payload, "agent" if agent is not None else "bot", agent
            )

    def _ends_as(self, conversation: Row) -> Iterator[Event]:
        """Yield the snooze of a conversation that is snoozed in the source, which does not say since when."""
        if conversation["status"] == "snoozed":
            key = f"status:{conversation['conversation_id']}:snoozed"
            yield self._at(
                conversation, "conversation.snoozed", key, to_us(conversation["last_activity_at"]), {"until_us": None}
            )

    def _rating(self, row: Row) -> Iterator[Event]:
        payload = {"by": "contact", "answers": [{"question": "rating", "answer": row["rating"]}]}
        us = to_us(row["happened_at"])
        yield self._at(row, "survey.answered", f"csat:{row['conversation_id']}:{us}", us, payload, "contact")

    def _address(self, conversation: int) -> dict[str, str]:
        contact_id = self._conversations[conversation]["contact_id"]
        phone = self._contacts.get(contact_id, {}).get("phone")
        return (
            {"kind": "phone", "address": identity.canonical_phone(phone)}
            if phone
            else {"kind": "external", "address": str(contact_id)}
        )

    def _at(
        self, row: Row, kind: str, key: str, us: int, payload: Row, by: str = "system", actor: int | None = None
    ) -> Event:
        conversation = self._conversations[row["conversation_id"]]
        door = self._inboxes[conversation["inbox_id"]]
        contact_id = identity.contact_id(self._workspace_id, door["channel"], self._address(row["conversation_id"]))
        who = {"contact": contact_id, "agent": self._person(actor) if actor is not None else None}.get(by)
        return Event(
            workspace_id=self._workspace_id,
            type=kind,
            key=f"parquet:{key}",
            occurred_us=us,
            payload=payload,
            channel=door["channel"],
            inbox_id=self._inbox_id(door),
            conversation_id=identity.conversation_id(
                self._workspace_id, self._inbox_id(door), contact_id, str(row["conversation_id"])
            ),
            contact_id=contact_id,
            actor_kind=by,
            actor_id=who,
        )

    def _house(self, kind: str, key: str, us: int, payload: Row, door: Row | None = None) -> Event:
        return Event(
            workspace_id=self._workspace_id,
            type=kind,
            key=f"parquet:{key}",
            occurred_us=us,
            payload=payload,
            channel=door["channel"] if door else None,
            inbox_id=self._inbox_id(door) if door else None,
        )

    def _inbox_id(self, door: Row) -> str:
        return identity.inbox_id(self._workspace_id, door["channel"], str(door["inbox_id"]))

    def _person(self, agent: int) -> str:
        return stable_id("per", self._workspace_id, "parquet", str(agent))
