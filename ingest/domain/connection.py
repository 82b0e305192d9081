"""How one app, bot, mailbox or widget at a provider is reached, and how it proves itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Connection:
    """One connection. `secrets` are tried in order, so that they can be rotated; none of them is ever shown."""

    connection_id: str
    workspace_id: str
    channel: str
    name: str
    base_url: str
    """Where the provider is called; empty for the real one."""
    verify_token: str = field(repr=False)
    secrets: list[str] = field(repr=False)
    access_token: str = field(repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What only this channel knows (hosts, ports, keys), as its `Channel.fields` name it."""


def connection_from(row: Mapping[str, Any]) -> Connection:
    """Return the connection that a row of its table holds."""
    given = {name: row[name] for name in ("connection_id", "workspace_id", "channel", "name", "base_url")}
    return Connection(
        **given,
        verify_token=row["verify_token"],
        secrets=orjson.loads(row["secrets"]),
        access_token=row["access_token"],
        settings=orjson.loads(row["settings"] or "{}"),
    )


def row_of(given: Connection) -> dict[str, Any]:
    """Return the row that holds a connection."""
    names = ("connection_id", "workspace_id", "channel", "name", "base_url", "verify_token", "access_token")
    row = {name: getattr(given, name) for name in names}
    return row | {
        "secrets": orjson.dumps(given.secrets).decode(),
        "settings": orjson.dumps(dict(given.settings)).decode(),
    }
