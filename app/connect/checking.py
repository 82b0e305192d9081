"""Does a connection work? What the provider says when it is asked, and what its calls have shown so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import httpx2
import structlog

from app.connect.service import known_channel, webhook_path
from ingest.channels.base import Connection, Finding
from ingest.domain import identity
from ingest.domain.errors import ProsaError
from ingest.kit.clock import DAY_US
from ingest.kit.outward import Resolve, resolve

_log = structlog.get_logger()
NEAR_US = 14 * DAY_US
"""What ends within this time is not well: there is a weekend and a colleague on leave before it."""


@dataclass(frozen=True, slots=True)
class Sign:
    """When a connection last gave a sign, and how often it ever did."""

    at_us: int
    count: int


@dataclass(frozen=True, slots=True)
class Account:
    """One connection, its account's id at the provider, and the signs it gave by name."""

    connection: Connection
    external_id: str
    signs: Mapping[str, Sign] = field(default_factory=dict)

    @property
    def inbox_id(self) -> str:
        """Return the inbox of the account."""
        return identity.inbox_id(self.connection.workspace_id, self.connection.channel, self.external_id)


async def check(account: Account, http: httpx2.AsyncClient, now_us: int, resolver: Resolve = resolve) -> list[Finding]:
    """Return what was found; never raises for what a provider may answer. What ends soon is found not well."""
    found = [*await _asked(account, http, resolver), *of_calls(account)]
    return [replace(each, is_ok=each.is_ok and not _is_near(each, now_us)) for each in found]


def of_calls(account: Account) -> list[Finding]:
    """Return what the provider's calls show: whether it ever called, and whether it is refused of late."""
    path = webhook_path(account.connection)
    if path is None:
        return []
    handshake, delivery, refused = (account.signs.get(each) for each in ("handshake", "delivery", "refused"))
    found = []
    if delivery is not None:
        found.append(
            Finding("calls", True, "The provider delivers; it did so {count} times.", {"count": delivery.count})
        )
    elif handshake is not None:
        found.append(Finding("calls", True, "The provider confirmed our address; nothing was delivered yet."))
    else:
        facts = {"path": path}
        found.append(
            Finding("calls", False, "The provider has not called yet. Enter {path} as its webhook address.", facts)
        )
    if refused is not None and refused.at_us > max(each.at_us if each else 0 for each in (handshake, delivery)):
        found.append(
            Finding(
                "refused",
                False,
                "The last call was refused: its signature is none of our secrets'. Enter the secret again.",
            )
        )
    return found


async def _asked(account: Account, http: httpx2.AsyncClient, resolver: Resolve) -> list[Finding]:
    channel = known_channel(account.connection.channel)
    if channel.open is None:
        return [Finding("sending", True, "Nothing is sent through this channel.")]
    try:
        return await channel.open(account.connection, account.external_id, http, resolver).check()
    except ProsaError as error:
        return [Finding.of(error, "provider", "The provider could not be asked: {detail}")]
    except Exception as error:  # an answer may be anything at all
        _log.exception("a check failed", channel=channel.capabilities.channel, error=type(error).__name__)
        return [Finding("provider", False, "The provider's answer cannot be read; check again later.")]


def _is_near(found: Finding, now_us: int) -> bool:
    return found.until_us is not None and found.until_us - now_us < NEAR_US
