"""Ranges on the workspace's calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import charts
from dashboards.reports.filters import CUSTOM, Filters, preset, ranges
from dashboards.reports.view import scope_of, today
from ingest.domain.errors import NotAllowed


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 800))
def test_the_period_before_is_as_long_and_ends_the_day_before(first: date, length: int) -> None:
    chosen = Filters(first, first + timedelta(days=length))
    before = chosen.previous()
    assert before.length == chosen.length
    assert before.to_day + timedelta(days=1) == chosen.from_day


@pytest.mark.parametrize("name", ["today", "7", "30", "90", "365", "month", "last_month"])
@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_named_range_has_days_and_none_in_the_future(name: str, now: date) -> None:
    first, last = preset(name, now)
    assert first <= last <= now


def test_every_range_offered_can_be_chosen() -> None:
    assert all(preset(name, date(2026, 3, 31)) for name in ranges() if name != CUSTOM)


def test_last_month_in_january_is_december() -> None:
    assert preset("last_month", date(2026, 1, 15)) == (date(2025, 12, 1), date(2025, 12, 31))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 1_200))
def test_a_chart_never_has_more_bars_than_can_be_read(first: date, length: int) -> None:
    bucket = charts.bucket_for(first, first + timedelta(days=length))
    assert length / {"day": 1, "week": 7, "month": 30}[bucket] <= 63


def test_a_month_ends_on_its_last_day() -> None:
    assert charts.bucket_end(date(2028, 2, 1), "month") == date(2028, 2, 29)


def test_the_scope_is_what_the_api_says() -> None:
    me = {
        "can": ["reports.read"],
        "language": None,
        "workspace": {"workspace_id": "w", "name": "Horta", "timezone": "Pacific/Auckland"},
        "inboxes": ["i2", "i1"],
    }
    scope = scope_of(me)
    assert scope.inbox_ids == ("i1", "i2")
    assert not scope.may_open_conversations
    assert today(scope) >= date(2020, 1, 1)


def test_who_may_not_read_reports_gets_no_scope() -> None:
    workspace = {"workspace_id": "w", "name": "H", "timezone": "UTC"}
    me = {"can": ["conversations.read"], "workspace": workspace, "inboxes": []}
    with pytest.raises(NotAllowed):
        scope_of(me)
