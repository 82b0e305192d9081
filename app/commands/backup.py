"""`prosa backup`, `prosa restore` and `prosa check`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from app.commands.house import opened
from app.context import Context
from app.outbox.repository import in_state
from app.supervisor import only_one
from ingest.kit.clock import SystemClock
from ingest.settings import Settings
from ingest.store.backup import Backup, Report, back_up
from ingest.store.backup import restore as restore_backup
from ingest.store.home import make_home
from ingest.store.soundness import check_files


def backup(settings: Settings, folder: Path) -> None:
    """Copy the data folder, with a progress bar, and say what the copy holds."""
    with _progress() as report:
        made = back_up(settings, folder, report)
    print(f"{folder} holds {_sentence(made)}, verified. It contains access tokens: keep it closed.")
    if made.head is None:
        print("The journal is in PostgreSQL: copy it now, after the lake, with pg_dump.")


def restore(settings: Settings, folder: Path) -> None:
    """Fill an empty data folder from a backup, with a progress bar."""
    make_home(settings)
    with only_one(settings.home), _progress() as report:
        made = restore_backup(settings, folder, report)
        held = 0 if made.head is None else hold_back(opened(settings))
    print(f"{settings.home} holds {_sentence(made)} again. Start it: ./prosa serve")
    if held:
        print(f"{held:,} messages waited to be sent; whether they were since is for a person to say: see the inbox.")
    if made.head is None:
        print("The journal is in PostgreSQL: restore the dump that was made after this backup before you start.")


def hold_back(context: Context) -> int:
    """List all that waits in the outbox as unresolved, and return how much that is.

    Since the backup was made it may have been sent; nobody shall hear it twice without a person's saying so.
    """
    now_us = context.clock.us()
    detail = "It waited when the backup was made; the contact may have it or not."
    with context.store.unit() as unit:
        waiting = in_state(unit.connection, "queued")
        for each in waiting:
            key = f"send.unresolved:{each.message_id}:restored:{now_us}"
            unit.emit(each.event("send.unresolved", key, now_us, {"attempt": each.attempt, "detail": detail}))
    context.store.database.close()
    return len(waiting)


def check(settings: Settings) -> bool:
    """Read every file, with a progress line, name what is damaged, and return whether nothing is."""
    with Progress(TextColumn("{task.completed:,} files read, {task.description}"), transient=True) as line:
        task = line.add_task("", total=None)
        found = check_files(settings, SystemClock(), lambda name: line.update(task, advance=1, description=name[-60:]))
    for each in found.damaged:
        print(f"DAMAGED  {each}")
    print(f"{found.files:,} files were read, {len(found.damaged):,} of them damaged.")
    return not found.damaged


def _sentence(made: Backup) -> str:
    events = "" if made.head is None else f"{made.head:,} events in "
    return f"{events}{len(made.files):,} files of {sum(size for size, _ in made.files.values()) / 1e6:,.1f} MB"


@contextmanager
def _progress() -> Iterator[Report]:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda name, done, total: bar.update(task, description=name[-40:], completed=done, total=total)
