"""Reads and writes of accounts: folded people and inboxes, and the tables that accounts own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.access import visible_inboxes
from ingest.domain.errors import NotFound
from ingest.store.live import inbox, inbox_member, person, workspace
from ingest.store.own import api_token, credential, session, sign_in_failure

Found = Row[Any]

# --- people and inboxes, folded ------------------------------------------------------------------


def workspaces(connection: Connection) -> Sequence[Found]:
    """Return every workspace of the deployment."""
    return connection.execute(select(workspace).order_by(workspace.c.workspace_id)).all()


def get_workspace(connection: Connection, workspace_id: str) -> Found:
    """Return a workspace; raises NotFound."""
    return _one(connection, select(workspace).where(workspace.c.workspace_id == workspace_id))


def people(connection: Connection, workspace_id: str) -> Sequence[Found]:
    """Return all people of a workspace, by name."""
    query = select(person).where(person.c.workspace_id == workspace_id)
    return connection.execute(query.order_by(person.c.name, person.c.person_id)).all()


def get_person(connection: Connection, workspace_id: str, person_id: str) -> Found:
    """Return a person of a workspace; raises NotFound, for a foreign one too."""
    return _one(
        connection, select(person).where(person.c.person_id == person_id, person.c.workspace_id == workspace_id)
    )


def person_by_email(connection: Connection, email: str) -> Found | None:
    """Return whoever signs in with an e-mail address, in any workspace."""
    return connection.execute(select(person).where(person.c.email == email)).first()


def active_administrators(connection: Connection, workspace_id: str) -> set[str]:
    """Return the ids of everybody who can administrate a workspace now."""
    query = select(person.c.person_id).where(
        person.c.workspace_id == workspace_id, person.c.role == "administrator", person.c.is_active
    )
    return set(connection.execute(query).scalars())


def inboxes(connection: Connection, workspace_id: str) -> Sequence[Found]:
    """Return all inboxes of a workspace, by name."""
    query = select(inbox).where(inbox.c.workspace_id == workspace_id)
    return connection.execute(query.order_by(inbox.c.name, inbox.c.inbox_id)).all()


def get_inbox(connection: Connection, workspace_id: str, inbox_id: str) -> Found:
    """Return an inbox of a workspace; raises NotFound, for a foreign one too."""
    return _one(connection, select(inbox).where(inbox.c.inbox_id == inbox_id, inbox.c.workspace_id == workspace_id))


def members(connection: Connection, inbox_id: str) -> Sequence[Found]:
    """Return the people who are members of an inbox, by name."""
    query = (
        select(person.c.person_id, person.c.name, person.c.role)
        .join(inbox_member, inbox_member.c.person_id == person.c.person_id)
        .where(inbox_member.c.inbox_id == inbox_id, inbox_member.c.is_member)
    )
    return connection.execute(query.order_by(person.c.name, person.c.person_id)).all()


def inboxes_of(connection: Connection, somebody: Found) -> frozenset[str]:
    """Return the inboxes whose conversations a person may see."""
    joined = select(inbox_member.c.inbox_id).where(
        inbox_member.c.person_id == somebody.person_id, inbox_member.c.is_member
    )
    public = select(inbox.c.inbox_id).where(inbox.c.workspace_id == somebody.workspace_id, ~inbox.c.is_private)
    own = select(inbox.c.inbox_id).where(inbox.c.workspace_id == somebody.workspace_id, inbox.c.inbox_id.in_(joined))
    return visible_inboxes(
        somebody.role,
        frozenset(connection.execute(public).scalars()),
        frozenset(connection.execute(own).scalars()),
    )


# --- credentials ---------------------------------------------------------------------------------


def password_hash(connection: Connection, person_id: str) -> str | None:
    """Return the hash of a person's password, None where they have none."""
    query = select(credential.c.password_hash).where(credential.c.person_id == person_id)
    return connection.execute(query).scalar()


def put_password_hash(connection: Connection, person_id: str, hashed: str, now_us: int) -> None:
    """Give a person a password, or another one."""
    values = {"password_hash": hashed, "changed_us": now_us}
    statement = _insert(connection)(credential).values(person_id=person_id, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=values))


# --- sessions ------------------------------------------------------------------------------------


def put_session(connection: Connection, **values: Any) -> None:
    """Begin a session."""
    connection.execute(insert(session).values(**values))


def session_with_person(connection: Connection, token_hash: str, now_us: int) -> Found | None:
    """Return a session that still stands, with its person; None if it ended or the person is inactive."""
    query = (
        select(person, session.c.used_us)
        .join(session, session.c.person_id == person.c.person_id)
        .where(session.c.token_hash == token_hash, session.c.expires_us > now_us, person.c.is_active)
    )
    return connection.execute(query).first()


def sessions_of(connection: Connection, person_id: str, now_us: int) -> Sequence[Found]:
    """Return a person's standing sessions, newest use first."""
    query = select(session).where(session.c.person_id == person_id, session.c.expires_us > now_us)
    return connection.execute(query.order_by(session.c.used_us.desc(), session.c.token_hash)).all()


def extend_session(connection: Connection, token_hash: str, used_us: int, expires_us: int) -> None:
    """Note that a session was used, and how long it now stands."""
    connection.execute(
        update(session).where(session.c.token_hash == token_hash).values(used_us=used_us, expires_us=expires_us)
    )


def end_session(connection: Connection, token_hash: str) -> None:
    """End one session; ending it twice changes nothing."""
    connection.execute(delete(session).where(session.c.token_hash == token_hash))


def end_sessions(connection: Connection, person_id: str) -> None:
    """End every session of a person."""
    connection.execute(delete(session).where(session.c.person_id == person_id))


def forget_expired_sessions(connection: Connection, now_us: int) -> None:
    """Remove sessions that nobody can use any more."""
    connection.execute(delete(session).where(session.c.expires_us <= now_us))


# --- API tokens ----------------------------------------------------------------------------------


def put_token(connection: Connection, **values: Any) -> None:
    """Keep a new API token's hash."""
    connection.execute(insert(api_token).values(**values))


def token_with_person(connection: Connection, token_hash: str) -> Found | None:
    """Return a valid API token with its active person, or None."""
    query = (
        select(person, api_token.c.token_id, api_token.c.used_us)
        .join(api_token, api_token.c.person_id == person.c.person_id)
        .where(api_token.c.token_hash == token_hash, api_token.c.revoked_us.is_(None), person.c.is_active)
    )
    return connection.execute(query).first()


def tokens_of(connection: Connection, person_id: str) -> Sequence[Found]:
    """Return a person's API tokens that are not revoked, newest first."""
    query = select(api_token).where(api_token.c.person_id == person_id, api_token.c.revoked_us.is_(None))
    return connection.execute(query.order_by(api_token.c.created_us.desc(), api_token.c.token_id)).all()


def use_token(connection: Connection, token_id: str, used_us: int) -> None:
    """Note that an API token was used."""
    connection.execute(update(api_token).where(api_token.c.token_id == token_id).values(used_us=used_us))


def revoke_token(connection: Connection, person_id: str, token_id: str, now_us: int) -> None:
    """Revoke one of a person's API tokens; raises NotFound for any other."""
    own = (api_token.c.token_id == token_id, api_token.c.person_id == person_id, api_token.c.revoked_us.is_(None))
    if not connection.execute(update(api_token).where(*own).values(revoked_us=now_us)).rowcount:
        raise NotFound


def revoke_tokens(connection: Connection, person_id: str, now_us: int) -> None:
    """Revoke every API token of a person."""
    own = (api_token.c.person_id == person_id, api_token.c.revoked_us.is_(None))
    connection.execute(update(api_token).where(*own).values(revoked_us=now_us))


# --- failed sign-ins -----------------------------------------------------------------------------


def failures(connection: Connection, subject: str, since_us: int) -> Sequence[int]:
    """Return the instants of a subject's failed sign-ins, oldest first."""
    query = select(sign_in_failure.c.at_us).where(
        sign_in_failure.c.subject == subject, sign_in_failure.c.at_us > since_us
    )
    return connection.execute(query.order_by(sign_in_failure.c.at_us)).scalars().all()


def put_failure(connection: Connection, subject: str, at_us: int) -> int:
    """Count one failed sign-in; returns the instant it is filed under, the next free one."""
    newest = select(func.max(sign_in_failure.c.at_us)).where(sign_in_failure.c.subject == subject)
    at_us = max(at_us, (connection.execute(newest).scalar() or 0) + 1)
    connection.execute(insert(sign_in_failure).values(subject=subject, at_us=at_us))
    return at_us


def forget_failure(connection: Connection, subject: str, at_us: int) -> None:
    """Take back one counted failure: it was a success after all."""
    connection.execute(
        delete(sign_in_failure).where(sign_in_failure.c.subject == subject, sign_in_failure.c.at_us == at_us)
    )


def forget_failures(connection: Connection, before_us: int) -> None:
    """Forget failures that count no longer."""
    connection.execute(delete(sign_in_failure).where(sign_in_failure.c.at_us <= before_us))


def _one(connection: Connection, query: Select[Any]) -> Found:
    found = connection.execute(query).first()
    if found is None:
        raise NotFound
    return found


def _insert(connection: Connection) -> Any:
    return sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
