"""The web application: receiver, API, pages and console on one port."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

from fastapi import FastAPI, Request
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app import errors, health, unsubscribing
from app.access import CurrentActor
from app.accounts.pages import router as account_pages
from app.accounts.routes import router as accounts_routes
from app.accounts.sessions import authenticate
from app.bootstrap import reader
from app.connect.routes import router as connect_routes
from app.connections import Connections
from app.console import console as build_console
from app.console import warm_up
from app.context import Context
from app.errors import declares
from app.headers import SecurityHeaders
from app.inbox.routes import router as inbox_routes
from app.inbox.stream import show_contact_typing
from app.limits import JSON_LIMIT, Limits
from app.marts import Marts
from app.openapi import described
from app.outbox.gateways import Gateways
from app.outbox.handover import TakeThread
from app.outbox.service import open_http
from app.outbox.typing import Typing
from app.webchat import service as webchat
from app.webhooks.providers import CALLERS
from app.webhooks.receiver import PATH as WEBHOOKS
from app.webhooks.receiver import Receiver
from app.webhooks.signs import Signs
from ingest.channels.email.unsubscribing import PATH as UNSUBSCRIBE
from ingest.settings import Settings
from ingest.store.consumers import PARSER
from ingest.store.group_commit import GroupCommit

_UPLOADS = ("/api/uploads", "/_stcore/upload_file")
_FORM_BYTES = 64 * 1024
"""What a multipart form weighs beside its file."""


def create_app(context: Context, *, console: bool = True) -> Prosa:
    """Return the web application; without `console` it serves no Streamlit (and does not import it)."""
    appender = GroupCommit(context.store.database, context.store.journal)
    signs = Signs(context.store.database, context.clock)
    providers = open_http()
    page, page_lifespan = build_console(context) if console else (None, None)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            appender.start()
            writing = asyncio.create_task(signs.run())
            stack.callback(writing.cancel)
            stack.callback(appender.close)
            stack.push_async_callback(providers.aclose)
            if page_lifespan is not None:
                await stack.enter_async_context(page_lifespan(app))
                threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
            yield

    app = Prosa(title="Prosa", version="0.1.0", lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.router.redirect_slashes = False
    app.state.context = context
    app.state.appender = appender
    app.state.authenticate = partial(authenticate, context)
    app.state.marts = Marts(context.settings)
    app.state.profile = app.state.marts.profile
    app.state.providers = providers
    app.state.show_typing = Typing(context, Gateways(providers))
    app.state.take_thread = TakeThread(context, Gateways(providers))
    app.state.replays = {PARSER: reader(context.store).replay}
    app.state.show_visitor_typing = partial(show_contact_typing, app)
    errors.install(app)
    for router in (health.router, account_pages, accounts_routes, inbox_routes, connect_routes):
        app.include_router(router)
    app.add_api_route("/api/openapi.json", _openapi, responses=declares(), tags=["operation"])
    if page is not None:
        app.router.default = page
    _put_in_front(app, context, appender, signs)
    return app


class Prosa(FastAPI):
    """The application; webhooks go past FastAPI and every middleware (35 µs a request) to the bare receiver."""

    receiver: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to whoever serves its path."""
        if scope["type"] == "http" and scope["path"].startswith(WEBHOOKS):
            await self.receiver(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def _put_in_front(app: Prosa, context: Context, appender: GroupCommit, signs: Signs) -> None:
    settings = context.settings
    connections = Connections(context.store.database)
    receiver = Receiver(connections, appender, context.clock, CALLERS, signs, settings.body_limit)
    webchat.install(app, context, connections, appender)
    unsubscribing.install(app, context, connections)
    app.receiver = Limits(receiver, settings.header_limit, lambda _: None)  # it counts bodies itself
    app.add_middleware(SecurityHeaders)
    app.add_middleware(health.Timed)
    app.add_middleware(Limits, header_limit=settings.header_limit, body_limit=partial(_body_limit, settings))
    # the last one added is the outermost
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.trusted_proxies)


def _body_limit(settings: Settings, path: str) -> int | None:
    if path.startswith(UNSUBSCRIBE):
        return unsubscribing.BODY_LIMIT
    is_upload = path.startswith(_UPLOADS) or webchat.is_upload(path)
    return settings.upload_limit + _FORM_BYTES if is_upload else JSON_LIMIT


def _openapi(request: Request, _actor: CurrentActor) -> dict[str, Any]:
    """Describe every route of the API (OpenAPI 3.1)."""
    return described(request.app)
