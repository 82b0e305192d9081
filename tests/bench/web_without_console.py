"""The web process as `app.web` starts it, less the mounted console."""

from __future__ import annotations

import uvicorn

from app.bootstrap import build
from app.log import configure
from app.main import create_app
from app.web import OPTIONS
from ingest.settings import Settings

if __name__ == "__main__":
    settings = Settings()
    configure(settings)
    uvicorn.run(create_app(build(settings), console=False), host=settings.host, port=settings.port, **OPTIONS)
