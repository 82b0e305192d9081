"""`prosa channels …`: connect an account, ask whether it works, see what is connected."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection as SqlConnection
from sqlalchemy import select

from app.commands.house import opened
from app.connect import repository
from app.connect.checking import Account, check
from app.connect.service import connect, embed_of, known_channel, refresh_templates, register, webhook_path
from app.connect.trial import outcome_of, send_test
from app.context import Context
from ingest.channels.base import Field, Finding
from ingest.domain.errors import BadInput
from ingest.settings import Settings
from ingest.store.live import workspace
from ingest.store.own import connection as table

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")
_PATIENCE_S = 30
_console = Console()


def add_channel(
    settings: Settings,
    channel: str,
    name: str,
    values: list[str],
    address: str,
    workspace_name: str | None,
    *,
    keeps_secrets: bool = False,
) -> None:
    """Ask for what the channel needs and `values` (NAME=VALUE) do not give; save it, and print what comes next."""
    fields = known_channel(channel).fields
    given = given_of(fields, values)
    for each in fields:
        if each.name not in given and (each.is_required or each.is_secret):
            given[each.name] = _ask(each)
    context = opened(settings, may_begin=True)
    with context.store.read() as sql:
        workspace_id = find_workspace(sql, workspace_name)
    connection = connect(context, workspace_id, channel, name, given, address=address, keeps_secrets=keeps_secrets)
    print(f"Connected:       {name} ({connection.connection_id}), secrets held: {len(connection.secrets)}")
    if path := webhook_path(connection):
        base = settings.public_url or "https://YOUR-HOST"
        print(f"Webhook address: {base}{path}\nVerify token:    {connection.verify_token}")
    if embed := embed_of(connection, settings.public_url):
        print(f"Into your pages: {embed}")
    for found in asyncio.run(_with_http(partial(register, context, connection))):
        print(found.said)
    print(f"Then ask whether it works: prosa channels check {connection.connection_id}")


def check_channels(settings: Settings, connection_id: str | None, send_test_to: str | None = None) -> bool:
    """Print what the providers say of one connection or of all; return whether everything is well.

    With `send_test_to` a test message goes to that address, through the outbox of the running house.
    """
    context = opened(settings)
    with context.store.read() as sql:
        accounts = repository.accounts(sql, table.c.connection_id == connection_id if connection_id else None)
    if not accounts:
        raise BadInput("There is no such connection; `prosa channels list` shows those there are.")
    if send_test_to and len(accounts) != 1:
        raise BadInput("Say which connection the test message goes through: prosa channels check CONNECTION.")
    shown = Table("connection", "what", "", "finding")
    answers = asyncio.run(_with_http(lambda http: _check_all(accounts, http, context.clock.us())))
    findings = [
        (account.connection.name, each) for account, found in zip(accounts, answers, strict=True) for each in found
    ]
    for account in accounts:
        refresh_templates(context, account.connection, account.external_id)
    for name, found in findings:
        shown.add_row(name, found.what, "ok" if found.is_ok else "!!", found.said)
    _console.print(shown)
    is_sent = not send_test_to or _is_sent(context, accounts[0], send_test_to)
    return is_sent and all(found.is_ok for _, found in findings)


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


def given_of(fields: Sequence[Field], values: Sequence[str]) -> dict[str, str]:
    """Return what `NAME=VALUE`s give; a field that takes several may come several times. Raises BadInput."""
    forms = {each.name: each.form for each in fields}
    given: dict[str, str] = {}
    for name, text in map(_pair, values):
        form = forms.get(name, "line")
        if name in given and form != "lines":
            raise BadInput(f"{name} is given twice.", field=name)
        # What has many lines has no place on a command line: it may come from a file.
        written = _read(text[1:]) if form != "line" and text.startswith("@") else text
        given[name] = f"{given[name]}\n{written}" if name in given else written
    return given


def _is_sent(context: Context, account: Account, to: str) -> bool:
    """Send a test message, and say within half a minute what became of it."""
    message_id = send_test(context, account, to, None)
    for _ in range(_PATIENCE_S * 2):
        found = outcome_of(context, account, message_id)
        if found.is_over:
            break
        time.sleep(0.5)
    else:
        print("The test message waits in the outbox. Is the house running (prosa serve)?")
        return False
    print(f"The test message: {found.state}{f' – {found.reason}' if found.reason else ''}")
    return found.state not in ("failed", "unresolved", "cancelled")


async def _with_http(work: Callable[[httpx2.AsyncClient], Awaitable[T]]) -> T:
    import httpx2

    async with httpx2.AsyncClient(trust_env=False, follow_redirects=False, timeout=20) as http:
        return await work(http)


async def _check_all(accounts: Sequence[Account], http: httpx2.AsyncClient, now_us: int) -> list[list[Finding]]:
    return list(await asyncio.gather(*(check(each, http, now_us) for each in accounts)))


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


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read.") from error
