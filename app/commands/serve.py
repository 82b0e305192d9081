"""`prosa serve`: the three processes of an installation under one parent."""

from __future__ import annotations

from app.bootstrap import build
from app.log import configure
from app.supervisor import Supervisor, background, child, only_one
from ingest.settings import Settings
from ingest.store.home import require_home
from ingest.store.migrate import migrate


def serve(settings: Settings) -> None:
    """Bring the tables up to date, then run web, worker and pipelines until SIGTERM. Raises HomeMissing."""
    configure(settings)
    require_home(settings)
    with only_one(settings.home) as lock:
        context = build(settings)
        migrate(context.store.database)
        context.store.database.close()
        Supervisor(processes(), lock).run()


def processes() -> dict[str, list[str]]:
    """Return name and command of every process of an installation."""
    return {"web": child("app.web"), "worker": child("app.worker"), "pipelines": background("pipelines", "serve")}
