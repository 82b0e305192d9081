"""`prosa serve`: the three processes of an installation under one parent."""

from __future__ import annotations

from app.commands.house import opened
from app.log import configure
from app.supervisor import Supervisor, background, child, only_one
from ingest.settings import Settings
from ingest.store.home import require_home


def serve(settings: Settings) -> None:
    """Bring the tables up to date, then run web, worker and pipelines until SIGTERM. Raises HomeMissing."""
    configure(settings)
    require_home(settings)
    with only_one(settings.home) as lock:
        opened(settings).store.database.close()
        Supervisor(processes(), lock).run()


def processes() -> dict[str, list[str]]:
    """Return name and command of every process of an installation."""
    return {"web": child("app.web"), "worker": child("app.worker"), "pipelines": background("pipelines", "serve")}
