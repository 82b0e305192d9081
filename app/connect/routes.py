"""HTTP of connecting channels: what each asks for, connect, check, and how those that are connected do."""

from __future__ import annotations

from typing import Annotated

import httpx2
from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool

from app.access import Actor, CurrentActor, require
from app.connect import repository, schemas, service
from app.context import Context, current_context
from app.errors import declares
from ingest.channels import registry
from ingest.domain.connection import Connection
from ingest.domain.errors import BadInput, NotFound

router = APIRouter(prefix="/api/channels", tags=["channels"])

House = Annotated[Context, Depends(current_context)]


@router.get("/kinds", responses=declares())
def list_kinds(actor: CurrentActor) -> schemas.Kinds:
    """Every channel that can be connected, and what it asks for."""
    require(actor, "channels.change")
    return schemas.Kinds(kinds=[_kind(name) for name in registry.NAMES])


@router.get("/connections", responses=declares())
def list_connections(request: Request, actor: CurrentActor, context: House) -> schemas.Connections:
    """What is connected, without secrets, and how it does."""
    require(actor, "channels.read")
    now = context.clock.us()
    rhythm = request.app.state.marts.rows("usual_rhythm", actor.workspace_id, now)
    with context.store.read() as connection:
        return schemas.Connections(connections=repository.states(connection, actor.workspace_id, rhythm, now))


@router.post("/connections", status_code=201, responses=declares())
def connect(given: schemas.ConnectionGiven, actor: CurrentActor, context: House) -> schemas.Connected:
    """Connect an account; the same account again replaces what was known of it."""
    require(actor, "channels.change")
    if "base_url" in given.values:  # else whoever administers one shop could send us into our own network
        raise BadInput("Where a provider is called is set on the command line: prosa channels add --set base_url=…")
    made = service.connect(context, actor.workspace_id, given.channel, given.name, given.values, address=given.address)
    return schemas.Connected(
        connection_id=made.connection_id,
        webhook_path=service.webhook_address(made, ""),
        verify_token=made.verify_token,
    )


@router.post("/connections/{connection_id}/check", responses=declares(NotFound))
async def check(connection_id: str, request: Request, actor: CurrentActor, context: House) -> schemas.Findings:
    """Ask the provider whether this connection works; what it finds is an answer, not an error."""
    require(actor, "channels.read")
    account = await run_in_threadpool(_account, context, actor, connection_id)
    http: httpx2.AsyncClient = request.app.state.providers
    found = await service.check(*account, http)
    await run_in_threadpool(service.refresh_templates, context, *account)
    return schemas.Findings(
        findings=[
            schemas.Finding(what=each.what, is_ok=each.is_ok, sentence=each.sentence, facts=dict(each.facts))
            for each in found
        ]
    )


def _account(context: Context, actor: Actor, connection_id: str) -> tuple[Connection, str]:
    with context.store.read() as connection:
        return repository.account(connection, actor.workspace_id, connection_id)


def _kind(name: str) -> schemas.Kind:
    channel = service.known_channel(name)
    fields = [
        schemas.Asked(
            name=each.name, label=each.label, help=each.help, is_secret=each.is_secret, is_required=each.is_required
        )
        for each in channel.fields
    ]
    return schemas.Kind(channel=name, fields=fields, has_webhook=channel.webhook is not None)
