"""The page by which a mail's reader leaves: one click of theirs, or one POST of their mail program (RFC 8058).

Nobody signs in. A GET changes nothing, for scanners follow every link; a POST withdraws consent to marketing of whom
the mail went to, once however often it comes.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import Response
from sqlalchemy import select

from app.accounts.pages import page
from app.connections import Connections
from app.context import Context
from app.state import standing
from app.state.unit import Unit
from app.webchat.pace import Pace
from ingest.channels.email.inbound import CHANNEL
from ingest.channels.email.unsubscribing import ONE_CLICK, PATH, is_marked
from ingest.domain.connection import Connection
from ingest.domain.consent import MARKETING
from ingest.domain.errors import NotFound
from ingest.domain.event import Event
from ingest.store.live import message

BODY_LIMIT = 4096
"""Bytes of a POST; the one field, in whatever form, is under 300."""
_FIELD, _VALUE = ONE_CLICK


def install(house: FastAPI, context: Context, connections: Connections) -> None:
    """Put the page into the web application."""
    pace = Pace()

    def connection_of(request: Request, connection_id: str, message_id: str, mark: str) -> Connection:
        """Return whose mail an address is of; raises NotFound for one that we did not make, TooMany."""
        pace.take("unsubscribe", request.client.host if request.client else "", context.clock.us())
        found = connections.get(connection_id)
        if found is None or found.channel != CHANNEL or not is_marked(found, message_id, mark):
            raise NotFound
        return found

    def ask(request: Request, connection_id: str, message_id: str, mark: str) -> Response:
        """Ask whether they want to leave."""
        try:
            connection_of(request, connection_id, message_id, mark)
        except NotFound:
            return page(request, "unsubscribe.html", 404, state="unknown")
        return page(request, "unsubscribe.html", 200, state="asked")

    def leave(
        request: Request,
        connection_id: str,
        message_id: str,
        mark: str,
        said: Annotated[str, Form(alias=_FIELD)] = "",
    ) -> Response:
        """Take them at their word."""
        try:
            found = connection_of(request, connection_id, message_id, mark)
            if said != _VALUE:
                return page(request, "unsubscribe.html", 422, state="asked")
            with context.store.unit() as unit:
                _withdraw(unit, found, message_id, context.clock.us())
        except NotFound:
            return page(request, "unsubscribe.html", 404, state="unknown")
        return page(request, "unsubscribe.html", 200, state="done")

    address = PATH + "{connection_id}/{message_id}/{mark}"
    house.add_api_route(address, ask, methods=["GET"], include_in_schema=False)
    house.add_api_route(address, leave, methods=["POST"], include_in_schema=False)


def _withdraw(unit: Unit, connection: Connection, message_id: str, now_us: int) -> None:
    """Withdraw consent to marketing of whom a mail went to, unless it is; raises NotFound for no mail of ours."""
    query = select(message).where(
        message.c.message_id == message_id,
        message.c.workspace_id == connection.workspace_id,
        message.c.direction == "outbound",
    )
    row = unit.connection.execute(query).first()
    if row is None or row.contact_id is None:
        raise NotFound
    known = standing.consents(unit.connection, row.contact_id).get(MARKETING)
    if known is not None and known.value == "withdrawn":
        return
    said_us = known.at_us if known else 0
    payload = {"purpose": MARKETING, "value": "withdrawn", "source": "email unsubscribe", "wording": None}
    unit.emit(
        Event(
            workspace_id=connection.workspace_id,
            type="consent.recorded",
            # Whoever allows it again later may leave by the same mail again.
            key=f"unsubscribed:{message_id}:{said_us}",
            occurred_us=max(now_us, said_us + 1),
            channel=CHANNEL,
            inbox_id=row.inbox_id,
            conversation_id=row.conversation_id,
            contact_id=row.contact_id,
            actor_kind="contact",
            payload={"identities": [], "is_claimed": True, **payload},
        )
    )
