"""`prosa import …`: conversations from elsewhere, through the log, with their own times."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.accounts.service import create_workspace
from app.commands.channels import find_workspace
from app.commands.house import opened
from ingest.domain.errors import BadInput
from ingest.settings import Settings
from ingest.store.importers.runner import ImportReport, run_import
from ingest.store.live import workspace
from ingest.store.media import MediaStore

if TYPE_CHECKING:
    from app.context import Context
    from ingest.store.importers.runner import Source

WORKSPACE = "imported"
_TIMEZONE, _COUNTRY = "America/Sao_Paulo", "BR"
_SHOWN = 10
"""Unreadable places printed; the number of all of them is said."""


def import_star(settings: Settings, path: Path, workspace_name: str | None = None) -> ImportReport:
    """Import the STAR dialogues of a folder; prints what was done and returns it."""
    from ingest.store.importers.star import Star

    context = _context(settings)
    return _import(context, workspace_name, Star(path))


def import_whatsapp_export(
    settings: Settings,
    path: Path,
    me: str,
    day_first: bool | None = None,
    timezone: str | None = None,
    workspace_name: str | None = None,
) -> ImportReport:
    """Import a chat exported from the app; `me` is the name under which the business wrote.

    `timezone` is the phone's, without it the workspace's; `day_first` is only needed where the file leaves it open.
    """
    from ingest.store.importers.whatsapp_export import WhatsAppExport

    context = _context(settings)
    zone = _zone(timezone or _timezone_of(context, workspace_name))
    keep = MediaStore(settings.media).put
    source = WhatsAppExport(path, me, zone, context.clock.us(), day_first=day_first, keep=keep)
    return _import(context, workspace_name, source)


def import_parquet(settings: Settings, path: Path, workspace_name: str | None = None) -> ImportReport:
    """Import a folder of canonical Parquet tables."""
    from ingest.store.importers.parquet import CanonicalParquet

    context = _context(settings)
    return _import(context, workspace_name, CanonicalParquet(path))


def _context(settings: Settings) -> Context:
    return opened(settings, may_begin=True)


def _import(context: Context, workspace_name: str | None, source: Source) -> ImportReport:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task("Reading", total=source.total)
        workspace_id = _workspace(context, workspace_name)

        def show(done: int, total: int) -> None:
            context.store.come_near()  # an agent's answer waits for the fold: for one batch, not for the whole import
            bar.update(task, description="Importing", completed=done, total=total)

        report = run_import(context.store.database, context.store.journal, workspace_id, source, show)
    for each in report.unreadable[:_SHOWN]:
        print(f"{each.where}: {each.reason}")
    print(report.sentence())
    return report


def _timezone_of(context: Context, workspace_name: str | None) -> str:
    with context.store.read() as connection:
        query = select(workspace.c.timezone).where(workspace.c.name == (workspace_name or WORKSPACE))
        return connection.execute(query).scalar() or _TIMEZONE


def _zone(timezone: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(timezone).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadInput(f"There is no time zone {timezone!r}; name one as Europe/Lisbon.") from error


def _workspace(context: Context, name: str | None) -> str:
    """Return the workspace of this name; without a name `imported`, which is made when it is not there.

    It is looked for first, since making one waits until everything imported before is folded.
    """
    with context.store.read() as connection:
        if name is not None:
            return find_workspace(connection, name)
        known = connection.execute(select(workspace.c.workspace_id).where(workspace.c.name == WORKSPACE)).scalar()
    return known or create_workspace(context.store, context.ids, context.clock, WORKSPACE, _TIMEZONE, _COUNTRY)
