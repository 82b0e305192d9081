"""The web process: receiver, API and console on one port."""

from __future__ import annotations

import gc
from typing import Any

from app.bootstrap import build
from app.log import configure
from ingest.settings import Settings

OPTIONS: dict[str, Any] = {
    "loop": "uvloop",
    "http": "httptools",
    "log_config": None,
    "access_log": False,
    "server_header": False,
    "timeout_graceful_shutdown": 8,
    "timeout_keep_alive": 75,
    "ws_per_message_deflate": False,  # Streamlit turns it off too; small frames cost more to compress than they save
    "ws_max_size": 16 * 1024 * 1024,
}
"""How uvicorn runs this process, wherever it is started."""


_GARBAGE = (50_000, 20, 50)
"""Objects that come before a collection: at 2,000 webhooks a second the interpreter's 700 costs 30 µs a request."""


def main(*, console: bool = True) -> None:
    """Serve until SIGTERM; requests in flight are finished first. Without `console` no Streamlit is loaded."""
    import uvicorn

    from app.main import create_app

    settings = Settings()
    configure(settings)
    app = create_app(build(settings), console=console)
    gc.collect()
    gc.freeze()  # what is there now stays; no collection need look at it again
    gc.set_threshold(*_GARBAGE)
    uvicorn.run(app, host=settings.host, port=settings.port, **OPTIONS)


if __name__ == "__main__":
    main()
