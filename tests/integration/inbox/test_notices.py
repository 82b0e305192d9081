"""What providers say: which words press, for whom, and how long."""

from __future__ import annotations

from typing import Any

from ingest.domain.event import Event
from ingest.kit.clock import DAY_US
from tests.house import PRIVATE, PUBLIC, House


def reported(house: House, title: str, severity: str, *, days_ago: int, inbox: str = PUBLIC, **said: Any) -> None:
    """Let the provider say something."""
    at_us = house.context.clock.us() - days_ago * DAY_US
    with house.context.store.unit() as unit:
        unit.emit(
            Event(
                workspace_id=house.own.workspace_id, type="channel.reported", key=f"{title}:{said}:{at_us}", occurred_us=at_us, channel="whatsapp",
                inbox_id=house.own.inboxes[inbox],
                payload={"subject": "template", "event": "x", "severity": severity, "title": title, "content": {}} | said,
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


def test_an_alarm_presses_however_many_harmless_words_follow(house: House) -> None:
    reported(house, "The account took its permission back; connect it again", "critical", days_ago=2, event="revoke")
    for number in range(60):
        reported(house, f"Template t{number}: APPROVED", "info", days_ago=1)
    assert pressing(house) == ["The account took its permission back; connect it again"]


def test_a_word_on_another_thing_takes_no_alarm_away(house: House) -> None:
    kicked = {"subject": "group", "event": "kicked", "external_id": "-1"}
    reported(house, "The bot is now kicked in a group", "warning", days_ago=3, **kicked)
    reported(
        house, "Telegram reported pinned message", "info", days_ago=2, subject="group", event="pinned", external_id="-2"
    )
    reported(
        house, "The bot is now member in a group", "info", days_ago=1, subject="group", event="member", external_id="-2"
    )
    assert pressing(house) == ["The bot is now kicked in a group"]
    reported(house, "The bot is now member in a group", "info", days_ago=1, **kicked | {"event": "member"})
    assert pressing(house) == []
