"""The web process: receiver, API and console on one port."""

from __future__ import annotations

from app.bootstrap import build
from app.log import configure
from ingest.settings import Settings


def main() -> None:
    """Serve until SIGTERM; requests in flight are finished first."""
    import uvicorn

    from app.main import create_app

    settings = Settings()
    configure(settings)
    uvicorn.run(
        create_app(build(settings)),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=8,
        timeout_keep_alive=75,
        ws_per_message_deflate=False,  # Streamlit turns it off too; compression of small frames costs more than it saves
        ws_max_size=16 * 1024 * 1024,
    )


if __name__ == "__main__":
    main()
