"""When things run by themselves under `dagster dev`; `prosa serve` runs its own loop (`pipelines.run`)."""

from __future__ import annotations

from dagster import AssetSelection, AutomationCondition, DefaultScheduleStatus, ScheduleDefinition, define_asset_job

ON_NEW_LANDINGS = AutomationCondition.eager()
everything = define_asset_job("everything", selection=AssetSelection.all())
every_minute = ScheduleDefinition(
    job=everything, cron_schedule="* * * * *", default_status=DefaultScheduleStatus.RUNNING
)
"""Nothing else tells Dagster that the journal has grown. Beside `prosa serve` it finds nothing left to do."""
