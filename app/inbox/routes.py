"""HTTP of the inbox: conversations, their threads and commands, files, and the stream."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, UploadFile, WebSocket
from fastapi import Path as InPath
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from app.access import CurrentActor, require
from app.context import Context, current_context
from app.errors import declares
from app.inbox import customers, listing, replies, repository, schemas, service, stream, thread, uploads
from app.inbox.filters import CursorInvalid
from app.inbox.library_routes import router as library_routes
from app.inbox.may import HeldElsewhere, NoConsent, WindowClosed
from ingest.domain.errors import AddressBounced, ChannelError, Conflict, NotFound, StoreUnavailable

router = APIRouter(prefix="/api", tags=["inbox"], lifespan=stream.serving)

House = Annotated[Context, Depends(current_context)]
ConversationId = Annotated[schemas.Id, InPath(description="The conversation")]
MessageId = Annotated[schemas.Id, InPath(description="The message")]
_HERE = "/conversations/{conversation_id}"
_CHANGES = declares(NotFound, Conflict)


@router.get("/conversations", responses=declares(CursorInvalid))
def list_conversations(
    ask: Annotated[schemas.ListAsk, Query()], actor: CurrentActor, context: House
) -> schemas.ConversationPage:
    """Conversations that I may see, page by page, with the counts of my tabs."""
    require(actor, "conversations.read")
    with context.store.read() as connection:
        return listing.page(connection, actor, ask, context.clock.us())


@router.get(_HERE, responses=declares(NotFound))
def get_conversation(conversation_id: ConversationId, actor: CurrentActor, context: House) -> schemas.OpenConversation:
    """A conversation, and what may be sent in it."""
    require(actor, "conversations.read")
    with context.store.read() as connection:
        row = repository.get_visible(connection, actor, conversation_id)
        return repository.present_open(connection, customers.doors(connection, actor, row), context.clock.us())


@router.get(_HERE + "/thread", responses=declares(NotFound, CursorInvalid))
def get_thread(
    conversation_id: ConversationId,
    actor: CurrentActor,
    context: House,
    before: Annotated[
        str | None, Query(description="`before` of the page that was read; opaque", max_length=500)
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> schemas.Thread:
    """Messages, notes and system lines, oldest first, with what was said at the customer's other doors.

    The newest page unless `before` is given.
    """
    require(actor, "conversations.read")
    with context.store.read() as connection:
        row = repository.get_visible(connection, actor, conversation_id)
        return thread.page(connection, customers.doors(connection, actor, row), before, limit)


@router.post(_HERE + "/assign", responses=_CHANGES)
def assign(
    conversation_id: ConversationId, given: schemas.Assign, actor: CurrentActor, context: House
) -> schemas.Changed:
    """Give the conversation to a person, or to nobody."""
    return service.assign(context, actor, conversation_id, given)


@router.post(_HERE + "/claim", responses=_CHANGES)
def claim(
    conversation_id: ConversationId, given: schemas.Versioned, actor: CurrentActor, context: House
) -> schemas.Changed:
    """Take the conversation, unless somebody else holds it."""
    return service.claim(context, actor, conversation_id, given.version)


@router.post(_HERE + "/snooze", responses=_CHANGES)
def snooze(
    conversation_id: ConversationId, given: schemas.Snooze, actor: CurrentActor, context: House
) -> schemas.Changed:
    """Hide the conversation until an instant, or until the contact writes again."""
    return service.snooze(context, actor, conversation_id, given)


@router.post(_HERE + "/resolve", responses=_CHANGES)
def resolve(
    conversation_id: ConversationId, given: schemas.Resolve, actor: CurrentActor, context: House
) -> schemas.Changed:
    """Close the matter; refused when something was said since the version I saw."""
    return service.resolve(context, actor, conversation_id, given)


@router.post(_HERE + "/reopen", responses=_CHANGES)
def reopen(
    conversation_id: ConversationId, given: schemas.Versioned, actor: CurrentActor, context: House
) -> schemas.Changed:
    """Open the conversation again."""
    return service.reopen(context, actor, conversation_id, given.version)


@router.post(_HERE + "/seen", responses=declares(NotFound))
def see(conversation_id: ConversationId, given: schemas.Seen, actor: CurrentActor, context: House) -> schemas.Changed:
    """Mark it as seen, up to a message or to the end."""
    return service.see(context, actor, conversation_id, given.message_id)


@router.post(_HERE + "/tags", responses=declares(NotFound))
def add_tag(
    conversation_id: ConversationId, given: schemas.TagGiven, actor: CurrentActor, context: House
) -> schemas.Changed:
    """Put a tag on."""
    return service.tag(context, actor, conversation_id, given.tag, is_on=True)


@router.delete(_HERE + "/tags/{tag}", responses=declares(NotFound))
def remove_tag(
    conversation_id: ConversationId, tag: schemas.Label, actor: CurrentActor, context: House
) -> schemas.Changed:
    """Take a tag off."""
    return service.tag(context, actor, conversation_id, tag, is_on=False)


@router.post(_HERE + "/notes", responses=declares(NotFound))
def add_note(
    conversation_id: ConversationId, given: schemas.NoteGiven, actor: CurrentActor, context: House
) -> schemas.NoteAdded:
    """Write a private text among agents."""
    return service.add_note(context, actor, conversation_id, given)


@router.post(_HERE + "/replies", responses=declares(NotFound, HeldElsewhere, WindowClosed, NoConsent, AddressBounced))
def reply(
    conversation_id: ConversationId, given: schemas.ReplyGiven, actor: CurrentActor, context: House
) -> schemas.MessageTaken:
    """Answer the contact; sending the same `client_id` again changes nothing."""
    return replies.reply(context, actor, conversation_id, given)


@router.post(_HERE + "/take-over", responses=declares(NotFound, Conflict, ChannelError))
async def take_over(
    conversation_id: ConversationId, _given: schemas.Nothing, actor: CurrentActor, context: House, request: Request
) -> schemas.Changed:
    """Take the conversation from another app of the business that holds it; nothing happens where none does."""
    row = await run_in_threadpool(service.held_elsewhere, context, actor, conversation_id)
    if row is not None:
        await request.app.state.take_thread(row.contact_id, row.inbox_id)
    return await run_in_threadpool(service.take_over, context, actor, conversation_id)


@router.post(_HERE + "/typing", status_code=202, responses=declares(NotFound))
async def show_typing(
    conversation_id: ConversationId, _given: schemas.Nothing, actor: CurrentActor, request: Request
) -> schemas.Nothing:
    """Show that I type: to the contact where the channel can, as far as that goes."""
    require(actor, "conversations.answer")
    await stream.show_typing(request.app, actor, conversation_id)
    return schemas.Nothing()


@router.post(
    "/messages/{message_id}/retry", responses=declares(NotFound, Conflict, HeldElsewhere, WindowClosed, AddressBounced)
)
def retry_message(
    message_id: MessageId, _given: schemas.Nothing, actor: CurrentActor, context: House
) -> schemas.MessageTaken:
    """Send a failed message again, or one whose fate is unknown."""
    return replies.retry(context, actor, message_id)


@router.post("/messages/{message_id}/cancel", responses=declares(NotFound, Conflict))
def cancel_message(
    message_id: MessageId, _given: schemas.Nothing, actor: CurrentActor, context: House
) -> schemas.MessageTaken:
    """Give up on a message that the provider has not taken."""
    return replies.cancel(context, actor, message_id)


@router.post("/uploads", status_code=201, responses=declares(StoreUnavailable))
def upload(file: UploadFile, actor: CurrentActor, context: House) -> schemas.UploadTaken:
    """Lay down a file for a reply."""
    return uploads.take(context, actor, file.file, file.filename)


@router.get(
    "/media/{message_id}/{index}",
    response_class=Response,
    responses={
        **declares(NotFound),
        200: {"description": "The file", "content": {"application/octet-stream": {}}},
        206: {"description": "The part that `Range` asked for"},
        304: {"description": "The file that `If-None-Match` names"},
    },
)
def get_media(
    message_id: MessageId,
    index: Annotated[int, InPath(ge=0, le=1000)],
    actor: CurrentActor,
    context: House,
    request: Request,
) -> Response:
    """A message's file; takes `Range` and `If-None-Match`."""
    return uploads.serve(context, actor, message_id, index, request.headers.get("if-none-match"))


@router.websocket("/stream")
async def follow(socket: WebSocket, after: str | None = None) -> None:
    """Follow what changes, from `after` on."""
    is_number = after is not None and after.isascii() and after.isdigit() and len(after) < 19
    await stream.serve(socket, int(after) if after is not None and is_number else None)


router.include_router(library_routes)
