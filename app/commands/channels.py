"""`prosa channels …`: connect an account, ask whether it works, see what is connected."""

from __future__ import annotations

import asyncio
import sys
from getpass import getpass

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection as SqlConnection
from sqlalchemy import select

from app.commands.house import opened
from app.connect.service import check, connect, known_channel, webhook_address
from ingest.channels.base import Connection, Field, Finding
from ingest.domain.connection import connection_from
from ingest.domain.errors import BadInput
from ingest.settings import Settings
from ingest.store.live import inbox, workspace
from ingest.store.own import connection as table

_console = Console()


def add_channel(
    settings: Settings, channel: str, name: str, values: list[str], address: str, workspace_name: str | None
) -> None:
    """Ask for what the channel needs and `values` (NAME=VALUE) do not give; save it, and print what comes next."""
    fields = known_channel(channel).fields
    given = dict(_pair(each) for each in values)
    for each in fields:
        if each.name not in given and (each.is_required or each.is_secret):
            given[each.name] = _ask(each)
    context = opened(settings, may_begin=True)
    with context.store.read() as sql:
        workspace_id = find_workspace(sql, workspace_name)
    connection = connect(
        context, workspace_id, channel, name, {key: text for key, text in given.items() if text}, address=address
    )
    print(f"Connected:       {name} ({connection.connection_id})")
    if (address := webhook_address(connection) or "") != "":
        print(f"Webhook address: {address}\nVerify token:    {connection.verify_token}")
    print(f"Then ask whether it works: prosa channels check {connection.connection_id}")


def check_channels(settings: Settings, connection_id: str | None) -> bool:
    """Print what the providers say of one connection or of all; return whether everything is well."""
    context = opened(settings)
    query = select(table, inbox.c.external_id).join(inbox, inbox.c.connection_id == table.c.connection_id)
    if connection_id:
        query = query.where(table.c.connection_id == connection_id)
    with context.store.read() as sql:
        rows = [dict(row) for row in sql.execute(query).mappings()]
    if not rows:
        raise BadInput("There is no such connection; `prosa channels list` shows those there are.")
    shown = Table("connection", "what", "", "finding")
    findings = asyncio.run(_check_all([(connection_from(row), str(row["external_id"])) for row in rows]))
    for name, found in findings:
        shown.add_row(name, found.what, "ok" if found.is_ok else "!!", found.said)
    _console.print(shown)
    return all(found.is_ok for _, found in findings)


def list_channels(settings: Settings) -> None:
    """Print every connection, without its secrets."""
    context = opened(settings)
    with context.store.read() as sql:
        rows = sql.execute(select(table.c.connection_id, table.c.channel, table.c.name, table.c.base_url)).all()
    shown = Table("connection", "channel", "name", "API")
    shown.columns[0].no_wrap = True  # it is there to be copied
    for row in rows:
        shown.add_row(*row)
    _console.print(shown if rows else "Nothing is connected yet: prosa channels add --help")


def find_workspace(sql: SqlConnection, name: str | None) -> str:
    """Return the id of the one workspace, or of the one so named. Raises BadInput where that is not clear."""
    rows = sql.execute(select(workspace.c.workspace_id, workspace.c.name)).all()
    found = [row.workspace_id for row in rows if name in (None, row.name)]
    if len(found) == 1:
        return str(found[0])
    names = ", ".join(row.name for row in rows) or "none yet; `prosa user add … --workspace NAME` makes one"
    raise BadInput(f"Say which workspace: --workspace NAME. There is: {names}.")


async def _check_all(accounts: list[tuple[Connection, str]]) -> list[tuple[str, Finding]]:
    import httpx2

    async with httpx2.AsyncClient(trust_env=False, follow_redirects=False, timeout=20) as http:
        answers = await asyncio.gather(*(check(connection, external_id, http) for connection, external_id in accounts))
    return [
        (connection.name, found) for (connection, _), answer in zip(accounts, answers, strict=True) for found in answer
    ]


def _ask(field: Field) -> str:
    label = f"{field.label} ({field.help}): "
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return getpass(label) if field.is_secret else input(label)


def _pair(value: str) -> tuple[str, str]:
    name, sign, text = value.partition("=")
    if not sign:
        raise BadInput(f"{value!r} is not NAME=VALUE.")
    return name, text
