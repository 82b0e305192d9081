"""A test message: to an address, through the outbox, with an answer of what became of it."""

from __future__ import annotations

import httpx2
import pytest

from app.connect.service import connect
from app.connect.trial import recipient_of
from app.outbox.gateways import Gateways
from app.outbox.sender import Outbox
from ingest.channels.simulator.sms_api import SimulatedSms
from ingest.domain.errors import BadInput
from ingest.store.media import MediaStore
from tests.house import House

OURS, ANA = "+15550001111", "+55 11 98765-4321"
VALUES = {
    "external_id": OURS,
    "account_sid": "AC1",
    "access_token": "tok",
    "secret": "tok",
    "public_url": "https://us.test",
    "base_url": "http://sim.test",
}


async def test_it_goes_out_as_any_other_message_and_says_what_it_is(house: House, tmp_path: str) -> None:
    made = connect(house.context, house.own.workspace_id, "sms", "Texts", VALUES)
    alex, path = house.browser("administrator"), f"/api/channels/connections/{made.connection_id}/tests"
    asked = alex.post(path, json={"to": ANA})
    assert (asked.status_code, asked.json()["state"], asked.json()["is_over"]) == (201, "queued", False)
    sms = SimulatedSms(
        account_sid="AC1", token="tok", number=OURS, http=httpx2.AsyncClient(), callback_url="https://us.test"
    )
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(sms.app))
    outbox = Outbox(house.context.store, Gateways(http), MediaStore(tmp_path))
    while await outbox.run_once():
        pass
    await outbox.drain()
    (sent,) = sms.sends
    assert (sent["To"], sent["Body"]) == (
        "+5511987654321",
        "This is a test message from Texts. Nothing needs to be done.",
    )
    told = alex.get(f"{path}/{asked.json()['message_id']}").json()
    assert (told["state"], told["is_over"]) == ("accepted", True)
    thread = alex.get(f"/api/conversations/{told['conversation_id']}").text
    assert "test message from Texts" in thread


@pytest.mark.parametrize(
    ("channel", "to"), [("whatsapp", "12"), ("sms", "hello"), ("email", "ana"), ("email", "a b@c.example"), ("x", " ")]
)
def test_what_is_no_address_is_refused_with_what_to_write(channel: str, to: str) -> None:
    with pytest.raises(BadInput, match="Write"):
        recipient_of(channel, to)


def test_visitors_of_a_site_get_no_test_message(house: House) -> None:
    given = {"title": "Shop", "allowed_origins": "https://shop.example", "secret": "k" * 32}
    made = connect(house.context, house.own.workspace_id, "webchat", "Site", given)
    path = f"/api/channels/connections/{made.connection_id}/tests"
    assert house.browser("administrator").post(path, json={"to": "v1"}).status_code == 422
