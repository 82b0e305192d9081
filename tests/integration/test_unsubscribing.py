"""Whoever got a mail that went to many leaves with one click, without signing in, and stays out."""

from __future__ import annotations

import email
import email.policy
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import insert, select
from starlette.testclient import TestClient

from app.main import create_app
from app.webchat.pace import RATES
from ingest.channels.base import Connection, Sending
from ingest.channels.email.compose import mail_of
from ingest.channels.email.config import sender_of
from ingest.domain import identity
from ingest.domain.connection import row_of
from ingest.domain.consent import MARKETING
from ingest.domain.event import Event
from ingest.store.live import consent
from ingest.store.own import connection as connections
from tests.house import House

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


class Campaign:
    """A mailbox of the own business, and mails that went to Ana."""

    def __init__(self, house: House, connection: Connection) -> None:
        self.house, self.workspace, self.connection = house, house.own.workspace_id, connection
        self.to = {"kind": "email", "address": f"{house.context.ids(0)}@people.example"}
        self.contact_id = identity.contact_id(self.workspace, "email", self.to)

    def sends(self, message_id: str) -> str:
        """Return the path of the address in the mail's header."""
        requested = {
            "kind": "text",
            "text": "Offer",
            "origin": "campaign",
            "media": [],
            "to": [self.to],
            "due_us": 10**18,
        }
        self._emit("message.requested", message_id, {"message_id": message_id, **requested})
        raw = mail_of(Sending(message_id, requested, self.to), sender_of(self.connection))
        mail: Any = email.message_from_bytes(raw, policy=email.policy.default)
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        address = urlsplit(mail["List-Unsubscribe"].strip("<>"))
        assert (address.scheme, address.netloc) == ("https", "chat.own.example")
        return address.path

    def allows(self) -> None:
        said = {"purpose": MARKETING, "value": "granted", "source": "form", "wording": None, "identities": []}
        self._emit("consent.recorded", self.house.context.ids(0), said, self.house.context.clock.us() + 10**6)

    def said(self) -> str | None:
        query = select(consent.c.value).where(consent.c.contact_id == self.contact_id, consent.c.purpose == MARKETING)
        with self.house.context.store.read() as sql:
            return sql.execute(query).scalar()

    def withdrawals(self) -> int:
        with self.house.context.store.read() as sql:
            found = self.house.context.store.journal.after(sql, 0, 10_000, ["consent.recorded"])
        return sum(each.contact_id == self.contact_id and each.payload["value"] == "withdrawn" for each in found)

    def _emit(self, type_: str, key: str, payload: dict[str, Any], at_us: int | None = None) -> None:
        event = Event(
            workspace_id=self.workspace,
            type=type_,
            key=key,
            occurred_us=at_us or self.house.context.clock.us(),
            channel="email",
            inbox_id="in_mail",
            conversation_id=f"cnv_{key}",
            contact_id=self.contact_id,
            payload=payload,
        )
        with self.house.context.store.unit() as unit:
            unit.emit(event)


@pytest.fixture(scope="module")
def mailbox(shared_house: House) -> Connection:
    given = {"address": "shop@own.example", "public_url": "https://chat.own.example"}
    made = Connection("con_mail", shared_house.own.workspace_id, "email", "Mail", "", "verify", ["s1"], "", given)
    with shared_house.context.store.database.write() as sql:
        sql.execute(insert(connections).values(**row_of(made)))
    return made


@pytest.fixture
def campaign(shared_house: House, mailbox: Connection) -> Campaign:
    return Campaign(shared_house, mailbox)


@pytest.mark.parametrize("form", [{"data": ONE_CLICK}, {"files": {"List-Unsubscribe": (None, "One-Click")}}])
def test_a_mail_program_takes_somebody_out_and_again_is_no_more_than_once(campaign: Campaign, form: Any) -> None:
    path, nobody = campaign.sends(campaign.house.context.ids(0)), campaign.house.client
    for _ in range(3):
        assert nobody.post(path, **form).status_code == 200
    nobody.post(campaign.sends(campaign.house.context.ids(0)), **form)
    assert (campaign.said(), campaign.withdrawals()) == ("withdrawn", 1)


def test_who_allows_it_again_may_leave_by_the_same_mail_again(campaign: Campaign) -> None:
    path = campaign.sends(campaign.house.context.ids(0))
    campaign.house.client.post(path, data=ONE_CLICK)
    campaign.allows()
    assert campaign.said() == "granted"
    campaign.house.client.post(path, data=ONE_CLICK)
    assert campaign.said() == "withdrawn"


def test_looking_changes_nothing_and_shows_one_button_in_the_readers_language(campaign: Campaign) -> None:
    path = campaign.sends(campaign.house.context.ids(0))
    shown = campaign.house.client.get(path, headers={"Accept-Language": "ar"})
    assert shown.status_code == 200
    assert shown.text.count("<button") == 1
    assert 'dir="rtl"' in shown.text
    assert "إلغاء الاشتراك" in shown.text
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert campaign.said() is None


def test_nothing_but_the_one_word_takes_anybody_out(campaign: Campaign) -> None:
    path = campaign.sends(campaign.house.context.ids(0))
    assert campaign.house.client.post(path).status_code == 422
    assert campaign.house.client.post(path, data={"List-Unsubscribe": "no"}).status_code == 422
    assert campaign.house.client.post(path, data=ONE_CLICK | {"x": "y" * 5000}).status_code == 413
    assert campaign.said() is None


def test_an_address_that_we_did_not_make_is_nothing(campaign: Campaign) -> None:
    path = campaign.sends(campaign.house.context.ids(0))
    other = campaign.sends(campaign.house.context.ids(0))
    head, _, mark = path.rpartition("/")
    for wrong in (
        f"{head}/{'0' * 64}",
        f"{head}/é",
        f"{other.rpartition('/')[0]}/{mark}",
        f"/unsubscribe/con/m/{mark}",
    ):
        assert campaign.house.client.get(wrong).status_code == 404
        assert campaign.house.client.post(wrong, data=ONE_CLICK).status_code == 404
    assert campaign.said() is None


def test_who_asks_too_often_has_to_wait(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RATES, "unsubscribe", (1, 0.01))
    path = campaign.sends(campaign.house.context.ids(0))
    with TestClient(create_app(campaign.house.context, console=False)) as eager:
        assert eager.get(path).status_code == 200
        refused = eager.post(path, data=ONE_CLICK)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
