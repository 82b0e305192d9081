"""Who is visiting: which widget, which page, which browser, and for how long we believe it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import HTTPConnection

from app.connections import Connections
from ingest.channels.webchat import tokens
from ingest.channels.webchat.parse import CHANNEL, visitor_identity
from ingest.channels.webchat.rules import Widget, is_allowed, widget_of
from ingest.domain import identity
from ingest.domain.connection import Connection
from ingest.domain.errors import BadInput, NotAllowed, NotFound, NotSignedIn
from ingest.kit.clock import DAY_US, SECOND_US

VISIT_S = 30 * 60
"""Life of a visit's token; the widget buys another with its return token before it ends."""
_RETURN_US = 180 * DAY_US
_SUBPROTOCOL = "prosa.chat"


@dataclass(frozen=True, slots=True)
class Door:
    """One widget on one page: a request that may be answered at all."""

    connection: Connection
    widget: Widget
    origin: str
    """Of the page that embeds it; empty where a browser does not say (a GET of our own page)."""

    @property
    def inbox_id(self) -> str:
        """Return the inbox behind the widget."""
        return identity.inbox_id(self.connection.workspace_id, CHANNEL, self.connection.connection_id)


@dataclass(frozen=True, slots=True, eq=False)
class Visitor:
    """One browser at one widget."""

    door: Door
    visitor_id: str
    user_id: str | None
    """Whom the shop vouches for; None for somebody unknown."""
    consent: str | None
    """The version of the consent text that this browser agreed to."""
    expires_us: int

    @property
    def workspace_id(self) -> str:
        """Return the business."""
        return self.door.connection.workspace_id

    @property
    def contact_id(self) -> str:
        """Return the contact that this browser alone makes; it may be part of another (`contact_alias`)."""
        return identity.contact_id(self.workspace_id, CHANNEL, visitor_identity(self.visitor_id))

    @property
    def has_agreed(self) -> bool:
        """Say whether nothing more is to be agreed to before the first word."""
        wanted = self.door.widget.consent
        return wanted is None or wanted.version == self.consent


def door_of(connections: Connections, http: HTTPConnection) -> Door:
    """Return the widget a request is for.

    Raises NotFound for an unknown one, NotAllowed for a page that may not embed it. A browser leaves the origin out
    only where it asks its own site to read something; who is no browser can say anything.
    """
    connection = connections.get(http.path_params["connection_id"])
    if connection is None or connection.channel != CHANNEL or not any(connection.secrets):
        raise NotFound
    widget, origin = widget_of(connection), http.headers.get("origin", "")
    if origin and not is_allowed(origin, widget.allowed_origins, http.headers.get("host", "")):
        raise NotAllowed("This site may not embed the chat; an administrator can add it under Channels.")
    return Door(connection, widget, origin)


def remembered(door: Door, returning: str | None, now_us: int) -> dict[str, Any]:
    """Return what the token to come back with says; nothing for none, or one of another widget or page."""
    if not returning:
        return {}
    try:
        claims = tokens.read(returning, door.connection.secrets, "return", now_us)
    except NotSignedIn:
        return {}  # ended or from before a change of keys: whoever it was begins anew
    is_here = (claims["connection_id"], claims["origin"]) == (door.connection.connection_id, door.origin)
    return claims if is_here else {}


def begin(door: Door, known: Mapping[str, Any], user: Mapping[str, str] | None, now_us: int) -> Visitor:
    """Return who begins or goes on with a visit.

    `known` is what `remembered` says. Somebody else's browser is never taken over: a customer the shop vouches for
    goes on as the stranger they were, but not as another customer. Raises NotSignedIn for a false proof, NotAllowed
    where no page is named.
    """
    if not door.origin:
        raise NotAllowed("A visit begins on a page; this request names none.")
    user_id = _proven(door.connection, user) if user else None
    if known.get("user_id") != user_id and known.get("user_id") is not None:
        known = {}
    visitor_id = known.get("visitor_id") or secrets.token_hex(16)
    return Visitor(door, visitor_id, user_id, known.get("consent"), now_us + VISIT_S * SECOND_US)


def agreed(visitor: Visitor) -> Visitor:
    """Return a visitor who has agreed to the present terms."""
    consent = visitor.door.widget.consent
    return replace(visitor, consent=consent.version if consent else None)


def tokens_of(visitor: Visitor, now_us: int) -> dict[str, Any]:
    """Return what the widget keeps: a token for this visit and one to come back with."""
    key = visitor.door.connection.secrets[0]
    claims = {
        "connection_id": visitor.door.connection.connection_id,
        "origin": visitor.door.origin,
        "visitor_id": visitor.visitor_id,
        "user_id": visitor.user_id,
        "consent": visitor.consent,
    }
    return {
        "token": tokens.issue(key, "visit", claims, visitor.expires_us),
        "expires_in_s": (visitor.expires_us - now_us) // SECOND_US,
        "returning": tokens.issue(key, "return", claims, now_us + _RETURN_US),
        "visitor_id": visitor.visitor_id,
        "has_agreed": visitor.has_agreed,
    }


def visitor_of(door: Door, http: HTTPConnection, now_us: int) -> Visitor:
    """Return who asks; raises NotSignedIn for a token that is missing, ended, or of another widget or page."""
    claims = tokens.read(_token(http), door.connection.secrets, "visit", now_us)
    if claims["connection_id"] != door.connection.connection_id:
        raise NotSignedIn("This is no token of a visit here.")
    if claims["origin"] != door.origin and (door.origin or http.scope.get("method") != "GET"):
        raise NotSignedIn("This token belongs to a visit of another site.")
    return Visitor(door, claims["visitor_id"], claims["user_id"], claims["consent"], claims["expires_us"])


def subprotocol(http: HTTPConnection) -> str | None:
    """Return what a WebSocket is to be answered with, where its token travelled as a subprotocol."""
    return _SUBPROTOCOL if _SUBPROTOCOL in http.scope.get("subprotocols", ()) else None


def _token(http: HTTPConnection) -> str:
    scheme, _, token = http.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token
    # A browser's WebSocket can set no other header, and an address would be written into logs.
    offered: list[str] = http.scope.get("subprotocols", [])
    return offered[1] if len(offered) == 2 and offered[0] == _SUBPROTOCOL else ""


def _proven(connection: Connection, user: Mapping[str, str]) -> str:
    user_id, email, phone = (user.get(name) or "" for name in ("id", "email", "phone"))
    if len(user_id) > 256 or len(email) > 254 or len(phone) > 32:
        raise BadInput("The customer's id, e-mail or phone is too long.")
    if not tokens.is_proven(connection.secrets, user.get("proof") or "", user_id, email, phone):
        raise NotSignedIn("The proof of who this customer is does not match.")
    return user_id
