"""Staging and marts: one asset for each `.sql` file, which says itself what a row is and who keeps it."""

from __future__ import annotations

from dagster import AssetKey, AssetsDefinition, MaterializeResult, asset

from ingest.kit.sql import read_sql
from pipelines.automation import ON_NEW_LANDINGS
from pipelines.derive import ORDER, SQL, UPSTREAM
from pipelines.resources import Lake

_PATHS = {path.split("/")[1]: path for path in ORDER}


def table_asset(path: str) -> AssetsDefinition:
    """Return the asset of one table."""
    table = read_sql(SQL / f"{path}.sql")
    reads = [AssetKey(_PATHS[name].split("/")) for name in UPSTREAM[table.name]]

    @asset(
        key=[table.layer, table.name],
        deps=[AssetKey(["landing", "events"]), *reads],
        group_name=table.layer,
        description=f"{table.header['description']} One row: {table.header['grain']}.",
        automation_condition=ON_NEW_LANDINGS,
        owners=[f"team:{table.header['owner']}"],
    )
    def derived(lake: Lake) -> MaterializeResult:
        result = lake.update(path)
        return MaterializeResult(metadata={"rows_written": result.rows, "seq": result.seq})

    return derived


TABLES = [table_asset(path) for path in ORDER]
