"""Files chosen together: one mail with all of them where the channel carries several, else a message for each."""

from __future__ import annotations

from typing import Any

import pytest

from app.inbox.uploads import Upload, packed
from ingest.channels.registry import capabilities
from tests.builders import phone
from tests.house import House
from tests.integration.inbox.test_many_doors import arrives, thread_of
from tests.integration.inbox.test_media import PNG

MEGABYTE = 1024 * 1024


def upload(name: str, size: int) -> Upload:
    return Upload(name, "0" * 64, size, "image/png", name)


@pytest.mark.parametrize(
    ("channel", "who", "shown"),
    [
        ("email", {"kind": "email", "address": "ana@example.com"}, [("image", "see there", 3)]),
        ("telegram", phone("16505551777"), [("image", "see there", 1), ("image", None, 1), ("image", None, 1)]),
    ],
)
def test_three_pictures_of_one_reply(
    house: House, channel: str, who: dict[str, str], shown: list[tuple[str, str | None, int]]
) -> None:
    thread, browser = arrives(house, channel, who, "hello"), house.browser("supervisor")
    ids = [
        browser.post("/api/uploads", files={"file": (f"{n}.png", PNG, "image/png")}).json()["upload_id"]
        for n in range(3)
    ]
    house.context.clock.advance(10**7)  # type: ignore[attr-defined]
    body: dict[str, Any] = {"client_id": "three-pictures", "kind": "media", "upload_ids": ids, "text": "see there"}
    answer = browser.post(f"/api/conversations/{thread.conversation_id}/replies", json=body)
    assert answer.status_code == 200, answer.text
    ours = [each for each in thread_of(browser, thread.conversation_id) if each.get("direction") == "outbound"]
    assert [(each["kind"], each["text"], len(each["media"])) for each in ours] == shown


def test_what_is_together_too_large_for_one_mail_goes_as_several_in_its_order() -> None:
    files = [upload(str(n), size * MEGABYTE) for n, size in enumerate((10, 8, 1, 17, 18))]
    found = packed(capabilities("email"), ["image", "image", "document", "image", "image"], files)
    assert [(kind, [each.filename for each in held]) for kind, held in found] == [
        ("image", ["0", "1"]),
        ("document", ["2", "3"]),
        ("image", ["4"]),
    ]
