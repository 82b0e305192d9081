"""What a parser could not take is taken after a fix: one by one from quarantine, or all that was ever unreadable."""

from __future__ import annotations

from collections.abc import Callable

import zstandard

from app.webhooks.parsing import ParserConsumer
from ingest.channels.base import Delivery
from ingest.domain.event import Event
from ingest.store.consumers import PARSER
from ingest.store.own import quarantine
from tests.builders import T0
from tests.house import House


def a_delivery(house: House, body: bytes) -> Event:
    return Event(
        workspace_id=house.own.workspace_id,
        type="delivery.received",
        key=f"delivery:{body.decode()}",
        occurred_us=T0,
        channel="whatsapp",
        payload={"connection_id": "con_public", "size": len(body)},
        raw=zstandard.ZstdCompressor().compress(body),
    )


def an_account(delivery: Delivery, name: str) -> Event:
    return Event(
        workspace_id=delivery.workspace_id,
        type="delivery.unrecognised" if name.startswith("?") else "inbox.created",
        key=f"{name}:{delivery.body.decode()}",
        occurred_us=T0,
        channel="whatsapp",
        inbox_id=f"inb_{name}",
        cause_id=delivery.event_id,
        payload={"field": name, "pointer": "", "item": None}
        if name.startswith("?")
        else {"name": name, "external_id": name, "connection_id": "con_public", "is_private": False},
    )


def breaking(_delivery: Delivery) -> list[Event]:
    raise KeyError("a bug")


def not_knowing(delivery: Delivery) -> list[Event]:
    return [an_account(delivery, "?")]


def fixed(delivery: Delivery) -> list[Event]:
    return [an_account(delivery, "after the fix")]


def taken(house: House, parse: Callable[[Delivery], list[Event]], *bodies: bytes) -> ParserConsumer:
    """Append deliveries and have them parsed."""
    context = house.context
    with context.store.database.write() as connection:
        context.store.journal.append(connection, [a_delivery(house, body) for body in bodies])
    consumer = ParserConsumer(context.store, {"whatsapp": parse})
    while consumer.run_once(context.clock.us()):
        pass
    return consumer


def types(house: House) -> list[str]:
    with house.context.store.read() as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT type FROM journal ORDER BY seq")]


def set_aside(house: House) -> list[int]:
    with house.context.store.read() as connection:
        return [row.seq for row in connection.execute(quarantine.select().where(quarantine.c.consumer == PARSER))]


def test_a_delivery_in_quarantine_goes_through_after_the_fix_and_back_before_it(house: House) -> None:
    broken = taken(house, breaking, b"one")
    (seq,) = set_aside(house)
    ana, path = house.browser("administrator"), f"/api/quarantine/{PARSER}/{seq}/replay"
    house.app.state.replays = {PARSER: broken.replay}
    assert ana.post(path, json={}).status_code == 202
    assert set_aside(house) == [seq]
    before = types(house).count("inbox.created")
    house.app.state.replays = {PARSER: ParserConsumer(house.context.store, {"whatsapp": fixed}).replay}
    assert ana.post(path, json={}).status_code == 202
    assert set_aside(house) == []
    assert types(house).count("inbox.created") == before + 1
    assert ana.post(path, json={}).status_code == 404


def test_the_application_can_replay_what_its_own_parser_set_aside(house: House) -> None:
    taken(house, breaking, b'{"object": "whatsapp_business_account", "entry": []}')
    (seq,) = set_aside(house)
    assert house.browser("administrator").post(f"/api/quarantine/{PARSER}/{seq}/replay", json={}).status_code == 202
    assert set_aside(house) == []


def test_all_that_could_not_be_read_is_read_again_once(house: House) -> None:
    taken(house, not_knowing, b"one", b"two")
    taken(house, breaking, b"three")
    before = types(house).count("inbox.created")
    consumer = ParserConsumer(house.context.store, {"whatsapp": fixed})
    done = consumer.reread(house.context.clock.us())
    assert (done.deliveries, done.events, done.failed) == (3, 3, 0)
    assert set_aside(house) == []
    assert types(house).count("inbox.created") == before + 3
    again = consumer.reread(house.context.clock.us())
    assert (again.deliveries, again.events) == (2, 0)
