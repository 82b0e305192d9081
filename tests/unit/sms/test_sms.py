"""SMS: signed forms in, messages out, STOP respected, every refusal in its family."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from ingest.channels.base import Call, Connection, Delivery, Gateway, Sending
from ingest.channels.simulator.sms_api import SimulatedSms
from ingest.channels.sms.channel import CHANNEL
from ingest.channels.sms.consent import consent_of
from ingest.channels.sms.errors import ERRORS
from ingest.channels.sms.webhook import signature
from ingest.domain.errors import BadInput, ChannelError, Misconfigured, Rejected, Throttled
from ingest.domain.event import Event

OURS, ANA = "+551130000000", "+5511987654321"
HOOK = "https://us.test/webhooks/sms/con_1"
ARRIVED_US = 1_790_000_000_000_000
INBOUND = {
    "MessageSid": "SM1",
    "From": ANA,
    "To": OURS,
    "Body": "oi",
    "NumMedia": "1",
    "MediaUrl0": "https://api.twilio.com/m",
    "MediaContentType0": "image/jpeg",
    "FromCity": "São Paulo",
}
STATUS = {"MessageSid": "SM2", "From": OURS, "To": ANA, "MessageStatus": "delivered", "SmsStatus": "delivered"}


def connection(token: str = "tok", **settings: Any) -> Connection:
    given = {"account_sid": "AC1", "public_url": "https://us.test", "status_callback": HOOK} | settings
    return Connection("con_1", "ws_1", "sms", "x", "http://sim.test", "v", ["new", "tok"], token, given)


def read(form: dict[str, str] | bytes, event_id: str = "evt_1", later_us: int = 0) -> list[Event]:
    body = form if isinstance(form, bytes) else urlencode(form).encode()
    return CHANNEL.parse(Delivery("ws_1", "con_1", body, ARRIVED_US + later_us, event_id))


def provider(token: str = "tok") -> tuple[SimulatedSms, Gateway, list[httpx2.Request]]:
    delivered: list[httpx2.Request] = []
    receive: Callable[[httpx2.Request], httpx2.Response] = lambda request: (  # noqa: E731
        delivered.append(request),
        httpx2.Response(200),
    )[1]
    hook = httpx2.AsyncClient(transport=httpx2.MockTransport(receive))
    sms = SimulatedSms(account_sid="AC1", token="tok", number=OURS, http=hook, callback_url=HOOK)
    assert CHANNEL.open is not None
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(sms.app))
    return sms, CHANNEL.open(connection(token), OURS, http, lambda host, port: []), delivered


def sending(text: str = "hi", kind: str = "text", to: str = ANA) -> Sending:
    return Sending("msg_1", {"kind": kind, "text": text}, {"kind": "phone", "address": to})


def _call(request: httpx2.Request) -> Call:
    headers = [(name.lower(), value) for name, value in request.headers.raw]
    return Call(request.url.path, request.url.query.decode(), headers, request.content)


def test_the_signature_is_that_of_the_providers_own_example() -> None:
    # The example of the provider's page on webhook security.
    fields = {"CallSid": "CA1234567890ABCDE", "Caller": "+14158675310", "Digits": "1234", "From": "+14158675310"}
    url = "https://example.com/myapp.php?foo=1&bar=2"
    one = signature("12345", url, [*fields.items(), ("To", "+18005551212")])
    other = signature("12345", url, [("To", "+18005551212"), *reversed(fields.items())])
    assert one == other == "L/OH5YylLD5NRKLltdqwSvS0BnU="


async def test_signed_forms_are_believed_and_changed_ones_are_not() -> None:
    sms, _, delivered = provider()
    await sms.says(ANA, "olá & até já")
    assert CHANNEL.webhook is not None
    call = _call(delivered[0])
    assert CHANNEL.webhook.verify(call, connection())
    for changed in (
        Call(call.path, "a=1", call.headers, call.body),
        Call(call.path, "", call.headers, call.body + b"&x=1"),
        Call(call.path, "", [], call.body),
        Call(call.path, "", call.headers, b"\xff"),
    ):
        assert not CHANNEL.webhook.verify(changed, connection())
    assert not CHANNEL.webhook.verify(call, connection(public_url=""))
    assert CHANNEL.webhook.accepted.content_type == "text/xml"


def test_an_inbound_message_keeps_everything() -> None:
    (event,) = read(INBOUND)
    payload = event.payload
    assert (event.type, payload["kind"], payload["text"]) == ("message.received", "image", "oi")
    assert payload["media"][0]["url"] == "https://api.twilio.com/m"
    assert payload["content"]["FromCity"] == "São Paulo"
    assert payload["identities"] == [{"kind": "phone", "address": ANA}]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("STOP", "withdrawn"),
        (" stopall.", "withdrawn"),
        ("Sair", "withdrawn"),
        ("BAJA", "withdrawn"),
        ("توقف", "withdrawn"),
        ("إلغاء", "withdrawn"),
        ("PARAR", "withdrawn"),
        ("Arret", "withdrawn"),
        ("arrêt", "withdrawn"),
        ("revoke", "withdrawn"),
        ("OPTOUT", "withdrawn"),
        ("start", "granted"),
        ("Unstop", "granted"),
        ("alta", "granted"),
        ("SIM", None),
        ("Sí", None),
        ("yes!", None),
        ("نعم", None),
        ("stop it", None),
        ("", None),
    ],
)
def test_words_that_stop_and_allow(text: str, value: str | None) -> None:
    assert consent_of(text) == value
    consents = [each for each in read(INBOUND | {"Body": text}) if each.type == "consent.recorded"]
    assert [each.payload["value"] for each in consents] == ([value] if value else [])


@pytest.mark.parametrize(("text", "value"), [("join", ["granted"]), ("Yes", []), ("stop", ["withdrawn"])])
def test_a_mere_yes_allows_nothing_whatever_the_provider_makes_of_it(text: str, value: list[str]) -> None:
    told = read(INBOUND | {"Body": text, "OptOutType": "START"})
    assert [each.payload["value"] for each in told if each.type == "consent.recorded"] == value


def test_a_report_that_the_contact_said_stop_takes_their_consent_back() -> None:
    status, consent = read(STATUS | {"MessageStatus": "undelivered", "ErrorCode": "21610"})
    assert (status.type, status.payload["status"]) == ("message.status_reported", "failed")
    assert (consent.payload["value"], consent.contact_id) == ("withdrawn", status.contact_id)


@pytest.mark.parametrize(
    ("word", "status"),
    [("queued", "accepted"), ("sent", "sent"), ("delivered", "delivered"), ("undelivered", "failed")],
)
def test_statuses_speak_of_the_message_and_the_contact(word: str, status: str) -> None:
    (event,) = read(STATUS | {"MessageStatus": word, "ErrorCode": "30003"})
    (inbound,) = read(INBOUND)
    assert event.payload["status"] == status
    assert event.payload["errors"][0]["code"] == 30003
    assert (event.conversation_id, event.inbox_id) == (inbound.conversation_id, inbound.inbox_id)


async def test_what_is_taken_is_reported_on() -> None:
    sms, gateway, delivered = provider()
    accepted = await gateway.send(sending())
    await sms.reports(sms.sends[0], "delivered")
    (event,) = read(delivered[0].content)
    sent = CHANNEL.parse(
        Delivery("ws_1", "con_1", urlencode(INBOUND | {"MessageSid": accepted.external_id}).encode(), 1)
    )
    assert event.payload["message_ref"] == sent[0].payload["message_ref"]


async def test_receipts_come_to_the_connections_own_address_where_none_is_named() -> None:
    sms, _, _ = provider()
    assert CHANNEL.open is not None
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(sms.app))
    for named, asked in (("", HOOK), ("https://us.test/other", "https://us.test/other")):
        gateway = CHANNEL.open(connection(status_callback=named), OURS, http, lambda host, port: [])
        await gateway.send(sending())
        assert sms.sends[-1]["StatusCallback"] == asked
        strayed = [each.what for each in await gateway.check() if not each.is_ok]
        assert strayed == ([] if asked == HOOK else ["receipts"])


async def test_who_said_stop_gets_nothing() -> None:
    sms, gateway, _ = provider()
    await sms.says(ANA, "STOP")
    with pytest.raises(Rejected) as caught:
        await gateway.send(sending())
    assert caught.value.facts["withdraws"] == "marketing_messages"
    await sms.says(ANA, "START")
    await gateway.send(sending())


@pytest.mark.parametrize("code", sorted(ERRORS))
async def test_every_error_has_its_family(code: int) -> None:
    sms, gateway, _ = provider()
    sms.refuse_next(400, code)
    with pytest.raises(ChannelError) as caught:
        await gateway.send(sending())
    families = {"later": Throttled, "account": Misconfigured, "never": Rejected, "fix": Rejected}
    assert type(caught.value) is families[ERRORS[code].retry]
    assert CHANNEL.advice(str(code)) == caught.value.detail


async def test_what_has_no_form_is_bad_input() -> None:
    _, gateway, _ = provider()
    for wrong in (sending(kind="image"), sending(""), sending("x" * 1601)):
        with pytest.raises(BadInput):
            await gateway.send(wrong)


async def test_files_and_the_check() -> None:
    sms, gateway, _ = provider()
    into = io.BytesIO()
    await gateway.fetch({"url": "http://sim.test" + sms.keep_file(b"jpg", "image/jpeg")}, into, is_fresh=True)
    assert into.getvalue() == b"jpg"
    assert all(each.is_ok for each in await gateway.check())
    sms.status = "suspended"
    assert [each.what for each in await gateway.check() if not each.is_ok] == ["account"]
    (finding,) = await provider("wrong")[1].check()
    assert not finding.is_ok


async def test_the_check_says_whom_the_number_calls() -> None:
    sms, gateway, _ = provider()
    for url, said in (("", "calls nobody"), ("https://else.test/sms", "https://else.test/sms")):
        sms.sms_url = url
        (finding,) = [each for each in await gateway.check() if not each.is_ok]
        assert (finding.what, said in finding.said) == ("webhook", True)
    sms.sms_url, sms._number = HOOK, "+15550009999"
    (finding,) = [each for each in await gateway.check() if not each.is_ok]
    assert finding.what == "number"


@pytest.mark.parametrize("body", [b"", b"\xff", b"=", b"a=%ff", b"a=\x00", b"x" * 3000, b"&".join([b"a=1"] * 2000)])
def test_a_body_that_cannot_be_read_is_one_mark(body: bytes) -> None:
    (event,) = read(body)
    assert event.type in ("delivery.unreadable", "delivery.unrecognised")
