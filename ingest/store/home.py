"""The data folder: who may make it, and what is said where it is not there.

A disk that is not mounted leaves an empty folder or none; whoever made a new store in it would answer every webhook
with 404 and hide the real one. So only the commands that begin a house make its folder; all others ask for it.
"""

from __future__ import annotations

from pathlib import Path

from ingest.domain.errors import StoreUnavailable
from ingest.settings import Settings

LOCK = "prosa.lock"
"""Held by whoever runs the house; its being there also says that this is a data folder."""


class HomeMissing(StoreUnavailable):
    """The data folder is not there."""


def make_home(settings: Settings) -> None:
    """Make the data folder where it is missing; raises HomeMissing where that cannot be."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        (settings.home / LOCK).touch(mode=0o600)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise HomeMissing(f"{settings.home} cannot be the data folder (PROSA_HOME): {reason.lower()}.") from error


def require_home(settings: Settings) -> None:
    """Raise HomeMissing, with what to do, unless a store has been begun in the data folder."""
    file = journal_file(settings)
    if file.is_file() if file else _holds_something(settings.home):
        return
    raise HomeMissing(
        f"There is nothing in {settings.home}. If your data is elsewhere, name its folder in PROSA_HOME, or mount its "
        "disk; to begin anew: ./prosa demo, or ./prosa user add."
    )


def journal_file(settings: Settings) -> Path | None:
    """Return the file of the journal and the live tables, None where a server holds them."""
    from sqlalchemy import make_url

    url = make_url(settings.database)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _holds_something(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())
