"""Ranges on the workspace's calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import charts
from dashboards.reports.filters import CUSTOM, Filters, preset, ranges
from dashboards.reports.view import present, scope_of
from ingest.domain.errors import NotAllowed
from ingest.kit.clock import to_datetime


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 800))
def test_the_days_before_are_as_many_on_the_same_weekdays_and_the_latest_such(first: date, length: int) -> None:
    chosen = Filters(first, first + timedelta(days=length))
    before = chosen.previous(datetime(2200, 1, 1, tzinfo=UTC))
    assert before.length == chosen.length
    assert before.from_day.weekday() == chosen.from_day.weekday()
    assert 1 <= (chosen.from_day - before.to_day).days <= 7
    assert before.cut is None


@given(
    st.integers(946_684_800, 4_102_444_800),
    st.integers(0, 800),
    st.sampled_from(["UTC", "America/Sao_Paulo", "Asia/Kathmandu", "Europe/Madrid"]),
)
def test_a_range_that_ends_today_is_compared_with_one_that_ends_at_the_same_time(
    instant_s: int, length: int, zone: str
) -> None:
    now = datetime.fromtimestamp(instant_s, ZoneInfo(zone)).replace(second=0, microsecond=0)
    before = Filters(now.date() - timedelta(days=length), now.date()).previous(now)
    assert before.cut is not None
    first, last = (to_datetime(each).astimezone(ZoneInfo(zone)) for each in before.cut)
    assert (first.date(), last.date()) == (before.from_day, before.to_day)
    clock = timedelta(hours=now.hour, minutes=now.minute)
    # where the clocks went forward on one of the days, the hour that was left out may shift the time
    assert abs(timedelta(hours=last.hour, minutes=last.minute) - clock) <= timedelta(hours=1)


def test_at_nine_today_is_compared_with_last_weeks_day_until_nine() -> None:
    now = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("America/Sao_Paulo"))
    cut = Filters(now.date(), now.date()).previous(now).cut
    assert cut is not None
    assert to_datetime(cut[1]).isoformat() == "2026-11-13T12:00:00+00:00"


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
    assert present(scope).date() >= date(2020, 1, 1)


def test_who_may_not_read_reports_gets_no_scope() -> None:
    workspace = {"workspace_id": "w", "name": "H", "timezone": "UTC"}
    me = {"can": ["conversations.read"], "workspace": workspace, "inboxes": []}
    with pytest.raises(NotAllowed):
        scope_of(me)
