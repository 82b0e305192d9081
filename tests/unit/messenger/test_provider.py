"""What people do at the simulated provider arrives, signed and in the form that Meta writes; files and checks."""

from __future__ import annotations

import io

import httpx2
import pytest

from ingest.channels.files import Gone
from ingest.domain.errors import Misconfigured, Rejected
from ingest.kit.clock import SECOND_US
from tests.unit.messenger.provider import BASE, SECRET, TO_ANA, TOKEN, VARIANTS, Provider, provider
from tests.unit.messenger.wire import ACCOUNT, ANA, AT_US


@pytest.fixture(params=sorted(VARIANTS))
def here(request: pytest.FixtureRequest) -> Provider:
    return provider(request.param)


async def test_everything_a_person_does_arrives(here: Provider) -> None:
    mid = here.pages.says(ANA, "hello")
    here.pages.says(ANA, "Yes", quick_reply={"payload": "YES"})
    here.pages.sends_file(ANA, "image", b"png", "image/png", BASE)
    here.pages.taps(ANA, "Start", "GO")
    here.pages.reacts(ANA, mid, "❤️", "love")
    here.pages.reacts(ANA, mid, None)
    here.pages.edits(ANA, mid, "hello!")
    here.pages.withdraws(ANA, mid)
    here.pages.answers_elsewhere(ANA, "from another app")
    here.pages.happens(ANA, {"message": {"mid": "m_s", "text": "x"}}, within="standby")
    here.pages.happens(ANA, {"pass_thread_control": {"new_owner_app_id": "1"}})
    found = {each.key: each for each in await here.events()}.values()
    assert sorted(each.type for each in found) == sorted(
        ["message.received"] * 5
        + ["message.reacted"] * 2
        + ["message.edited", "message.revoked", "message.echoed", "channel.reported"]
    )
    assert len({each.conversation_id for each in found}) == 1


async def test_what_we_send_comes_back_as_receipts(here: Provider) -> None:
    here.pages.says(ANA, "hello")
    accepted = await here.gateway.send(here.sending({"kind": "text", "text": "hi"}))
    types = [each.type for each in await here.events()]
    if here.channel.capabilities.channel == "messenger":
        # The echo says it was sent; delivery names it, read does not.
        assert types.count("message.status_reported") == 2
        assert "message.echoed" not in types
    else:
        (echo,) = [each for each in await here.events() if each.type == "message.echoed"]
        assert echo.payload["external_id"] == accepted.external_id
    assert "message.watermark_reported" in types


async def test_a_file_is_fetched_without_showing_the_token(here: Provider) -> None:
    here.pages.sends_file(ANA, "image", b"png bytes", "image/png", BASE)
    (event,) = await here.events()
    into = io.BytesIO()
    await here.gateway.fetch(event.payload["media"][0], into, is_fresh=True)
    assert into.getvalue() == b"png bytes"
    assert "authorization" not in here.requests[-1].headers


@pytest.mark.parametrize(
    ("file", "error"),
    [
        ({}, Rejected),
        ({"url": None}, Rejected),
        ({"url": "https://evil.test/x.png"}, Rejected),
        ({"url": "http://scontent.cdninstagram.com/x.png"}, Rejected),
        ({"url": f"{BASE}/files/none"}, Gone),
    ],
)
async def test_a_file_that_is_nowhere_or_elsewhere_is_not_fetched(
    here: Provider, file: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await here.gateway.fetch(file, io.BytesIO(), is_fresh=True)


@pytest.mark.parametrize("host", ["scontent.cdninstagram.com", "lookaside.fbsbx.com", "scontent.xx.fbcdn.net"])
@pytest.mark.parametrize("variant", sorted(VARIANTS))
async def test_files_come_from_metas_hosts(variant: str, host: str) -> None:
    here, seen = provider(variant), list[httpx2.Request]()

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, content=b"x")

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    assert here.channel.open is not None
    gateway = here.channel.open(here.connection, ACCOUNT, http, lambda name, port: ["157.240.1.1"])
    await gateway.fetch({"url": f"https://{host}/x.png"}, io.BytesIO(), is_fresh=True)
    assert (seen[0].headers["host"], "authorization" in seen[0].headers) == (host, False)


async def test_a_check_finds_everything_well(here: Provider) -> None:
    here.pages.subscribed_fields = [
        *("messages", "messaging_postbacks", "message_deliveries", "message_reads", "message_echoes"),
        *("message_reactions", "message_edits", "messaging_referrals", "messaging_seen", "messaging_referral"),
        *("messaging_handovers", "messaging_handover", "standby"),
    ]
    found = await here.gateway.check()
    told = ["permissions", "expiry"] if here.pages._login == "facebook" else []  # Instagram Login has nobody to ask
    assert [each.what for each in found if each.is_ok] == ["token", "account", *told, "webhook"]
    assert all(each.is_ok for each in found)


@pytest.mark.parametrize("variant", ["messenger", "instagram"])
async def test_a_check_says_what_the_token_may_not_and_when_it_ends(variant: str) -> None:
    here = provider(variant)
    lost, *kept = here.pages.token_says.scopes
    here.pages.token_says.scopes, here.pages.token_says.expires_s = tuple(kept), AT_US // SECOND_US + 86_400
    found = {each.what: each for each in await here.gateway.check()}
    assert (found["permissions"].is_ok, lost in found["permissions"].said) == (False, True)
    assert found["expiry"].until_us == AT_US + 86_400 * SECOND_US
    assert not any(TOKEN in str(each.url) for each in here.requests)


async def test_a_check_says_that_no_message_would_arrive(here: Provider) -> None:
    here.pages.subscribed_fields = []
    found = (await here.gateway.check())[-1]
    assert (found.what, found.is_ok) == ("webhook", False)
    assert found.said.startswith("No message would arrive; subscribe the app to messages")


async def test_a_check_says_what_is_missing() -> None:
    found = (await provider("messenger").gateway.check())[-1]
    assert not found.is_ok
    assert "message_echoes" in found.said


@pytest.mark.parametrize("variant", sorted(VARIANTS))
async def test_a_check_says_whose_token_it_is(variant: str) -> None:
    here = provider(variant)
    here.pages.account_id = here.pages._page_id = "42"
    if variant == "messenger":
        http = httpx2.AsyncClient(transport=httpx2.ASGITransport(here.pages.app))
        assert here.channel.open is not None
        here.gateway = here.channel.open(here.connection, "41", http, lambda name, port: [])
    found = (await here.gateway.check())[1]
    assert (found.what, found.is_ok) == ("account", False)
    assert "42" in found.said


async def test_a_check_says_that_no_account_is_linked() -> None:
    here = provider("instagram")
    here.pages._product = "messenger"
    found = (await here.gateway.check())[1]
    assert found.said == "No Instagram account stands behind this token; link it to the Page and make a new token."


async def test_a_check_with_a_wrong_token_ends_there(here: Provider) -> None:
    wrong = provider("instagram", token="EAAwrong")
    (found,) = await wrong.gateway.check()
    assert (found.what, found.is_ok, "EAAwrong" in found.said) == ("token", False, False)


@pytest.mark.parametrize(
    ("variant", "url"),
    [
        ("messenger", f"https://graph.facebook.com/v24.0/{ACCOUNT}/messages"),
        ("instagram", "https://graph.facebook.com/v24.0/me/messages"),
        ("instagram_login", "https://graph.instagram.com/v24.0/me/messages"),
    ],
)
async def test_the_log_in_chooses_where_the_real_provider_is_called(variant: str, url: str) -> None:
    here, seen = provider(variant), list[str]()

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(str(request.url))
        return httpx2.Response(200, json={"recipient_id": ANA, "message_id": "m_1"})

    real = {name: getattr(here.connection, name) for name in ("verify_token", "secrets", "access_token", "settings")}
    connection = type(here.connection)("c", "ws", here.connection.channel, "x", "", **real)
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    assert here.channel.open is not None
    gateway = here.channel.open(connection, ACCOUNT, http, lambda name, port: [])
    await gateway.send(here.sending({"kind": "text", "text": "x"}))
    assert seen == [url]


def test_another_log_in_is_named_as_the_mistake() -> None:
    with pytest.raises(Misconfigured):
        provider("instagram", settings={"login": "myspace"})


def test_no_secret_shows_in_a_connection_or_gateway(here: Provider) -> None:
    shown = repr(here.connection) + repr(here.gateway) + repr(vars(here.gateway))
    assert TOKEN not in shown
    assert SECRET not in shown


@pytest.mark.parametrize("variant", sorted(VARIANTS))
async def test_a_thread_is_taken_from_the_app_that_holds_it(variant: str) -> None:
    here = provider(variant)
    await here.gateway.take_thread(TO_ANA)  # type: ignore[attr-defined]  # a Sharer
    assert here.pages.actions == [(ANA, "take_thread_control")]
