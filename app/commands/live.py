"""`prosa live rebuild`."""

from __future__ import annotations

from rich.progress import Progress

from app.bootstrap import build
from app.supervisor import only_one
from ingest.settings import Settings


def rebuild(settings: Settings) -> None:
    """Fold the whole journal into fresh live tables, with a progress bar."""
    with only_one(settings.home):
        store = build(settings).store
        with store.read() as connection:
            head = store.journal.head(connection)
        with Progress() as progress:
            task = progress.add_task("Folding the journal", total=head)
            count = store.rebuild(lambda done: progress.update(task, completed=done))
            progress.update(task, completed=head)
    print(f"Folded {count:,} events.")
