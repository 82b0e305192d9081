"""What people are told of a mailbox that does not work: a notice above its inbox, one a day for each reason."""

from __future__ import annotations

from ingest.channels.base import Connection
from ingest.channels.email.inbound import CHANNEL
from ingest.domain import identity
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US


def notice(connection: Connection, event: str, code: str, title: str, now_us: int) -> Event:
    """Return that something about a connection needs an administrator; `title` is a sentence for people."""
    return Event(
        workspace_id=connection.workspace_id,
        type="channel.reported",
        key=f"email:{event}:{connection.connection_id}:{code}:{now_us // DAY_US}",
        occurred_us=now_us,
        recorded_us=now_us,
        channel=CHANNEL,
        inbox_id=identity.inbox_id(connection.workspace_id, CHANNEL, connection.connection_id),
        payload={
            "subject": "account",
            "event": event,
            "severity": "warning",
            "external_id": connection.connection_id,
            "title": title,
            "content": {"code": code},
        },
    )
