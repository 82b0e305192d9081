"""Staging and marts: one asset for each `.sql` file, all derived by one step, as they move in one commit."""

from __future__ import annotations

from collections.abc import Iterator

from dagster import AssetKey, AssetSpec, MaterializeResult, multi_asset

from ingest.kit.sql import read_sql
from pipelines.automation import ON_NEW_LANDINGS
from pipelines.plan import SQL, TABLES, UPSTREAM
from pipelines.resources import Lake

_PATHS = {path.split("/")[1]: path for path in TABLES}


def table_spec(path: str) -> AssetSpec:
    """Return what Dagster shows of one table: what a row is, who keeps it, and what it comes from."""
    table = read_sql(SQL / f"{path}.sql")
    reads = [AssetKey(_PATHS[name].split("/")) for name in UPSTREAM.get(table.name, ())]
    return AssetSpec(
        key=[table.layer, table.name],
        deps=[AssetKey(["landing", "events"]), *reads],
        group_name=table.layer,
        description=f"{table.header['description']} One row: {table.header['grain']}.",
        automation_condition=ON_NEW_LANDINGS,
        owners=[f"team:{table.header['owner']}"],
    )


@multi_asset(specs=[table_spec(path) for path in TABLES], name="derivation")
def tables(lake: Lake) -> Iterator[MaterializeResult]:
    """Bring every table up to what has landed, in one commit."""
    written = lake.derive()
    for path in TABLES:
        yield MaterializeResult(asset_key=AssetKey(path.split("/")), metadata={"rows_written": written.get(path, 0)})
