"""Templates: the newest word on each holds, in whatever order it comes, in every inbox that lists it."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from ingest.domain.event import Event
from tests import builders as b
from tests.properties.test_any_order import live_tables


def described(at: int, status: str = "APPROVED", inbox: str = b.INBOX, text: str = "Hello") -> Event:
    payload = {
        "template_id": "77",
        "name": "hello",
        "language": "en",
        "category": "UTILITY",
        "template_status": status,
        "components": [{"type": "BODY", "text": text}],
    }
    return Event(
        workspace_id=b.WORKSPACE,
        type="template.described",
        key=f"described:{inbox}:{at}:{status}",
        occurred_us=b.T0 + at * b.SECOND,
        channel="whatsapp",
        inbox_id=inbox,
        payload=payload,
    )


def said(at: int, template_id: Any = 77, **content: Any) -> Event:
    """Return a provider's word; like a webhook's it names no inbox."""
    content = {"message_template_id": template_id} | content
    payload = {"subject": "template", "event": "x", "severity": "info", "external_id": "77", "title": "Template: x"}
    return Event(
        workspace_id=b.WORKSPACE,
        type="channel.reported",
        key=f"said:{at}:{sorted(content.items())}",
        occurred_us=b.T0 + at * b.SECOND,
        channel="whatsapp",
        payload=payload | {"content": content},
    )


def states(*events: Event) -> dict[str, tuple[Any, Any]]:
    """Return state and category by inbox, of those that list it; the same for every order of the events."""
    found = [live_tables([[each] for each in order])["template"] for order in permutations(events)]
    assert all(each == found[0] for each in found)
    listed = [row for row in found[0] if row["name"] is not None]
    return {row["inbox_id"]: (row["template_status"], row["category"]) for row in listed}


def test_a_paused_template_is_paused_wherever_it_is_listed() -> None:
    found = states(described(1), described(2, inbox="inb_other"), said(3, event="PAUSED"))
    assert found == {b.INBOX: ("PAUSED", "UTILITY"), "inb_other": ("PAUSED", "UTILITY")}


def test_a_later_list_is_the_newer_word() -> None:
    assert states(described(1), said(2, event="DISABLED"), described(3))[b.INBOX][0] == "APPROVED"


def test_of_two_words_the_later_one_holds() -> None:
    assert states(described(1), said(2, event="PAUSED"), said(3, event="REINSTATED"))[b.INBOX][0] == "APPROVED"


def test_a_warning_is_no_state() -> None:
    assert states(described(1), said(2, event="FLAGGED"))[b.INBOX][0] == "APPROVED"


def test_a_category_moves_when_it_has_moved_and_not_by_its_notice() -> None:
    notice = said(2, new_category="UTILITY", correct_category="MARKETING")
    assert states(described(1), notice)[b.INBOX][1] == "UTILITY"
    moved = said(3, previous_category="UTILITY", new_category="MARKETING")
    assert states(described(1), notice, moved)[b.INBOX] == ("APPROVED", "MARKETING")


def test_what_is_said_of_no_template_changes_none() -> None:
    assert states(described(1), said(2, template_id=[], event="PAUSED"))[b.INBOX][0] == "APPROVED"
