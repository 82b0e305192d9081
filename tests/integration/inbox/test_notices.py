"""What providers say: which words press, for whom, and how long."""

from __future__ import annotations

from typing import Any

from ingest.domain.event import Event
from ingest.kit.clock import DAY_US
from tests.house import PRIVATE, PUBLIC, House


def reported(house: House, title: str, severity: str, *, days_ago: int, inbox: str = PUBLIC) -> None:
    """Let the provider say something."""
    at_us = house.context.clock.us() - days_ago * DAY_US
    with house.context.store.unit() as unit:
        unit.emit(
            Event(
                workspace_id=house.own.workspace_id, type="channel.reported", key=f"{title}:{at_us}", occurred_us=at_us, channel="whatsapp",
                inbox_id=house.own.inboxes[inbox],
                payload={"subject": "template", "event": "x", "severity": severity, "title": title, "content": {}},
            )
        )  # fmt: skip


def pressing(house: House, role: Any = "agent") -> list[str]:
    """Return the titles that press on somebody."""
    notices = house.browser(role).get("/api/channels/notices").json()["notices"]
    return [each["title"] for each in notices if each["is_pressing"]]


def test_a_fresh_warning_presses_and_an_old_or_harmless_one_does_not(house: House) -> None:
    reported(house, "Template sale (en): PAUSED", "warning", days_ago=1)
    reported(house, "Template old (en): PAUSED", "warning", days_ago=8)
    reported(house, "Template new (en): APPROVED", "info", days_ago=1)
    assert pressing(house) == ["Template sale (en): PAUSED"]


def test_the_newest_word_on_a_matter_counts(house: House) -> None:
    reported(house, "Template sale (en): PAUSED", "warning", days_ago=3)
    reported(house, "Template sale (en): APPROVED", "info", days_ago=2)
    reported(house, "Number: flagged", "critical", days_ago=1)
    assert pressing(house) == ["Number: flagged"]


def test_a_warning_about_a_private_inbox_presses_on_its_members_only(house: House) -> None:
    reported(house, "Number: restricted", "critical", days_ago=1, inbox=PRIVATE)
    assert pressing(house) == []
