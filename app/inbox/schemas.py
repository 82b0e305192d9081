"""What the inbox API answers and takes."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from ingest.domain.fields import CONVERSATION_FIELDS


def _plain(text: str) -> str:
    """Return the text; raises ValueError for what no store can hold."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("half of a character (a lone surrogate) is not text") from error
    return text


def _without_controls(text: str) -> str:
    if any(ord(each) < 32 for each in text):
        raise ValueError("control characters are not allowed here")
    return _plain(text)


def _doc(name: str) -> Any:
    return Field(description=CONVERSATION_FIELDS[name].doc)


Instant = Annotated[str, Field(description="ISO 8601, UTC, ending in Z", examples=["2026-03-01T12:00:00.000000Z"])]
Words = Annotated[str, StringConstraints(max_length=65_536), AfterValidator(_plain)]
Label = Annotated[
    str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True), AfterValidator(_without_controls)
]
Id = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_without_controls)]
ClientId = Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


# --- the list --------------------------------------------------------------------------------------


class ListAsk(_Given):
    """Which conversations; the fields are those of `ingest.domain.fields`."""

    tab: Annotated[Literal["mine", "unassigned", "all"], _doc("tab")] = "all"
    status: Annotated[Literal["open", "snoozed", "resolved", "any"], _doc("status")] = "open"
    inbox_id: Annotated[Id | None, _doc("inbox_id")] = None
    channel: Annotated[Id | None, _doc("channel")] = None
    tag: Annotated[Label | None, _doc("tag")] = None
    assignee_id: Annotated[Id | None, _doc("assignee_id")] = None
    unread: Annotated[bool, _doc("unread")] = False
    waiting: Annotated[bool, _doc("waiting")] = False
    q: Annotated[
        str | None, StringConstraints(max_length=200), AfterValidator(lambda q: q and _plain(q)), _doc("q")
    ] = None
    sort: Annotated[
        Literal["newest", "oldest", "waiting"],
        Field(description="By the last message; `waiting` lists only contacts who wait, the longest first."),
    ] = "newest"
    cursor: Annotated[str | None, Field(description="`next_cursor` of the page before; opaque.", max_length=500)] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 25


class Inbox(BaseModel):
    """A door that contacts come in by."""

    inbox_id: str
    name: str
    channel: str


class ContactBrief(BaseModel):
    """A contact as a list shows it."""

    contact_id: str
    customer_id: str = Field(description="Equal for all contacts who are one person")
    name: str | None
    address: str | None = Field(description="Number with plus, @handle or the channel's own id")
    picture_url: str | None = Field(description="Path of the picture they show of themself")
    language: str | None


class Person(BaseModel):
    """A person of the business."""

    person_id: str
    name: str


class Preview(BaseModel):
    """The beginning of the last message."""

    text: str
    kind: str | None
    direction: str | None


class Conversation(BaseModel):
    """A conversation as it stands."""

    conversation_id: str
    version: int = Field(description="Goes up with every event that touches it; commands say which one they saw")
    status: Literal["open", "snoozed", "resolved"]
    snoozed_until_at: Instant | None
    inbox: Inbox
    contact: ContactBrief
    assignee: Person | None
    tags: list[str]
    unread_count: int
    waiting_since_at: Instant | None
    last_message_at: Instant | None
    last_inbound_at: Instant | None
    preview: Preview
    window_closes_at: Instant | None = Field(
        description="Until when a free text may be sent; null when closed or without end"
    )
    window_open: bool
    held_elsewhere: bool = Field(description="Another app of the business holds the thread; take it over to answer")


class Capabilities(BaseModel):
    """What the conversation's channel can carry; empty `kinds` means that nothing can be sent."""

    text_limit: int = Field(description="Of one message; a longer text becomes several")
    text_unit: Literal["characters", "bytes", "utf16"]
    kinds: list[str]
    button_limit: int = Field(description="0: choices are sent as a text that numbers them, at most 10")
    button_title_limit: int
    list_row_limit: int
    reports: list[str] = Field(description="Receipts that ever come: sent, delivered, read")
    quotes: bool = Field(description="A reply may name the message it answers")


class OpenConversation(Conversation):
    """A conversation with what may be sent in it."""

    capabilities: Capabilities
    doors: list[Conversation] = Field(description="The customer's conversations at other doors, newest first")


class Counts(BaseModel):
    """Open conversations by tab; 1000 means 1000 or more."""

    mine: int
    unassigned: int
    all: int


class ConversationPage(BaseModel):
    """One page of the list."""

    conversations: list[Conversation]
    next_cursor: str | None
    counts: Counts


# --- the thread ------------------------------------------------------------------------------------


class Author(BaseModel):
    """Who wrote or did it."""

    kind: str = Field(description="contact, agent, bot, system or integration")
    person_id: str | None = None
    name: str | None = None
    is_participant: bool = Field(False, description="One of the people of a group, whose name this is")


class Media(BaseModel):
    """A file of a message."""

    index: int
    filename: str | None
    mime: str | None
    size: int | None
    url: str | None
    state: Literal["pending", "stored", "failed"]
    is_voice: bool


class SendError(BaseModel):
    """Why a message was not delivered."""

    code: str
    detail: str | None
    advice: str | None = Field(description="What to do about it")


class Quoted(BaseModel):
    """The message that this one answers."""

    message_id: str
    text: str | None


class Reaction(BaseModel):
    """An emoji on a message."""

    emoji: str
    by: str = Field(description="contact or business")


class Message(BaseModel):
    """A message of the thread."""

    type: Literal["message"] = "message"
    message_id: str
    conversation_id: str | None
    inbox: Inbox | None = Field(description="The door it used")
    direction: Literal["inbound", "outbound"]
    kind: str
    text: str | None
    media: list[Media]
    content: Any
    author: Author
    at: Instant
    delivery_status: str | None
    error: SendError | None
    reply_to: Quoted | None
    reactions: list[Reaction]
    is_edited: bool
    is_revoked: bool
    is_auto: bool = Field(description="A machine answered, such as an out-of-office reply; nobody waits")
    album: str | None = Field(description="Equal for neighbours that were sent at once as one album")
    origin: str | None


class Note(BaseModel):
    """A private text among agents."""

    type: Literal["note"] = "note"
    note_id: str
    conversation_id: str
    text: str
    author: Author
    at: Instant


class Activity(BaseModel):
    """Something that was done to the conversation."""

    type: Literal["activity"] = "activity"
    event_id: str
    activity: str = Field(description="The event's type, such as conversation.assigned")
    author: Author
    at: Instant
    payload: dict[str, Any]
    text: str


Entry = Annotated[Message | Note | Activity, Field(discriminator="type")]


class Thread(BaseModel):
    """Part of a thread, oldest first."""

    entries: list[Entry]
    before: str | None = Field(description="Ask with this for what came before; null at the beginning")
    version: int
    reached_seq: int = Field(description="The thread holds everything up to here; start the stream after it")


# --- commands --------------------------------------------------------------------------------------


class Versioned(_Given):
    """A command's version: what its sender saw."""

    version: Annotated[int, Field(ge=0, le=2**62)]


class Assign(Versioned):
    """Give a conversation to a person, or to nobody."""

    assignee_id: Id | None


class Snooze(Versioned):
    """Hide a conversation until an instant, or until the contact writes again."""

    until_at: AwareDatetime | None = None


class Resolve(Versioned):
    """Close the matter."""

    outcome: Label = "done"


class Seen(_Given):
    """How far it was read: up to this message, or to the end."""

    message_id: Id | None = None


class TagGiven(_Given):
    """A tag."""

    tag: Label


class NoteGiven(_Given):
    """A note; `client_id` makes sending it twice harmless."""

    text: Annotated[Words, StringConstraints(min_length=1)]
    client_id: ClientId


class Nothing(_Given):
    """An empty object."""


class Changed(BaseModel):
    """A conversation after a command; `seq` is the event's place in the journal."""

    conversation: Conversation
    seq: int


class NoteAdded(BaseModel):
    """The note as it stands in the thread."""

    note: Note
    seq: int


# --- replies ---------------------------------------------------------------------------------------


class Button(_Given):
    """A button under a message."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=256), AfterValidator(_plain)]
    title: Label


class Row(Button):
    """A row of a list."""

    description: Words | None = None


class Section(_Given):
    """A titled part of a list."""

    title: Words | None = None
    rows: Annotated[list[Row], Field(min_length=1)]


class ListGiven(_Given):
    """A list behind a button."""

    button: Label
    sections: Annotated[list[Section], Field(min_length=1, max_length=10)]


class TemplateGiven(_Given):
    """A template, and values for its placeholders: "1", "first_name", "header", "button_0"."""

    template_id: Id
    parameters: dict[Label, Any] = Field(default_factory=dict)


ReplyKind = Literal["text", "media", "template", "buttons", "list", "location_request", "reaction"]


class ReplyGiven(_Given):
    """A reply; `client_id` is its idempotency key, made by the browser."""

    client_id: ClientId
    kind: ReplyKind
    text: Words | None = None
    reply_to_message_id: Id | None = None
    upload_ids: Annotated[tuple[Id, ...], Field(max_length=10)] = ()
    template: TemplateGiven | None = None
    buttons: tuple[Button, ...] | None = None
    list: ListGiven | None = None
    emoji: Annotated[str, StringConstraints(max_length=32), AfterValidator(_plain)] | None = None
    message_id: Id | None = Field(None, description="The message that a reaction is put on")


class MessageTaken(BaseModel):
    """The message as it stands in the thread; of several files, the first."""

    message: Message
    seq: int


class UploadTaken(BaseModel):
    """A file that waits for its reply."""

    upload_id: str
    filename: str
    mime: str = Field(description="By what the file holds, not by its name")
    size: int
