"""HTTP of connecting channels: what each asks for, connect, check, and how those that are connected do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool

from app.access import Actor, CurrentActor, require
from app.connect import checking, repository, schemas, service, trial
from app.context import Context, current_context
from app.errors import declares
from ingest.channels import registry
from ingest.channels.base import Finding
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
    now, public_url = context.clock.us(), context.settings.public_url
    rhythm = request.app.state.marts.rows("usual_rhythm", actor.workspace_id, now)
    with context.store.read() as connection:
        found = repository.states(connection, actor.workspace_id, rhythm, now, public_url)
    return schemas.Connections(public_url=public_url, connections=found)


@router.post("/connections", status_code=201, responses=declares())
async def connect(
    given: schemas.ConnectionGiven, request: Request, actor: CurrentActor, context: House
) -> schemas.Connected:
    """Connect an account; the same account again replaces what was known of it."""
    require(actor, "channels.change")
    if "base_url" in given.values:  # else whoever administers one shop could send us into our own network
        raise BadInput("Where a provider is called is set on the command line: prosa channels add --set base_url=…")
    made = await run_in_threadpool(
        service.connect,
        context,
        actor.workspace_id,
        given.channel,
        given.name,
        given.values,
        address=given.address,
        keeps_secrets=given.keeps_secrets,
    )
    return schemas.Connected(
        connection_id=made.connection_id,
        webhook_path=service.webhook_path(made),
        verify_token=made.verify_token,
        public_url=context.settings.public_url,
        embed=service.embed_of(made, context.settings.public_url),
        secrets_held=len(made.secrets),
        findings=_shown(await service.register(context, made, request.app.state.providers)),
    )


@router.post("/connections/{connection_id}/check", responses=declares(NotFound))
async def check(connection_id: str, request: Request, actor: CurrentActor, context: House) -> schemas.Findings:
    """Ask the provider whether this connection works; what it finds is an answer, not an error."""
    require(actor, "channels.read")
    account = await run_in_threadpool(_account, context, actor, connection_id)
    found = await checking.check(account, request.app.state.providers, context.clock.us())
    await run_in_threadpool(service.refresh_templates, context, account.connection, account.external_id)
    return schemas.Findings(findings=_shown(found))


@router.post("/connections/{connection_id}/tests", status_code=201, responses=declares(NotFound))
def send_test(connection_id: str, given: schemas.TrialGiven, actor: CurrentActor, context: House) -> schemas.Trial:
    """Send a test message through the outbox, as any other; it says what it is."""
    require(actor, "channels.change")
    account = _account(context, actor, connection_id)
    message_id = trial.send_test(context, account, given.to, actor.person_id)
    return _stands(context, account, message_id)


@router.get("/connections/{connection_id}/tests/{message_id}", responses=declares(NotFound))
def get_test(connection_id: str, message_id: str, actor: CurrentActor, context: House) -> schemas.Trial:
    """Where a test message stands now."""
    require(actor, "channels.change")
    return _stands(context, _account(context, actor, connection_id), message_id)


def _stands(context: Context, account: checking.Account, message_id: str) -> schemas.Trial:
    found = trial.outcome_of(context, account, message_id)
    return schemas.Trial(
        message_id=found.message_id,
        conversation_id=found.conversation_id,
        state=found.state,
        is_over=found.is_over,
        reason=found.reason,
    )


def _shown(found: Sequence[Finding]) -> list[schemas.Finding]:
    return [
        schemas.Finding(what=each.what, is_ok=each.is_ok, sentence=each.sentence, facts=dict(each.facts))
        for each in found
    ]


def _account(context: Context, actor: Actor, connection_id: str) -> checking.Account:
    with context.store.read() as connection:
        return repository.account(connection, actor.workspace_id, connection_id)


def _kind(name: str) -> schemas.Kind:
    channel = service.known_channel(name)
    fields = [
        schemas.Asked(
            name=each.name,
            label=each.label,
            help=each.help,
            is_secret=each.is_secret,
            is_required=each.is_required,
            form=each.form,
        )
        for each in channel.fields
    ]
    return schemas.Kind(channel=name, fields=fields, has_webhook=channel.webhook is not None)
