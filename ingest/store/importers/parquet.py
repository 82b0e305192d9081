"""A helpdesk's history as Parquet: inboxes, agents, labels, contacts, conversations, messages, status_events, csat.

The canonical tables any system can write (one file a table, times in UTC). Ids are the source's and count as
the workspace's own: a later, longer export of the same system adds only what is new. `intervals` are what the
source computed; they are derived here from the events instead. How far a message of ours came is told without
a time, so it is reported as of when the message was written. A conversation that no status event opens is opened
when it was created. What has no place here: zones and hours of inboxes, teams of agents, the agent of a rating,
and contacts of whom there is no conversation, for a contact is known by a channel.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Set
from functools import cached_property
from itertools import islice
from pathlib import Path

from ingest.domain import identity
from ingest.domain.event import Event
from ingest.kit.clock import to_us
from ingest.kit.ids import stable_id
from ingest.store.importers.parquet_tables import Row, check, lacking, path_of
from ingest.store.importers.runner import BATCH, Batch, Unreadable, fingerprint, gathered

_MOMENT = {
    "conversations": "created_at",
    "messages": "created_at",
    "status_events": "happened_at",
    "csat": "happened_at",
}
_TIE = {
    "conversations": "conversation_id",
    "status_events": "conversation_id",
    "messages": "message_id",
    "csat": "conversation_id",
}
_RANK = {"conversations": 0, "status_events": 1, "messages": 2, "csat": 3}
_CHUNK = 2_000
_NEVER_US = 2**62
"""Where rows without a moment are sorted: behind all others, as Arrow sorts them."""


class CanonicalParquet:
    """The source; a unit is a row of conversations, messages, status_events or csat, merged in the order of time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        check(folder)

    @cached_property
    def name(self) -> str:
        """Return `parquet:`, the edition of how they are read, and a fingerprint of all tables."""
        return f"parquet:2:{fingerprint(*sorted(self._folder.glob('*.parquet')))}"

    @cached_property
    def total(self) -> int:
        """Return how many conversations, messages, status events and ratings there are."""
        from pyarrow import parquet

        return sum(
            parquet.read_metadata(self._path(table)).num_rows for table in _MOMENT if self._path(table).is_file()
        )

    def batches(self, workspace_id: str, start: int) -> Iterator[Batch]:
        """Yield everything after the first `start` rows; doors, people and names come first of all."""
        if start >= self.total:
            return
        house = _House(workspace_id, self._read, self._heard())
        first_us = min((us for us, _, _, _ in islice(self._merged(), 1) if us < _NEVER_US), default=0)
        if start == 0:
            if house.unreadable:
                yield Batch(0, (), house.unreadable)
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
                yield _NEVER_US if row[moment] is None else to_us(row[moment]), (_RANK[table], row[tie]), table, row

    def _heard(self) -> set[object]:
        """Return the conversations in which the contact wrote: their messages carry the name."""
        from pyarrow import parquet

        read = parquet.read_table(self._path("messages"), columns=["conversation_id", "direction"])
        told = zip(read["conversation_id"].to_pylist(), read["direction"].to_pylist(), strict=True)
        return {conversation for conversation, direction in told if direction == "in"}

    def _read(self, table: str) -> list[Row]:
        from pyarrow import parquet

        path = self._path(table)
        return list(parquet.read_table(path).to_pylist()) if path.is_file() else []

    def _path(self, table: str) -> Path:
        return path_of(self._folder, table)


def _batch(house: _House, done: int, told: tuple[str, Row]) -> Batch:
    table, row = told
    where = f"{table}, {_TIE[table]} {row[_TIE[table]]}"
    if reason := lacking(table, row):
        return Batch(done, (), [Unreadable(where, reason)])
    try:
        return Batch(done, list(house.row(table, row)))
    except KeyError as error:
        return Batch(done, (), [Unreadable(where, f"names {error}, which is in no table")])


class _House:
    """Makes the events of one workspace."""

    def __init__(self, workspace_id: str, read: Callable[[str], list[Row]], heard: Set[object]) -> None:
        self._workspace_id = workspace_id
        self._read = read
        self._heard = heard
        self.unreadable: list[Unreadable] = []
        self._inboxes = {row["inbox_id"]: row for row in self._sound("inboxes")}
        self._agents = self._sound("agents")
        self._contacts = {row["contact_id"]: row for row in self._sound("contacts")}
        self._conversations = {
            row["conversation_id"]: row for row in read("conversations") if not lacking("conversations", row)
        }
        told = read("status_events")
        self._handed = {row["conversation_id"] for row in told if row["kind"] == "bot_handoff"}
        self._opened = {
            row["conversation_id"] for row in told if row["kind"] == "opened" and row["happened_at"] is not None
        }
        self._rows = {
            "conversations": self._conversation,
            "messages": self._message,
            "status_events": self._status,
            "csat": self._rating,
        }

    def _sound(self, table: str) -> list[Row]:
        """Return the rows that say enough; the others are told as unreadable."""
        rows = self._read(table)
        reasons = [lacking(table, row) for row in rows]
        self.unreadable += [
            Unreadable(f"{table}, row {number}", reason) for number, reason in enumerate(reasons, start=1) if reason
        ]
        return [row for row, reason in zip(rows, reasons, strict=True) if reason is None]

    def row(self, table: str, row: Row) -> Iterator[Event]:
        """Yield what a row says. Raises KeyError for a conversation, contact or inbox that no table has."""
        return self._rows[table](row)

    def foundation(self, us: int) -> Iterator[Event]:
        """Yield doors, people and their memberships."""
        for row in self._inboxes.values():
            payload = {
                "name": row["name"],
                "external_id": str(row["inbox_id"]),
                "connection_id": None,
                "is_private": False,
                "address": None,
            }
            yield self._house("inbox.created", f"inbox:{row['inbox_id']}", us, payload, row)
        for row in self._agents:
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
        told = {"origin": "bot" if by == "bot" else "typed", "is_import": True}
        yield self._at(
            row, "message.requested", f"message:{row['message_id']}", us, said | more | told, by, row["sender_id"]
        )
        if row["status"] is not None:
            payload = {
                "message_ref": said["message_ref"],
                "message_id": said["message_id"],
                "status": row["status"],
                "errors": [],
                "pricing": None,
                "recipient": None,
            }
            yield self._at(row, "message.status_reported", f"message:{row['message_id']}:{row['status']}", us, payload)

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

    def _conversation(self, row: Row) -> Iterator[Event]:
        """Yield the opening of a conversation of which no status event tells it, and whom it is with."""
        if row["conversation_id"] not in self._opened:
            opening = {"conversation_id": row["conversation_id"], "kind": "opened", "agent_id": None}
            yield from self._status(opening | {"happened_at": row["created_at"]})
        name = self._contacts.get(row["contact_id"], {}).get("name")
        if name and row["conversation_id"] not in self._heard:
            payload = {"name": name, "username": None, "source": "import"}
            yield self._at(row, "contact.named", f"named:{row['conversation_id']}", to_us(row["created_at"]), payload)

    def _status(self, row: Row) -> Iterator[Event]:
        us, kind, agent = to_us(row["happened_at"]), row["kind"], row["agent_id"]
        key = f"status:{row['conversation_id']}:{kind}:{us}"
        conversation = self._conversations[row["conversation_id"]]
        if kind == "opened":
            source = {name: conversation.get(name) for name in ("priority", "team_id", "status")}
            payload = {"reason": "import", "tags": conversation.get("labels") or [], "source": source}
            yield self._at(row, "conversation.opened", key, us, payload)
            yield from self._ends_as(conversation, us)
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

    def _ends_as(self, conversation: Row, opened_us: int) -> Iterator[Event]:
        """Yield the snooze of a conversation that is snoozed in the source, which does not say since when."""
        if conversation["status"] == "snoozed":
            key, last = f"status:{conversation['conversation_id']}:snoozed", conversation["last_activity_at"]
            us = opened_us if last is None else to_us(last)
            yield self._at(conversation, "conversation.snoozed", key, us, {"until_us": None})

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
