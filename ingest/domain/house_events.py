"""The part of the event catalogue that comes from people here: what they do in the inbox, and the house itself."""

from __future__ import annotations

from ingest.domain.event_type import EventType

HOUSE = (
    # --- what people do in the inbox ----------------------------------------------------------
    EventType(
        "conversation.opened",
        "A conversation began at a known moment (imports say so; else the first message does).",
        {
            "reason": "import, inbound, outbound",
            "tags": "list of tags at the start",
            "source": "what it was imported from, where it was",
        },
    ),
    EventType(
        "conversation.assigned",
        "Who holds the conversation changed.",
        {"assignee_id": "the agent, or null for nobody", "reason": "claimed, assigned, import"},
    ),
    EventType(
        "conversation.snoozed",
        "Hidden until an instant or the next inbound message.",
        {"until_us": "instant, or null for the next message only"},
    ),
    EventType(
        "conversation.resolved",
        "The matter is closed.",
        {"outcome": "done, abandoned, disconnected or another word", "reason": "agent, contact, import"},
    ),
    EventType(
        "conversation.reopened",
        "Somebody opened it again by hand, or a snooze ended.",
        {"reason": "agent, snooze_ended"},
    ),
    EventType("conversation.tagged", "A tag was put on.", {"tag": "the tag"}),
    EventType("conversation.untagged", "A tag was taken off.", {"tag": "the tag"}),
    EventType(
        "conversation.seen",
        "An agent looked at everything up to an instant.",
        {"seen_us": "instant of the newest message seen"},
    ),
    EventType(
        "conversation.taken_over",
        "Somebody here took the conversation back from another app of the business that held it.",
        {},
    ),
    EventType("note.added", "A private text among agents.", {"note_id": "its id", "text": "what it says"}),
    EventType(
        "suggestion.offered",
        "Replies were offered to an agent.",
        {"options": "list of {label, text}", "draft": "what the agent had typed"},
    ),
    EventType(
        "tool.queried",
        "A back-end system was asked on behalf of a conversation.",
        {"tool": "its name", "arguments": "as given", "answer": "as given, or null"},
    ),
    EventType(
        "survey.answered",
        "Somebody answered a question about the conversation.",
        {"by": "contact or agent", "answers": "list of {question, answer}"},
    ),
    # --- the house itself ---------------------------------------------------------------------
    EventType(
        "workspace.created",
        "A business moved in.",
        {"name": "its name", "timezone": "IANA zone", "country": "ISO 3166 code for numbers without one"},
    ),
    EventType(
        "inbox.created",
        "A door was opened or described again.",
        {
            "name": "its name",
            "external_id": "number or account at the provider",
            "connection_id": "through which connection",
            "is_private": "true when only members see it",
            "address": "what contacts dial or type",
        },
    ),
    EventType("inbox.member_added", "A person may work in an inbox.", {"person_id": "who"}),
    EventType("inbox.member_removed", "A person may no longer work in an inbox.", {"person_id": "who"}),
    EventType(
        "person.added",
        "A person of the business joined.",
        {
            "person_id": "who",
            "name": "display name",
            "email": "address",
            "role": "administrator, supervisor, agent, marketer or analyst",
            "language": "of their console, or null",
        },
    ),
    EventType(
        "person.changed",
        "Role, name, language or standing of a person changed.",
        {
            "person_id": "who",
            "name": "new or absent",
            "role": "new or absent",
            "language": "new or absent",
            "is_active": "new or absent",
        },
    ),
    EventType(
        "template.described",
        "An approved or proposed message template, as the provider lists it.",
        {
            "template_id": "the provider's id",
            "name": "its name",
            "language": "code",
            "category": "MARKETING, UTILITY or AUTHENTICATION",
            "template_status": "APPROVED, PENDING …; UNLISTED where the provider lists it no more",
            "components": "as received",
        },
    ),
    EventType("templates.requested", "Somebody wants an inbox's templates to be listed anew.", {}),
    EventType(
        "canned_response.saved",
        "A saved text for agents.",
        {"shortcut": "what is typed after /", "text": "what it says, or null when removed"},
    ),
)
