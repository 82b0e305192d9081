"""Shapes of the HTTP of connecting channels."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Asked(BaseModel):
    """One thing that a channel asks for when it is connected."""

    name: str
    label: str
    help: str
    is_secret: bool
    is_required: bool
    form: Literal["line", "lines", "text"] = Field(
        description="One line, several values one a line, or one text of many lines"
    )


class Kind(BaseModel):
    """A channel that can be connected."""

    channel: str
    fields: list[Asked]
    has_webhook: bool


class Kinds(BaseModel):
    """Every channel of this version."""

    kinds: list[Kind]


class Sign(BaseModel):
    """When a connection last gave a sign, and how often it ever did."""

    sign: str = Field(description="handshake, delivery, refused or too_large")
    at: str
    count: int


class ConnectionState(BaseModel):
    """One connection, without its secrets, and how it does."""

    connection_id: str
    inbox_id: str | None
    channel: str
    name: str
    address: str | None
    webhook_path: str | None = Field(description="Null where nothing calls, and we fetch what comes in")
    embed: str | None = Field(description="What a site puts into its pages; null where the channel has no such thing")
    secrets_held: int = Field(description="How many secrets are believed; never what they are")
    can_test: bool = Field(description="Whether a test message can be sent to an address that somebody types")
    signs: list[Sign]
    last_inbound_at: str | None
    is_silence_unusual: bool = Field(description="Longer than the customers' rhythm of the last four weeks explains")


class Connections(BaseModel):
    """Everything that is connected."""

    public_url: str = Field(description="Where providers and visitors reach us; empty where nobody said it")
    connections: list[ConnectionState]


class ConnectionGiven(BaseModel):
    """What connecting a channel needs; `values` are the channel's own fields by name, several secrets one a line."""

    model_config = ConfigDict(extra="forbid")

    channel: Text
    name: Text
    address: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    values: dict[str, Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]] = {}
    keeps_secrets: bool = Field(False, description="Those held so far stay valid behind the new ones")


class Finding(BaseModel):
    """One thing that a live check looked at."""

    what: str
    is_ok: bool
    sentence: str = Field(description="In English, with {names} for what differs; for translating.")
    facts: dict[str, str | int] = Field(description="What stands for the names.")


class Findings(BaseModel):
    """What a live check found."""

    findings: list[Finding]


class Connected(BaseModel):
    """A new connection, and what to enter at the provider; the verify token is shown this once."""

    connection_id: str
    webhook_path: str | None
    verify_token: str
    public_url: str
    embed: str | None
    secrets_held: int
    findings: list[Finding] = Field(description="What came of telling the provider our address, where we do it")


class TrialGiven(BaseModel):
    """To whom a test message goes: a number, an e-mail address, or the id of somebody who has written."""

    model_config = ConfigDict(extra="forbid")

    to: Text


class Trial(BaseModel):
    """Where a test message stands."""

    message_id: str
    conversation_id: str | None
    state: str
    is_over: bool = Field(description="Whether the provider took it or it was given up")
    reason: str | None
