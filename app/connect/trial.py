"""A test message: an ordinary one, through the outbox, that says what it is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.connect.checking import Account
from app.connect.service import can_test, known_channel
from app.context import Context
from ingest.domain import identity
from ingest.domain.errors import BadInput, NotFound
from ingest.domain.event import Event
from ingest.domain.identity import Identity
from ingest.store.live import message

TEXT = "This is a test message from {name}. Nothing needs to be done."


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a test message stands in the outbox, and what the provider says against it."""

    message_id: str
    conversation_id: str | None
    state: str
    """queued, sending, accepted, failed, unresolved or cancelled; then delivered or read, where the provider tells."""
    reason: str | None

    @property
    def is_over(self) -> bool:
        """Say whether it was taken or given up."""
        return self.state not in ("queued", "sending")


def send_test(context: Context, account: Account, to: str, person_id: str | None) -> str:
    """Ask for a test message to an address and return its id; raises BadInput for what is no address there."""
    connection = account.connection
    recipient = recipient_of(connection.channel, to)
    if not can_test(connection):
        raise BadInput("No test message can be sent through this channel.")
    inbox_id = account.inbox_id
    contact_id = identity.contact_id(connection.workspace_id, connection.channel, recipient)
    now = context.clock.us()
    message_id = f"msg_{context.ids(now)}"
    event = Event(
        workspace_id=connection.workspace_id,
        type="message.requested",
        key=f"test:{message_id}",
        occurred_us=now,
        channel=connection.channel,
        inbox_id=inbox_id,
        contact_id=contact_id,
        conversation_id=identity.conversation_id(connection.workspace_id, inbox_id, contact_id),
        actor_kind="agent" if person_id else "system",
        actor_id=person_id,
        payload={
            "message_id": message_id,
            "message_ref": None,
            "external_id": None,
            "kind": "text",
            "text": TEXT.format(name=connection.name),
            "media": [],
            "content": None,
            "reply_to_ref": None,
            "language": "en",
            "to": [dict(recipient)],
            "template": None,
            "interactive": None,
            "origin": "typed",
            "due_us": now,
        },
    )
    with context.store.unit() as unit:
        unit.emit(event)
    return message_id


def recipient_of(channel: str, to: str) -> Identity:
    """Return what people mean by an address on a channel.

    >>> recipient_of("whatsapp", "+55 (11) 98765-4321")["address"]
    '5511987654321'
    """
    kind, address = known_channel(channel).reaches, to.strip()
    if kind == "phone":
        address = identity.canonical_phone(address)
        if not 7 <= len(address) <= 15:
            raise BadInput("Write the number with its country code: +55 11 98765-4321.", field="to")
    elif kind == "email":
        name, at, host = address.rpartition("@")
        if not (name and at and "." in host) or any(each.isspace() for each in address):
            raise BadInput("Write an e-mail address: name@example.com.", field="to")
        address = address.lower()
    elif not address:
        raise BadInput("Write the id of somebody who has written to you.", field="to")
    return {"kind": kind, "address": address}


def outcome_of(context: Context, account: Account, message_id: str) -> Outcome:
    """Return where a message of an account stands; raises NotFound."""
    query = select(message).where(message.c.message_id == message_id, message.c.inbox_id == account.inbox_id)
    with context.store.read() as sql:
        row = sql.execute(query).mappings().first()
    if row is None:
        raise NotFound
    state = row["send_state"] if row["send_state"] != "accepted" else row["delivery_status"] or "accepted"
    return Outcome(message_id, row["conversation_id"], str(state), row["error_detail"])
