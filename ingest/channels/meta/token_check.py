"""What an access token may do and how long, as Meta says it (Graph API, `debug_token`)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from ingest.channels.base import Finding
from ingest.channels.calls import Caller
from ingest.channels.reading import objects, optional_id
from ingest.domain.errors import ChannelError
from ingest.kit.clock import SECOND_US, to_datetime


@dataclass(frozen=True, slots=True)
class Token:
    """What Meta says of a token."""

    findings: list[Finding]
    app_id: str | None = None
    """The app that it was made for."""
    targets: frozenset[str] = field(default=frozenset())
    """The accounts that it was given for, where it was not given for all."""


async def token_of(caller: Caller, wanted: Collection[str]) -> Token:
    """Ask Meta about the token that calls carry; it must have the permissions `wanted`. Raises nothing."""
    try:
        # A GET that is posted (`method`): the token must not stand in an address, which is logged on the way.
        answer = await caller.ask("POST", "debug_token", data={"method": "GET", "input_token": caller.bearer})
    except ChannelError as error:
        return Token(
            [
                Finding(
                    "permissions", True, "Meta does not say what the token may do: {detail}", {"detail": error.detail}
                )
            ]
        )
    data = answer.get("data")
    said = data if isinstance(data, dict) else {}
    granular = list(objects(said.get("granular_scopes")))
    targets = {str(each) for scope in granular for each in scope.get("target_ids") or () if each}
    scopes = said.get("scopes")
    granted = {str(each) for each in scopes} if isinstance(scopes, list) else set()
    found = [
        _permissions(granted | {str(each.get("scope")) for each in granular}, wanted),
        _expiry(said.get("expires_at")),
    ]
    return Token(found, optional_id(said.get("app_id")), frozenset(targets))


def _permissions(granted: Collection[str], wanted: Collection[str]) -> Finding:
    missing = [each for each in wanted if each not in granted]
    if missing:
        facts = {"missing": ", ".join(missing)}
        return Finding("permissions", False, "The token lacks {missing}; make a new one with these permissions.", facts)
    return Finding("permissions", True, "The token has the permissions {granted}.", {"granted": ", ".join(wanted)})


def _expiry(expires_s: object) -> Finding:
    if not isinstance(expires_s, int) or expires_s <= 0:
        return Finding("expiry", True, "The token does not expire.")
    until_us = expires_s * SECOND_US
    day = f"{to_datetime(until_us):%Y-%m-%d}"
    return Finding("expiry", True, "The token lasts until {day}; renew it before.", {"day": day}, until_us)
