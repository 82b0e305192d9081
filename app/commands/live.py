"""`prosa live rebuild` and `prosa live reread`."""

from __future__ import annotations

from rich.progress import Progress

from app.bootstrap import build, reader
from app.commands.house import fold_anew, opened
from app.supervisor import only_one
from ingest.settings import Settings
from ingest.store.migrate import migrate


def rebuild(settings: Settings) -> None:
    """Fold the whole journal into fresh live tables, with a progress bar."""
    with only_one(settings.home):
        store = build(settings).store
        migrate(store.database)
        count = fold_anew(store, "Folding the journal")
    print(f"Folded {count:,} events.")


def reread(settings: Settings) -> None:
    """Read every delivery again of which something could not be read, with a progress bar."""
    context = opened(settings)
    with context.store.read() as connection:
        head = context.store.journal.head(connection)
    with Progress() as progress:
        task = progress.add_task("Reading again", total=head)
        parser = reader(context.store)
        done = parser.reread(context.clock.us(), lambda seq: progress.update(task, completed=seq))
    print(
        f"Read {done.deliveries:,} deliveries again: {done.events:,} new events, {done.failed:,} still in quarantine."
    )
