"""Asking for templates: an event that the worker takes up, so that nobody waits for a provider."""

from __future__ import annotations

from collections.abc import Iterable

from app.state.unit import Store
from ingest.channels.registry import capabilities
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US

TEMPLATE = "template"
"""The kind of message that a channel with templates has."""
_ONCE_US = 60 * SECOND_US
"""Whoever asks twice within this asked once: a list is a call for each hundred templates."""


def has_templates(channel: str) -> bool:
    """Say whether a channel has templates."""
    return TEMPLATE in capabilities(channel).kinds


def want_templates(store: Store, workspace_id: str, inboxes: Iterable[tuple[str, str]]) -> None:
    """Ask that the templates of these inboxes (channel, id) be listed anew; within one minute twice is once."""
    now = store.clock.us()
    wanted = [
        Event(
            workspace_id=workspace_id,
            type="templates.requested",
            key=f"templates.requested:{inbox_id}:{now // _ONCE_US}",
            occurred_us=now,
            channel=channel,
            inbox_id=inbox_id,
            payload={},
        )
        for channel, inbox_id in inboxes
        if has_templates(channel)
    ]
    if wanted:
        with store.unit() as unit:
            unit.emit(*wanted)
