"""The first asset: what the journal has and the lake has not."""

from __future__ import annotations

from dagster import MaterializeResult, asset

from pipelines.resources import Lake


@asset(key=["landing", "events"], group_name="landing", kinds={"ducklake"})
def events(lake: Lake) -> MaterializeResult:
    """Every event of the journal, exactly once, by day of recording."""
    landed = lake.land()
    return MaterializeResult(metadata={"events": landed.events, "deliveries": landed.deliveries, "seq": landed.seq})
