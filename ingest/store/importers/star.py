"""STAR (RasaHQ, MIT): live-chat dialogues between customers and agents who had suggestions and tools.

A folder with `dialogues.parquet` and `events.parquet`. One dialogue is one conversation. Traps of the
source: the guide is the experimenter and is left out; a tool's answer has no time and takes that of its
question; 99 dialogues were cut before anything happened and have no times: they are resolved at the start
of their batch (the Unix time in its name) and never opened, so that they have no duration.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from ingest.domain import identity
from ingest.domain.errors import BadInput
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US, to_us
from ingest.kit.ids import stable_id
from ingest.store.importers.runner import Batch, fingerprint, gathered

CHANNEL = "webchat"
INBOX = "star"
OUTCOMES = {
    "Complete": "complete",
    "EarlyDisconnectDuringDialogue": "abandoned",
    "DisconnectDuringDialogue": "disconnected",
}
Row = dict[str, Any]


class Star:
    """The source; a unit is a dialogue."""

    def __init__(self, folder: Path) -> None:
        self._dialogues, self._events = folder / "dialogues.parquet", folder / "events.parquet"
        for path in (self._dialogues, self._events):
            if not path.is_file():
                raise BadInput(f"This is not a STAR folder: {path.name} is not in it.")

    @cached_property
    def name(self) -> str:
        """Return `star:` and a fingerprint of both files."""
        return f"star:{fingerprint(self._dialogues, self._events)}"

    @cached_property
    def total(self) -> int:
        """Return how many dialogues there are."""
        return len(self._rows)

    def batches(self, workspace_id: str, start: int) -> Iterator[Batch]:
        """Yield the dialogues after the first `start`, a few hundred a batch."""
        house = _House(workspace_id)
        if start < self.total:
            yield from gathered(self._each(house, start))

    @cached_property
    def _rows(self) -> list[Row]:
        from pyarrow import parquet  # 0.2 s to import; only an import pays

        return sorted(parquet.read_table(self._dialogues).to_pylist(), key=lambda row: int(row["dialogue_id"]))

    def _each(self, house: _House, start: int) -> Iterator[Batch]:
        first_us = min(_began_us(row) for row in self._rows)
        yield Batch(start, [house.inbox(first_us), *house.people(self._rows)])
        happened = _Happened(self._events)
        for number, row in enumerate(self._rows[start:], start=start + 1):
            yield Batch(number, list(house.dialogue(row, happened.of(int(row["dialogue_id"])))))


class _Happened:
    """Walks the event file beside the dialogues, both in order of dialogue."""

    def __init__(self, path: Path) -> None:
        from pyarrow import parquet

        table = parquet.read_table(path).sort_by([("dialogue_id", "ascending"), ("seq", "ascending")])
        rows = (row for batch in table.to_batches(4096) for row in batch.to_pylist())
        self._groups = groupby(rows, key=lambda row: int(row["dialogue_id"]))
        self._next: tuple[int, list[Row]] | None = None

    def of(self, dialogue_id: int) -> list[Row]:
        while self._next is None or self._next[0] < dialogue_id:
            found = next(self._groups, None)
            if found is None:
                return []
            self._next = (found[0], list(found[1]))
        return self._next[1] if self._next[0] == dialogue_id else []


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an event of a dialogue belongs, and who the two sides are."""

    dialogue: str
    conversation_id: str
    contact_id: str
    person_id: str
    identity: identity.Identity


class _House:
    """Makes the events of one workspace."""

    def __init__(self, workspace_id: str) -> None:
        self._workspace_id = workspace_id
        self._inbox_id = identity.inbox_id(workspace_id, CHANNEL, INBOX)

    def inbox(self, us: int) -> Event:
        payload = {"name": "STAR", "external_id": INBOX, "connection_id": None, "is_private": False, "address": None}
        return self._event("inbox.created", "star:inbox", us, payload)

    def people(self, rows: list[Row]) -> Iterator[Event]:
        """Yield every agent as a person and a member, at their first dialogue."""
        first: dict[str, int] = {}
        for row in rows:
            agent = row["agent_id"]
            first[agent] = min(first.get(agent, _began_us(row)), _began_us(row))
        for agent, us in sorted(first.items()):
            person_id = self._person(agent)
            payload = {
                "person_id": person_id,
                "name": f"Agent {agent}",
                "email": f"{agent}@star.invalid",
                "role": "agent",
                "language": "en",
            }
            yield self._event("person.added", f"star:person:{agent}", us, payload)
            yield self._event("inbox.member_added", f"star:member:{agent}", us, {"person_id": person_id})

    def dialogue(self, row: Row, happened: list[Row]) -> Iterator[Event]:
        """Yield everything of one dialogue, in its order."""
        place = self._place(row)
        began = _began_us(row)
        if row["started_at"] is not None:
            tags = [*(row["domains"] or ()), *(row["tasks"] or ())]
            yield self._at(place, "conversation.opened", "opened", began, {"reason": "import", "tags": tags})
            yield self._at(
                place, "conversation.assigned", "assigned", began, {"assignee_id": place.person_id, "reason": "import"}
            )
        for position, each in enumerate(happened):
            yield from self._happened(place, each, happened[position + 1 : position + 2])
        ended = to_us(row["ended_at"]) if row["ended_at"] else began
        outcome = OUTCOMES.get(row["completion"], row["completion"])
        yield self._at(
            place, "conversation.resolved", "resolved", ended, {"outcome": outcome, "reason": "import"}, by="contact"
        )
        for by, questions in (("contact", row["user_q"]), ("agent", row["wizard_q"])):
            answers = [{"question": q["Question"], "answer": q["Answer"]} for q in json.loads(questions or "[]")]
            if answers:
                yield self._at(place, "survey.answered", f"survey:{by}", ended, {"by": by, "answers": answers}, by=by)

    def _happened(self, place: _Place, row: Row, following: list[Row]) -> Iterator[Event]:
        if row["ts"] is None:
            return
        seq, us, kind = f"{row['seq']:05}", to_us(row["ts"]), (row["actor"], row["action"])
        if kind == ("customer", "utter"):
            yield self._at(place, "message.received", seq, us, self._received(place, row), by="contact")
        elif kind in (("agent", "utter"), ("agent", "pick_suggestion")):
            yield self._at(place, "message.requested", seq, us, self._requested(place, row), by="agent")
        elif kind == ("agent", "request_suggestions"):
            payload = {"options": _options(row, following), "draft": row["text"]}
            yield self._at(place, "suggestion.offered", seq, us, payload, by="agent")
        elif kind == ("agent", "query"):
            answer = following[0]["item"] if following and following[0]["action"] == "return_item" else None
            payload = {"tool": row["api"], "arguments": _json(row["constraints"]), "answer": _json(answer)}
            yield self._at(place, "tool.queried", seq, us, payload, by="agent")

    def _message(self, place: _Place, row: Row) -> dict[str, Any]:
        external_id = f"{place.dialogue}:{row['seq']}"
        ref = identity.message_ref(self._workspace_id, self._inbox_id, external_id)
        return {
            "message_id": ref,
            "message_ref": ref,
            "external_id": external_id,
            "kind": "text",
            "text": row["text"],
            "media": [],
            "content": {"action_label": row["action_label"]} if row["action_label"] else None,
            "reply_to_ref": None,
            "language": "en",
        }

    def _received(self, place: _Place, row: Row) -> dict[str, Any]:
        more = {"identities": [dict(place.identity)], "name": None, "referral": None, "is_forwarded": False}
        return (
            self._message(place, row) | more | {"group_ref": None, "is_history": False, "is_test": False, "errors": []}
        )

    def _requested(self, place: _Place, row: Row) -> dict[str, Any]:
        origin = "suggestion" if row["action"] == "pick_suggestion" else "typed"
        more = {"to": [dict(place.identity)], "template": None, "interactive": None, "due_us": None}
        return self._message(place, row) | more | {"origin": origin, "is_import": True}

    def _place(self, row: Row) -> _Place:
        dialogue = str(row["dialogue_id"])
        who = {"kind": "external", "address": f"star:{row['customer_id']}"}
        contact_id = identity.contact_id(self._workspace_id, CHANNEL, who)
        conversation_id = identity.conversation_id(self._workspace_id, self._inbox_id, contact_id, dialogue)
        return _Place(dialogue, conversation_id, contact_id, self._person(row["agent_id"]), who)

    def _person(self, agent: str) -> str:
        return stable_id("per", self._workspace_id, "star", agent)

    def _at(self, place: _Place, kind: str, part: str, us: int, payload: Row, by: str = "system") -> Event:
        return Event(
            workspace_id=self._workspace_id,
            type=kind,
            key=f"star:{place.dialogue}:{part}",
            occurred_us=us,
            payload=payload,
            channel=CHANNEL,
            inbox_id=self._inbox_id,
            conversation_id=place.conversation_id,
            contact_id=place.contact_id,
            actor_kind=by,
            actor_id={"contact": place.contact_id, "agent": place.person_id}.get(by),
        )

    def _event(self, kind: str, key: str, us: int, payload: Row) -> Event:
        return Event(
            workspace_id=self._workspace_id, type=kind, key=key, occurred_us=us, payload=payload,
            channel=CHANNEL, inbox_id=self._inbox_id,
        )  # fmt: skip


def _began_us(row: Row) -> int:
    if row["started_at"] is not None:
        return to_us(row["started_at"])
    return int(row["batch_id"].rpartition("_")[2]) * SECOND_US


def _options(row: Row, following: list[Row]) -> list[Row]:
    """Return what was offered: STAR writes it at the pick that follows, if one does."""
    labels = (following[0]["label_options"] or ()) if following and following[0]["actor"] == "agent" else ()
    return [{"label": label, "text": None} for label in labels]


def _json(text: str | None) -> Any:
    return json.loads(text) if text else None
