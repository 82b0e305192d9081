"""Updates as Telegram writes them, and a bot before the simulator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx2
import orjson

from ingest.channels.base import Connection, Delivery, Gateway, Sending
from ingest.channels.simulator.telegram_api import SimulatedTelegram, wire
from ingest.channels.telegram.channel import CHANNEL
from ingest.domain.event import Event
from ingest.kit.clock import FixedClock

WORKSPACE, CONNECTION = "ws_1", "con_1"
AT_S = 1_790_000_000
ARRIVED_US = (AT_S + 5) * 1_000_000
ANA = 777
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRET = "a-secret_1"
USER = {"id": ANA, "is_bot": False, "first_name": "Ana", "last_name": "Lima", "username": "ana"}
CHAT = {"id": ANA, "type": "private", "first_name": "Ana"}
GROUP = {"id": -1001, "type": "supergroup", "title": "Friends"}


def a_message(chat: Mapping[str, Any] = CHAT, **parts: Any) -> dict[str, Any]:
    return {"message_id": 5, "from": USER, "chat": dict(chat), "date": AT_S, **parts}


def read(body: bytes | object, event_id: str = "evt_1", later_us: int = 0) -> list[Event]:
    written = body if isinstance(body, bytes) else orjson.dumps(body)
    return CHANNEL.parse(Delivery(WORKSPACE, CONNECTION, written, ARRIVED_US + later_us, event_id))


def update(name: str, item: Any, number: int = 1) -> list[Event]:
    return read({"update_id": number, name: item})


def only(events: list[Event], type_: str) -> Event:
    (found,) = [each for each in events if each.type == type_]
    return found


def connection(token: str = TOKEN, **settings: Any) -> Connection:
    return Connection(CONNECTION, WORKSPACE, "telegram", "x", "http://sim.test", "v", [SECRET, "old"], token, settings)


def bot(token: str = TOKEN, **settings: Any) -> tuple[SimulatedTelegram, Gateway]:
    telegram = SimulatedTelegram(token=TOKEN, clock=FixedClock(ARRIVED_US))
    http = httpx2.AsyncClient(transport=wire(telegram.app))
    assert CHANNEL.open is not None
    return telegram, CHANNEL.open(connection(token, **settings), CONNECTION, http, lambda host, port: ["1.1.1.1"])


def sending(kind: str, **parts: Any) -> Sending:
    beside = {name: parts.pop(name) for name in ("file", "reply_to", "recipient", "thread") if name in parts}
    beside.setdefault("recipient", {"kind": "user_id", "address": str(ANA)})
    return Sending("msg_1", {"kind": kind, **parts}, now_us=ARRIVED_US, **beside)
