"""`prosa serve`: the three processes of an installation under one parent."""

from __future__ import annotations

from app.bootstrap import build
from app.log import configure
from app.supervisor import Supervisor, background, only_one, python
from ingest.settings import Settings
from ingest.store.migrate import migrate


def serve(settings: Settings) -> None:
    """Bring the tables up to date, then run web, worker and pipelines until SIGTERM."""
    configure(settings)
    with only_one(settings.home):
        context = build(settings)
        migrate(context.store.database)
        context.store.database.close()
        Supervisor(processes()).run()


def processes() -> dict[str, list[str]]:
    """Return name and command of every process of an installation."""
    return {"web": python("app.web"), "worker": python("app.worker"), "pipelines": background("pipelines", "serve")}
