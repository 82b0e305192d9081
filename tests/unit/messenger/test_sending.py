"""Every capability that is declared sends, through the gateway, against the simulated provider; all variants."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.channels.messenger import channel as messenger
from ingest.channels.simulator.faults import FaultPlan
from ingest.domain.errors import BadInput, ChannelError, Misconfigured, OutcomeUnknown, Rejected, Throttled
from ingest.kit.clock import DAY_US, HOUR_US, SECOND_US
from tests.unit.messenger.provider import SECRET, TO_ANA, TOKEN, VARIANTS, Provider, a_file, provider
from tests.unit.messenger.wire import ANA

BUTTONS = {"buttons": [{"id": f"b{n}", "title": f"Choice {n}"} for n in range(13)]}
LIST = {
    "button": "Choose",
    "sections": [
        {"title": "s", "rows": [{"id": f"r{n}", "title": f"A row number {n}", "description": "d"} for n in range(10)]}
    ],
}
TEMPLATE = {
    "name": "order",
    "language": "en",
    "components": [{"type": "body", "parameters": [{"type": "text", "text": "7"}]}],
}
ORDER = {
    "id": "1",
    "name": "order",
    "language": "en",
    "category": "UTILITY",
    "components": [{"type": "BODY", "text": "Order {{1}} is on its way"}],
}
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "text": ({"kind": "text", "text": "hi"}, {}),
    "image": ({"kind": "image", "media": [{"sha256": "x"}]}, {"file": a_file()}),
    "audio": ({"kind": "audio", "media": [{"sha256": "x"}]}, {"file": a_file(b"a", "audio/mp4", "a.m4a")}),
    "video": ({"kind": "video", "media": [{"sha256": "x"}]}, {"file": a_file(b"v", "video/mp4", "v.mp4")}),
    "document": ({"kind": "document", "media": [{"sha256": "x"}]}, {"file": a_file(b"d", "application/pdf", "d.pdf")}),
    "interactive": ({"kind": "interactive", "text": "which?", "interactive": BUTTONS}, {}),
    "template": ({"kind": "template", "template": TEMPLATE}, {}),
    "reaction": ({"kind": "reaction", "content": {"emoji": "❤️"}}, {}),
}


@pytest.fixture(params=sorted(VARIANTS))
def here(request: pytest.FixtureRequest) -> Provider:
    messenger._UPLOADS.clear()
    return provider(request.param)


@pytest.fixture
def page() -> Provider:
    messenger._UPLOADS.clear()
    return provider("messenger")


@pytest.mark.parametrize("kind", sorted(KINDS))
async def test_every_declared_kind_is_taken(here: Provider, kind: str) -> None:
    here.pages.templates.append(ORDER)
    asked = here.pages.says(ANA, "hello")
    requested, more = KINDS[kind]
    sending = here.sending(requested, **more, reply_to=asked if kind == "reaction" else None)
    if kind not in here.channel.capabilities.kinds:
        with pytest.raises(BadInput):
            await here.gateway.send(sending)
        return
    accepted = await here.gateway.send(sending)
    if kind == "reaction":
        assert here.pages.actions == [(ANA, "react")]
    else:
        assert [each.message_id for each in here.pages.sends] == [accepted.external_id]
    assert accepted.held is False


async def test_a_file_arrives_as_it_was(here: Provider) -> None:
    here.pages.says(ANA, "hello")
    await here.gateway.send(here.sending({"kind": "image", "media": [{}]}, file=a_file(b"\x89PNG")))
    (taken,) = here.pages.sends
    uploaded = here.pages.uploads.get(str(taken.body["message"]["attachment"].get("payload", {}).get("attachment_id")))
    assert (taken.file or uploaded) == b"\x89PNG"


async def test_a_page_uploads_a_file_once_for_many(page: Provider) -> None:
    page.pages.says(ANA, "hello")
    for _ in range(3):
        await page.gateway.send(page.sending({"kind": "image", "media": [{}]}, file=a_file()))
    assert [each.url.path.rpartition("/")[2] for each in page.requests].count("message_attachments") == 1


async def test_an_upload_that_the_provider_lost_is_made_again(page: Provider) -> None:
    page.pages.says(ANA, "hello")
    sending = page.sending({"kind": "image", "media": [{}]}, file=a_file())
    await page.gateway.send(sending)
    page.pages.uploads.clear()
    with pytest.raises(Rejected):
        await page.gateway.send(sending)
    await page.gateway.send(sending)
    assert len(page.pages.sends) == 2


async def test_a_file_may_be_an_address(here: Provider) -> None:
    here.pages.says(ANA, "hello")
    await here.gateway.send(here.sending({"kind": "image", "media": [{"url": "https://example.com/x.png"}]}))
    assert here.pages.sends[0].body["message"]["attachment"]["payload"] == {"url": "https://example.com/x.png"}


async def test_a_list_becomes_cards(here: Provider) -> None:
    here.pages.says(ANA, "hello")
    accepted = await here.gateway.send(here.sending({"kind": "interactive", "interactive": LIST}))
    (cards,) = here.pages.sends
    assert accepted.external_id == cards.message_id
    element = cards.body["message"]["attachment"]["payload"]["elements"][3]
    assert element == {
        "title": "A row number 3",
        "subtitle": "d",
        "buttons": [{"type": "postback", "title": "A row number 3", "payload": "r3"}],
    }


@pytest.mark.parametrize(
    ("silent_us", "origin", "sent"),
    [
        (0, "typed", ("RESPONSE", None)),
        (DAY_US - SECOND_US, "bot", ("RESPONSE", None)),
        (DAY_US, "typed", ("MESSAGE_TAG", "HUMAN_AGENT")),
        (DAY_US, "suggestion", ("MESSAGE_TAG", "HUMAN_AGENT")),
        (7 * DAY_US - HOUR_US, "typed", ("MESSAGE_TAG", "HUMAN_AGENT")),
        (DAY_US, "bot", None),
        (DAY_US, "campaign", None),
        (7 * DAY_US, "typed", None),
    ],
)
async def test_an_answer_has_a_day_and_a_person_a_week(
    here: Provider, silent_us: int, origin: str, sent: tuple[str, str | None] | None
) -> None:
    here.pages.says(ANA, "hello")
    wrote_us = here.clock.us()
    here.clock.advance(silent_us)
    sending = here.sending({"kind": "text", "text": "hi", "origin": origin}, last_inbound_us=wrote_us)
    if sent is None:
        with pytest.raises(BadInput) as caught:
            await here.gateway.send(sending)
        assert (caught.value.facts["code"], here.pages.sends) == ("window_closed", [])
        return
    await here.gateway.send(sending)
    body = here.pages.sends[0].body
    assert (body["messaging_type"], body.get("tag")) == sent


async def test_a_utility_template_needs_no_window(page: Provider) -> None:
    page.pages.says(ANA, "hello")
    page.pages.templates.append(ORDER)
    page.clock.advance(30 * DAY_US)
    await page.gateway.send(page.sending({"kind": "template", "template": TEMPLATE}, last_inbound_us=1))
    assert page.pages.sends[0].body["messaging_type"] == "UTILITY"
    assert page.pages.sends[0].body["message"]["template"]["language"] == {"code": "en"}


async def test_a_template_that_is_not_for_utility_is_refused_in_words(page: Provider) -> None:
    page.pages.says(ANA, "hello")
    for category in ("MARKETING", "AUTHENTICATION"):
        with pytest.raises(BadInput, match="utility") as caught:
            await page.gateway.send(page.sending({"kind": "template", "template": TEMPLATE | {"category": category}}))
        assert caught.value.detail.endswith(".")
    assert not page.pages.sends


async def test_the_approved_templates_of_a_page_are_listed(page: Provider) -> None:
    paused = ORDER | {"id": "2", "name": "paused", "status": "PAUSED"}
    bare = {"id": "3", "name": "bare", "language": "en", "category": "UTILITY", "body": "Hi {{1}}", "buttons": []}
    page.pages.templates = [ORDER, paused, bare]
    found = {each.name: each for each in await page.gateway.templates(list)}
    assert set(found) == {"order", "bare"}
    assert {each.status for each in found.values()} == {"APPROVED"}
    assert found["order"].components == ORDER["components"]
    assert found["bare"].components[0] == {"type": "BODY", "text": "Hi {{1}}"}


@pytest.mark.parametrize(
    ("variant", "text", "fits"),
    [
        ("messenger", "é" * 2000, True),
        ("messenger", "e" * 2001, False),
        ("instagram", "é" * 500, True),
        ("instagram", "é" * 500 + "e", False),
        ("instagram_login", "e" * 1000, True),
        ("instagram_login", "👋" * 251, False),
    ],
)
async def test_text_is_limited_in_the_units_of_its_channel(variant: str, text: str, fits: bool) -> None:
    here = provider(variant)
    here.pages.says(ANA, "hello")
    sending = here.sending({"kind": "text", "text": text})
    if fits:
        await here.gateway.send(sending)
    else:
        with pytest.raises(BadInput):
            await here.gateway.send(sending)
    assert len(here.pages.sends) == fits


@pytest.mark.parametrize(
    "requested",
    [
        {"kind": "text", "text": ""},
        {"kind": "location", "content": {"latitude": 1}},
        {"kind": "image", "media": []},
        {"kind": "image", "text": "a caption", "media": [{"url": "https://example.com/x.png"}]},
        {"kind": "interactive", "text": "a text above", "interactive": LIST},
        {"kind": "interactive", "text": "x", "interactive": {}},
        {"kind": "interactive", "text": "", "interactive": BUTTONS},
        {
            "kind": "interactive",
            "text": "x",
            "interactive": {"buttons": [*BUTTONS["buttons"], {"id": "x", "title": "x"}]},
        },
        {"kind": "interactive", "text": "x", "interactive": {"buttons": [{"id": "x", "title": "x" * 21}]}},
        {"kind": "interactive", "interactive": {"button": "b", "sections": LIST["sections"] * 2}},
        {"kind": "reaction", "content": {"emoji": "👍"}},
    ],
)
async def test_what_has_no_form_here_is_said_before_anybody_is_asked(here: Provider, requested: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        await here.gateway.send(here.sending(requested))
    assert here.requests == []


async def test_a_person_has_no_phone_here(here: Provider) -> None:
    with pytest.raises(BadInput):
        await here.gateway.send(
            here.sending({"kind": "text", "text": "x"}, recipient={"kind": "phone", "address": "1"})
        )


async def test_a_reference_of_a_plugin_can_be_answered(page: Provider) -> None:
    page.pages.says("U1", "hello")
    recipient = {"kind": "external", "address": "U1"}
    await page.gateway.send(page.sending({"kind": "text", "text": "x"}, recipient=recipient))
    assert page.pages.sends[0].body["recipient"] == {"user_ref": "U1"}


@pytest.mark.parametrize(("emoji", "words"), [("❤️", ["love", "❤️"]), ("", [None])])
async def test_a_reaction_is_put_and_taken_back(here: Provider, emoji: str, words: list[str | None]) -> None:
    asked = here.pages.says(ANA, "hello")
    await here.gateway.send(here.sending({"kind": "reaction", "content": {"emoji": emoji}}, reply_to=asked))
    assert here.pages.actions == [(ANA, "react" if emoji else "unreact")]


async def test_any_sign_is_a_reaction_on_messenger_and_a_heart_alone_on_instagram() -> None:
    for variant in VARIANTS:
        here = provider(variant)
        sending = here.sending({"kind": "reaction", "content": {"emoji": "🦊"}}, reply_to=here.pages.says(ANA, "hello"))
        if variant == "messenger":
            await here.gateway.send(sending)
        else:
            with pytest.raises(BadInput):
                await here.gateway.send(sending)
        assert len(here.pages.actions) == (variant == "messenger")


async def test_reading_and_typing_are_shown(here: Provider) -> None:
    asked = here.pages.says(ANA, "hello")
    await here.gateway.mark_read(asked, TO_ANA)
    await here.gateway.show_typing(asked, TO_ANA)
    await here.gateway.mark_read(asked, None)
    assert here.pages.actions == [(ANA, "mark_seen"), (ANA, "typing_on")]


@pytest.mark.parametrize(
    ("code", "subcode", "status", "error"),
    [
        (613, None, 400, Throttled),
        (2, None, 503, Throttled),
        (551, 1545041, 400, Rejected),
        (10, 2018278, 403, Rejected),
        (2018300, None, 400, Rejected),
        (100, 2018109, 400, Rejected),
        (190, None, 401, Misconfigured),
        (10, 1893063, 403, Misconfigured),
    ],
)
async def test_a_refusal_says_whether_to_try_again(
    here: Provider, code: int, subcode: int | None, status: int, error: type[ChannelError]
) -> None:
    here.pages.says(ANA, "hello")
    here.pages.refuse_next(code, subcode, status)
    with pytest.raises(error) as caught:
        await here.gateway.send(here.sending({"kind": "text", "text": "x"}))
    assert here.channel.advice(str(caught.value.facts["code"])) == caught.value.detail
    assert here.pages.sends == []


async def test_who_never_wrote_cannot_be_reached(here: Provider) -> None:
    with pytest.raises(Rejected) as caught:
        await here.gateway.send(here.sending({"kind": "text", "text": "x"}))
    assert "no such person" in caught.value.detail


@pytest.mark.parametrize("plan", [FaultPlan(silent=1.0), FaultPlan(lost=1.0), FaultPlan(gateway_error=1.0)])
async def test_nobody_can_say_what_became_of_a_call_without_an_answer(plan: FaultPlan) -> None:
    here = provider("messenger", faults=plan)
    here.pages.says(ANA, "hello")
    with pytest.raises(OutcomeUnknown):
        await here.gateway.send(here.sending({"kind": "text", "text": "x"}))


async def test_a_message_that_went_out_unanswered_names_itself_in_its_echo() -> None:
    here = provider("messenger", faults=FaultPlan(silent=1.0))
    here.pages.says(ANA, "hello")
    with pytest.raises(OutcomeUnknown):
        await here.gateway.send(here.sending({"kind": "text", "text": "x"}))
    told = [each.payload for each in await here.events() if each.type == "message.status_reported"]
    assert told[0]["message_id"] == "msg_0001"
    assert told[0]["status"] == "sent"


async def test_the_token_travels_in_the_header_and_the_proof_beside_it_where_it_is_wanted() -> None:
    for variant in VARIANTS:
        for wanted in (True, "true"):
            here = provider(variant, settings={"app_secret_proof": wanted}, needs_proof=True)
            here.pages.says(ANA, "hello")
            await here.gateway.send(here.sending({"kind": "text", "text": "x"}))
            (request,) = here.requests
            assert request.headers["authorization"] == f"Bearer {TOKEN}"
            assert TOKEN not in str(request.url)
            assert SECRET not in str(request.url)


async def test_without_the_proof_an_app_that_demands_it_refuses() -> None:
    here = provider("messenger", needs_proof=True)
    here.pages.says(ANA, "hello")
    with pytest.raises(Rejected):
        await here.gateway.send(here.sending({"kind": "text", "text": "x"}))
    assert "appsecret_proof" not in here.requests[0].url.params


async def test_a_wrong_token_is_no_secret_afterwards() -> None:
    here = provider("messenger", token="EAAwrong")
    with pytest.raises(Misconfigured) as caught:
        await here.gateway.send(here.sending({"kind": "text", "text": "x"}))
    assert "EAAwrong" not in repr(caught.value) + str(caught.value.facts)
