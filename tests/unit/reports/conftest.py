"""The sample business, made once for all tests of the reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.reports import reports_stand, sample_marts

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from streamlit.testing.v1 import AppTest

    from dashboards.warehouse import Scope, Warehouse

Shown = Callable[..., "AppTest"]


@pytest.fixture(scope="session")
def lake() -> DuckDBPyConnection:
    """The sample business as marts."""
    return sample_marts.connect(1_200, days=120)


@pytest.fixture
def house(lake: DuckDBPyConnection) -> Warehouse:
    """A warehouse over the sample business."""
    from dashboards.warehouse import Warehouse

    return Warehouse(lambda: lake)


@pytest.fixture
def scope() -> Scope:
    """A supervisor of the sample business."""
    return reports_stand.scope()


@pytest.fixture
def show(house: Warehouse) -> Iterator[Shown]:
    """Show a page over a lake (the sample's by default) as a reader, with an address."""
    from streamlit.testing.v1 import AppTest

    from dashboards import warehouse
    from dashboards.reports import view

    usual = warehouse.warehouse, view.reader, view.clock

    def shown(page: str, over: Any = None, reader: Scope | None = None, **address: Any) -> AppTest:
        reports_stand.stand_in(house if over is None else over, reader)
        script = f"from dashboards.reports import {page}\n{page}.render()"
        test = AppTest.from_string(script, default_timeout=60)
        for name, value in address.items():
            test.query_params[name] = value
        return test.run()

    yield shown
    warehouse.warehouse, view.reader, view.clock = usual  # type: ignore[misc]  # put back what the page uses
