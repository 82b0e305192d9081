"""The fake inbox API with the console mounted as the real server mounts it, and a door that lets anybody in.

Run it with `python -m tests.browser.fake_server PORT [CONVERSATIONS]`.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from tests.browser.fake_api import routes
from tests.browser.fake_house import FakeHouse, Json

ROOT = Path(__file__).parents[2]


async def login(request: Request) -> Response:
    """Sign anybody in."""
    if request.method == "GET":
        return HTMLResponse("<form method=post><button>Sign in</button></form>")
    response = RedirectResponse("/", 303)
    response.set_cookie("prosa_session", "fake", httponly=True, samesite="lax")
    return response


async def logout(request: Request) -> Response:
    """Sign out."""
    response = RedirectResponse("/login", 303)
    response.delete_cookie("prosa_session")
    return response


def guarded(app: Any) -> Any:
    """Refuse the console to anybody without the session cookie."""

    async def guard(scope: Any, receive: Any, send: Any) -> None:
        cookies = dict(scope.get("headers") or []).get(b"cookie", b"")
        if scope["type"] == "http" and b"prosa_session=" not in cookies:
            await RedirectResponse("/login", 303)(scope, receive, send)
        else:
            await app(scope, receive, send)

    return guard


def flat(table: Json, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield `section.key` and value of nested tables."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def build(conversations: int = 60) -> Starlette:
    """Return the whole fake server: API, stream and the console at the root."""
    from streamlit import App, config

    for name, value in flat(tomllib.loads((ROOT / "dashboards/streamlit.toml").read_text())):
        config.set_option(name, value)
    console = App(ROOT / "dashboards/app.py")
    return Starlette(
        routes=[
            *routes(FakeHouse(conversations)),
            Route("/login", login, methods=["GET", "POST"]),
            Route("/logout", logout, methods=["POST"]),
            Mount("/", guarded(console)),
        ],
        lifespan=console.lifespan(),
    )


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(
        build(int(sys.argv[2]) if len(sys.argv) > 2 else 60),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_level="warning",
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=1,
    )
