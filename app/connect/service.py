"""Connecting a channel: save how it is reached, open its inbox, ask the provider whether it works."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import httpx2
import orjson

from app.connections import Connections
from app.context import Context
from app.templates import want_templates
from ingest.channels import registry
from ingest.channels.base import Channel, Connection, Finding
from ingest.domain import identity
from ingest.domain.errors import BadInput, ProsaError
from ingest.domain.event import Event
from ingest.kit.ids import stable_id
from ingest.kit.outward import Resolve, resolve

_OF_CONNECTION = frozenset({"external_id", "access_token", "secret", "verify_token", "base_url"})
"""Fields that every connection has; the others are settings of the channel."""


def known_channel(name: str) -> Channel:
    """Return a channel; raises BadInput that names those there are."""
    found = registry.channel(name)
    if found is None:
        raise BadInput(
            f"{name!r} is not a channel of this version; there is: {', '.join(registry.NAMES)}.", field="channel"
        )
    return found


def connect(
    context: Context, workspace_id: str, channel: str, name: str, given: Mapping[str, str], *, address: str = ""
) -> Connection:
    """Save a connection and open its inbox; the same account again replaces what was known of it.

    `given` is what the channel's `fields` ask for. Where a channel asks for no secret, one is made. Raises BadInput
    for an unknown channel or a missing field.
    """
    fields = {each.name: each for each in known_channel(channel).fields}
    if missing := [each.label for each in fields.values() if each.is_required and not given.get(each.name)]:
        raise BadInput(f"This is missing: {', '.join(missing)}.", fields=missing)
    if unknown := sorted(set(given) - set(fields) - {"base_url"}):
        raise BadInput(f"{channel} asks for no {', '.join(unknown)}.", fields=unknown)
    connection_id = stable_id("con", workspace_id, channel, given.get("external_id") or name)
    external_id = given.get("external_id") or connection_id  # a bot, mailbox or widget is its own account
    connection = Connection(
        connection_id,
        workspace_id,
        channel,
        name,
        given.get("base_url", ""),
        given.get("verify_token") or secrets.token_urlsafe(24),
        [given.get("secret") or secrets.token_urlsafe(32)],
        given.get("access_token", ""),
        {key: _setting(value) for key, value in given.items() if key not in _OF_CONNECTION},
    )
    put(context, connection, external_id, address)
    return connection


def webhook_address(connection: Connection, base: str = "https://YOUR-HOST") -> str | None:
    """Return where the provider must call us, None where nothing calls."""
    if known_channel(connection.channel).webhook is None:
        return None
    return f"{base}/webhooks/{connection.channel}/{connection.connection_id}"


def _setting(value: str) -> Any:
    """Return a setting as its channel reads it: what is written as a JSON list or object is one."""
    if not value.lstrip().startswith(("[", "{")):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"This looks like JSON and is none: {value[:40]} …", problem=str(error)) from error


async def check(
    connection: Connection, external_id: str, http: httpx2.AsyncClient, resolver: Resolve = resolve
) -> list[Finding]:
    """Ask the provider whether it would take and give messages; never raises for what a provider may answer."""
    channel = known_channel(connection.channel)
    if channel.open is None:
        return [Finding("sending", True, "Nothing is sent through this channel.")]
    try:
        return await channel.open(connection, external_id, http, resolver).check()
    except ProsaError as error:
        return [Finding.of(error, "provider", "The provider could not be asked: {detail}")]


def refresh_templates(context: Context, connection: Connection, external_id: str) -> None:
    """Have the worker list the templates of an account anew, where its channel has any."""
    inbox_id = identity.inbox_id(connection.workspace_id, connection.channel, external_id)
    want_templates(context.store, connection.workspace_id, [(connection.channel, inbox_id)])


def put(context: Context, connection: Connection, external_id: str, address: str) -> None:
    """Save a connection as it is and open the inbox of its account."""
    Connections(context.store.database).save(connection)
    inbox_id = identity.inbox_id(connection.workspace_id, connection.channel, external_id)
    now = context.clock.us()
    with context.store.unit() as unit:
        unit.emit(
            Event(
                workspace_id=connection.workspace_id,
                type="inbox.created",
                key=f"inbox:{inbox_id}:{now}",
                occurred_us=now,
                channel=connection.channel,
                inbox_id=inbox_id,
                payload={
                    "name": connection.name,
                    "external_id": external_id,
                    "connection_id": connection.connection_id,
                    "is_private": False,
                    "address": address,
                },
            )
        )
