"""Answers of the small lists and of the contact pane."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints

from app.inbox.schemas import Id, Instant, Label, Person, Words, _Given, _plain


class Identity(BaseModel):
    """An address of a contact."""

    kind: str
    address: str


class Consent(BaseModel):
    """What a contact allowed or forbade."""

    purpose: str
    value: str
    source: str | None
    at: Instant


class ConsentGiven(_Given):
    """What a contact told somebody here: consent given or taken back, how, and when if not just now."""

    purpose: Literal["marketing_messages"] = "marketing_messages"
    value: Literal["granted", "withdrawn"]
    source: Label = Field(description="Where it was said: at the counter, form of 3 March, phone")
    wording: Annotated[Words, StringConstraints(max_length=2000)] | None = None
    at: AwareDatetime | None = None


class ContactConversation(BaseModel):
    """A conversation of the contact that the caller may see."""

    conversation_id: str
    inbox_name: str
    status: str
    last_message_at: Instant | None


class Door(BaseModel):
    """A contact of the customer, and where they write from."""

    contact_id: str
    name: str | None
    channels: list[str]
    identities: list[Identity]


class Candidates(BaseModel):
    """Contacts who may be the same person, the likeliest first."""

    contacts: list[Door]


class ContactJoined(_Given):
    """Another contact of the same person."""

    contact_id: Id


class Contact(BaseModel):
    """A contact as the customer pane shows it, with what is known of them at every door that the caller sees."""

    contact_id: str
    customer_id: str
    name: str | None
    identities: list[Identity]
    doors: list[Door] = Field(description="Other contacts who are the same person")
    language: str | None
    first_seen_at: Instant | None
    last_seen_at: Instant | None
    attributes: dict[str, str]
    consents: list[Consent]
    conversations: list[ContactConversation]
    profile: dict[str, Any] | None = Field(
        description="What the marts derived over all doors; null until they have, or where a door is hidden"
    )


class ContactChanges(_Given):
    """A new name, or attributes to set; an attribute that is null is cleared."""

    name: (
        Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True), AfterValidator(_plain)]
        | None
    ) = None
    attributes: (
        Annotated[dict[Label, Annotated[Words, StringConstraints(max_length=2000)] | None], Field(max_length=50)] | None
    ) = None


class CannedResponse(BaseModel):
    """A saved text, typed by `/shortcut`."""

    shortcut: str
    text: str


class CannedResponses(BaseModel):
    """All saved texts, by shortcut."""

    canned_responses: list[CannedResponse]


class CannedText(_Given):
    """What a saved text says."""

    text: Annotated[Words, StringConstraints(min_length=1, max_length=10_000)]


class TemplateBlank(BaseModel):
    """Something to fill in of a template; `name` is the parameter's."""

    name: str
    kind: str = Field(description="text, image, video, document (a file to upload) or location")
    label: str | None


class Template(BaseModel):
    """A message template as the provider lists it."""

    template_id: str
    inbox_id: str | None
    name: str
    language: str
    category: str | None
    template_status: str | None
    components: list[dict[str, Any]]
    blanks: list[TemplateBlank] = Field(description="What has to be filled in")
    problem: str | None = Field(description="Why it cannot be sent from here; null where it can")


class Templates(BaseModel):
    """All templates, by name."""

    templates: list[Template]


class Tags(BaseModel):
    """Tags in use, by name."""

    tags: list[str]


class Agents(BaseModel):
    """People who can hold conversations, by name."""

    agents: list[Person]


class Notice(BaseModel):
    """Something a provider said about an account, a number or a template."""

    event_id: str
    inbox_id: str | None
    subject: str
    severity: str
    title: str
    at: Instant
    is_pressing: bool = Field(description="A warning or worse of the last days, and the newest word on its matter")


class Notices(BaseModel):
    """The newest notices first."""

    notices: list[Notice]


class QuarantineItem(BaseModel):
    """An event that a consumer could not handle, and why."""

    consumer: str
    seq: int
    event_id: str
    type: str
    reason: str
    at: Instant


class Unread(BaseModel):
    """What deliveries held of one sort that could not be read, or has no meaning for this version."""

    channel: str | None
    inbox_id: str | None
    reason: str = Field(description="Why it could not be read; else the provider's name of the kind")
    is_unknown: bool = Field(description="True where it can be read, and its kind is unknown")
    count: int = Field(description="Among the newest thousand of all sorts")
    at: Instant = Field(description="Of the newest")


class QuarantineItems(BaseModel):
    """The oldest item first."""

    items: list[QuarantineItem]
    unread: list[Unread] = Field(description="The most frequent first; the bytes stay with their deliveries")
