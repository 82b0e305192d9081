"""Shapes of the HTTP of connecting channels."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Asked(BaseModel):
    """One thing that a channel asks for when it is connected."""

    name: str
    label: str
    help: str
    is_secret: bool
    is_required: bool


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
    webhook_path: str | None
    signs: list[Sign]
    last_inbound_at: str | None
    is_silence_unusual: bool = Field(description="Longer than the customers' rhythm of the last four weeks explains")


class Connections(BaseModel):
    """Everything that is connected."""

    connections: list[ConnectionState]


class ConnectionGiven(BaseModel):
    """What connecting a channel needs; `values` are the channel's own fields by name."""

    model_config = ConfigDict(extra="forbid")

    channel: Text
    name: Text
    address: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    values: dict[str, Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000)]] = {}


class Connected(BaseModel):
    """A new connection, and what to enter at the provider; the verify token is shown this once."""

    connection_id: str
    webhook_path: str | None
    verify_token: str


class Finding(BaseModel):
    """One thing that a live check looked at."""

    what: str
    is_ok: bool
    sentence: str = Field(description="In English, with {names} for what differs; for translating.")
    facts: dict[str, str | int] = Field(description="What stands for the names.")


class Findings(BaseModel):
    """What a live check found."""

    findings: list[Finding]
