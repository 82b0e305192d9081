"""`prosa channels …`: connect a number, see what is connected."""

from __future__ import annotations

import secrets
from getpass import getpass

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection as SqlConnection
from sqlalchemy import select

from app.bootstrap import build
from app.webhooks.connections import Connection, Connections
from app.webhooks.providers import PROVIDERS
from ingest.domain import identity
from ingest.domain.errors import BadInput
from ingest.domain.event import Event
from ingest.kit.ids import stable_id
from ingest.settings import Settings
from ingest.store.live import workspace
from ingest.store.migrate import migrate
from ingest.store.own import connection as table


def add_channel(
    settings: Settings,
    channel: str,
    name: str,
    phone_number_id: str,
    address: str,
    workspace_name: str | None,
    base_url: str,
) -> None:
    """Save a connection and its inbox; prints what to enter at the provider."""
    if channel not in PROVIDERS:
        raise BadInput(f"{channel!r} is not a channel of this version; there is: {', '.join(PROVIDERS)}.")
    context = build(settings)
    migrate(context.store.database)
    secret, token = getpass("App secret: "), getpass("Access token: ")
    with context.store.read() as sql:
        workspace_id = find_workspace(sql, workspace_name)
    connection_id = stable_id("con", workspace_id, channel, phone_number_id)
    given = Connection(connection_id, workspace_id, channel, name, base_url, secrets.token_urlsafe(24), [secret], token)
    Connections(context.store.database).save(given)
    inbox_id = identity.inbox_id(workspace_id, channel, phone_number_id)
    now = context.clock.us()
    with context.store.unit() as unit:
        unit.emit(
            Event(
                workspace_id=workspace_id,
                type="inbox.created",
                key=f"inbox:{inbox_id}:{now}",
                occurred_us=now,
                channel=channel,
                inbox_id=inbox_id,
                payload={
                    "name": name,
                    "external_id": phone_number_id,
                    "connection_id": connection_id,
                    "is_private": False,
                    "address": address,
                },
            )
        )
    print(
        f"Webhook address: https://YOUR-HOST/webhooks/{channel}/{connection_id}\nVerify token:    {given.verify_token}"
    )


def list_channels(settings: Settings) -> None:
    """Print every connection, without its secrets."""
    context = build(settings)
    migrate(context.store.database)
    with context.store.read() as sql:
        rows = sql.execute(select(table.c.connection_id, table.c.channel, table.c.name, table.c.base_url)).all()
    shown = Table("connection", "channel", "name", "API")
    for row in rows:
        shown.add_row(*row)
    Console().print(shown if rows else "Nothing is connected yet: prosa channels add whatsapp --help")


def find_workspace(sql: SqlConnection, name: str | None) -> str:
    """Return the id of the one workspace, or of the one so named. Raises BadInput where that is not clear."""
    rows = sql.execute(select(workspace.c.workspace_id, workspace.c.name)).all()
    found = [row.workspace_id for row in rows if name in (None, row.name)]
    if len(found) == 1:
        return str(found[0])
    names = ", ".join(row.name for row in rows) or "none yet; `prosa user add … --workspace NAME` makes one"
    raise BadInput(f"Say which workspace: --workspace NAME. There is: {names}.")
