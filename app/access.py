"""Who is asking, and what they may do: the part of accounts that every room needs.

Four axes: workspace, inbox, role and field. A room takes `current_actor` as a dependency, asks
`require` for its right, and filters by `workspace_id` and `inbox_ids` in its queries; what is foreign
or invisible is `NotFound`, exactly like what does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from fastapi import Depends
from starlette.requests import HTTPConnection

from app.errors import NotAllowed, NotFound

Role = Literal["administrator", "supervisor", "agent", "marketer", "analyst"]
ROLES: tuple[Role, ...] = get_args(Role)

_INBOX_ROLES = frozenset[Role]({"administrator", "supervisor", "agent"})
_LEADERS = frozenset[Role]({"administrator", "supervisor"})
_ADMINISTRATOR = frozenset[Role]({"administrator"})

RIGHTS: Mapping[str, frozenset[Role]] = {
    "conversations.read": _INBOX_ROLES,
    "conversations.answer": _INBOX_ROLES,
    "conversations.assign_others": _LEADERS,
    "contacts.read": _INBOX_ROLES,
    "contacts.change": _INBOX_ROLES,
    "canned_responses.read": _INBOX_ROLES,
    "canned_responses.change": _LEADERS,
    "templates.read": _INBOX_ROLES | {"marketer"},
    "agents.read": _INBOX_ROLES,
    "channel_notices.read": _INBOX_ROLES,
    "channels.read": _LEADERS,
    "channels.change": _ADMINISTRATOR,
    "inboxes.change": _ADMINISTRATOR,
    "inbox_members.read": _LEADERS,
    "people.read": _LEADERS,
    "people.change": _ADMINISTRATOR,
    "quarantine.read": _ADMINISTRATOR,
    "quarantine.replay": _ADMINISTRATOR,
    "reports.read": frozenset[Role]({"administrator", "supervisor", "marketer", "analyst"}),
    "reports.text": _LEADERS,
    "sql.query": frozenset[Role]({"administrator", "analyst"}),
    "metrics.read": _ADMINISTRATOR,
}
"""Right to the roles that have it; what a role may do is declared here and nowhere else.

`conversations.answer` covers everything an agent does to a conversation, taking it for themself included.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The signed-in person behind a request, as of that request."""

    person_id: str
    workspace_id: str
    role: Role
    inbox_ids: frozenset[str]
    """Inboxes whose conversations this person may see; private ones only for members."""
    name: str
    language: str | None
    session_id: str | None = None
    """The browser session they came by; None for an API token."""

    @property
    def rights(self) -> frozenset[str]:
        """Return the names of all rights of this person's role."""
        return rights_of(self.role)


def rights_of(role: str) -> frozenset[str]:
    """Return the names of all rights of a role."""
    return frozenset(right for right, roles in RIGHTS.items() if role in roles)


def require(actor: Actor, right: str) -> None:
    """Raise NotAllowed unless the person's role has the right; KeyError for a right nobody declared."""
    if actor.role not in RIGHTS[right]:
        raise NotAllowed(right=right)


def require_inbox(actor: Actor, inbox_id: str | None) -> None:
    """Raise NotFound unless the person may see conversations of the inbox."""
    if inbox_id not in actor.inbox_ids:
        raise NotFound


def visible_inboxes(role: str, public: frozenset[str], joined: frozenset[str]) -> frozenset[str]:
    """Return the inboxes a role may read, given the workspace's public inboxes and those a person is a member of.

    Nobody reads a private inbox without being a member, administrators included: they may join, which
    is an event that everybody can see later.
    """
    if role in _LEADERS:
        return public | joined
    return joined if role in _INBOX_ROLES else frozenset()


Authenticate = Callable[[HTTPConnection], Actor]
"""Returns who is behind a request or WebSocket; raises NotSignedIn, or NotAllowed where a forged write is suspected."""


def current_actor(connection: HTTPConnection) -> Actor:
    """Return the person behind a request or WebSocket (a FastAPI dependency; reads the database).

    May be called again on a long-lived connection to see whether the session still stands.
    """
    authenticate: Authenticate = connection.app.state.authenticate
    return authenticate(connection)


CurrentActor = Annotated[Actor, Depends(current_actor)]
