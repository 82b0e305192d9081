"""What `dagster` loads."""

from __future__ import annotations

from dagster import Definitions

from pipelines.assets.derived import tables
from pipelines.assets.landing import events
from pipelines.automation import every_minute, everything
from pipelines.checks import CHECKS
from pipelines.resources import Lake

defs = Definitions(
    assets=[events, tables],
    asset_checks=CHECKS,
    jobs=[everything],
    schedules=[every_minute],
    resources={"lake": Lake()},
)
