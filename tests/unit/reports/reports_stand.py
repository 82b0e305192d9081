"""Stand-ins that let a page run without API, clock and lake: a reader, a day and a connection."""

from __future__ import annotations

from typing import Any

from dashboards import warehouse
from dashboards.reports import view
from dashboards.warehouse import Scope, Warehouse
from ingest.kit.clock import FixedClock
from tests.unit.reports import sample_marts

NOON_US = 1_795_186_800_000_000  # 2026-11-20 15:00 UTC, noon in São Paulo


def scope(**changes: Any) -> Scope:
    """Return a supervisor of the sample business, changed where asked."""
    usual = {
        "workspace_id": sample_marts.WORKSPACE,
        "workspace": "Horta",
        "timezone": sample_marts.ZONE,
        "inbox_ids": sample_marts.VISIBLE,
        "may_open_conversations": True,
    }
    return Scope(**(usual | changes))


def stand_in(connection: Any, reader: Scope | None = None) -> Warehouse:
    """Let pages read this connection as this reader at noon of the sample's last day."""
    house = connection if isinstance(connection, Warehouse) else Warehouse(lambda: connection)
    warehouse.warehouse = lambda: house  # type: ignore[assignment]
    view.reader = lambda: reader or scope()
    view.clock = FixedClock(NOON_US)
    return house
