"""What is done with people, inbox membership and tokens; each change of a person is an event."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.access import ROLES, Actor, Role, require
from app.accounts import repository
from app.accounts.passwords import check_password, hash_password, is_password
from app.accounts.sessions import TOKEN_PREFIX, hash_token, session_id_of
from app.context import Context
from app.state.unit import Store, Unit
from ingest.domain.errors import BadInput, Conflict, NotAllowed, NotFound
from ingest.domain.event import Event
from ingest.kit.clock import Clock
from ingest.kit.ids import IdSource, stable_id

_EMAIL = re.compile(r"[^\s@\x00-\x1f\x7f]{1,64}@[^\s@\x00-\x1f\x7f]{1,189}")
_PUBLIC = ("name", "role", "language", "is_active")


# --- workspaces and people -----------------------------------------------------------------------


def create_workspace(store: Store, ids: IdSource, clock: Clock, name: str, timezone: str, country: str) -> str:
    """Move a business in and return its workspace id; the same name again is the same workspace.

    `timezone` is an IANA zone, `country` the ISO 3166 code that numbers without one belong to.
    Raises BadInput for a zone that does not exist.
    """
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadInput(f"There is no time zone {timezone!r}.") from error
    with store.unit() as unit:
        for known in repository.workspaces(unit.connection):
            if known.name == name:
                return str(known.workspace_id)
        workspace_id = stable_id("wsp", ids(clock.us()))
        payload = {"name": name, "timezone": timezone, "country": country}
        unit.emit(_event(workspace_id, "workspace.created", workspace_id, clock.us(), payload))
    return workspace_id


def add_person(
    store: Store,
    ids: IdSource,
    clock: Clock,
    workspace_id: str,
    *,
    email: str,
    name: str,
    role: Role,
    language: str | None = None,
    password: str | None = None,
    added_by: str | None = None,
) -> str:
    """Add a person to a workspace and return their id; without a password they cannot sign in yet.

    Raises Conflict when the e-mail address signs somebody in already (addresses are unique in a
    deployment: the sign-in form asks for nothing else), NotFound for an unknown workspace.
    """
    email = _checked_email(email)
    if role not in ROLES:
        raise BadInput(f"A role is one of {', '.join(ROLES)}.")
    hashed = None
    if password is not None:
        check_password(password, email=email, name=name)
        hashed = hash_password(password)
    now = clock.us()
    with store.unit() as unit:
        repository.get_workspace(unit.connection, workspace_id)
        if repository.person_by_email(unit.connection, email):
            raise Conflict("Somebody signs in with this e-mail address already.")
        person_id = stable_id("per", ids(now))
        payload = {"person_id": person_id, "name": name, "email": email, "role": role, "language": language}
        unit.emit(_event(workspace_id, "person.added", person_id, now, payload, added_by))
        if hashed:
            repository.put_password_hash(unit.connection, person_id, hashed, now)
    return person_id


def set_password(context: Context, workspace_id: str, person_id: str, password: str) -> None:
    """Give a person a new password, end all their sessions and revoke their API tokens."""
    with context.store.read() as connection:
        somebody = repository.get_person(connection, workspace_id, person_id)
    check_password(password, email=somebody.email, name=somebody.name)
    hashed = hash_password(password)
    with context.store.database.write() as connection:
        now = context.clock.us()
        repository.put_password_hash(connection, person_id, hashed, now)
        repository.end_sessions(connection, person_id)
        repository.revoke_tokens(connection, person_id, now)


def change_person(context: Context, actor: Actor, person_id: str, changes: Mapping[str, Any]) -> repository.Found:
    """Change a person's name, role, language, standing or password; returns them as they are then.

    Everybody may change their own name, language and password (giving the present one); the rest, and
    other people, take the right `people.change`. A new role, standing or password ends all sessions of
    the person; leaving or a new password revokes their API tokens too. The last active administrator cannot step down.
    """
    _require_changeable(actor, person_id, changes)
    if password := changes.get("password"):
        _check_present_password(context, actor, person_id, changes.get("current_password"))
    with context.store.unit() as unit:
        before = repository.get_person(unit.connection, actor.workspace_id, person_id)
        news = {name: changes[name] for name in _PUBLIC if name in changes and changes[name] != getattr(before, name)}
        if news:
            _change(context, unit, actor, before, news)
        after = repository.get_person(unit.connection, actor.workspace_id, person_id)
    if password:
        set_password(context, actor.workspace_id, person_id, password)
    return after


def tokens_of_person(context: Context, actor: Actor, person_id: str) -> list[repository.Found]:
    """Return anybody's API tokens to who may change people; NotFound for a person who is not there."""
    require(actor, "people.change")
    with context.store.read() as connection:
        repository.get_person(connection, actor.workspace_id, person_id)
        return list(repository.tokens_of(connection, person_id))


def revoke_tokens_of_person(context: Context, actor: Actor, person_id: str) -> None:
    """Revoke all of anybody's API tokens, at once."""
    require(actor, "people.change")
    with context.store.database.write() as connection:
        repository.get_person(connection, actor.workspace_id, person_id)
        repository.revoke_tokens(connection, person_id, context.clock.us())


def _change(context: Context, unit: Unit, actor: Actor, before: repository.Found, news: Mapping[str, Any]) -> None:
    now, person_id = context.clock.us(), before.person_id
    is_leaving = not news.get("is_active", True) or news.get("role", "administrator") != "administrator"
    if is_leaving and repository.active_administrators(unit.connection, before.workspace_id) == {person_id}:
        raise Conflict("A workspace needs an administrator; name another one first.")
    payload = {"person_id": person_id, **news}
    unit.emit(_event(before.workspace_id, "person.changed", context.ids(now), now, payload, actor.person_id))
    if "role" in news or "is_active" in news:
        repository.end_sessions(unit.connection, person_id)
    if not news.get("is_active", True):
        repository.revoke_tokens(unit.connection, person_id, now)


def _require_changeable(actor: Actor, person_id: str, changes: Mapping[str, Any]) -> None:
    if person_id != actor.person_id or {"role", "is_active"} & changes.keys():
        require(actor, "people.change")


def _check_present_password(context: Context, actor: Actor, person_id: str, given: str | None) -> None:
    if actor.session_id is None:
        raise NotAllowed("A password is changed from a session, not with an API token.")
    if person_id != actor.person_id:
        return
    with context.store.read() as connection:
        known = repository.password_hash(connection, person_id)
    if not is_password(given or "", known):
        raise NotAllowed("The present password is wrong.")


# --- inbox membership ----------------------------------------------------------------------------


def listed_inboxes(context: Context, actor: Actor) -> list[repository.Found]:
    """Return the inboxes a person may see; who may change inboxes sees that private ones exist."""
    with context.store.read() as connection:
        known = repository.inboxes(connection, actor.workspace_id)
    is_keeper = "inboxes.change" in actor.rights
    return [each for each in known if is_keeper or each.inbox_id in actor.inbox_ids]


def members(context: Context, actor: Actor, inbox_id: str) -> list[repository.Found]:
    """Return the members of an inbox; raises NotFound for one the person may not see."""
    require(actor, "inbox_members.read")
    with context.store.read() as connection:
        repository.get_inbox(connection, actor.workspace_id, inbox_id)
        if inbox_id not in actor.inbox_ids and "inboxes.change" not in actor.rights:
            raise NotFound
        return list(repository.members(connection, inbox_id))


def set_member(context: Context, actor: Actor, inbox_id: str, person_id: str, *, is_member: bool) -> None:
    """Let a person into an inbox or take them out; what holds already changes nothing."""
    require(actor, "inboxes.change")
    now = context.clock.us()
    with context.store.unit() as unit:
        door = repository.get_inbox(unit.connection, actor.workspace_id, inbox_id)
        repository.get_person(unit.connection, actor.workspace_id, person_id)
        if is_member == any(each.person_id == person_id for each in repository.members(unit.connection, inbox_id)):
            return
        kind = "inbox.member_added" if is_member else "inbox.member_removed"
        event = _event(actor.workspace_id, kind, context.ids(now), now, {"person_id": person_id}, actor.person_id)
        unit.emit(_at(event, door))


# --- tokens and sessions -------------------------------------------------------------------------


def create_token(context: Context, actor: Actor, name: str) -> tuple[str, str]:
    """Return the id and the secret of a new API token; only its hash is kept, so it is shown this once."""
    if actor.session_id is None:
        raise NotAllowed("API tokens are made from a session, not with an API token.")
    secret, now = TOKEN_PREFIX + secrets.token_urlsafe(32), context.clock.us()
    token_id = stable_id("tok", context.ids(now))
    with context.store.database.write() as connection:
        repository.put_token(
            connection,
            token_id=token_id,
            token_hash=hash_token(secret),
            person_id=actor.person_id,
            name=name,
            created_us=now,
        )
    return token_id, secret


def revoke_token(context: Context, actor: Actor, token_id: str) -> None:
    """Revoke one of the person's own API tokens; raises NotFound for any other."""
    with context.store.database.write() as connection:
        repository.revoke_token(connection, actor.person_id, token_id, context.clock.us())


def end_session(context: Context, actor: Actor, session_id: str) -> None:
    """End one of the person's own sessions; raises NotFound for any other."""
    with context.store.database.write() as connection:
        for each in repository.sessions_of(connection, actor.person_id, context.clock.us()):
            if session_id_of(each.token_hash) == session_id:
                return repository.end_session(connection, each.token_hash)
    raise NotFound


# --- making events -------------------------------------------------------------------------------


def _event(
    workspace_id: str, kind: str, key: str, now_us: int, payload: Mapping[str, Any], actor_id: str | None = None
) -> Event:
    return Event(
        workspace_id=workspace_id,
        type=kind,
        key=f"{kind}:{key}",
        occurred_us=now_us,
        payload=payload,
        actor_kind="agent" if actor_id else "system",
        actor_id=actor_id,
    )


def _at(event: Event, door: repository.Found) -> Event:
    return replace(event, inbox_id=door.inbox_id, channel=door.channel)


def _checked_email(email: str) -> str:
    email = email.strip().lower()
    if not _EMAIL.fullmatch(email):
        raise BadInput("This is not an e-mail address.")
    return email
