"""HTTP of accounts: me, people, tokens, sessions, inboxes and their members."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from app.access import CurrentActor, require
from app.accounts import repository, schemas, service
from app.context import Context, current_context
from app.errors import declares
from ingest.domain.errors import Conflict, NotFound

router = APIRouter(prefix="/api", tags=["accounts"])

House = Annotated[Context, Depends(current_context)]


@router.get("/me", responses=declares())
def me(actor: CurrentActor, context: House) -> schemas.Me:
    """Who I am, what I may do, and which inboxes I see."""
    with context.store.read() as connection:
        row = repository.get_person(connection, actor.workspace_id, actor.person_id)
        home = repository.get_workspace(connection, actor.workspace_id)
    return schemas.Me.of(row, home, actor.inbox_ids)


@router.get("/people", responses=declares())
def list_people(actor: CurrentActor, context: House) -> schemas.People:
    """Everybody of the business, by name."""
    require(actor, "people.read")
    with context.store.read() as connection:
        rows = repository.people(connection, actor.workspace_id)
    return schemas.People(people=[schemas.Person.of(row) for row in rows])


@router.post("/people", status_code=201, responses=declares(Conflict))
def add_person(given: schemas.PersonGiven, actor: CurrentActor, context: House) -> schemas.Person:
    """Let somebody join the business."""
    require(actor, "people.change")
    person_id = service.add_person(
        context.store,
        context.ids,
        context.clock,
        actor.workspace_id,
        **given.model_dump(),
        added_by=actor.person_id,
    )
    with context.store.read() as connection:
        return schemas.Person.of(repository.get_person(connection, actor.workspace_id, person_id))


@router.patch("/people/{person_id}", responses=declares(NotFound, Conflict))
def change_person(
    person_id: str, changes: schemas.PersonChanges, actor: CurrentActor, context: House
) -> schemas.Person:
    """Change a person, or myself; a new role, standing or password ends their sessions."""
    given = changes.model_dump(exclude_unset=True)
    return schemas.Person.of(service.change_person(context, actor, person_id, given))


@router.get("/people/{person_id}/tokens", responses=declares(NotFound))
def list_tokens_of_person(person_id: str, actor: CurrentActor, context: House) -> schemas.Tokens:
    """Somebody's API tokens, newest first, without their secrets."""
    rows = service.tokens_of_person(context, actor, person_id)
    return schemas.Tokens(tokens=[schemas.Token.of(row) for row in rows])


@router.delete("/people/{person_id}/tokens", status_code=204, responses=declares(NotFound))
def revoke_tokens_of_person(person_id: str, actor: CurrentActor, context: House) -> None:
    """Revoke all of somebody's API tokens, at once."""
    service.revoke_tokens_of_person(context, actor, person_id)


@router.get("/tokens", responses=declares())
def list_tokens(actor: CurrentActor, context: House) -> schemas.Tokens:
    """My API tokens, newest first, without their secrets."""
    with context.store.read() as connection:
        rows = repository.tokens_of(connection, actor.person_id)
    return schemas.Tokens(tokens=[schemas.Token.of(row) for row in rows])


@router.post("/tokens", status_code=201, responses=declares())
def create_token(given: schemas.TokenGiven, actor: CurrentActor, context: House) -> schemas.NewToken:
    """Make an API token that acts as me; its secret is shown this once."""
    token_id, secret = service.create_token(context, actor, given.name)
    return schemas.NewToken(token_id=token_id, secret=secret)


@router.delete("/tokens/{token_id}", status_code=204, responses=declares(NotFound))
def revoke_token(token_id: str, actor: CurrentActor, context: House) -> None:
    """Revoke one of my API tokens, at once."""
    service.revoke_token(context, actor, token_id)


@router.get("/sessions", responses=declares())
def list_sessions(actor: CurrentActor, context: House) -> schemas.Sessions:
    """Where I am signed in, last used first."""
    with context.store.read() as connection:
        rows = repository.sessions_of(connection, actor.person_id, context.clock.us())
    return schemas.Sessions(sessions=[schemas.Session.of(row, actor.session_id) for row in rows])


@router.delete("/sessions/{session_id}", status_code=204, responses=declares(NotFound))
def end_session(session_id: str, actor: CurrentActor, context: House) -> None:
    """End one of my sessions, at once."""
    service.end_session(context, actor, session_id)


@router.get("/inboxes", responses=declares())
def list_inboxes(actor: CurrentActor, context: House) -> schemas.Inboxes:
    """The inboxes I see; administrators also learn which private ones exist."""
    rows = service.listed_inboxes(context, actor)
    return schemas.Inboxes(inboxes=[schemas.Inbox.of(row, actor.inbox_ids) for row in rows])


@router.get("/inboxes/{inbox_id}/members", responses=declares(NotFound))
def list_members(inbox_id: str, actor: CurrentActor, context: House) -> schemas.Members:
    """Who may work in an inbox."""
    return schemas.Members(members=[schemas.Member.of(row) for row in service.members(context, actor, inbox_id)])


@router.put("/inboxes/{inbox_id}/members/{person_id}", status_code=204, responses=declares(NotFound))
def add_member(inbox_id: str, person_id: str, actor: CurrentActor, context: House) -> None:
    """Let a person into an inbox."""
    service.set_member(context, actor, inbox_id, person_id, is_member=True)


@router.delete("/inboxes/{inbox_id}/members/{person_id}", status_code=204, responses=declares(NotFound))
def remove_member(inbox_id: str, person_id: str, actor: CurrentActor, context: House) -> None:
    """Take a person out of an inbox."""
    service.set_member(context, actor, inbox_id, person_id, is_member=False)
