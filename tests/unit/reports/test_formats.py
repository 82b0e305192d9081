"""Numbers and spans as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import formats


@pytest.mark.parametrize(
    ("seconds", "read"),
    [
        (0, "0 sec"),
        (45, "45 sec"),
        (59.6, "1 min"),
        (240, "4 min"),
        (212, "3.5 min"),
        (3_599, "1 hr"),
        (5_400, "1.5 hr"),
        (100_000, "1.2 days"),
    ],
)
def test_a_span_reads_in_its_largest_unit(seconds: float, read: str) -> None:
    assert formats.duration(seconds, "en") == read


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_what_is_not_known_is_a_dash_and_never_zero(missing: float | None) -> None:
    assert {formats.duration(missing, "en"), formats.count(missing, "en"), formats.share(missing, "en")} == {"–"}
    assert formats.change(missing, 3, "count", "en") is None


def test_numbers_follow_the_reader_not_the_machine() -> None:
    assert formats.count(12_345, "pt_BR") == "12.345"
    assert formats.share(0.0654, "pt_BR") == "6,5%"
    assert formats.days(date(2026, 10, 21), date(2026, 11, 20), "en_GB") == "21 Oct\u2009–\u200920 Nov 2026"


def test_an_instant_is_read_on_the_workspace_clock() -> None:
    assert formats.instant(datetime(2026, 11, 20, 2, 30, tzinfo=UTC), "America/Sao_Paulo", "pt_BR").endswith("23:30")


def test_no_change_is_zero_and_a_start_from_nothing_has_no_percentage() -> None:
    assert formats.change(10, 10, "count", "en") == 0
    assert formats.change(10, 0, "count", "en") is None
    assert formats.change(12, 10, "count", "en") == "+20%"
    assert formats.change(0.07, 0.06, "share", "en") == "+1 pp"


def test_two_inboxes_of_one_name_stay_two_choices() -> None:
    assert formats.unique([("i1", "Sales"), ("i2", "Sales"), ("i3", "Web")]) == {
        "i1": "Sales · i1",
        "i2": "Sales · i2",
        "i3": "Web",
    }


@given(st.floats(0, 1e9), st.sampled_from(["en", "pt_BR", "es", "ar"]))
def test_every_span_reads_in_every_language(seconds: float, locale: str) -> None:
    assert formats.duration(seconds, locale) not in ("", formats.NOTHING)
