"""System lines in words. English here; the console translates by `activity` and `payload`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.inbox.schemas import Author


def sentence(event_type: str, payload: Mapping[str, Any], author: Author, assignee: str | None) -> str:
    """Return one sentence about what somebody did to a conversation."""
    who = author.name or ("Somebody" if author.kind == "agent" else "Prosa")
    match event_type:
        case "conversation.assigned":
            return _assigned(who, payload, author, assignee)
        case "conversation.snoozed":
            until = "until the contact writes" if payload.get("until_us") is None else "for a while"
            return f"{who} snoozed the conversation {until}"
        case "conversation.resolved":
            return f"{who} resolved the conversation"
        case "conversation.reopened":
            return "The snooze ended" if payload.get("reason") == "snooze_ended" else f"{who} reopened the conversation"
        case "conversation.tagged":
            return f"{who} added the tag {payload.get('tag', '')}"
        case "conversation.untagged":
            return f"{who} removed the tag {payload.get('tag', '')}"
        case "conversation.taken_over":
            return f"{who} took the conversation back from another app"
        case "call.reported":
            return _called(payload)
    return f"{who}: {event_type}"


def _called(payload: Mapping[str, Any]) -> str:
    """Return how a call went, by what was told of it so far."""
    whose = "Call" if payload.get("direction") == "inbound" else "Call by us"
    if seconds := payload.get("duration_s"):
        return f"{whose}, {seconds // 60}:{seconds % 60:02}"
    events = payload.get("events") or {}
    if "accepted" in events:
        return f"{whose}, answered"
    ended = "terminate" in events or "rejected" in events
    return f"{whose}, not answered" if ended else f"{whose}, ringing"


def _assigned(who: str, payload: Mapping[str, Any], author: Author, assignee: str | None) -> str:
    if payload.get("assignee_id") is None:
        return f"{who} unassigned the conversation"
    if payload["assignee_id"] == author.person_id:
        return f"{who} took the conversation"
    return f"{who} assigned the conversation to {assignee or 'somebody'}"
