"""Sign-in, browser sessions, and who is behind a request.

A session is 32 random bytes in an HttpOnly cookie; only their SHA-256 is stored, so a copy of the
database signs nobody in. It stands as long as it is used, and ends at once when its row is gone.
"""

from __future__ import annotations

import hashlib
import secrets
from urllib.parse import urlsplit

import structlog
from sqlalchemy import Connection
from starlette.requests import HTTPConnection

from app.access import Actor
from app.accounts import repository
from app.accounts.passwords import is_password
from app.context import Context
from app.state.text import shown
from ingest.domain.errors import NotAllowed, NotSignedIn, StoreUnavailable, TooMany
from ingest.kit.clock import SECOND_US
from ingest.kit.ids import stable_id

COOKIE = "prosa_session"
WRITE_HEADER = "x-prosa"
"""A browser sends this header to another site only after asking it; so a forged form post lacks it."""
TOKEN_PREFIX = "pat_"  # noqa: S105  # how every token begins, not one

_TOUCH_US = 5 * 60 * SECOND_US
"""A session's or token's last use is written down at most this often: reading must not cost a write."""
_FAILURE_WINDOW_US = 15 * 60 * SECOND_US
_FAILURES_PER_EMAIL = 10
_FAILURES_PER_ADDRESS = 50
_READING = frozenset({"GET", "HEAD", "OPTIONS"})

_log = structlog.get_logger()


def hash_token(token: str) -> str:
    """Return what is stored of a session or API token: high-entropy, so a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def session_id_of(token_hash: str) -> str:
    """Return the public name of a session."""
    return stable_id("ses", token_hash)


def sign_in(context: Context, email: str, password: str, address: str, user_agent: str) -> str:
    """Return the token of a new session.

    Raises NotSignedIn for a wrong pair, an unknown e-mail or an inactive person alike, after equal
    work; raises TooMany with `retry_after_s` after too many failures of one e-mail or one address.
    """
    email = email.strip().lower()
    counted = _count_attempt(context, email, address)
    with context.store.read() as connection:
        somebody = repository.person_by_email(connection, email)
        known = repository.password_hash(connection, somebody.person_id) if somebody and somebody.is_active else None
    if not is_password(password, known) or somebody is None:
        _log.warning("sign-in failed")
        raise NotSignedIn("The e-mail address or the password is wrong.")
    return _begin(context, somebody.person_id, str(known), counted, user_agent)


def sign_out(context: Context, token: str | None) -> None:
    """End the session of a token; nothing happens where there is none."""
    if token:
        with context.store.database.write() as connection:
            repository.end_session(connection, hash_token(token))


def authenticate(context: Context, connection: HTTPConnection) -> Actor:
    """Return who is behind a request or WebSocket.

    Raises NotSignedIn without a standing session or valid token, and NotAllowed for a cookie write
    that does not carry the `X-Prosa` header or a WebSocket opened from another origin.
    """
    kind, _, bearer = connection.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return _by_token(context, bearer.strip())
    token = connection.cookies.get(COOKIE)
    if not token:
        raise NotSignedIn
    actor = actor_of_session(context, token)
    _refuse_forgery(connection)
    return actor


def actor_of_session(context: Context, token: str) -> Actor:
    """Return the person whose session a cookie's token is; raises NotSignedIn."""
    token_hash, now = hash_token(token), context.clock.us()
    with context.store.read() as connection:
        found = repository.session_with_person(connection, token_hash, now)
        if found is None:
            raise NotSignedIn
        actor = _actor(connection, found, session_id_of(token_hash))
    if now - found.used_us >= _TOUCH_US:
        _touch_session(context, token_hash, now)
    return actor


def is_same_origin(connection: HTTPConnection) -> bool:
    """Say whether a browser's request comes from our own pages; programs send no Origin and pass."""
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host")


def _refuse_forgery(connection: HTTPConnection) -> None:
    if connection.scope["type"] == "websocket":
        if not is_same_origin(connection):
            raise NotAllowed("This page belongs to another site.")
    elif connection.scope["method"] not in _READING and WRITE_HEADER not in connection.headers:
        raise NotAllowed("A change made with a session must carry the header X-Prosa.")


def _by_token(context: Context, token: str) -> Actor:
    if not token.startswith(TOKEN_PREFIX):
        raise NotSignedIn
    now = context.clock.us()
    with context.store.read() as connection:
        found = repository.token_with_person(connection, hash_token(token))
        if found is None:
            raise NotSignedIn
        actor = _actor(connection, found, None)
    if now - (found.used_us or 0) >= _TOUCH_US:
        _touch_token(context, found.token_id, now)
    return actor


def _actor(connection: Connection, somebody: repository.Found, session_id: str | None) -> Actor:
    return Actor(
        person_id=somebody.person_id,
        workspace_id=somebody.workspace_id,
        role=somebody.role,
        inbox_ids=repository.inboxes_of(connection, somebody),
        name=somebody.name,
        language=somebody.language,
        session_id=session_id,
    )


def _begin(context: Context, person_id: str, verified_hash: str, counted: dict[str, int], user_agent: str) -> str:
    token, now = secrets.token_urlsafe(32), context.clock.us()
    with context.store.database.write() as connection:
        if repository.password_hash(connection, person_id) != verified_hash:
            raise NotSignedIn  # the password was changed while we compared
        for subject, at_us in counted.items():
            repository.forget_failure(connection, subject, at_us)
        repository.forget_expired_sessions(connection, now)
        repository.put_session(
            connection,
            token_hash=hash_token(token),
            person_id=person_id,
            created_us=now,
            used_us=now,
            expires_us=now + _lifetime_us(context),
            user_agent=shown(user_agent[:200]) or None,
        )
    return token


def _count_attempt(context: Context, email: str, address: str) -> dict[str, int]:
    """Count an attempt as failed before trying it, so that attempts made at once cannot outrun the limit."""
    now = context.clock.us()
    limits = {_subject("email", email): _FAILURES_PER_EMAIL, _subject("address", address): _FAILURES_PER_ADDRESS}
    with context.store.database.write() as connection:
        repository.forget_failures(connection, now - _FAILURE_WINDOW_US)
        for subject, limit in limits.items():
            earlier = repository.failures(connection, subject, now - _FAILURE_WINDOW_US)
            if len(earlier) >= limit:
                wait_us = earlier[-limit] + _FAILURE_WINDOW_US - now
                raise TooMany("Too many failed sign-ins; wait a while.", retry_after_s=max(1, -(-wait_us // SECOND_US)))
        return {subject: repository.put_failure(connection, subject, now) for subject in limits}


def _subject(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode("utf-8", "surrogatepass")).hexdigest()


def _touch_session(context: Context, token_hash: str, now: int) -> None:
    try:
        with context.store.database.write() as connection:
            repository.extend_session(connection, token_hash, now, now + _lifetime_us(context))
    except StoreUnavailable:
        _log.warning("session not extended: the store refuses writes")  # reading goes on without it


def _touch_token(context: Context, token_id: str, now: int) -> None:
    try:
        with context.store.database.write() as connection:
            repository.use_token(connection, token_id, now)
    except StoreUnavailable:
        _log.warning("use of an API token not noted: the store refuses writes")


def _lifetime_us(context: Context) -> int:
    return int(context.settings.session_lifetime.total_seconds() * SECOND_US)
