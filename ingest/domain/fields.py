"""What a list of conversations may be narrowed and sorted by, declared once.

The API's parameters, the SQL behind them and the documentation read this; nothing else may be asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FieldType = Literal["choice", "id", "text", "flag"]
Operator = Literal["is", "is_set", "says"]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that may be asked of a conversation: name, type, operator, and the choices there are."""

    name: str
    type: FieldType
    operator: Operator
    doc: str
    choices: tuple[str, ...] = ()


STATUSES = ("open", "snoozed", "resolved")
SORTS = ("newest", "oldest", "waiting")

CONVERSATION_FIELDS: dict[str, Field] = {
    each.name: each
    for each in (
        Field(
            "tab",
            "choice",
            "is",
            "Whose conversations: mine, nobody's, or all that I may see.",
            ("mine", "unassigned", "all"),
        ),
        Field("status", "choice", "is", "What holds now.", (*STATUSES, "any")),
        Field("inbox_id", "id", "is", "The inbox it came in by."),
        Field("channel", "id", "is", "The channel of its inbox."),
        Field("tag", "text", "is", "A tag that is on it."),
        Field("assignee_id", "id", "is", "Who holds it."),
        Field("unread", "flag", "is_set", "Something in it was not seen yet."),
        Field("waiting", "flag", "is_set", "The contact waits for an answer."),
        Field("q", "text", "says", "Words of one message, or of the contact's name or number."),
    )
}
