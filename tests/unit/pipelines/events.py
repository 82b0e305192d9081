"""What people and the outbox do, as events of one line each, for the lake's tests."""

from __future__ import annotations

from typing import Any

from ingest.domain.event import Event
from tests import builders as b


def a_deed(name: str, who: dict[str, str], at: int, by: str | None = "ag_1", **payload: Any) -> Event:
    """Return something that an agent, or with None the house itself, set about a conversation."""
    return Event(
        type=f"conversation.{name}",
        key=f"{name}:{who['address']}:{at}:{sorted(payload.items())}",
        occurred_us=b.T0 + at * b.SECOND,
        actor_kind="agent" if by else "system",
        actor_id=by,
        payload=payload,
        **b.whose(who),
    )


def a_reply(external_id: str, who: dict[str, str], at: int, agent: str = "ag_1", **payload: Any) -> Event:
    """Return a message that an agent wants sent."""
    body = {"message_id": f"our_{external_id}", "message_ref": None, "kind": "text", "text": "yes", "origin": "typed"}
    return Event(
        type="message.requested",
        key=f"requested:{external_id}",
        occurred_us=b.T0 + at * b.SECOND,
        actor_kind="agent",
        actor_id=agent,
        payload=body | payload,
        **b.whose(who),
    )


def a_reaction_sent(external_id: str, who: dict[str, str], at: int, emoji: str = "👍") -> Event:
    """Return a sign that an agent put on a message of the contact."""
    return a_reply(f"sign.{external_id}", who, at, kind="reaction", text=emoji, reply_to_ref=b.ref(external_id))


def a_step(name: str, external_id: str, at: int, /, **payload: Any) -> Event:
    """Return what became of a message in the outbox: attempted, accepted, failed, unresolved, retried or cancelled."""
    return Event(
        workspace_id=b.WORKSPACE,
        type=f"send.{name}",
        key=f"{name}:{external_id}:{at}",
        occurred_us=b.T0 + at * b.SECOND,
        payload={"message_id": f"our_{external_id}", **payload},
    )


def accepted(external_id: str, at: int) -> Event:
    """Return that the provider took a message."""
    return a_step("accepted", external_id, at, message_ref=b.ref(external_id), external_id=external_id)


def refused(external_id: str, at: int, will_retry_us: int | None = None) -> Event:
    """Return that the provider did not."""
    return a_step("failed", external_id, at, code="131026", retry="never", will_retry_us=will_retry_us)


def a_house(zone: str) -> Event:
    """Return the business, in a time zone."""
    return Event(
        workspace_id=b.WORKSPACE,
        type="workspace.created",
        key=f"w:{zone}",
        occurred_us=b.T0,
        payload={"name": "W", "timezone": zone},
    )
