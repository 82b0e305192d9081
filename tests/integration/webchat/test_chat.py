"""What visitors send is durable before it is answered, and what they see is theirs alone."""

from __future__ import annotations

import threading
import time
from typing import Any

import orjson
import pytest

from app.webchat.pace import RATES
from ingest.domain.errors import StoreUnavailable
from ingest.domain.event import Event
from ingest.kit.clock import HOUR_US, SECOND_US
from ingest.store.group_commit import GroupCommit
from tests.browser.fake_house import DOT
from tests.integration.webchat.conftest import ORIGIN, Shop, Somebody, Visitor

# --- what they send ---------------------------------------------------------------------------------


def test_a_message_is_durable_once_it_is_answered_and_the_same_id_is_the_same_message(
    house: Shop, visitor: Visitor
) -> None:
    for text in ("hello", "hello", "something else under the same id"):
        house.context.clock.advance(SECOND_US)
        assert visitor.say("client-01", text).status_code == 200
        assert len(house.events("delivery.received")) == 1
    house.work()
    assert visitor.texts() == ["hello"]


def test_the_same_id_of_another_visitor_is_another_message(house: Shop, visitor: Visitor, somebody: Somebody) -> None:
    other = somebody()
    other.begin()
    visitor.say("client-01", "mine")
    other.say("client-01", "yours")
    house.work()
    assert (visitor.texts(), other.texts()) == (["mine"], ["yours"])


def test_when_the_store_refuses_nothing_is_acknowledged(
    house: Shop, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: Any) -> bool:
        raise StoreUnavailable

    monkeypatch.setattr(GroupCommit, "append", refuse)
    answer = visitor.say()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.headers["access-control-allow-origin"] == ORIGIN


@pytest.mark.parametrize(
    "body",
    [
        {}, {"client_id": "client-01"}, {"client_id": "x", "text": "hi"}, {"client_id": "client-01", "text": "  \n"},
        {"client_id": "client-01", "text": "x" * 4097}, {"client_id": "client-01", "text": 7},
        {"client_id": "client-01", "text": "nul\x00"} | {"client_id": "../../x"}, {"client_id": "client-01", "reply": {"id": "a"}},
    ],
)  # fmt: skip
def test_what_cannot_be_a_message_is_refused_without_repeating_it(
    house: Shop, visitor: Visitor, body: dict[str, Any]
) -> None:
    answer = visitor.ask("POST", "messages", json=body)
    assert answer.status_code == 422
    assert "xxxx" not in answer.text
    assert house.events("delivery.received") == []


def test_too_much_at_once_is_asked_to_wait(house: Shop, visitor: Visitor, somebody: Somebody) -> None:
    at_once = int(RATES["message"][0])
    answers = [visitor.say(f"client-{number:04}") for number in range(at_once + 1)]
    assert [each.status_code for each in answers] == [200] * at_once + [429]
    wait_s = int(answers[-1].headers["retry-after"])
    other = somebody()
    other.begin()
    assert other.say().status_code == 200
    house.context.clock.advance(wait_s * SECOND_US)
    assert visitor.say("client-last").status_code == 200


# --- what they see ----------------------------------------------------------------------------------


def test_an_answer_is_seen_once_it_is_on_its_way_and_not_before(house: Shop, visitor: Visitor) -> None:
    visitor.say()
    house.work()
    house.agent_says(visitor, "later", "msg_later", due_us=house.context.clock.us() + HOUR_US)
    house.agent_says(visitor, "now", "msg_now")
    assert visitor.texts() == ["hello"]
    house.context.clock.advance(SECOND_US)
    house.work()
    assert visitor.texts() == ["hello", "now"]
    reached = visitor.hear()["seq"]
    house.context.clock.advance(2 * HOUR_US)
    house.work()
    visitor.begin()
    assert [each["text"] for each in visitor.hear(reached)["messages"]] == ["later"]


def test_nobody_sees_what_another_visitor_said_or_was_told(house: Shop, visitor: Visitor, somebody: Somebody) -> None:
    visitor.say("client-01", "mine alone")
    house.work()
    house.agent_says(visitor, "for you alone", "msg_1")
    house.work()
    other = somebody()
    other.begin()
    assert other.texts() == []


def test_notes_and_activities_are_not_for_visitors(house: Shop, visitor: Visitor) -> None:
    visitor.say()
    house.work()
    row = house.conversation()
    with house.context.store.unit() as unit:
        unit.emit(
            Event(
                workspace_id=house.workspace_id, type="note.added", key="note", occurred_us=1, channel="webchat",
                inbox_id=house.inbox_id, **row, payload={"note_id": "n", "text": "a difficult one"},
            )
        )  # fmt: skip
    assert "difficult" not in orjson.dumps(visitor.hear()).decode()


def test_receipts_raise_our_messages_and_nobody_elses(house: Shop, visitor: Visitor, somebody: Somebody) -> None:
    visitor.say()
    house.work()
    house.agent_says(visitor, "read me", "msg_1")
    house.work()
    other = somebody()
    other.begin()
    reached = visitor.hear()["seq"]
    assert other.ask("POST", "read", json={"seq": reached}).status_code == 204
    house.work()
    assert house.events("message.status_reported") == []
    for status in ("delivered", "read", "read"):
        assert visitor.ask("POST", "read", json={"seq": reached, "status": status}).status_code == 204
        house.work()
    assert [each["status"] for each in house.events("message.status_reported")] == ["delivered", "read"]


def test_a_waiting_question_is_answered_as_soon_as_something_happens(house: Shop, visitor: Visitor) -> None:
    visitor.say()
    house.work()
    reached = visitor.hear()["seq"]
    agent = threading.Timer(0.5, lambda: (house.agent_says(visitor, "there you are", "msg_1"), house.work()))
    agent.start()
    began = time.monotonic()
    told = visitor.hear(reached)
    agent.join()
    assert [each["text"] for each in told["messages"]] == ["there you are"]
    assert 0.3 < time.monotonic() - began < 15


# --- files ------------------------------------------------------------------------------------------


def test_a_file_is_what_its_bytes_say_and_reaches_only_its_conversation(
    house: Shop, visitor: Visitor, somebody: Somebody
) -> None:
    taken = visitor.ask("POST", "files", files={"file": ("../a.html", DOT, "text/html")}).json()
    assert (taken["mime"], taken["filename"]) == ("image/png", "a.html")
    other = somebody()
    other.begin()
    assert other.say(text=None, ticket=taken["ticket"]).status_code == 404
    assert visitor.ask("GET", f"files/{taken['sha256']}").status_code == 404
    assert visitor.say(text=None, ticket=taken["ticket"]).status_code == 200
    house.work()
    (message,) = visitor.hear()["messages"]
    assert (message["kind"], message["files"][0]["sha256"]) == ("image", taken["sha256"])
    served = visitor.ask("GET", f"files/{taken['sha256']}")
    assert (served.content, served.headers["content-type"]) == (DOT, "image/png")
    assert served.headers["content-security-policy"].startswith("sandbox")
    assert other.ask("GET", f"files/{taken['sha256']}").status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='x' onload='alert(1)'/>",
        b"MZ\x90\x00" + b"\x00" * 200,
        b"",
    ],
)
def test_what_could_run_is_refused_whatever_it_is_called(house: Shop, visitor: Visitor, content: bytes) -> None:
    answer = visitor.ask("POST", "files", files={"file": ("photo.png", content, "image/png")})
    assert answer.status_code == 422
    assert answer.headers["access-control-allow-origin"] == ORIGIN


def test_documents_are_handed_out_to_be_kept_not_opened(house: Shop, visitor: Visitor) -> None:
    pdf = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + b"1 0 obj\n" * 20
    taken = visitor.ask("POST", "files", files={"file": ("order.pdf", pdf, "x/y")}).json()
    visitor.say(text=None, ticket=taken["ticket"])
    house.work()
    served = visitor.ask("GET", f"files/{taken['sha256']}")
    assert served.headers["content-type"] == "application/octet-stream"
    assert served.headers["content-disposition"].startswith("attachment")
