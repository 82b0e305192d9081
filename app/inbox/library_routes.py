"""HTTP of what surrounds a conversation."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi import Path as InPath
from starlette.requests import Request
from starlette.responses import Response

from app.access import CurrentActor
from app.context import Context, current_context
from app.errors import declares
from app.inbox import catalogue, customers, library, quarantine, schemas, uploads
from ingest.domain.errors import NotFound

router = APIRouter()

House = Annotated[Context, Depends(current_context)]
ContactId = Annotated[schemas.Id, InPath(description="The contact")]


@router.get("/contacts/{contact_id}", responses=declares(NotFound))
def get_contact(contact_id: ContactId, actor: CurrentActor, context: House, request: Request) -> catalogue.Contact:
    """A contact: addresses, attributes, consents, and the conversations I see."""
    return library.get_contact(context, actor, contact_id, getattr(request.app.state, "profile", None))


@router.get(
    "/contacts/{contact_id}/picture",
    response_class=Response,
    responses={**declares(NotFound), 200: {"description": "The picture", "content": {"image/*": {}}}},
)
def get_picture(contact_id: ContactId, actor: CurrentActor, context: House, request: Request) -> Response:
    """What a contact shows of themself."""
    return uploads.serve_picture(context, actor, contact_id, request.headers.get("if-none-match"))


@router.patch("/contacts/{contact_id}", responses=declares(NotFound))
def change_contact(
    contact_id: ContactId, given: catalogue.ContactChanges, actor: CurrentActor, context: House, request: Request
) -> catalogue.Contact:
    """Name a contact, or set attributes."""
    library.change_contact(context, actor, contact_id, given)
    return get_contact(contact_id, actor, context, request)


@router.post("/contacts/{contact_id}/consents", responses=declares(NotFound))
def record_consent(
    contact_id: ContactId, given: catalogue.ConsentGiven, actor: CurrentActor, context: House, request: Request
) -> catalogue.Contact:
    """Record that a contact gave or took back consent, as they told somebody here."""
    library.record_consent(context, actor, contact_id, given)
    return get_contact(contact_id, actor, context, request)


@router.get("/contacts/{contact_id}/candidates", responses=declares(NotFound))
def list_candidates(
    contact_id: ContactId,
    actor: CurrentActor,
    context: House,
    q: Annotated[str | None, Query(description="Name, number or address", max_length=200)] = None,
) -> catalogue.Candidates:
    """Contacts who may be the same person."""
    with context.store.read() as connection:
        return customers.candidates(connection, actor, contact_id, q)


@router.post("/contacts/{contact_id}/join", responses=declares(NotFound))
def join_contact(
    contact_id: ContactId, given: catalogue.ContactJoined, actor: CurrentActor, context: House, request: Request
) -> catalogue.Contact:
    """Say that another contact is the same person; nothing of either is moved."""
    customers.join(context, actor, contact_id, given.contact_id)
    return get_contact(contact_id, actor, context, request)


@router.post("/contacts/{contact_id}/part", responses=declares(NotFound))
def part_contact(
    contact_id: ContactId, _given: schemas.Nothing, actor: CurrentActor, context: House, request: Request
) -> catalogue.Contact:
    """Say that a contact is not the person it was counted to; everything is as it was before."""
    customers.part(context, actor, contact_id)
    return get_contact(contact_id, actor, context, request)


@router.get("/canned-responses", responses=declares())
def list_canned_responses(actor: CurrentActor, context: House) -> catalogue.CannedResponses:
    """Saved texts, by shortcut."""
    with context.store.read() as connection:
        return library.canned_responses(connection, actor)


@router.put("/canned-responses/{shortcut}", responses=declares())
def save_canned_response(
    shortcut: schemas.Label, given: catalogue.CannedText, actor: CurrentActor, context: House
) -> catalogue.CannedResponse:
    """Save a text under a shortcut."""
    library.save_canned_response(context, actor, shortcut, given.text)
    return catalogue.CannedResponse(shortcut=shortcut, text=given.text)


@router.delete("/canned-responses/{shortcut}", status_code=204, responses=declares())
def remove_canned_response(shortcut: schemas.Label, actor: CurrentActor, context: House) -> None:
    """Remove a saved text."""
    library.save_canned_response(context, actor, shortcut, None)


@router.get("/templates", responses=declares())
def list_templates(actor: CurrentActor, context: House) -> catalogue.Templates:
    """Message templates, by name."""
    with context.store.read() as connection:
        return library.templates(connection, actor)


@router.post("/templates/refresh", status_code=202, responses=declares())
def refresh_templates(_given: schemas.Nothing, actor: CurrentActor, context: House) -> schemas.Nothing:
    """Let the providers be asked for their templates anew; what is new is in the list a moment later."""
    library.refresh_templates(context, actor)
    return schemas.Nothing()


@router.get("/tags", responses=declares())
def list_tags(actor: CurrentActor, context: House) -> catalogue.Tags:
    """Tags in use, by name."""
    with context.store.read() as connection:
        return library.tags(connection, actor)


@router.get("/agents", responses=declares())
def list_agents(
    actor: CurrentActor,
    context: House,
    inbox_id: Annotated[schemas.Id | None, Query(description="Only people who see this inbox")] = None,
) -> catalogue.Agents:
    """People who can hold a conversation, by name."""
    with context.store.read() as connection:
        return library.agents(connection, actor, inbox_id)


@router.get("/channels/notices", responses=declares())
def list_notices(actor: CurrentActor, context: House) -> catalogue.Notices:
    """What providers said lately about numbers and templates."""
    with context.store.read() as connection:
        return library.notices(connection, actor, context.clock.us())


@router.get("/quarantine", responses=declares())
def list_quarantine(actor: CurrentActor, context: House) -> catalogue.QuarantineItems:
    """Events that could not be handled, oldest first."""
    with context.store.read() as connection:
        return quarantine.quarantined(connection, actor)


@router.post("/quarantine/{consumer}/{seq}/replay", status_code=202, responses=declares(NotFound))
def replay_quarantined(
    consumer: schemas.Label,
    seq: Annotated[int, InPath(ge=0, lt=2**63)],
    _given: schemas.Nothing,
    actor: CurrentActor,
    context: House,
    request: Request,
) -> schemas.Nothing:
    """Let an event be tried again."""
    quarantine.replay(context, actor, consumer, seq, request.app.state.replays)
    return schemas.Nothing()
