"""The console's way to `app`: its HTTP API on the same server, in the name of whoever's cookie came with the page.

Every method returns what the API answered; refusals are raised as the family of `ingest.domain.errors`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypedDict

from ingest.domain import errors

if TYPE_CHECKING:
    import httpx2

COOKIE = "prosa_session"
TIMEOUT_S = 10.0


class Workspace(TypedDict):
    """The business that somebody works for."""

    workspace_id: str
    name: str
    timezone: str


class Me(TypedDict):
    """Who is signed in."""

    person_id: str
    name: str
    email: str
    role: str
    language: str | None
    workspace: Workspace
    inboxes: list[str]
    can: list[str]


class Person(TypedDict):
    """Somebody of the business."""

    person_id: str
    name: str
    email: str
    role: str
    language: str | None
    is_active: bool


class Identity(TypedDict):
    """One address of a contact."""

    kind: str
    address: str


class Door(TypedDict):
    """A contact of a customer, and the channels they write by."""

    contact_id: str
    name: str | None
    channels: list[str]
    identities: list[Identity]


class Contact(TypedDict):
    """A customer with history at every door; `profile` is null until the pipelines derived one."""

    contact_id: str
    customer_id: str
    name: str | None
    identities: list[Identity]
    doors: list[Door]
    language: str | None
    first_seen_at: str | None
    last_seen_at: str | None
    attributes: dict[str, Any]
    consents: list[dict[str, Any]]
    conversations: list[dict[str, Any]]
    profile: dict[str, Any] | None


_FAMILY: Mapping[int, type[errors.ProsaError]] = {
    400: errors.BadInput,
    401: errors.NotSignedIn,
    403: errors.NotAllowed,
    404: errors.NotFound,
    409: errors.Conflict,
    413: errors.TooLarge,
    422: errors.BadInput,
    429: errors.TooMany,
}


def members(answer: Any, name: str) -> list[dict[str, Any]]:
    """Return the list in an answer, whether it came bare or under a name."""
    return list(answer if isinstance(answer, list) else answer.get(name, answer.get("items", [])))


class ApiClient:
    """Calls the API as one person. `send` does the HTTP, so that tests need no server."""

    def __init__(self, session: str, send: Callable[..., httpx2.Response]) -> None:
        self._session = session
        self._send = send

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None, **query: Any) -> Any:
        """Return the JSON of an answer; raise the error of its status, or StoreUnavailable."""
        import httpx2

        asked = {name: value for name, value in query.items() if value is not None}
        try:
            response = self._send(
                method,
                f"/api{path}",
                json=body,
                params=asked,
                headers={"X-Prosa": "1", "Cookie": f"{COOKIE}={self._session}"},
            )
        except httpx2.HTTPError as error:
            raise errors.StoreUnavailable("The server does not answer just now.") from error
        return _read(response)

    def me(self) -> Me:
        """Return who is signed in."""
        answer: Me = self.call("GET", "/me")
        return answer

    def contact(self, contact_id: str) -> Contact:
        """Return a customer with addresses, consents, history and profile."""
        answer: Contact = self.call("GET", f"/contacts/{contact_id}")
        return answer

    def change_contact(self, contact_id: str, **changes: Any) -> None:
        """Set the name or attributes of a customer."""
        self.call("PATCH", f"/contacts/{contact_id}", changes)

    def record_consent(self, contact_id: str, *, value: str, source: str) -> None:
        """Record that a contact gave (granted) or took back (withdrawn) consent to marketing, and where."""
        self.call("POST", f"/contacts/{contact_id}/consents", {"value": value, "source": source})

    def candidates(self, contact_id: str, q: str) -> list[Door]:
        """Return contacts who may be the same person, found by words or offered by themselves."""
        found = self.call("GET", f"/contacts/{contact_id}/candidates", q=q or None)
        return members(found, "contacts")  # type: ignore[return-value]  # the API's own shape

    def join(self, contact_id: str, other_id: str) -> None:
        """Say that two contacts are one person."""
        self.call("POST", f"/contacts/{contact_id}/join", {"contact_id": other_id})

    def part(self, contact_id: str) -> None:
        """Say that a contact is not the person it was counted to."""
        self.call("POST", f"/contacts/{contact_id}/part", {})

    def people(self) -> list[Person]:
        """Return everybody of the business."""
        return members(self.call("GET", "/people"), "people")  # type: ignore[return-value]  # the API's own shape

    def add_person(self, **person: Any) -> Any:
        """Invite somebody: name, email, role, language, password."""
        return self.call("POST", "/people", person)

    def change_person(self, person_id: str, **changes: Any) -> None:
        """Change role, name, language, standing or password."""
        self.call("PATCH", f"/people/{person_id}", changes)

    def inboxes(self) -> list[dict[str, Any]]:
        """Return the inboxes that this person may see."""
        return members(self.call("GET", "/inboxes"), "inboxes")

    def inbox_members(self, inbox_id: str) -> list[dict[str, Any]]:
        """Return who works in an inbox."""
        return members(self.call("GET", f"/inboxes/{inbox_id}/members"), "members")

    def set_member(self, inbox_id: str, person_id: str, *, is_member: bool) -> None:
        """Let somebody into an inbox, or out of it."""
        self.call("PUT" if is_member else "DELETE", f"/inboxes/{inbox_id}/members/{person_id}")

    def rows(self, path: str, name: str) -> list[dict[str, Any]]:
        """Return a small list: tokens, sessions, canned responses, notices, quarantine."""
        return members(self.call("GET", path), name)


def _read(response: httpx2.Response) -> Any:
    if response.status_code < 300:
        return response.json() if response.content else {}
    try:
        error = response.json()["error"]
    except (ValueError, KeyError, TypeError):
        error = {"message": None, "facts": {}}
    family = _FAMILY.get(response.status_code, errors.StoreUnavailable)
    raise family(error.get("message"), **error.get("facts", {}))


@lru_cache(maxsize=1)
def _connections() -> httpx2.Client:
    import httpx2

    from ingest.settings import Settings

    # One pool for the whole console; it keeps no cookies, so that one person's never reaches another's call.
    return httpx2.Client(base_url=f"http://127.0.0.1:{Settings().port}", timeout=TIMEOUT_S, trust_env=False)


def client() -> ApiClient:
    """Return the client of the person whose browser runs this page."""
    import streamlit as st

    return ApiClient(st.context.cookies.get(COOKIE, ""), _stateless)


def _stateless(method: str, path: str, **request: Any) -> httpx2.Response:
    connections = _connections()
    connections.cookies.clear()
    return connections.request(method, path, **request)
