"""A copy of the house while it runs, and a house from such a copy.

The journal is copied last: so it knows every event that the copied lake has landed, and every file that it speaks of
lies in the copy, too. Whatever was acknowledged before the copying began is in it.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import orjson

from ingest.domain.errors import BadInput, Conflict
from ingest.settings import Settings
from ingest.store.home import journal_file, make_home, require_home
from ingest.store.lake import settle, writing
from ingest.store.soundness import unsound

MANIFEST = "backup.json"
"""Written last: a folder without it is no whole backup."""
JOURNAL = "prosa.db"
_LEFT_OUT = frozenset({"dagster", "spill", MANIFEST})
"""What is made anew by itself: Dagster's history, DuckDB's room for sorting."""
_NOT_ENDINGS = (".lock", "-wal", "-shm", "-journal")
_CHUNK = 1024 * 1024
_PAGES = 4096
"""Pages of a database between two words on how far it is."""
Report = Callable[[str, int, int], None]
"""Told what is being copied, the bytes done of it, and all its bytes."""


class BackupBroken(Conflict):
    """The backup is not what it was when it was made."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: files by their place, each with its size and SHA-256, and the journal's newest seq."""

    files: Mapping[str, tuple[int, str]]
    head: int | None
    """None where the journal is in a server, which has a backup of its own."""


def back_up(settings: Settings, folder: Path, report: Report = lambda *_: None) -> Backup:
    """Copy the data folder to a new folder while the house runs, verify the copy, and return what it holds.

    Landing waits while the lake is copied; nobody else waits. Raises BadInput for a folder that holds something.
    """
    require_home(settings)
    _require_room(settings.home, folder)
    if settings.lake_catalog.exists():
        with writing(settings):
            _copy_database(settings.lake_catalog, folder / "lake.sqlite", report)
            _copy_files(settings.home, folder, _within(settings.home, "lake"), report)
    source = journal_file(settings)
    _copy_files(settings.home, folder, _others(settings.home, source), report)
    head = _copy_database(source, folder / JOURNAL, report) if source else None
    _copy_files(settings.home, folder, _within(settings.home, "media"), report)  # what came while we copied
    os.sync()
    made = Backup(dict(_summed(folder, report)), head)
    _write_manifest(folder, made)
    return made


def restore(settings: Settings, folder: Path, report: Report = lambda *_: None) -> Backup:
    """Make the data folder from a backup, checking every byte.

    Raises BadInput for no backup or a data folder that holds something, BackupBroken where a file is not what it was.
    The journal comes last: a restoring that was cut short leaves no house that could be started.
    """
    made = _read_manifest(folder)
    make_home(settings)
    if held := sorted(path.name for path in settings.home.iterdir() if not path.name.endswith(_NOT_ENDINGS)):
        raise BadInput(f"{settings.home} holds {held[0]} already; restore into an empty folder: PROSA_HOME=…")
    journal = journal_file(settings)
    for place in sorted(made.files, key=lambda each: each == JOURNAL):
        target = journal if place == JOURNAL and journal else settings.home / place
        if _copied(folder / place, target, place, report) != made.files[place]:
            raise BackupBroken(f"{place} is damaged in the backup; what was restored so far is to be thrown away.")
    os.sync()
    settle(settings)
    return made


# --- copying -----------------------------------------------------------------------------------------


def _copy_database(source: Path, target: Path, report: Report) -> int:
    """Copy a SQLite file as of one moment, prove the copy sound, and return the seq of its newest event, if any.

    The reading transaction holds the moment: without it the copying would begin anew with every commit of others.
    """
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with closing(sqlite3.connect(source, isolation_level=None)) as old, closing(sqlite3.connect(target)) as new:
        size = int(old.execute("PRAGMA page_size").fetchone()[0])
        old.execute("BEGIN")
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()

        def tell(_status: int, remaining: int, total: int) -> None:
            report(target.name, (total - remaining) * size, total * size)

        old.backup(new, pages=_PAGES, progress=tell, sleep=0)
        if found := unsound(new):
            raise BackupBroken(f"{source} is damaged: {found}.")
        has_journal = new.execute("SELECT 1 FROM sqlite_master WHERE name = 'journal'").fetchone()
        return int(new.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchone()[0]) if has_journal else 0


def _copy_files(home: Path, folder: Path, places: Iterator[str], report: Report) -> None:
    for place in places:
        if not (folder / place).exists():
            _copied(home / place, folder / place, place, report)


def _copied(source: Path, target: Path, place: str, report: Report) -> tuple[int, str]:
    """Copy a file and return the size and SHA-256 of what was read."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size, total = hashlib.sha256(), 0, source.stat().st_size
    with source.open("rb") as old, target.open("wb") as new:
        os.fchmod(new.fileno(), 0o600)
        while chunk := old.read(_CHUNK):
            new.write(chunk)
            digest.update(chunk)
            size += len(chunk)
            report(place, size, total)
    return size, digest.hexdigest()


def _summed(folder: Path, report: Report) -> Iterator[tuple[str, tuple[int, str]]]:
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        if path.name.endswith(_NOT_ENDINGS):
            continue
        size = path.stat().st_size
        with path.open("rb") as file:
            yield str(path.relative_to(folder)), (size, hashlib.file_digest(file, "sha256").hexdigest())
        report("verifying", size, size)


# --- what belongs to it ------------------------------------------------------------------------------


def _within(home: Path, name: str) -> Iterator[str]:
    """Yield the files of a folder, or the one file of that name; unfinished ones begin with a dot."""
    found = [home / name] if (home / name).is_file() else sorted((home / name).rglob("*"))
    return (str(path.relative_to(home)) for path in found if path.is_file() and not path.name.startswith("."))


def _others(home: Path, journal: Path | None) -> Iterator[str]:
    """Yield every file but the databases, the lake, and what need not be kept."""
    apart = {*_LEFT_OUT, "lake", "lake.sqlite", journal.name if journal else JOURNAL}
    for top in sorted(home.iterdir()):
        if top.name not in apart and not top.name.endswith(_NOT_ENDINGS):
            yield from _within(home, top.name)


def _require_room(home: Path, folder: Path) -> None:
    if folder.resolve().is_relative_to(home.resolve()):
        raise BadInput(f"{folder} lies within the data folder; a copy of itself would be no backup.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput(f"{folder} holds something already; name a new folder for each backup.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def _write_manifest(folder: Path, made: Backup) -> None:
    part = folder / f".{MANIFEST}"
    with part.open("wb") as file:
        file.write(orjson.dumps({"head": made.head, "files": made.files}, option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / MANIFEST)


def _read_manifest(folder: Path) -> Backup:
    try:
        told = orjson.loads((folder / MANIFEST).read_bytes())
        return Backup({place: (size, digest) for place, (size, digest) in told["files"].items()}, told["head"])
    except (OSError, ValueError, KeyError) as error:
        raise BadInput(f"{folder} is no whole backup: it has no {MANIFEST} that can be read.") from error
