"""What every command that writes begins with: tables and fold of this version."""

from __future__ import annotations

from rich.progress import Progress

from app.bootstrap import build
from app.context import Context
from app.state.refold import is_stale, refold
from app.state.unit import Store
from ingest.settings import Settings
from ingest.store.home import make_home, require_home
from ingest.store.migrate import migrate


def opened(settings: Settings, *, may_begin: bool = False) -> Context:
    """Return the context of a house whose tables are this version's.

    With `may_begin` a house is begun where there is none, else HomeMissing is raised. Raises NewerDatabase.
    """
    if may_begin:
        make_home(settings)
    else:
        require_home(settings)
    context = build(settings)
    migrate(context.store.database)
    if is_stale(context.store):
        fold_anew(context.store, "Updating the live tables")
    return context


def fold_anew(store: Store, why: str) -> int:
    """Fold the journal again, with a progress bar; returns the events folded."""
    with store.read() as connection:
        head = store.journal.head(connection)
    with Progress() as progress:
        task = progress.add_task(why, total=head)
        count = refold(store, lambda done: progress.update(task, completed=done))
        progress.update(task, completed=head)
    return count
