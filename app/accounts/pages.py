"""Sign-in and sign-out: two small pages rendered here, because Streamlit cannot set cookies."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.accounts import sessions
from app.accounts.texts import Texts, texts_for
from app.context import Context, current_context
from ingest.domain.errors import NotAllowed, NotSignedIn, TooMany

router = APIRouter(include_in_schema=False)

House = Annotated[Context, Depends(current_context)]
_HOME = "/"
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}
"""These pages run no script and load nothing."""


@router.get("/login")
def login_page(request: Request, target: Annotated[str, Query(alias="next")] = _HOME) -> Response:
    """Show the sign-in form."""
    return page(request, "login.html", 200, next=_local(target))


@router.post("/login")
def login(
    request: Request,
    context: House,
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    target: Annotated[str, Form(alias="next")] = _HOME,
) -> Response:
    """Sign in and go where the person wanted to go, or show the form again with the reason."""
    say = texts_for(request.headers.get("accept-language"))
    again = {"next": _local(target), "email": email[:254]}
    if not email.strip() or not password:
        return page(request, "login.html", 422, **again, problem=say("Enter your e-mail address and your password."))
    try:
        _refuse_foreign(request)
        address = request.client.host if request.client else ""
        token = sessions.sign_in(context, email, password[:1000], address, request.headers.get("user-agent", ""))
    except NotSignedIn:
        return page(request, "login.html", 401, **again, problem=say("The e-mail address or the password is wrong."))
    except NotAllowed:
        return page(request, "login.html", 403, **again, problem=say("Open this page anew and try again."))
    except TooMany as error:
        minutes = -(-error.facts["retry_after_s"] // 60)
        problem = say("Too many attempts. Try again in {minutes} min.").format(minutes=minutes)
        response = page(request, "login.html", 429, **again, problem=problem)
        response.headers["Retry-After"] = str(error.facts["retry_after_s"])
        return response
    return _signed_in(context, token, again["next"])


@router.get("/logout")
def logout_page(request: Request) -> Response:
    """Ask whether to sign out; a link must not do it by itself."""
    return page(request, "logout.html", 200)


@router.post("/logout")
def logout(request: Request, context: House) -> Response:
    """End the session and show the sign-in form."""
    _refuse_foreign(request)
    sessions.sign_out(context, request.cookies.get(sessions.COOKIE))
    response = RedirectResponse("/login", 303)
    response.delete_cookie(sessions.COOKIE, httponly=True, samesite="lax", secure=context.settings.is_secure)
    return response


def _signed_in(context: Context, token: str, next_path: str) -> Response:
    response = RedirectResponse(next_path, 303)
    response.set_cookie(
        sessions.COOKIE,
        token,
        max_age=int(context.settings.session_lifetime.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=context.settings.is_secure,
    )
    return response


def _refuse_foreign(request: Request) -> None:
    if not sessions.is_same_origin(request):
        raise NotAllowed("This form belongs to another site.")


def _local(target: str) -> str:
    """Return a path of ours, or home for anything that could lead elsewhere."""
    is_path = target.startswith("/") and not target.startswith("//")
    is_plain = target.isascii() and target.isprintable() and "\\" not in target
    return target if is_path and is_plain else _HOME


def page(request: Request, name: str, status: int, **values: Any) -> Response:
    """Return a page of `templates`, in the language the browser asks for; it runs no script and loads nothing."""
    say: Texts = texts_for(request.headers.get("accept-language"))
    html = _templates().get_template(name).render(_=say, language=say.language, direction=say.direction, **values)
    return HTMLResponse(html, status, headers=_HEADERS)


@cache
def _templates() -> Environment:
    folder = Path(__file__).parent / "templates"
    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)
