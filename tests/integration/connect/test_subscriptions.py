"""Amazon's topic is confirmed by itself, where it is the one that the connection believes, and nobody else's address is opened."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx2
import orjson
import pytest

from app.connect.service import connect
from app.connect.subscriptions import Subscriptions, is_asked
from ingest.channels.base import Delivery
from ingest.channels.email.parse import parse
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US
from tests.house import House

TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail"
ADDRESS = f"https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={quote(TOPIC)}&Token=abc"


def asked(house: House, connection_id: str, address: str = ADDRESS) -> list[Event]:
    body = {"Type": "SubscriptionConfirmation", "MessageId": "m1", "TopicArn": TOPIC, "SubscribeURL": address}
    given = Delivery(house.own.workspace_id, connection_id, orjson.dumps(body), house.context.clock.us(), "evt_1")
    return parse(given)


async def test_the_address_is_opened_once_and_the_notice_gives_way(house: House) -> None:
    opened, ends = list[str](), [500, 200]

    def amazon(request: httpx2.Request) -> httpx2.Response:
        opened.append(str(request.url))
        return httpx2.Response(ends.pop(0))

    given = {"address": "shop@shop.example", "smtp_host": "mx", "provider": "ses", "sns_topic": TOPIC}
    made = connect(house.context, house.own.workspace_id, "email", "Mail", given)
    with house.context.store.unit() as unit:
        unit.emit(*asked(house, made.connection_id))
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(amazon))
    for _ in range(2):  # a worker that was killed takes it up again, and what is done is done
        errands = Subscriptions(house.context.store, http)
        for _ in range(12):
            await errands.run_once()
            house.context.clock.advance(SECOND_US)  # type: ignore[attr-defined]
    assert opened == [ADDRESS, ADDRESS]
    notices = house.browser("administrator").get("/api/channels/notices").json()["notices"]
    told = [each for each in notices if "mazon" in each["title"]]
    assert ["confirmed; mail comes" in told[0]["title"], any(each["is_pressing"] for each in told)] == [True, False]


@pytest.mark.parametrize(
    "address",
    [
        ADDRESS.replace("sns.eu-west-1.amazonaws.com", "sns.eu-west-1.amazonaws.com.evil.example"),
        ADDRESS.replace("sns.eu-west-1", "my-bucket.s3"),
        ADDRESS.replace("https://", "http://"),
        ADDRESS.replace("https://", "https://me@"),
        ADDRESS.replace(".com/", ".com:8443/"),
        ADDRESS.replace("ConfirmSubscription", "Publish"),
        ADDRESS.replace("123456789012", "999999999999"),
        "https://[",
    ],
)
def test_no_other_address_is_opened(address: str) -> None:
    content: dict[str, Any] = {"topic": TOPIC, "subscribe_url": address}
    event = Event(
        workspace_id="w",
        type="channel.reported",
        key="k",
        occurred_us=1,
        payload={"event": "SubscriptionConfirmation", "external_id": "con_1", "content": content},
    )
    assert not is_asked(event, TOPIC)
    content["subscribe_url"] = ADDRESS
    assert is_asked(event, TOPIC)
    assert not is_asked(event, "")
    assert not is_asked(event, TOPIC + "2")
