"""The house with a web chat in a process of its own, and shop pages of another origin that embed it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from app.bootstrap import build
from app.main import create_app
from app.web import OPTIONS
from ingest.channels.webchat.tokens import proof
from ingest.settings import Settings
from ingest.store.migrate import migrate
from tests.house import begin_session
from tests.integration.webchat import shop

STRICT = "default-src 'none'; script-src {house}; connect-src {house} {ws}; img-src blob:; media-src blob:; style-src 'self'; require-trusted-types-for 'script'; base-uri 'none'"
HOSTILE = """
* { all: unset !important; display: none !important; color: red !important; font: 40px cursive !important; }
html, body { transform: rotate(3deg); filter: blur(2px); overflow: hidden !important; display: block !important; }
div, section, button, textarea, prosa-chat { position: static !important; visibility: hidden !important; opacity: 0 !important;
  pointer-events: none !important; width: 1px !important; z-index: -1 !important; }
"""


OTHERS: dict[str, dict[str, Any]] = {
    "con_form": {
        "prechat": {"fields": ["name", "email"], "consent_text": "You may keep this chat.", "consent_version": "2026-1"}
    },
    "con_terms": {"prechat": {"fields": [], "consent_text": "The old terms.", "consent_version": "1"}},
    "con_greets": {"greeting_rules": [{"path_glob": "/basket/*", "after_s": 0.2, "text": "Need help paying?"}]},
    "con_waits": {"greeting_rules": [{"path_glob": "/basket/*", "after_s": 2, "text": "Still there?"}]},
    "con_elsewhere": {"allowed_origins": ["https://elsewhere.example"]},
}
"""Widgets beside the shop's own, by connection."""


def page(request: Request) -> Response:
    """Return a page of the shop: `?csp`, `?hostile`, `?lang=`, `?user=`, `?connection=` and others make it special."""
    house, ask = request.app.state.house, request.query_params
    attributes = {
        "connection": ask.get("connection", shop.ID),
        "theme": ask.get("theme"),
        "position": ask.get("position"),
    }
    if user := ask.get("user"):
        attributes |= {"user-id": user, "user-proof": proof(shop.KEY, user)}
    data = " ".join(f'data-{name}="{value}"' for name, value in attributes.items() if value)
    style = "<link rel=stylesheet href=/hostile.css>" if "hostile" in ask else ""
    body = f"""<!doctype html><html lang="{ask.get("lang", "en")}"><meta charset=utf-8>
<meta name=viewport content="width=device-width, initial-scale=1"><title>A shop</title>{style}
<h1>A shop</h1><p><a href=/>Home</a> <input aria-label=Search></p>
<script async src="{house}/chat/prosa-chat.js" {data}></script>"""
    csp = STRICT.format(house=house, ws=house.replace("http", "ws"))
    return HTMLResponse(body, headers={"Content-Security-Policy": csp} if "csp" in ask else {})


def hostile(request: Request) -> Response:
    return Response(HOSTILE, media_type="text/css")


async def typing(request: Request) -> Response:
    state = request.app.state
    await state.prosa.state.show_typing(state.inbox_id, (await request.json())["external_id"])
    return JSONResponse({})


async def chatter(request: Request) -> Response:
    given = await request.json()
    await run_in_threadpool(shop.chatter, request.app.state.context, given["visitor_id"], given["length"])
    return JSONResponse({})


async def terms(request: Request) -> Response:
    """Change the terms of a widget while pages are open."""
    state, given = request.app.state, await request.json()
    settings = OTHERS["con_terms"] | {"prechat": {"fields": [], **given}, "allowed_origins": [state.origin]}
    await run_in_threadpool(shop.save, state.context, state.workspace_id, "con_terms", **settings)
    return JSONResponse({})


def main(home: str, port: int, shop_port: int) -> None:
    context = build(Settings(home=Path(home), port=port, undo_delay="PT0S"))
    migrate(context.store.database)
    origin = f"http://localhost:{shop_port}"
    workspace_id, inbox_id, person_id = shop.open_shop(context, allowed_origins=[origin], demo=True)
    for connection_id, settings in OTHERS.items():
        shop.save(context, workspace_id, connection_id, **{"allowed_origins": [origin]} | settings)
    token = begin_session(context, person_id)
    app = create_app(context, console=False)
    pages = Starlette(
        routes=[
            Route("/", page),
            Route("/{path}/{more}", page),
            Route("/hostile.css", hostile),
            Route("/typing", typing, methods=["POST"]),
            Route("/chatter", chatter, methods=["POST"]),
            Route("/terms", terms, methods=["POST"]),
            Route("/token", lambda _: JSONResponse({"token": token})),
        ]
    )
    for name, value in {
        "house": f"http://127.0.0.1:{port}",
        "context": context,
        "workspace_id": workspace_id,
        "inbox_id": inbox_id,
        "prosa": app,
        "shop": shop.ID,
        "origin": origin,
    }.items():
        setattr(pages.state, name, value)
    with shop.working(context):
        asyncio.run(_serve((app, port), (pages, shop_port)))


async def _serve(*served: tuple[Any, int]) -> None:
    configs = [uvicorn.Config(app, host="127.0.0.1", port=port, **OPTIONS) for app, port in served]
    servers = [uvicorn.Server(each) for each in configs]
    await asyncio.gather(*(each.serve() for each in servers))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
