"""What the provider says of accounts is graded and titled."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.channels.whatsapp.accounts import REPORTS
from ingest.kit.clock import DAY_US, HOUR_US
from tests.unit.whatsapp.wire import ARRIVED_US, WABA, body_of, change, read, report


@pytest.mark.parametrize(
    ("field", "value", "severity"),
    [
        ("message_template_status_update", {"event": "APPROVED"}, "info"),
        ("message_template_status_update", {"event": "PAUSED"}, "warning"),
        ("message_template_status_update", {"event": "DISABLED"}, "critical"),
        ("message_template_quality_update", {"new_quality_score": "RED"}, "critical"),
        ("template_category_update", {"new_category": "MARKETING"}, "warning"),
        ("phone_number_quality_update", {"event": "FLAGGED"}, "warning"),
        ("phone_number_quality_update", {"event": "UPGRADE"}, "info"),
        ("account_update", {"event": "DISABLED_UPDATE"}, "critical"),
        ("account_alerts", {"alert_severity": "CRITICAL", "alert_type": "X"}, "critical"),
        ("flows", {"event": "ENDPOINT_LATENCY", "alert_state": "ACTIVATED"}, "warning"),
        ("flows", {"event": "ENDPOINT_LATENCY", "alert_state": "DEACTIVATED"}, "info"),
        ("security", {"event": "PIN_RESET_REQUEST"}, "critical"),
    ],
)
def test_severity_is_by_our_table(field: str, value: dict[str, Any], severity: str) -> None:
    (event,) = read(report(field, **value))
    assert (event.type, event.payload["severity"]) == ("channel.reported", severity)


@pytest.mark.parametrize("field", sorted(REPORTS))
def test_every_known_field_is_reported_even_without_a_word_of_its_own(field: str) -> None:
    (event,) = read(report(field, surprise=1))
    assert event.type == "channel.reported"
    assert event.payload["title"].endswith(": changed")
    assert event.payload["external_id"] == WABA


def test_the_same_report_at_another_time_is_another_report() -> None:
    keys = {
        read(report("account_update", at, event="VERIFIED_ACCOUNT"))[0].key
        for at in (1_750_000_000, 1_750_000_000, 1_750_000_060)
    }
    assert len(keys) == 2


def test_an_error_about_our_access_is_critical() -> None:
    found = read(body_of(change(errors=[{"code": 130429, "title": "Rate limit hit"}, {"code": 131042}])))
    assert [each.payload["severity"] for each in found] == ["warning", "critical"]


def test_the_same_error_of_another_day_is_another_one() -> None:
    body = body_of(change(errors=[{"code": 130429, "title": "Rate limit hit"}]))
    arrivals = [ARRIVED_US, ARRIVED_US + HOUR_US, ARRIVED_US + DAY_US]
    keys = [read(body, received_us=each)[0].key for each in arrivals]
    assert keys[0] == keys[1] != keys[2]


def test_a_group_and_a_handover_are_reported() -> None:
    group = change(
        "group_lifecycle_update", groups=[{"type": "group_create", "group_id": "1203", "timestamp": "1750000000"}]
    )
    handover = change("messaging_handovers", messaging_handovers=[{"timestamp": "1750000000", "control_passed": {}}])
    found = read(body_of(group, handover))
    assert found[0].payload["subject"] == "group"
    assert all(each.type == "channel.reported" for each in found)


def test_a_field_of_the_future_is_kept_whole() -> None:
    (event,) = read(report("mind_reading", thought=[1, 2]))
    assert (event.type, event.payload["field"]) == ("delivery.unrecognised", "mind_reading")
    assert event.payload["item"] == {"thought": [1, 2]}
