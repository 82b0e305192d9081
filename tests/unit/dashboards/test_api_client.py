"""The console's client: in whose name it speaks, and how refusals arrive."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from dashboards.api_client import ApiClient
from ingest.domain import errors


class Server:
    """Answers every request with one response and remembers what was asked."""

    def __init__(self, status: int = 200, body: Any = None) -> None:
        self.response = httpx2.Response(status, json=body) if body is not None else httpx2.Response(status)
        self.asked: dict[str, Any] = {}

    def __call__(self, method: str, path: str, **request: Any) -> httpx2.Response:
        self.asked = {"method": method, "path": path, **request}
        return self.response


def test_a_call_carries_the_cookie_of_its_person_and_the_write_header() -> None:
    server = Server(body={})
    ApiClient("secret", server).change_contact("k-1", name="Ana")
    assert server.asked["headers"] == {"X-Prosa": "1", "Cookie": "prosa_session=secret"}
    assert (server.asked["method"], server.asked["path"]) == ("PATCH", "/api/contacts/k-1")


@pytest.mark.parametrize(
    ("status", "family"),
    [
        (401, errors.NotSignedIn),
        (403, errors.NotAllowed),
        (404, errors.NotFound),
        (409, errors.Conflict),
        (422, errors.BadInput),
        (503, errors.StoreUnavailable),
    ],
)
def test_a_refusal_is_raised_as_its_family_with_sentence_and_facts(
    status: int, family: type[errors.ProsaError]
) -> None:
    body = {"error": {"code": "x", "message": "A sentence.", "facts": {"version": 3}}}
    with pytest.raises(family, match="A sentence") as raised:
        ApiClient("s", Server(status, body)).me()
    assert raised.value.facts == {"version": 3}


def test_an_answer_that_is_not_ours_still_becomes_a_sentence() -> None:
    with pytest.raises(errors.StoreUnavailable):
        ApiClient("s", Server(502)).me()


def test_a_silent_server_becomes_a_sentence() -> None:
    def silent(*_args: Any, **_request: Any) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    with pytest.raises(errors.StoreUnavailable, match="does not answer"):
        ApiClient("s", silent).me()


def test_an_empty_answer_is_no_error() -> None:
    ApiClient("s", Server(204)).set_member("i-1", "p-1", is_member=False)
