"""What is declared can be sent; what is refused has its family; and nobody sees the token."""

from __future__ import annotations

import io
import logging
import traceback
from typing import Any

import httpx2
import pytest

from ingest.channels.base import Call, OutgoingFile
from ingest.channels.telegram.channel import CHANNEL
from ingest.channels.telegram.check import UPDATES, set_webhook
from ingest.channels.telegram.client import BotApi
from ingest.channels.telegram.errors import ERRORS
from ingest.domain.errors import BadInput, ChannelError, Misconfigured, OutcomeUnknown, Rejected, Throttled
from tests.unit.telegram.wire import ANA, ARRIVED_US, CONNECTION, SECRET, TOKEN, bot, connection, only, read, sending

A_FILE = OutgoingFile("s", "image/png", "a.png", lambda: b"bytes")
BUTTONS = {"buttons": [{"id": "y", "title": "Yes"}, {"id": "n", "title": "No"}]}
SAMPLES: dict[str, dict[str, Any]] = {
    "text": {"text": "hi"},
    "image": {"text": "c", "file": A_FILE},
    "audio": {"file": A_FILE},
    "video": {"file": A_FILE},
    "document": {"file": A_FILE},
    "sticker": {"media": [{"provider_id": "F"}]},
    "location": {"content": {"latitude": 1.0, "longitude": 2.0}},
    "contacts": {"content": {"contacts": [{"name": {"formatted_name": "A"}, "phones": [{"phone": "1"}]}]}},
    "interactive": {"text": "?", "interactive": BUTTONS},
    "location_request": {"text": "where?"},
    "reaction": {"content": {"emoji": "👍"}, "reply_to": "777:5"},
}


def test_every_declared_kind_has_a_sample() -> None:
    assert SAMPLES.keys() == CHANNEL.capabilities.kinds


@pytest.mark.parametrize("kind", sorted(SAMPLES))
async def test_every_declared_kind_is_taken(kind: str) -> None:
    telegram, gateway = bot()
    accepted = await gateway.send(sending(kind, **SAMPLES[kind]))
    (taken,) = telegram.sends
    assert str(taken.parameters["chat_id"]) == str(ANA)
    assert accepted.external_id == (f"{ANA}:{taken.message_id}" if taken.message_id else "reaction:msg_1")
    assert taken.file == (b"bytes" if "file" in SAMPLES[kind] else None)


async def test_a_voice_message_goes_as_one() -> None:
    telegram, gateway = bot()
    await gateway.send(sending("audio", file=OutgoingFile("s", "audio/ogg", "v.ogg", lambda: b"v", is_voice=True)))
    assert telegram.sends[0].method == "sendVoice"


async def test_an_answer_names_what_it_answers_and_its_business_account() -> None:
    telegram, gateway = bot()
    accepted = await gateway.send(sending("text", text="hi", reply_to="777:5:B1"))
    given = telegram.sends[0].parameters
    assert (given["business_connection_id"], given["reply_parameters"]["message_id"]) == ("B1", 5)
    assert accepted.external_id.endswith(":B1")


@pytest.mark.parametrize("reply_to", [None, "777:5:B1", "callback:q1"])
@pytest.mark.parametrize("kind", sorted(set(SAMPLES) - {"reaction"}))
async def test_whatever_goes_into_a_business_chat_names_its_account(kind: str, reply_to: str | None) -> None:
    telegram, gateway = bot()
    thread = {"business_connection_id": "B1"}
    await gateway.send(sending(kind, **SAMPLES[kind], reply_to=reply_to, thread=thread))
    given = telegram.sends[0].parameters
    assert (given["business_connection_id"], "reply_parameters" in given) == ("B1", reply_to == "777:5:B1")


async def test_an_answer_goes_into_the_topic_of_the_last_message_or_to_what_it_answers() -> None:
    telegram, gateway = bot()
    group = {"kind": "external", "address": "-1001"}
    in_topic = {"message_thread_id": 42, "is_topic_message": True}
    await gateway.send(sending("text", text="hi", recipient=group, thread=in_topic))
    await gateway.send(sending("text", text="hi", recipient=group, thread=in_topic, reply_to="-1001:5"))
    await gateway.send(sending("text", text="hi", recipient=group, thread={"message_thread_id": 42}))  # a mere reply
    assert [each.parameters.get("message_thread_id") for each in telegram.sends] == [42, None, None]


async def test_a_business_account_that_forbids_answers_is_named_as_the_reason() -> None:
    telegram, gateway = bot()
    telegram.links["B1"] = False
    with pytest.raises(Misconfigured, match="does not let the bot answer"):
        await gateway.send(sending("text", text="hi", thread={"business_connection_id": "B1"}))
    telegram.links["B1"] = True
    telegram.refuse_next(400)
    with pytest.raises(Rejected, match="cannot take the message"):
        await gateway.send(sending("text", text="hi", thread={"business_connection_id": "B1"}))


async def test_an_answer_in_the_bots_own_chat_names_no_business_account() -> None:
    telegram, gateway = bot()
    await gateway.send(sending("text", text="hi", reply_to="777:5", thread={"business_connection_id": "B1"}))
    assert "business_connection_id" not in telegram.sends[0].parameters


async def test_a_reaction_for_a_business_account_is_refused_before_it_lands_elsewhere() -> None:
    telegram, gateway = bot()
    with pytest.raises(BadInput):
        await gateway.send(sending("reaction", content={"emoji": "👍"}, reply_to="777:5:B1"))
    assert telegram.sends == []


async def test_rows_of_a_list_become_a_keyboard_and_long_ids_are_refused() -> None:
    telegram, gateway = bot()
    sections = [{"title": "a", "rows": [{"id": "1", "title": "One"}, {"id": "2", "title": "Two"}]}]
    await gateway.send(sending("interactive", text="?", interactive={"button": "b", "sections": sections}))
    assert len(telegram.sends[0].parameters["reply_markup"]["inline_keyboard"]) == 2
    with pytest.raises(BadInput):
        await gateway.send(sending("interactive", text="?", interactive={"buttons": [{"id": "é" * 33, "title": "x"}]}))


async def test_texts_are_measured_in_utf16() -> None:
    _, gateway = bot()
    await gateway.send(sending("text", text="👋" * 2048))
    with pytest.raises(BadInput):
        await gateway.send(sending("text", text="👋" * 2049))


async def test_a_group_that_moved_is_written_to_where_it_is() -> None:
    telegram, gateway = bot()
    telegram.moved["-5"] = -1005
    group = {"kind": "external", "address": "-5"}
    accepted = await gateway.send(sending("text", text="hi", recipient=group))
    assert accepted.external_id.startswith("-1005:")


FAMILIES = {"later": Throttled, "account": Misconfigured, "never": Rejected, "fix": Rejected}


@pytest.mark.parametrize("code", sorted(ERRORS))
async def test_every_error_has_its_family(code: int) -> None:
    telegram, gateway = bot()
    telegram.refuse_next(code)
    with pytest.raises(ChannelError) as caught:
        await gateway.send(sending("text", text="hi"))
    assert type(caught.value) is FAMILIES[ERRORS[code].retry]
    assert caught.value.facts["code"] == code
    assert CHANNEL.advice(str(code)) == caught.value.detail


async def test_too_fast_is_told_until_when() -> None:
    telegram, gateway = bot()
    telegram.refuse_next(429, "Too Many Requests", retry_after=7)
    with pytest.raises(Throttled) as caught:
        await gateway.send(sending("text", text="hi"))
    assert caught.value.facts["until_us"] == ARRIVED_US + 7_000_000
    assert caught.value.facts["rests"] == "pair", "one group that is over its rate does not silence the bot"


async def test_blocked_is_final() -> None:
    telegram, gateway = bot()
    telegram.blocks(ANA)
    with pytest.raises(Rejected) as caught:
        await gateway.send(sending("text", text="hi"))
    assert caught.value.facts["withdraws"] == "messages"


async def test_files_are_fetched_and_large_ones_are_not() -> None:
    telegram, gateway = bot()
    into = io.BytesIO()
    await gateway.fetch({"provider_id": telegram.keep_file(b"bytes")}, into, is_fresh=False)
    assert into.getvalue() == b"bytes"
    large = telegram.keep_file(b"x" * (20 * 1024 * 1024 + 1))
    with pytest.raises(Rejected) as caught:
        await gateway.fetch({"provider_id": large}, io.BytesIO(), is_fresh=False)
    assert "20 MB" in caught.value.detail


async def test_tapping_stops_the_clock() -> None:
    telegram, gateway = bot()
    await gateway.heard("callback:q1")  # type: ignore[attr-defined]
    await gateway.heard("777:5")  # type: ignore[attr-defined]
    await gateway.mark_read("callback:q1", None)
    await gateway.mark_read("777:5", None)
    await gateway.show_typing("777:5", {"kind": "user_id", "address": "777"})
    assert [each.method for each in telegram.sends] == ["answerCallbackQuery", "sendChatAction"]


async def test_the_check_says_what_is_wrong() -> None:
    telegram, gateway = bot()
    assert [each.is_ok for each in await gateway.check()] == [True, False]
    api = BotApi(gateway._bot._http, "http://sim.test", TOKEN)  # type: ignore[attr-defined]
    await set_webhook(api, "https://else.test/hook", SECRET)
    assert "https://else.test/hook" in (await gateway.check())[1].said
    await set_webhook(api, f"https://us.test/webhooks/telegram/{CONNECTION}", SECRET)
    assert telegram.allowed_updates == list(UPDATES)
    assert all(each.is_ok for each in await gateway.check())
    telegram.last_error, telegram.last_error_s = "Connection refused", 1_790_000_000
    assert all(each.is_ok for each in await gateway.check())  # it is over: nothing waits
    telegram.says(ANA, "hi")
    (finding,) = [each for each in await gateway.check() if not each.is_ok]
    assert finding.said == "Telegram could not reach us at 2026-09-21 14:13 UTC. It says: Connection refused"
    _, stranger = bot("1:wrong")
    (finding,) = await stranger.check()
    assert not finding.is_ok
    assert "wrong" not in finding.said


async def test_webhooks_bring_what_people_do() -> None:
    delivered: list[httpx2.Request] = []
    telegram, gateway = bot()
    telegram._http = httpx2.AsyncClient(
        transport=httpx2.MockTransport(lambda request: (delivered.append(request), httpx2.Response(200))[1])
    )
    await gateway._bot.ask("setWebhook", {"url": "https://us.test/", "secret_token": SECRET})  # type: ignore[attr-defined]
    telegram.says(ANA, "hi")
    telegram.sends_file(ANA, "photo", b"p")
    telegram.taps(ANA, 1, "y", "Yes")
    telegram.reacts(ANA, 1, "👍")
    telegram.blocks(ANA)
    await telegram.settle()
    assert CHANNEL.webhook is not None
    for request in delivered:
        headers = [(name.lower(), value) for name, value in request.headers.raw]
        assert CHANNEL.webhook.verify(Call("/", "", headers, request.content), connection())
    kinds = [event.type for request in delivered for event in read(request.content) if event.type != "contact.named"]
    expected = ["message.received"] * 3 + ["message.reacted", "consent.recorded", "channel.reported"]
    assert kinds == expected
    assert only(read(delivered[0].content), "message.received").payload["text"] == "hi"


@pytest.mark.parametrize("given", [None, "", "other", SECRET + "x"])
def test_who_does_not_know_the_secret_is_refused(given: str | None) -> None:
    headers = [] if given is None else [(b"x-telegram-bot-api-secret-token", given.encode())]
    assert CHANNEL.webhook is not None
    assert not CHANNEL.webhook.verify(Call("/", "", headers, b"{}"), connection())
    assert CHANNEL.webhook.handshake(Call("/", "", [], b""), connection()) is None


def test_either_of_two_secrets_is_good_and_a_doubled_header_is_not() -> None:
    assert CHANNEL.webhook is not None
    header = (b"x-telegram-bot-api-secret-token", b"old")
    assert CHANNEL.webhook.verify(Call("/", "", [header], b"{}"), connection())
    assert not CHANNEL.webhook.verify(Call("/", "", [header, header], b"{}"), connection())


def _fails(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ReadError("broken", request=request)


def _page(request: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(502, text="<html>")


@pytest.mark.parametrize("answer", [_fails, _page])
async def test_no_error_and_no_log_holds_the_token(answer: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert CHANNEL.open is not None
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    gateway = CHANNEL.open(connection(), CONNECTION, http, lambda host, port: [])
    said = [repr(gateway), repr(connection())]
    with caplog.at_level(logging.DEBUG):
        for asked in (
            gateway.send(sending("text", text="hi")),
            gateway.fetch({"provider_id": "F"}, io.BytesIO(), is_fresh=True),
        ):
            with pytest.raises(ChannelError) as caught:
                await asked
            said += [*traceback.format_exception(caught.value), repr(caught.value), repr(caught.value.facts)]
            cause = caught.value.__cause__
            said.append(
                repr(getattr(cause, "request", None)) + str(getattr(getattr(cause, "request", None), "url", ""))
            )
        said += [repr(each) for each in await gateway.check()]
    said += [record.getMessage() + repr(record.args) for record in caplog.records]
    assert not any(TOKEN in each or TOKEN.partition(":")[2] in each for each in said)


async def test_over_a_socket_the_log_does_not_hold_the_token(caplog: pytest.LogCaptureFixture) -> None:
    import asyncio

    lines: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append(await reader.readline())
        await reader.readuntil(b"\r\n\r\n")
        body = b'{"ok":true,"result":{"username":"b"}}'
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with httpx2.AsyncClient() as http:
        with caplog.at_level(logging.DEBUG):
            await BotApi(http, f"http://127.0.0.1:{port}", TOKEN).ask("getMe")
    server.close()
    assert lines == [f"POST /bot{TOKEN}/getMe HTTP/1.1\r\n".encode()]
    assert caplog.records
    assert not any(TOKEN in record.getMessage() + repr(record.args) for record in caplog.records)


async def test_a_call_without_a_readable_answer_has_no_known_outcome() -> None:
    assert CHANNEL.open is not None
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(_page))
    gateway = CHANNEL.open(connection(), CONNECTION, http, lambda host, port: [])
    with pytest.raises(OutcomeUnknown):
        await gateway.send(sending("text", text="hi"))


def test_a_token_that_is_none_is_a_matter_of_the_account() -> None:
    assert CHANNEL.open is not None
    with pytest.raises(Misconfigured) as caught:
        CHANNEL.open(connection("a/b"), CONNECTION, httpx2.AsyncClient(), lambda host, port: [])
    assert "a/b" not in str(caught.value)
