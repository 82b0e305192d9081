"""What Dagster is told of runs that it did not start: `prosa serve` derives without it and says so now and then."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping

from ingest.settings import Settings

REPORT_EVERY_S = 300
"""Telling Dagster of one table takes 30 ms of a core, as much as deriving it; so rounds are summed up."""


class Record:
    """Rows written by table since Dagster was last told."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._rows: Counter[str] = Counter()

    def add(self, events: int, written: Mapping[str, int]) -> None:
        """Note what one round landed and wrote."""
        self._rows.update({"landing/events": events} | {path: rows for path, rows in written.items() if rows})

    def report(self) -> None:
        """Tell Dagster of every table that was written to, as one materialization each."""
        rows, self._rows = +self._rows, Counter()
        if not rows:
            return
        set_up(self._settings)
        from dagster import AssetMaterialization, DagsterInstance

        with DagsterInstance.get() as instance:
            for path, count in rows.items():
                happened = AssetMaterialization(asset_key=path.split("/"), metadata={"rows_written": count})
                instance.report_runless_asset_event(happened)


def set_up(settings: Settings) -> None:
    """Give Dagster its home inside ours."""
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    file = settings.dagster_home / "dagster.yaml"
    if not file.exists():
        file.write_text("telemetry:\n  enabled: false\n", "utf-8")
