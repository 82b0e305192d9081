"""Workspaces, people, inboxes, saved texts and what providers report about accounts."""

from __future__ import annotations

from typing import Any

import orjson

from app.state import calls, templates
from app.state.world import World
from ingest.domain.event import Event


def _workspace_created(world: World, event: Event) -> None:
    given = event.payload
    world.workspace.put(
        event.workspace_id, name=given["name"], timezone=given["timezone"], country=given.get("country")
    )


def _person_added(world: World, event: Event) -> None:
    given = event.payload
    world.person.put(
        given["person_id"],
        workspace_id=event.workspace_id,
        name=given["name"],
        email=given["email"],
        role=given["role"],
        language=given.get("language"),
        is_active=True,
    )


def _person_changed(world: World, event: Event) -> None:
    changes = {name: event.payload[name] for name in ("name", "role", "language", "is_active") if name in event.payload}
    if world.person.get(event.payload["person_id"]):
        world.person.put(event.payload["person_id"], **changes)


def _inbox_created(world: World, event: Event) -> None:
    given = event.payload
    assert event.inbox_id is not None
    world.inbox.put(
        event.inbox_id,
        workspace_id=event.workspace_id,
        channel=event.channel or "unknown",
        external_id=given["external_id"],
        name=given["name"],
        address=given.get("address"),
        connection_id=given.get("connection_id"),
        is_private=bool(given.get("is_private", False)),
        is_known=True,
    )


def _membership(is_member: bool) -> Any:
    def handle(world: World, event: Event) -> None:
        row = world.inbox_member.get(event.inbox_id, event.payload["person_id"])
        if row is None or event.occurred_us >= row["set_us"]:
            world.inbox_member.put(
                event.inbox_id, event.payload["person_id"], is_member=is_member, set_us=event.occurred_us
            )

    return handle


def _canned_response_saved(world: World, event: Event) -> None:
    row = world.canned_response.get(event.workspace_id, event.payload["shortcut"])
    if row is None or event.occurred_us >= row["set_us"]:
        world.canned_response.put(
            event.workspace_id, event.payload["shortcut"], text=event.payload.get("text"), set_us=event.occurred_us
        )


def _channel_reported(world: World, event: Event) -> None:
    given = event.payload
    world.channel_notice.put(
        event.event_id,
        workspace_id=event.workspace_id,
        inbox_id=event.inbox_id,
        subject=given["subject"],
        severity=given["severity"],
        title=given["title"],
        matter=_matter(event),
        at_us=event.occurred_us,
        content=orjson.dumps(given.get("content")).decode(),
    )
    if given["subject"] == "handover":
        calls.hand_over(world, event)
    if given["subject"] == "template":
        templates.reported(world, event)


def _matter(event: Event) -> str:
    """Return what a notice is about: which thing, and of it what a title says beside the provider's word.

    A title is the thing and, after its last colon, what became of it; or a sentence around the word.
    """
    given = event.payload
    family = given["title"].rpartition(": ")[0] or given["title"].replace(str(given.get("event") or "\n"), "…")
    about = (event.inbox_id, given["subject"], given.get("external_id"), family)
    return orjson.dumps(about).decode()


HANDLERS = {
    "workspace.created": _workspace_created,
    "person.added": _person_added,
    "person.changed": _person_changed,
    "inbox.created": _inbox_created,
    "inbox.member_added": _membership(True),
    "inbox.member_removed": _membership(False),
    "canned_response.saved": _canned_response_saved,
    "channel.reported": _channel_reported,
}
