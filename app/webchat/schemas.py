"""What widgets send, checked for form."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, StringConstraints, ValidationError

from ingest.channels.webchat.capabilities import CAPABILITIES, EMOJI
from ingest.domain.errors import BadInput

Model = TypeVar("Model", bound=BaseModel)
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
ClientId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
MessageId = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Text = Annotated[str, StringConstraints(max_length=CAPABILITIES.text_limit, pattern=r"[^\s\x00]")]
Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


class User(BaseModel):
    """A customer whom the shop vouches for; `proof` is what `tokens.proof` says."""

    id: str
    email: str = ""
    phone: str = ""
    proof: str


class Prechat(BaseModel):
    """The form before the chat, filled in."""

    name: Short = ""
    email: Email | Literal[""] = ""
    consent_version: Short | None = None


class SessionGiven(BaseModel):
    """How a visit begins or goes on."""

    returning: str | None = None
    user: User | None = None
    prechat: Prechat | None = None


class Page(BaseModel):
    """Where a message was written."""

    url: Annotated[str, StringConstraints(max_length=1000)] = ""
    title: Short = ""


class Choice(BaseModel):
    """A button or row that was chosen, and the message it stood under."""

    id: Short
    title: Short
    message_id: MessageId


class Said(BaseModel):
    """A message; `client_id` is made once by the browser, so that sending it again changes nothing."""

    client_id: ClientId
    text: Text | None = None
    ticket: str | None = None
    reply: Choice | None = None
    reply_to: MessageId | None = None
    """The message that it quotes."""
    page: Page | None = None
    greeting: Annotated[str, StringConstraints(max_length=1000)] | None = None


def _offered(emoji: str) -> str:
    if emoji not in EMOJI:
        raise ValueError("Choose one of the emoji that the chat offers.")
    return emoji


class Reacted(BaseModel):
    """An emoji put on a message of ours, or taken back with None; `client_id` as in `Said`."""

    client_id: ClientId
    message_id: MessageId
    emoji: Annotated[str, AfterValidator(_offered)] | None = None


class Shown(BaseModel):
    """Up to which message a browser has shown ours, or a person has read them."""

    seq: int
    status: Literal["delivered", "read"] = "read"


def read(model: type[Model], body: bytes) -> Model:
    """Return a body as a model; raises BadInput naming the fields, never what stood in them."""
    try:
        return model.model_validate_json(body or b"{}")
    except ValidationError as error:
        problems = [{"field": ".".join(map(str, each["loc"])), "problem": each["msg"]} for each in error.errors()]
        raise BadInput(problems=problems) from None
