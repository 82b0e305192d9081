"""Domain errors become HTTP answers here, once, in one JSON shape.

{"error": {"code": "not_found", "message": "There is no such thing here.", "facts": {}}}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ingest.domain.errors import (
    BadInput,
    ChannelError,
    Conflict,
    NotAllowed,
    NotFound,
    NotSignedIn,
    ProsaError,
    SignatureInvalid,
    StoreUnavailable,
    TooLarge,
    TooMany,
)

__all__ = ["BadInput", "Conflict", "NotAllowed", "NotFound", "NotSignedIn", "TooMany", "answer", "declares", "install"]


class HeadersTooLarge(BadInput):
    """The request's headers and address are larger than this server accepts."""


STATUS: Mapping[type[ProsaError], int] = {
    TooLarge: 413,
    HeadersTooLarge: 431,
    BadInput: 422,
    SignatureInvalid: 401,
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    TooMany: 429,
    StoreUnavailable: 503,
    ChannelError: 502,
    ProsaError: 500,
}
"""A class not named here answers as its nearest ancestor does."""

_EVERYWHERE: tuple[type[ProsaError], ...] = (NotSignedIn, BadInput, TooLarge, StoreUnavailable)
_RETRY_S = 1

_log = structlog.get_logger()


class Problem(BaseModel):
    """What went wrong: a stable code, a sentence for people, and facts for programs."""

    code: str
    message: str
    facts: dict[str, Any]


class ErrorBody(BaseModel):
    """The one shape of every error answer."""

    error: Problem


def status_of(error: type[ProsaError]) -> int:
    """Return the HTTP status of an error class: its own or that of its nearest ancestor."""
    return next(STATUS[each] for each in error.__mro__ if each in STATUS)


def code_of(error: type[ProsaError]) -> str:
    """Return the error's name as programs see it: its class name in snake case."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", error.__name__).lower()


def declares(*types: type[ProsaError]) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI `responses=` of a route that may raise these errors.

    What any signed-in route may answer (401, 413, 422, 503) and the write guard's 403 come by themselves.
    """
    responses: dict[int | str, dict[str, Any]] = {}
    for each in (*_EVERYWHERE, NotAllowed, *types):
        known = responses.setdefault(status_of(each), {"model": ErrorBody, "description": ""})
        known["description"] = f"{known['description']} `{code_of(each)}`: {_sentence(each)}".strip()
    return dict(sorted(responses.items(), key=lambda item: str(item[0])))


def answer(error: ProsaError) -> Response:
    """Return the HTTP answer to a domain error."""
    status = status_of(type(error))
    return _answer(status, code_of(type(error)), error.detail, error.facts, _headers(status, error))


def install(app: FastAPI) -> None:
    """Make an application answer every error in the one shape."""
    app.add_exception_handler(ProsaError, _on_domain_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(OperationalError, _on_store_error)
    app.add_exception_handler(Exception, _on_unexpected)


def _on_domain_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ProsaError)
    return answer(error)


def _on_invalid_request(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # The value is left out on purpose: it may be a password.
    problems = [{"field": ".".join(map(str, each["loc"])), "problem": each["msg"]} for each in error.errors()]
    return answer(BadInput(problems=problems))


def _on_http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.NOT_FOUND:
        return answer(NotFound())
    if error.status_code == HTTPStatus.BAD_REQUEST:  # FastAPI's word for a body that is not JSON
        return answer(BadInput("The body cannot be read."))
    status = HTTPStatus(error.status_code)
    code = re.sub(r"\W+", "_", status.phrase.lower())
    return _answer(error.status_code, code, status.description or status.phrase, {}, dict(error.headers or {}))


def _on_store_error(request: Request, error: Exception) -> Response:
    _log.error("store refused", path=request.url.path, error=type(error).__name__)
    return answer(StoreUnavailable())


def _on_unexpected(request: Request, error: Exception) -> Response:
    _log.error("unexpected error", path=request.url.path, exc_info=error)
    return _answer(500, "unexpected", "Something went wrong here; it has been written down.", {}, {})


def _answer(status: int, code: str, message: str, facts: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    body = ErrorBody(error=Problem(code=code, message=message, facts=dict(facts)))
    return JSONResponse(body.model_dump(mode="json"), status, headers=dict(headers))


def _headers(status: int, error: ProsaError) -> dict[str, str]:
    if status == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": "Bearer"}
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        return {"Retry-After": str(error.facts.get("retry_after_s", _RETRY_S))}
    return {}


def _sentence(error: type[ProsaError]) -> str:
    return (error.__doc__ or "").strip().splitlines()[0]
