"""Whether a reply may go out at all: who holds the thread, its window, the contact's consent and address."""

from __future__ import annotations

from app.context import Context
from app.inbox.service import Desk
from app.state import standing
from app.state.addresses import reach
from app.state.bounces import is_bounced
from app.state.conversations import ANOTHER_APP
from ingest.channels import registry
from ingest.domain import consent
from ingest.domain.errors import AddressBounced, Conflict
from ingest.kit.clock import iso


class WindowClosed(Conflict):
    """The time for free messages is over; send an approved template instead."""


class NoConsent(Conflict):
    """The contact does not want this message, or never said that they do."""


class HeldElsewhere(Conflict):
    """Another app of the business holds this conversation; take it over first."""


def check_holder(desk: Desk) -> None:
    """Raise HeldElsewhere while another app answers."""
    if desk.row.holder == ANOTHER_APP:
        raise HeldElsewhere


def check_window(desk: Desk, context: Context, kind: str) -> None:
    """Raise WindowClosed where only a template may be sent, and `kind` is none."""
    row = desk.row
    closed_us = standing.windows(desk.unit.connection, [row])[row.conversation_id]
    if kind == "template" or registry.is_window_open(row.channel, closed_us, context.clock.us()):
        return
    raise WindowClosed(closed_at=None if closed_us is None else iso(closed_us))


def check_consent(desk: Desk, *, is_marketing: bool = False) -> None:
    """Raise NoConsent where the outbox would not send what an agent wrote either."""
    sentence = consent.objection(
        standing.consents(desk.unit.connection, desk.row.contact_id),
        origin="typed",
        is_marketing=is_marketing,
        is_stop_total=registry.capabilities(desk.row.channel).is_stop_total,
        last_inbound_us=desk.row.last_inbound_us,
    )
    if sentence is not None:
        raise NoConsent(sentence)


def check_address(desk: Desk) -> None:
    """Raise AddressBounced where the outbox would not send to the contact's address either."""
    row = desk.row
    to = reach(desk.unit.connection, row.contact_id, row.inbox_id)
    if is_bounced(desk.unit.connection, desk.actor.workspace_id, row.channel, row.contact_id, to):
        raise AddressBounced
