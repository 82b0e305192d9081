"""`prosa user add`: let somebody in without a console, the first administrator above all."""

from __future__ import annotations

from collections.abc import Callable
from getpass import getpass

from app.access import Role
from app.accounts import repository
from app.accounts.service import add_person, create_workspace
from app.commands.house import opened
from ingest.domain.errors import BadInput, NotFound
from ingest.settings import Settings
from ingest.store.home import make_home


def add_user(
    settings: Settings,
    workspace: str,
    email: str,
    name: str,
    role: Role,
    password: str | None = None,
    prompt: Callable[[str], str] = getpass,
    *,
    timezone: str = "UTC",
    country: str = "BR",
) -> str:
    """Add a person to a workspace, given by its name or id, and return their id; the first workspace is made.

    Asks for the password twice where none is given. Raises NotFound, Conflict or BadInput with a sentence.
    """
    make_home(settings)  # before anything is asked
    password = password or _asked(prompt)
    context = opened(settings, may_begin=True)
    try:
        with context.store.read() as connection:
            known = repository.workspaces(connection)
        workspace_id = next((each.workspace_id for each in known if workspace in (each.workspace_id, each.name)), None)
        if workspace_id is None and not known:
            workspace_id = create_workspace(context.store, context.ids, context.clock, workspace, timezone, country)
        if workspace_id is None:
            names = ", ".join(each.name for each in known)
            raise NotFound(f"There is no workspace {workspace!r}; there are: {names}.")
        return add_person(
            context.store,
            context.ids,
            context.clock,
            workspace_id,
            email=email,
            name=name,
            role=role,
            password=password,
        )
    finally:
        context.store.database.close()


def _asked(prompt: Callable[[str], str]) -> str:
    password = prompt("Password: ")
    if password != prompt("Once more: "):
        raise BadInput("The two passwords differ.")
    return password
