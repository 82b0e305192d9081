"""Dagster shows every table, whether it started the run or is told of it afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.settings import Settings
from pipelines.plan import TABLES
from tests import builders as b
from tests.unit.pipelines.house import a_lake, record

ANA = b.phone("5511987654321")


@pytest.fixture
def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("PROSA_HOME", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    monkeypatch.setenv("DAGSTER_DISABLE_TELEMETRY", "1")
    with a_lake(tmp_path) as (_, settings):
        record(settings, [b.a_message("q", ANA, 0), b.an_echo("a", ANA, 30)])
    return settings


def test_a_run_of_dagster_materializes_every_table_and_its_checks_pass(where: Settings) -> None:
    from dagster import AssetKey, DagsterInstance

    from pipelines.definitions import defs

    with DagsterInstance.ephemeral() as instance:
        result = defs.resolve_implicit_global_asset_job_def().execute_in_process(instance=instance)
        assert result.success
        keys = {event.asset_key for event in result.get_asset_materialization_events()}
        assert keys == {AssetKey(path.split("/")) for path in (*TABLES, "landing/events")}
        assert all(each.passed for each in result.get_asset_check_evaluations())


def test_dagster_is_told_of_rounds_that_it_did_not_start(where: Settings) -> None:
    from dagster import AssetKey, DagsterInstance

    from pipelines.run import once

    assert once(where)
    with DagsterInstance.get() as instance:
        event = instance.get_latest_materialization_event(AssetKey(["marts", "fct_response"]))
        assert event is not None
        assert event.asset_materialization is not None
        assert event.asset_materialization.metadata["rows_written"].value == 1


def test_under_dagster_landing_starts_by_itself() -> None:
    from dagster import AssetKey, DefaultScheduleStatus

    from pipelines.definitions import defs

    (schedule,) = defs.schedules or ()
    assert schedule.default_status is DefaultScheduleStatus.RUNNING  # type: ignore[union-attr]  # it is no other kind
    job = defs.resolve_job_def(schedule.job_name)  # type: ignore[union-attr]  # as above
    assert AssetKey(["landing", "events"]) in job.asset_layer.executable_asset_keys
