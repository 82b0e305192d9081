"""`prosa backup`, `prosa restore` and `prosa check`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from app.supervisor import only_one
from ingest.kit.clock import SystemClock
from ingest.settings import Settings
from ingest.store.backup import Backup, Report, back_up
from ingest.store.backup import restore as restore_backup
from ingest.store.home import journal_file, make_home
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
    print(f"{settings.home} holds {_sentence(made)} again. Start it: ./prosa serve")
    if journal_file(settings) is None:
        print("The journal is in PostgreSQL: restore the dump that was made after this backup first.")


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
