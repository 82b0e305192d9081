"""Does it work? The questions that a live check asks Meta about a Page or an Instagram account, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ingest.channels.base import Finding
from ingest.channels.calls import Caller, Json
from ingest.channels.meta.token_check import token_of
from ingest.domain.errors import ChannelError


@dataclass(frozen=True, slots=True)
class Subject:
    """How an account is asked for, and by what it is recognised."""

    external_id: str
    """The account's id as webhooks name it (`entry.id`)."""
    node: str
    """The account in paths: its id, or `me` where the token says which."""
    fields: str
    """What to ask `/me` for."""
    account_of: Callable[[Json], Mapping[str, Any]]
    """Finds id and name of the account in the answer of `/me`."""
    person_fields: str
    """What to ask of a person."""
    wanted: tuple[str, ...]
    """Webhook fields without which something would be missing; without the first, everything."""
    says_whose: str
    """How a finding says that the token is the account's; with a blank for its `name`."""
    says_nobodys: str
    """How a finding says that no account stands behind the token."""
    permissions: tuple[str, ...] = ()
    """What the token must be allowed; empty where Meta tells nobody."""


async def findings(caller: Caller, subject: Subject) -> list[Finding]:
    """Return what was found of token, account and webhook; raises for no answer that Meta may give."""
    try:
        me = await caller.ask("GET", "me", {"fields": subject.fields})
    except ChannelError as error:
        return [Finding.of(error, "token", "Meta refuses the access token: {detail}")]
    return [
        Finding("token", True, "The access token works."),
        _account(subject.account_of(me), subject),
        *((await token_of(caller, subject.permissions)).findings if subject.permissions else []),
        await _webhook(caller, subject),
    ]


def _account(found: Mapping[str, Any], subject: Subject) -> Finding:
    seen = str(found.get("id") or "")
    name = found.get("name") or found.get("username") or seen
    if seen == subject.external_id:
        return Finding("account", True, subject.says_whose, {"name": str(name)})
    if not seen:
        return Finding("account", False, subject.says_nobodys)
    facts = {"seen": f"{name} ({seen})", "asked": subject.external_id}
    return Finding("account", False, "The token is of {seen}, not of {asked}; enter that id or another token.", facts)


async def _webhook(caller: Caller, subject: Subject) -> Finding:
    try:
        answer = await caller.ask("GET", f"{subject.node}/subscribed_apps")
    except ChannelError as error:
        return Finding.of(error, "webhook", "Meta does not say which webhooks are subscribed: {detail}")
    apps = answer.get("data")
    fields = {
        field
        for app in (apps if isinstance(apps, list) else [])
        if isinstance(app, dict)
        for field in app.get("subscribed_fields") or ()
    }
    missing = [each for each in subject.wanted if each not in fields]
    if not missing:
        return Finding("webhook", True, "The app is subscribed to {fields}.", {"fields": ", ".join(subject.wanted)})
    return Finding(
        "webhook",
        False,
        "No message would arrive; subscribe the app to {fields} (Meta for Developers → Webhooks)."
        if subject.wanted[0] in missing
        else "Messages arrive, other things do not; subscribe the app to {fields} (Meta for Developers → Webhooks).",
        {"fields": ", ".join(missing)},
    )
