"""The demo's shop: a page like any other that embeds the widget, under a policy as strict as a careful shop's.

It is there only where a web chat's settings hold `demo` (and nowhere in a house of one's own).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.connections import Connections
from app.webchat.shop.wares import DRAWINGS, LANGUAGES, WARES
from ingest.channels.webchat.parse import CHANNEL
from ingest.domain.errors import NotFound

PATH, STYLE = "/shop", "/shop/shop.css"
SETTING = "demo"
_FOLDER = Path(__file__).parent
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src blob:; media-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'",
}
"""All that the widget needs, for shops to copy: the house under script-src and connect-src, blob: for files."""


def install(house: FastAPI, connections: Connections) -> None:
    """Put the shop's two addresses into the web application."""

    def page(request: Request) -> Response:
        shops = [each for each in connections.of_channel(CHANNEL) if each.settings.get(SETTING)]
        if not shops:
            raise NotFound
        return HTMLResponse(_rendered(request.query_params.get("lang"), shops[0].connection_id), headers=_HEADERS)

    def style(request: Request) -> Response:
        return Response(
            (_FOLDER / "shop.css").read_bytes(), media_type="text/css", headers={"Cache-Control": "no-cache"}
        )

    house.add_route(PATH, page, include_in_schema=False)
    house.add_route(STYLE, style, include_in_schema=False)


def _rendered(language: str | None, connection_id: str) -> str:
    spoken = language if language in LANGUAGES else "pt"
    goods = [
        (name, price, Markup(drawing))  # noqa: S704  # our own drawings
        for (name, price), drawing in zip(WARES[spoken], DRAWINGS, strict=True)
    ]
    page: str = _template().render(language=spoken, say=LANGUAGES[spoken], goods=goods, connection_id=connection_id)
    return page


@cache
def _template() -> Any:
    environment = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("shop.html")
