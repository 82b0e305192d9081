"""Two businesses side by side, each with a person in every role, a public and a private inbox, and conversations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from app.access import ROLES, Role
from app.accounts import repository, service
from app.accounts.passwords import hash_password
from app.accounts.sessions import COOKIE, hash_token
from app.context import Context
from app.main import create_app
from ingest.domain import identity
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US
from tests.builders import phone

PASSWORD = "a long enough password"
PUBLIC, PRIVATE = "public", "private"


@dataclass
class Thread:
    """One conversation and what belongs to it."""

    inbox_id: str
    contact_id: str
    conversation_id: str
    message_id: str


@dataclass
class Business:
    """A workspace, its people by role, its inboxes and a conversation in each by their name."""

    name: str
    workspace_id: str
    people: dict[Role, str] = field(default_factory=dict)
    colleague: str = ""
    """One more agent, of whom nobody signs in."""
    inboxes: dict[str, str] = field(default_factory=dict)
    threads: dict[str, Thread] = field(default_factory=dict)


class Browser:
    """A signed-in person's browser: requests carry their cookie and the write header."""

    def __init__(self, client: TestClient, token: str | None) -> None:
        self._client = client
        self.token = token
        self.headers = {"X-Prosa": "1"} | ({"Cookie": f"{COOKIE}={token}"} if token else {})

    def request(self, method: str, path: str, **options: Any) -> Any:
        """Send a request; redirects are not followed."""
        options["headers"] = self.headers | options.get("headers", {})
        self._client.cookies.clear()
        return self._client.request(method, path, **options)

    def __getattr__(self, method: str) -> Any:
        """Return `request` for a method: `browser.get(path)`."""
        return lambda path, **options: self.request(method.upper(), path, **options)


class House:
    """The application over two businesses, `own` and `other`."""

    def __init__(self, context: Context, app: FastAPI, client: TestClient) -> None:
        self.context = context
        self.app = app
        self.client = client
        self.own = a_business(context, "own", 1)
        self.other = a_business(context, "other", 2)

    def browser(self, role: Role, business: Business | None = None) -> Browser:
        """Return a new signed-in browser of the person with this role."""
        return Browser(self.client, begin_session(self.context, (business or self.own).people[role]))

    def anonymous(self) -> Browser:
        """Return a browser of somebody unknown."""
        return Browser(self.client, None)


@contextmanager
def a_house(context: Context) -> Iterator[House]:
    """Serve two businesses from a context, without the console."""
    app = create_app(context, console=False)
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        yield House(context, app, client)


def a_business(context: Context, name: str, number: int) -> Business:
    """Move a business in: people, two inboxes of which only the agent is a member of the public one, threads."""
    store, ids, clock = context.store, context.ids, context.clock
    business = Business(name, service.create_workspace(store, ids, clock, name, "America/Sao_Paulo", "BR"))
    for role in ROLES:
        business.people[role] = a_person(context, business, role, f"{role}@{name}.example")
    business.colleague = a_person(context, business, "agent", f"colleague@{name}.example")
    for each in (PUBLIC, PRIVATE):
        _open_inbox(context, business, each, f"{number}00{len(each)}")
    _join(context, business, business.inboxes[PUBLIC], business.people["agent"])
    return business


def a_person(context: Context, business: Business, role: Role, email: str) -> str:
    """Add a person whose password is PASSWORD."""
    person_id = service.add_person(
        context.store,
        context.ids,
        context.clock,
        business.workspace_id,
        email=email,
        name=f"{role} of {business.name}",
        role=role,
    )
    with context.store.database.write() as connection:
        repository.put_password_hash(connection, person_id, _hash(), context.clock.us())
    return person_id


def begin_session(context: Context, person_id: str) -> str:
    """Sign a person in without the form and return the cookie's token."""
    now = context.clock.us()
    token = f"token-of-{person_id}-{context.ids(now)}"
    with context.store.database.write() as connection:
        repository.put_session(
            connection,
            token_hash=hash_token(token),
            person_id=person_id,
            created_us=now,
            used_us=now,
            expires_us=now + DAY_US,
            user_agent="a browser",
        )
    return token


def _open_inbox(context: Context, business: Business, name: str, external_id: str) -> None:
    inbox_id = identity.inbox_id(business.workspace_id, "whatsapp", external_id)
    business.inboxes[name] = inbox_id
    door = {"workspace_id": business.workspace_id, "channel": "whatsapp", "inbox_id": inbox_id}
    contact_id = identity.contact_id(business.workspace_id, "whatsapp", phone(f"1650555{external_id}"))
    message_id = identity.message_ref(business.workspace_id, inbox_id, "wamid.1")
    thread = Thread(
        inbox_id, contact_id, identity.conversation_id(business.workspace_id, inbox_id, contact_id), message_id
    )
    business.threads[name] = thread
    now = context.clock.us()
    with context.store.unit() as unit:
        unit.emit(
            Event(
                type="inbox.created",
                key=f"inbox:{inbox_id}",
                occurred_us=now,
                payload={
                    "name": f"{name} of {business.name}",
                    "external_id": external_id,
                    "connection_id": f"con_{name}",
                    "is_private": name == PRIVATE,
                },
                **door,
            ),
            Event(
                type="message.received",
                key=f"message:{message_id}",
                occurred_us=now,
                actor_kind="contact",
                contact_id=contact_id,
                conversation_id=thread.conversation_id,
                payload={
                    "message_id": message_id,
                    "message_ref": message_id,
                    "external_id": "wamid.1",
                    "kind": "text",
                    "text": f"a secret of {business.name}, {name}",
                    "media": [],
                    "identities": [phone(f"1650555{external_id}")],
                },
                **door,
            ),
        )


def _join(context: Context, business: Business, inbox_id: str, person_id: str) -> None:
    with context.store.unit() as unit:
        unit.emit(
            Event(
                workspace_id=business.workspace_id,
                type="inbox.member_added",
                key=f"member:{inbox_id}:{person_id}",
                occurred_us=context.clock.us(),
                inbox_id=inbox_id,
                payload={"person_id": person_id},
            )
        )


@cache
def _hash() -> str:
    return hash_password(PASSWORD)
