"""The web process: receiver, API and console on one port."""

from __future__ import annotations

import gc
import resource
from functools import partial
from typing import Any

from app.bootstrap import build
from app.door import Door
from app.log import configure
from ingest.settings import Settings
from ingest.store.home import require_home

OPTIONS: dict[str, Any] = {
    "loop": "uvloop",
    "http": Door,
    "log_config": None,
    "access_log": False,
    "server_header": False,
    "proxy_headers": False,  # `app.main` reads them where somebody asks who called; no webhook pays for it
    "timeout_graceful_shutdown": 8,
    "timeout_keep_alive": 75,
    "ws_per_message_deflate": False,  # Streamlit turns it off too; small frames cost more to compress than they save
    "ws_max_size": 16 * 1024 * 1024,
}
"""How uvicorn runs this process, wherever it is started."""

_CONNECTIONS = 65_536
"""Open files asked for; many systems give a process 1,024, which as many idle clients use up."""
_GARBAGE = (50_000, 20, 50)
"""Objects that come before a collection: at 2,000 webhooks a second the interpreter's 700 costs 30 µs a request."""


def main(*, console: bool = True) -> None:
    """Serve until SIGTERM; requests in flight are finished first. Without `console` no Streamlit is loaded."""
    import uvicorn

    from app.main import create_app

    settings = Settings()
    configure(settings)
    require_home(settings)
    _allow_connections()
    app = create_app(build(settings), console=console)
    gc.collect()
    gc.freeze()  # what is there now stays; no collection need look at it again
    gc.set_threshold(*_GARBAGE)
    door = partial(Door, header_limit=settings.header_limit)
    uvicorn.run(app, host=settings.host, port=settings.port, **OPTIONS | {"http": door})


def _allow_connections() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CONNECTIONS if hard == resource.RLIM_INFINITY else min(hard, _CONNECTIONS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    main()
