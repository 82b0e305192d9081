"""Health speaks in sentences and tells numbers of nobody else's business."""

from __future__ import annotations

import pytest

from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US
from ingest.store.checked import say_checked
from ingest.store.consumers import PROJECTOR, move_cursor
from ingest.store.live import attachment, outbox
from ingest.store.own import quarantine
from tests.house import PUBLIC, House


def test_a_house_in_order_says_so(house: House) -> None:
    found = house.anonymous().get("/health")
    assert found.status_code == 200
    assert found.json()["status"] == "ok"
    assert "The inbox is up to date." in found.json()["sentences"]
    assert "Nothing is in quarantine." in found.json()["sentences"]


def test_a_late_inbox_is_degraded_and_still_served(house: House) -> None:
    context = house.context
    event = Event(workspace_id=house.own.workspace_id, type="delivery.received", key="late", occurred_us=0)
    with context.store.database.write() as connection:
        context.store.journal.append(connection, [event])
    context.clock.advance(60 * SECOND_US)  # type: ignore[attr-defined]
    found = house.anonymous().get("/health/ready")
    assert found.status_code == 200
    assert (found.json()["status"], found.json()["projector"]) == ("degraded", {"events": 1, "seconds": 60.0})
    assert "The inbox is 1 events behind; the oldest has waited 60.0 s." in found.json()["sentences"]


def test_what_is_set_aside_is_counted(house: House) -> None:
    with house.context.store.database.write() as connection:
        row = {"consumer": PROJECTOR, "seq": 1, "event_id": "e", "workspace_id": "w", "reason": "r", "at_us": 1}
        connection.execute(quarantine.insert().values(**row))
        move_cursor(connection, "lander", 1)
    found = house.anonymous().get("/health").json()
    assert found["quarantined"] == 1
    assert found["lander"]["events"] == found["journal_head"] - 1
    assert any(sentence.startswith("1 event is in quarantine") for sentence in found["sentences"])


def test_messages_that_nobody_knows_the_end_of_are_counted_and_so_are_files_that_are_lost(house: House) -> None:
    thread, row = house.own.threads[PUBLIC], {"message_id": "m", "workspace_id": house.own.workspace_id}
    with house.context.store.database.write() as connection:
        sent = {"inbox_id": "i", "channel": "whatsapp", "requested_us": 1, "attempt": 1, "payload": "{}"}
        connection.execute(outbox.insert().values(**row, **sent, state="unresolved"))
        lost = {"message_id": thread.message_id, "index": 0, "problem": "gone"}
        connection.execute(attachment.insert().values(**lost))
    found = house.anonymous().get("/health").json()
    assert found["unresolved"] == 1
    assert any(sentence.startswith("1 message was sent without an answer") for sentence in found["sentences"])
    told = house.browser("administrator").get("/metrics").text
    assert f'prosa_media_failed{{workspace="{house.own.workspace_id}"}} 1.0' in told
    assert house.other.workspace_id not in told


def test_a_broken_check_is_said_until_it_holds_again(house: House) -> None:
    with house.context.store.database.write() as connection:
        say_checked(connection, {"keys_are_unique": [("fct_message", "m1"), ("fct_message", "m2")], "others": []}, 1)
    found = house.anonymous().get("/health")
    assert (found.status_code, found.json()["status"]) == (200, "degraded")
    assert found.json()["broken_checks"] == {"keys_are_unique": 2}
    assert "The lake's check keys_are_unique is broken, 2 rows speak against it." in found.json()["sentences"]
    with house.context.store.database.write() as connection:
        say_checked(connection, {"keys_are_unique": []}, 2)
    assert house.anonymous().get("/health").json()["status"] == "ok"


def test_a_database_that_does_not_answer_is_down_in_a_sentence(house: House) -> None:
    with house.context.store.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE journal RENAME TO journal_away")
    found = house.anonymous().get("/health")
    assert (found.status_code, found.json()["status"]) == (503, "down")
    assert house.anonymous().get("/health/live").status_code == 200


def test_metrics_show_an_administrator_their_own_workspace_only(house: House) -> None:
    told = house.browser("administrator").get("/metrics").text
    assert f'workspace="{house.own.workspace_id}"' in told
    assert house.other.workspace_id not in told
    assert "prosa_journal_head" in told


def test_request_metrics_carry_patterns_not_addresses(house: House) -> None:
    ana = house.browser("administrator")
    ana.get(f"/api/inboxes/{house.own.inboxes['public']}/members")
    told = ana.get("/metrics").text
    assert 'route="/api/inboxes/{inbox_id}/members"' in told
    assert house.own.inboxes["public"] not in told


def test_a_store_that_refused_lately_and_a_disk_nearly_full_are_said(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app import alarms
    from app.webhooks.counters import REFUSED_BY_STORE

    REFUSED_BY_STORE.inc()
    monkeypatch.setattr(alarms, "_ROOM_LEFT", 2**80)
    found = house.anonymous().get("/health").json()
    REFUSED_BY_STORE.forget()
    assert found["status"] == "degraded"
    assert any(each.startswith("The store refused a webhook ") for each in found["sentences"])
    assert any(each.startswith("The data folder's disk has ") for each in found["sentences"])
    monkeypatch.undo()
    assert house.anonymous().get("/health").json()["status"] == "ok"


def test_deliveries_that_nobody_reads_are_no_house_in_order(house: House) -> None:
    context = house.context
    event = Event(workspace_id=house.own.workspace_id, type="delivery.received", key="late", occurred_us=0)
    with context.store.database.write() as connection:
        context.store.journal.append(connection, [event])
    context.store.catch_up()
    context.clock.advance(60 * SECOND_US)  # type: ignore[attr-defined]
    found = house.anonymous().get("/health").json()
    assert (found["status"], found["projector"]["events"]) == ("degraded", 0)
    assert found["parser"] == {"events": 1, "seconds": 60.0}


def test_metrics_are_not_given_to_whoever_comes_through_a_proxy(house: House) -> None:
    from starlette.requests import Request

    from app.health import _is_local

    def asked(client: str, **headers: str) -> bool:
        named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        return _is_local(Request({"type": "http", "client": (client, 1), "headers": named}))

    assert asked("127.0.0.1")
    assert asked("::1")
    assert not asked("127.0.0.1", x_forwarded_for="203.0.113.9")
    assert not asked("127.0.0.1", x_real_ip="203.0.113.9")
    assert not asked("203.0.113.9")
    assert house.anonymous().get("/metrics", headers={"x-forwarded-for": "127.0.0.1"}).status_code == 401
