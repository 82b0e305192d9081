"""Who gets through at which route: the declared rights of every route, as data.

A route of the OpenAPI without a row here fails `test_rights_matrix.py`, and so does a row without a route.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from app.access import ROLES, Role
from app.connect import repository as connections
from app.connect.service import connect
from app.connect.trial import send_test
from ingest.domain import identity
from ingest.domain.event import Event
from tests.builders import phone
from tests.house import PASSWORD, PRIVATE, PUBLIC, Business, House, begin_session

Whose = Literal["own", "private", "foreign", "missing"]
"""Whose thing is asked for: one of the workspace that the role may see, one in a private inbox nobody joined,
one of the other workspace, one that does not exist."""

EVERYBODY = frozenset(ROLES)
INBOX = frozenset[Role]({"administrator", "supervisor", "agent"})
LEADERS = frozenset[Role]({"administrator", "supervisor"})
ADMINISTRATOR = frozenset[Role]({"administrator"})


@dataclass(frozen=True)
class Row:
    """What is right at one route: who gets through, what a good request is, who sees private things."""

    roles: frozenset[Role]
    body: Callable[[House, Role], dict[str, Any]] = lambda house, role: {}
    answers: frozenset[int] = frozenset({200})
    """Statuses that mean "let through" for an own thing."""
    whose: tuple[Whose, ...] = ()
    """Kinds of things to ask for, where the path names one; beside `own`."""
    sees_private: frozenset[Role] = frozenset()
    """Roles for which a private inbox is there all the same."""


def json_body(**body: Any) -> Callable[[House, Role], dict[str, Any]]:
    """Return a request's options with this JSON body."""
    return lambda house, role: {"json": body}


def versioned(**body: Any) -> Callable[[House, Role], dict[str, Any]]:
    """Return a body with the version of the public conversation as it is now."""

    def make(house: House, role: Role) -> dict[str, Any]:
        conversation_id = house.own.threads[PUBLIC].conversation_id
        seen = house.browser("administrator").get(f"/api/conversations/{conversation_id}").json()
        filled = {name: value(house, role) if callable(value) else value for name, value in body.items()}
        return {"json": {"version": seen["version"], **filled}}

    return make


def with_client_id(**body: Any) -> Callable[[House, Role], dict[str, Any]]:
    """Return a body with a new idempotency key."""
    return lambda house, role: {"json": {"client_id": house.context.ids(house.context.clock.us()), **body}}


def after_claiming(house: House, role: Role) -> dict[str, Any]:
    """Return the body that gives a conversation back, after this person took it: an agent gives back only their own."""
    path = f"/api/conversations/{house.own.threads[PUBLIC].conversation_id}"
    house.browser(role).post(f"{path}/claim", **versioned()(house, role))
    return versioned(assignee_id=None)(house, role)


def after_saving(house: House, role: Role) -> dict[str, Any]:
    """Return nothing to send, after a canned response was saved that can be removed."""
    house.browser("administrator").put("/api/canned-responses/hi", json={"text": "hello"})
    return {}


def with_somebody_else(house: House, role: Role) -> dict[str, Any]:
    """Return another contact of the public inbox."""
    thread, workspace = house.own.threads[PUBLIC], house.own.workspace_id
    other = identity.contact_id(workspace, "whatsapp", phone("16505550000"))
    with house.context.store.unit() as unit:
        unit.emit(
            Event(
                workspace_id=workspace,
                type="message.received",
                key="somebody else",
                occurred_us=house.context.clock.us(),
                channel="whatsapp",
                inbox_id=thread.inbox_id,
                contact_id=other,
                conversation_id=identity.conversation_id(workspace, thread.inbox_id, other),
                payload={"message_id": "somebody else", "kind": "text", "text": "hello", "media": []},
            )
        )
    return {"json": {"contact_id": other}}


def a_new_person(house: House, role: Role) -> dict[str, Any]:
    """Return somebody whom nobody knows yet."""
    email = f"{house.context.ids(0)}@own.example"
    return {"json": {"email": email, "name": "New", "role": "agent", "password": PASSWORD}}


def a_new_connection(house: House, role: Role) -> dict[str, Any]:
    """Return a number that nobody connected yet."""
    values = {"external_id": house.context.ids(0), "access_token": "t", "secret": "s"}
    return {"json": {"channel": "whatsapp", "name": "New", "values": values}}


_SEEN: tuple[Whose, ...] = ("private", "foreign", "missing")
_APART: tuple[Whose, ...] = ("foreign", "missing")
_DONE = frozenset({204})

MATRIX: dict[tuple[str, str], Row] = {
    ("GET", "/api/openapi.json"): Row(EVERYBODY),
    ("GET", "/metrics"): Row(ADMINISTRATOR),
    # accounts
    ("GET", "/api/me"): Row(EVERYBODY),
    ("GET", "/api/people"): Row(LEADERS),
    ("POST", "/api/people"): Row(ADMINISTRATOR, a_new_person, frozenset({201})),
    ("PATCH", "/api/people/{person_id}"): Row(ADMINISTRATOR, json_body(name="Another"), whose=_APART),
    ("GET", "/api/people/{person_id}/tokens"): Row(ADMINISTRATOR, whose=_APART),
    ("DELETE", "/api/people/{person_id}/tokens"): Row(ADMINISTRATOR, answers=_DONE, whose=_APART),
    ("GET", "/api/tokens"): Row(EVERYBODY),
    ("POST", "/api/tokens"): Row(EVERYBODY, json_body(name="x"), frozenset({201})),
    ("DELETE", "/api/tokens/{token_id}"): Row(EVERYBODY, answers=_DONE, whose=_APART),
    ("GET", "/api/sessions"): Row(EVERYBODY),
    ("DELETE", "/api/sessions/{session_id}"): Row(EVERYBODY, answers=_DONE, whose=_APART),
    ("GET", "/api/inboxes"): Row(EVERYBODY),
    ("GET", "/api/inboxes/{inbox_id}/members"): Row(LEADERS, whose=_SEEN, sees_private=ADMINISTRATOR),
    ("PUT", "/api/inboxes/{inbox_id}/members/{person_id}"): Row(ADMINISTRATOR, answers=_DONE, whose=_APART),
    ("DELETE", "/api/inboxes/{inbox_id}/members/{person_id}"): Row(ADMINISTRATOR, answers=_DONE, whose=_APART),
    # inbox: reading
    ("GET", "/api/conversations"): Row(INBOX),
    ("GET", "/api/conversations/{conversation_id}"): Row(INBOX, whose=_SEEN),
    ("GET", "/api/conversations/{conversation_id}/thread"): Row(INBOX, whose=_SEEN),
    ("GET", "/api/contacts/{contact_id}"): Row(INBOX, whose=_SEEN),
    ("GET", "/api/canned-responses"): Row(INBOX),
    ("GET", "/api/templates"): Row(INBOX | {"marketer"}),
    ("POST", "/api/templates/refresh"): Row(INBOX | {"marketer"}, json_body(), frozenset({202})),
    ("GET", "/api/tags"): Row(INBOX),
    ("GET", "/api/agents"): Row(INBOX),
    ("GET", "/api/channels/notices"): Row(INBOX),
    # channels
    ("GET", "/api/channels/kinds"): Row(ADMINISTRATOR),
    ("GET", "/api/channels/connections"): Row(LEADERS),
    ("POST", "/api/channels/connections"): Row(ADMINISTRATOR, a_new_connection, frozenset({201})),
    ("POST", "/api/channels/connections/{connection_id}/check"): Row(LEADERS, whose=_APART),
    ("POST", "/api/channels/connections/{connection_id}/tests"): Row(
        ADMINISTRATOR, json_body(to="+55 11 98765-4321"), frozenset({201}), whose=_APART
    ),
    ("GET", "/api/channels/connections/{connection_id}/tests/{message_id}"): Row(ADMINISTRATOR, whose=_APART),
    ("GET", "/api/quarantine"): Row(ADMINISTRATOR),
    # a message without files has none to give: even one's own is 404
    ("GET", "/api/contacts/{contact_id}/picture"): Row(INBOX, answers=frozenset({404}), whose=_SEEN),
    ("GET", "/api/media/{message_id}/{index}"): Row(INBOX, answers=frozenset({404}), whose=_SEEN),
    # inbox: changing
    ("POST", "/api/conversations/{conversation_id}/assign"): Row(INBOX, after_claiming, whose=_SEEN),
    ("POST", "/api/conversations/{conversation_id}/claim"): Row(INBOX, versioned(), frozenset({200, 409}), whose=_SEEN),
    ("POST", "/api/conversations/{conversation_id}/snooze"): Row(INBOX, versioned(until_at=None), whose=_SEEN),
    ("POST", "/api/conversations/{conversation_id}/resolve"): Row(INBOX, versioned(), whose=_SEEN),
    ("POST", "/api/conversations/{conversation_id}/reopen"): Row(INBOX, versioned(), whose=_SEEN),
    ("POST", "/api/conversations/{conversation_id}/seen"): Row(INBOX, json_body(), whose=_SEEN),
    ("POST", "/api/conversations/{conversation_id}/tags"): Row(INBOX, json_body(tag="vip"), whose=_SEEN),
    ("DELETE", "/api/conversations/{conversation_id}/tags/{tag}"): Row(INBOX, whose=_SEEN),
    ("POST", "/api/conversations/{conversation_id}/notes"): Row(INBOX, with_client_id(text="note"), whose=_SEEN),
    ("POST", "/api/conversations/{conversation_id}/replies"): Row(
        INBOX, with_client_id(kind="text", text="hello"), whose=_SEEN
    ),
    ("POST", "/api/conversations/{conversation_id}/take-over"): Row(INBOX, json_body(), whose=_SEEN),
    ("POST", "/api/conversations/{conversation_id}/typing"): Row(INBOX, json_body(), frozenset({202}), whose=_SEEN),
    ("POST", "/api/messages/{message_id}/retry"): Row(INBOX, json_body(), frozenset({200, 409}), whose=_SEEN),
    ("POST", "/api/messages/{message_id}/cancel"): Row(INBOX, json_body(), whose=_SEEN),
    ("POST", "/api/uploads"): Row(
        INBOX, lambda house, role: {"files": {"file": ("a.txt", b"hello", "text/plain")}}, frozenset({200, 201})
    ),
    ("GET", "/api/contacts/{contact_id}/candidates"): Row(INBOX, whose=_SEEN),
    ("POST", "/api/contacts/{contact_id}/join"): Row(INBOX, with_somebody_else, whose=_SEEN),
    ("POST", "/api/contacts/{contact_id}/part"): Row(INBOX, json_body(), whose=_SEEN),
    ("POST", "/api/contacts/{contact_id}/consents"): Row(
        INBOX, json_body(value="granted", source="phone"), whose=_SEEN
    ),
    ("PATCH", "/api/contacts/{contact_id}"): Row(INBOX, json_body(name="Joana"), whose=_SEEN),
    ("PUT", "/api/canned-responses/{shortcut}"): Row(LEADERS, json_body(text="hello"), frozenset({200, 204})),
    ("DELETE", "/api/canned-responses/{shortcut}"): Row(LEADERS, after_saving, _DONE),
    ("POST", "/api/quarantine/{consumer}/{seq}/replay"): Row(ADMINISTRATOR, json_body(), frozenset({404})),
}

OPEN = {("GET", "/health"), ("GET", "/health/live"), ("GET", "/health/ready")}
"""Routes for everybody, signed in or not; they tell nothing of any business."""


def path_of(house: House, path: str, role: Role, whose: Whose) -> str:
    """Return the address that a path template becomes for a person of this role and a thing that is `whose`."""
    business = house.other if whose == "foreign" else house.own
    thread = business.threads[PRIVATE if whose == "private" else PUBLIC]
    values = {
        "inbox_id": thread.inbox_id,
        "conversation_id": thread.conversation_id,
        "contact_id": thread.contact_id,
        "message_id": thread.message_id,
        "person_id": business.colleague,
        "token_id": "",
        "session_id": "",
        "connection_id": "",
    }
    if whose == "missing":
        values = dict.fromkeys(values, "nothing_like_this")
    elif "{token_id}" in path or "{session_id}" in path:
        values |= _own_things(house, business, role)
    elif "{connection_id}" in path:
        values["connection_id"] = _a_connection(house, business)
        if "/tests/" in path:
            values["message_id"] = _a_test_message(house, business, values["connection_id"])
    elif path.startswith("/api/messages/") and whose == "own":
        values["message_id"] = _a_reply(house, thread.conversation_id)
    return path.format(**values, index=0, tag="vip", shortcut="hi", consumer="projector", seq=1)


def _own_things(house: House, business: Business, role: Role) -> dict[str, str]:
    browser = house.browser(role, business)
    begin_session(house.context, business.people[role])
    spare = next(each for each in browser.get("/api/sessions").json()["sessions"] if not each["is_current"])
    return {
        "token_id": browser.post("/api/tokens", json={"name": "x"}).json()["token_id"],
        "session_id": spare["session_id"],
    }


def _a_test_message(house: House, business: Business, connection_id: str) -> str:
    with house.context.store.read() as sql:
        account = connections.account(sql, business.workspace_id, connection_id)
    return send_test(house.context, account, "+55 11 98765-4321", None)


def _a_connection(house: House, business: Business) -> str:
    given = {"external_id": "1", "access_token": "t", "secret": "s", "base_url": "http://127.0.0.1:9"}
    return connect(house.context, business.workspace_id, "whatsapp", "Spare", given).connection_id


def _a_reply(house: House, conversation_id: str) -> str:
    given = with_client_id(kind="text", text="hello")(house, "administrator")
    reply = house.browser("administrator").post(f"/api/conversations/{conversation_id}/replies", **given)
    return str(reply.json()["message"]["message_id"])
