"""The API as it is described to programs: FastAPI's own account, and what is served past it."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

_ERROR = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorBody"}}}
_HERE = [
    {"name": "channel", "in": "path", "required": True, "schema": {"type": "string"}},
    {"name": "connection_id", "in": "path", "required": True, "schema": {"type": "string"}},
]
_MAIL = [
    {"name": each, "in": "path", "required": True, "schema": {"type": "string"}}
    for each in ("connection_id", "message_id", "mark")
]


def _answers(**said: str) -> dict[str, Any]:
    """Return responses by status (`_200="sentence"`); those of errors in the one shape."""
    return {
        status.strip("_"): {"description": sentence} | ({"content": _ERROR} if status >= "_4" else {})
        for status, sentence in said.items()
    }


_BESIDE: dict[str, dict[str, Any]] = {
    "/webhooks/{channel}/{connection_id}": {
        "post": {
            "tags": ["webhooks"],
            "summary": "Take what a provider sends; answered 200 once its bytes are on disk",
            "parameters": _HERE,
            "requestBody": {"required": True, "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
            "responses": _answers(
                _200="It is stored; again is no more than once.",
                _401="The signature does not match these bytes.",
                _404="No connection has this address.",
                _405="Another method.",
                _413="The body is over PROSA_BODY_LIMIT.",
                _431="The headers are over PROSA_HEADER_LIMIT.",
                _503="The store cannot take anything just now; send it again.",
            ),
            "security": [],
        },
        "get": {
            "tags": ["webhooks"],
            "summary": "Prove to a provider that this address is ours (Meta's hub.challenge, X's crc_token)",
            "parameters": _HERE,
            "responses": _answers(
                _200="What the provider wants to hear.",
                _403="The verify token is not the one of this connection.",
                _404="No connection has this address.",
            ),
            "security": [],
        },
    },
    "/unsubscribe/{connection_id}/{message_id}/{mark}": {
        "post": {
            "tags": ["contacts"],
            "summary": "Withdraw consent to marketing by one click (RFC 8058); mail programs and our page send it",
            "description": "The address stands in `List-Unsubscribe` of a campaign's mail; `mark` proves that we made "
            "it. It takes no cookie and no sign-in, and again is no more than once.",
            "parameters": _MAIL,
            "requestBody": {
                "required": True,
                "content": {
                    each: {
                        "schema": {
                            "type": "object",
                            "required": ["List-Unsubscribe"],
                            "properties": {"List-Unsubscribe": {"type": "string", "const": "One-Click"}},
                        }
                    }
                    for each in ("application/x-www-form-urlencoded", "multipart/form-data")
                },
            },
            "responses": {
                "200": {"description": "They get no more marketing; a page that says so."},
                "404": {"description": "We made no such address; a page that says so."},
                "413": {"description": "The body is over 4096 bytes."},
                "422": {"description": "Another body; the page with the button."},
                "429": {"description": "Too many from one address; Retry-After says how long to wait."},
            },
            "security": [],
        },
        "get": {
            "tags": ["contacts"],
            "summary": "Show a page with one button, in the browser's language; changes nothing",
            "parameters": _MAIL,
            "responses": {
                "200": {"description": "The page."},
                "404": {"description": "We made no such address; a page that says so."},
                "429": {"description": "Too many from one address; Retry-After says how long to wait."},
            },
            "security": [],
        },
    },
    "/login": {
        "post": {
            "tags": ["accounts"],
            "summary": "Sign a browser in with a form; answers with pages, programs use an API token",
            "requestBody": {
                "required": True,
                "content": {
                    "application/x-www-form-urlencoded": {
                        "schema": {
                            "type": "object",
                            "required": ["email", "password"],
                            "properties": {each: {"type": "string"} for each in ("email", "password", "next")},
                        }
                    }
                },
            },
            "responses": {
                "303": {"description": "Signed in; the cookie is set."},
                "401": {"description": "A wrong pair."},
                "403": {"description": "The form belongs to another site."},
                "422": {"description": "An empty field."},
                "429": {"description": "Too many failed attempts; Retry-After says how long to wait."},
            },
            "security": [],
        }
    },
    "/api/stream": {
        "get": {
            "tags": ["inbox"],
            "summary": "A WebSocket that tells what changes in the inboxes one sees; OpenAPI has no word for it",
            "description": "Opened with a session's cookie from our own pages, or with a token in Authorization. "
            "`?after=SEQ` goes on where an earlier one ended. Messages are JSON texts.",
            "responses": {"101": {"description": "The stream is open."}, "403": {"description": "Not signed in."}},
        }
    },
}


def described(app: FastAPI) -> dict[str, Any]:
    """Return the description of everything that is served to programs (OpenAPI 3.1)."""
    known = app.openapi()
    return known | {"paths": known["paths"] | _BESIDE}
