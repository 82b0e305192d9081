"""What the accounts API takes and gives; instants are ISO 8601 UTC."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.access import Role, rights_of
from app.accounts.repository import Found
from app.accounts.sessions import session_id_of
from ingest.kit.clock import iso

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
]
"""One line of text without control characters."""
Language = Annotated[str, StringConstraints(max_length=35, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Password = Annotated[str, StringConstraints(max_length=200)]


class Given(BaseModel):
    """A request body: a field nobody knows is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class PersonGiven(Given):
    """A person to be added."""

    email: Annotated[str, StringConstraints(max_length=254)]
    name: Line
    role: Role
    language: Language | None = None
    password: Password


class PersonChanges(Given):
    """What is to change of a person; absent fields stay."""

    name: Line = ""
    role: Role = "agent"
    language: Language | None = None
    is_active: bool = True
    password: Password = ""
    current_password: Password | None = Field(None, description="The present password; only for changing one's own.")


class TokenGiven(Given):
    """An API token to be made."""

    name: Line


class Workspace(BaseModel):
    """The business."""

    workspace_id: str
    name: str
    timezone: str


class Person(BaseModel):
    """A person of the business."""

    person_id: str
    name: str
    email: str
    role: Role
    language: str | None
    is_active: bool

    @classmethod
    def of(cls, row: Found) -> Self:
        """Return a person from their row."""
        return cls.model_validate(row._mapping)


class Me(BaseModel):
    """Who I am and what I may do."""

    person_id: str
    name: str
    email: str
    role: Role
    language: str | None
    workspace: Workspace
    inboxes: list[str]
    can: list[str]

    @classmethod
    def of(cls, row: Found, home: Found, inbox_ids: frozenset[str]) -> Self:
        """Return what a person is told about themself."""
        workspace = Workspace(workspace_id=home.workspace_id, name=home.name, timezone=home.timezone)
        given = {name: row._mapping[name] for name in ("person_id", "name", "email", "role", "language")}
        return cls(**given, workspace=workspace, inboxes=sorted(inbox_ids), can=sorted(rights_of(row.role)))


class People(BaseModel):
    """All people of the business."""

    people: list[Person]


class Token(BaseModel):
    """An API token, without its secret."""

    token_id: str
    name: str
    created_at: str
    used_at: str | None

    @classmethod
    def of(cls, row: Found) -> Self:
        """Return a token from its row."""
        used_at = iso(row.used_us) if row.used_us else None
        return cls(token_id=row.token_id, name=row.name, created_at=iso(row.created_us), used_at=used_at)


class Tokens(BaseModel):
    """API tokens of one person."""

    tokens: list[Token]


class NewToken(BaseModel):
    """A token just made; its secret is never shown again."""

    token_id: str
    secret: str


class Session(BaseModel):
    """A browser that is signed in."""

    session_id: str
    created_at: str
    used_at: str
    expires_at: str
    user_agent: str | None
    is_current: bool

    @classmethod
    def of(cls, row: Found, current_id: str | None) -> Self:
        """Return a session from its row."""
        session_id = session_id_of(row.token_hash)
        return cls(
            session_id=session_id,
            created_at=iso(row.created_us),
            used_at=iso(row.used_us),
            expires_at=iso(row.expires_us),
            user_agent=row.user_agent,
            is_current=session_id == current_id,
        )


class Sessions(BaseModel):
    """Where I am signed in."""

    sessions: list[Session]


class Inbox(BaseModel):
    """A door of the business."""

    inbox_id: str
    name: str
    channel: str
    address: str | None
    is_private: bool
    is_visible: bool = Field(description="Whether I may see its conversations.")

    @classmethod
    def of(cls, row: Found, inbox_ids: frozenset[str]) -> Self:
        """Return an inbox from its row."""
        given = {name: row._mapping[name] for name in ("inbox_id", "name", "channel", "address", "is_private")}
        return cls(**given, is_visible=row.inbox_id in inbox_ids)


class Inboxes(BaseModel):
    """The inboxes I know of."""

    inboxes: list[Inbox]


class Member(BaseModel):
    """A person who may work in an inbox."""

    person_id: str
    name: str
    role: Role

    @classmethod
    def of(cls, row: Found) -> Self:
        """Return a member from their row."""
        return cls.model_validate(row._mapping)


class Members(BaseModel):
    """Who may work in an inbox."""

    members: list[Member]
