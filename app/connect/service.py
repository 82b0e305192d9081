"""Connecting a channel: save how it is reached, open its inbox, tell the provider where to call."""

from __future__ import annotations

import re
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

_OF_CONNECTION = frozenset({"external_id", "access_token", "secret", "verify_token", "base_url"})
"""Fields that every connection has; the others are settings of the channel."""
_SECRET = re.compile(r"-----BEGIN [^-]+-----.*?-----END [^-]+-----|[^\r\n]+", re.DOTALL)


def known_channel(name: str) -> Channel:
    """Return a channel; raises BadInput that names those there are."""
    found = registry.channel(name)
    if found is None:
        raise BadInput(
            f"{name!r} is not a channel of this version; there is: {', '.join(registry.NAMES)}.", field="channel"
        )
    return found


def connect(
    context: Context,
    workspace_id: str,
    channel: str,
    name: str,
    given: Mapping[str, str],
    *,
    address: str = "",
    keeps_secrets: bool = False,
) -> Connection:
    """Save a connection and open its inbox; the same account again replaces what was known of it.

    `given` is what the channel's `fields` ask for; `secret` may hold several, one a line, and with `keeps_secrets`
    those held so far count on behind them, so that none is refused while a provider changes from one to the next.
    Where a channel asks for no secret, one is made. Raises BadInput for an unknown channel, a missing field, or a
    setting that would be ignored.
    """
    known_channel(channel)
    connection_id = stable_id("con", workspace_id, channel, given.get("external_id") or name)
    given = _completed(context, channel, connection_id, given)
    _check_fields(channel, given)
    connections = Connections(context.store.database)
    known = connections.get(connection_id)
    connection = Connection(
        connection_id,
        workspace_id,
        channel,
        name,
        given.get("base_url") or (known.base_url if known else ""),
        given.get("verify_token") or (known.verify_token if known else secrets.token_urlsafe(24)),
        _secrets(given.get("secret", ""), known, keeps_secrets=keeps_secrets),
        given.get("access_token", ""),
        known_channel(channel).settle(
            {key: _setting(value) for key, value in given.items() if key not in _OF_CONNECTION}
        ),
    )
    # A bot, mailbox or widget is its own account.
    put(context, connection, given.get("external_id") or connection_id, address)
    return connection


def several(given: str) -> list[str]:
    r"""Return the secrets of a text: one a line, a PEM with all its lines.

    >>> several(" one \n\ntwo")
    ['one', 'two']
    """
    found = (each.strip() for each in _SECRET.findall(given))
    return list(dict.fromkeys(each for each in found if each))


def webhook_path(connection: Connection) -> str | None:
    """Return the path that the provider must call, None where nothing calls."""
    channel = known_channel(connection.channel)
    if channel.webhook is None or not channel.is_called(connection):
        return None
    return f"/webhooks/{connection.channel}/{connection.connection_id}"


def embed_of(connection: Connection, public_url: str) -> str | None:
    """Return what a site puts into its pages; None where the channel has no such thing."""
    embed = known_channel(connection.channel).embed
    return None if embed is None else embed(connection, public_url or "https://YOUR-HOST")


def can_test(connection: Connection) -> bool:
    """Say whether a text can be sent to an address that somebody types; visitors of a site have none."""
    channel = known_channel(connection.channel)
    return channel.open is not None and channel.embed is None and "text" in channel.capabilities.kinds


async def register(context: Context, connection: Connection, http: httpx2.AsyncClient) -> list[Finding]:
    """Tell the provider where to call, where that is a call of ours; empty where people do it, raises nothing."""
    channel, path = known_channel(connection.channel), webhook_path(connection)
    if channel.register is None:
        return []
    if path and not context.settings.public_url:
        return [
            Finding("webhook", False, "Prosa does not know its public address; set PROSA_PUBLIC_URL and reconnect.")
        ]
    address = context.settings.public_url + path if path else None
    try:
        await channel.register(connection, address, http)
    except ProsaError as error:
        if said := error.facts.get("provider_detail"):
            return [
                Finding("webhook", False, "The webhook could not be set. The provider says: {said}", {"said": said})
            ]
        return [Finding.of(error, "webhook", "The webhook could not be set: {detail}")]
    if address is None:
        return [Finding("webhook", True, "No webhook is set; updates are asked for.")]
    return [Finding("webhook", True, "The provider calls {address} from now on.", {"address": address})]


def _completed(context: Context, channel: str, connection_id: str, given: Mapping[str, str]) -> Mapping[str, str]:
    """Return what was given, with our own addresses where they are asked for and nobody wrote them."""
    public = context.settings.public_url
    ours = {"public_url": public, "status_callback": f"{public}/webhooks/{channel}/{connection_id}"} if public else {}
    asked = {each.name for each in known_channel(channel).fields}
    return {name: value for name, value in ours.items() if name in asked} | {k: v for k, v in given.items() if v}


def _check_fields(channel: str, given: Mapping[str, str]) -> None:
    fields = {each.name: each for each in known_channel(channel).fields}
    if missing := [each.label for each in fields.values() if each.is_required and not given.get(each.name)]:
        raise BadInput(f"This is missing: {', '.join(missing)}.", fields=missing)
    if unknown := sorted(set(given) - set(fields) - {"base_url"}):
        raise BadInput(f"{channel} asks for no {', '.join(unknown)}.", fields=unknown)


def _secrets(given: str, known: Connection | None, *, keeps_secrets: bool) -> list[str]:
    """Return the secrets to hold, newest first."""
    held = known.secrets if known else []
    written = several(given)
    if not written:
        return held or [secrets.token_urlsafe(32)]
    return list(dict.fromkeys([*written, *held])) if keeps_secrets else written


def _setting(value: str) -> Any:
    """Return a setting as its channel reads it: what is written as a JSON list or object is one."""
    if not value.lstrip().startswith(("[", "{")):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"This looks like JSON and is none: {value[:40]} …", problem=str(error)) from error


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
