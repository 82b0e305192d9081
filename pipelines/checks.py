"""What must hold: a file in `sql/checks` passes when it returns no row."""

from __future__ import annotations

from dagster import AssetCheckResult, AssetChecksDefinition, AssetKey, asset_check

from ingest.kit.sql import SqlFile, read_folder
from pipelines.plan import SQL
from pipelines.resources import Lake

_SPEAKS_OF = {
    "journal_is_landed": ("landing", "events"),
    "landing_is_in_marts": ("marts", "fct_message"),
    "agents_sum_to_totals": ("marts", "agent_performance"),
    "no_negative_waits": ("marts", "fct_response"),
    "keys_are_unique": ("marts", "customer_profiles"),
}


def table_check(check: SqlFile) -> AssetChecksDefinition:
    """Return the asset check of one file."""

    @asset_check(asset=AssetKey(_SPEAKS_OF[check.name]), name=check.name, description=check.header["description"])
    def passes(lake: Lake) -> AssetCheckResult:
        rows = lake.broken(check.name)
        return AssetCheckResult(passed=not rows, metadata={"rows": [str(row) for row in rows[:10]]})

    return passes


CHECKS = [table_check(each) for each in read_folder(SQL / "checks")]
