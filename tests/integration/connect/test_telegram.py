"""A bot is connected: Telegram is told where to call, or that nobody is to be called."""

from __future__ import annotations

from dataclasses import replace

import httpx2
import pytest

from app.connect.service import connect, register, webhook_path
from app.context import Context
from ingest.channels.base import Connection, Finding
from ingest.channels.simulator.telegram_api import SimulatedTelegram, wire
from ingest.channels.telegram.check import UPDATES
from ingest.domain.errors import BadInput
from tests.house import House

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
PUBLIC = "https://chat.shop.example"


def at(house: House, public_url: str) -> Context:
    return replace(house.context, settings=house.context.settings.model_copy(update={"public_url": public_url}))


def a_bot(context: Context, house: House, **given: str) -> Connection:
    return connect(context, house.own.workspace_id, "telegram", "Bot", {"access_token": TOKEN, **given})


async def told(context: Context, made: Connection, telegram: SimulatedTelegram) -> Finding:
    async with httpx2.AsyncClient(transport=wire(telegram.app)) as http:
        (found,) = await register(context, made, http)
    return found


async def test_telegram_is_told_where_to_call_with_which_secret_and_of_everything(house: House) -> None:
    context, telegram = at(house, PUBLIC), SimulatedTelegram(token=TOKEN)
    made = a_bot(context, house)
    assert (await told(context, made, telegram)).is_ok
    assert telegram.webhook_url == f"{PUBLIC}/webhooks/telegram/{made.connection_id}"
    assert (telegram._secret, telegram.allowed_updates) == (made.secrets[0], list(UPDATES))


async def test_where_updates_are_asked_for_the_webhook_is_taken_away_and_no_address_is_shown(house: House) -> None:
    context, telegram = at(house, PUBLIC), SimulatedTelegram(token=TOKEN)
    await told(context, a_bot(context, house), telegram)
    made = a_bot(context, house, updates=" Polling")
    assert (await told(context, made, telegram)).is_ok
    assert (telegram.webhook_url, webhook_path(made)) == ("", None)


async def test_who_does_not_know_our_address_or_is_refused_says_so(house: House) -> None:
    telegram = SimulatedTelegram(token=TOKEN)
    nowhere = await told(house.context, a_bot(house.context, house), telegram)
    assert (nowhere.is_ok, "PROSA_PUBLIC_URL" in nowhere.said) == (False, True)
    plain = at(house, "http://chat.shop.example")
    refused = await told(plain, a_bot(plain, house), telegram)
    assert (refused.is_ok, "HTTPS" in refused.said) == (False, True)


def test_updates_come_by_one_of_two_ways(house: House) -> None:
    with pytest.raises(BadInput, match="webhook or by polling"):
        a_bot(house.context, house, updates="pigeon")
