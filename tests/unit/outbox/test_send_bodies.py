"""Every kind the sender builds is one the Graph API takes; what it cannot carry is refused in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ingest.channels.meta.templates import blanks, page_components, template_components
from ingest.channels.simulator.graph_rules import Refusal, check
from ingest.channels.whatsapp.send import (
    CAPTION_LIMIT,
    TEXT_LIMIT,
    read_body,
    request_body,
    typing_body,
)
from ingest.domain.errors import BadInput
from ingest.domain.template import HeaderFile

ANA = {"kind": "phone", "address": "16505551234"}
BSUID = {"kind": "user_id", "address": "US.13491208655302741918"}
KNOWN = {"wamid.known"}
FILES = {"77"}

POSITIONAL = [
    {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}"},
    {"type": "BODY", "text": "Hi {{1}}, {{2}} is on its way. {{1}}!"},
    {"type": "FOOTER", "text": "Shop"},
    {
        "type": "BUTTONS",
        "buttons": [
            {"type": "URL", "text": "Track", "url": "https://shop.test/{{1}}"},
            {"type": "QUICK_REPLY", "text": "Stop"},
            {"type": "COPY_CODE", "text": "Copy"},
        ],
    },
]
NAMED = [
    {"type": "HEADER", "format": "IMAGE"},
    {"type": "BODY", "text": "Hi {{first_name}}, your {{thing}} waits."},
]
TEMPLATES = [
    {"name": "positional", "language": "en", "status": "APPROVED", "components": POSITIONAL},
    {"name": "named", "language": "pt_BR", "status": "APPROVED", "components": NAMED},
    {"name": "plain", "language": "en", "status": "APPROVED", "components": [{"type": "BODY", "text": "Hello"}]},
    {"name": "paused", "language": "en", "status": "PAUSED", "components": [{"type": "BODY", "text": "Hello"}]},
]
POSITIONAL_PARAMETERS = {
    "header": "7",
    "1": "Ana",
    "2": "the box",
    "button_0": "abc",
    "button_1": "STOP",
    "button_2": "SAVE10",
}


def _template(name: str, language: str, described: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
    components = template_components(described, parameters)
    return {"kind": "template", "template": {"name": name, "language": language, "components": components}}


def _rows(count: int) -> list[dict[str, str]]:
    return [{"id": f"r{number}", "title": f"Row {number}", "description": "what it is"} for number in range(count)]


def _buttons(count: int) -> list[dict[str, str]]:
    return [{"id": f"b{number}", "title": f"Yes {number}"} for number in range(count)]


KINDS: dict[str, dict[str, Any]] = {
    "text": {"kind": "text", "text": "Olá 👋 https://shop.test"},
    "longest text": {"kind": "text", "text": "é" * TEXT_LIMIT},
    "image by id": {"kind": "image", "text": "look", "media": [{"provider_id": "77"}]},
    "image by link": {"kind": "image", "media": [{"url": "https://shop.test/a.jpg"}]},
    "voice": {"kind": "audio", "media": [{"provider_id": "77", "is_voice": True}]},
    "video": {"kind": "video", "text": "c" * CAPTION_LIMIT, "media": [{"provider_id": "77"}]},
    "document": {"kind": "document", "media": [{"provider_id": "77", "filename": "a.pdf"}]},
    "sticker": {"kind": "sticker", "text": "not shown", "media": [{"provider_id": "77"}]},
    "buttons": {"kind": "interactive", "text": "Which?", "interactive": {"buttons": _buttons(3)}},
    "list": {
        "kind": "interactive",
        "text": "Which?",
        "interactive": {"button": "Choose", "sections": [{"title": "A", "rows": _rows(10)}]},
    },
    "location request": {"kind": "location_request", "text": "Where are you?"},
    "location request as interactive": {
        "kind": "interactive",
        "text": "Where?",
        "interactive": {"location_request": True},
    },
    "location": {
        "kind": "location",
        "content": {"latitude": 1.5, "longitude": 2, "name": "Shop", "address": "Main St"},
    },
    "contacts": {
        "kind": "contacts",
        "content": {"contacts": [{"name": {"formatted_name": "Ana", "first_name": "Ana"}}]},
    },
    "reaction": {"kind": "reaction", "content": {"emoji": "👍"}},
    "reaction taken back": {"kind": "reaction", "content": {"emoji": None}},
    "positional template": _template("positional", "en", POSITIONAL, POSITIONAL_PARAMETERS),
    "named template with an image": _template(
        "named", "pt_BR", NAMED, {"header": {"link": "https://shop.test/a.jpg"}, "first_name": "Ana", "thing": "box"}
    ),
    "template without parameters": _template("plain", "en", TEMPLATES[2]["components"], {}),
}


@pytest.mark.parametrize("recipient", [ANA, BSUID], ids=["phone", "user id"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_provider_takes_every_kind_we_build(kind: str, recipient: dict[str, str]) -> None:
    reply_to = "wamid.known" if kind.startswith("reaction") else None
    body = request_body(KINDS[kind], "msg_1", recipient, reply_to=reply_to)
    check(body, TEMPLATES, FILES, KNOWN)
    assert body["biz_opaque_callback_data"] == "msg_1"


def test_a_phone_is_written_with_a_plus_and_a_user_id_goes_as_recipient() -> None:
    assert request_body(KINDS["text"], "m", ANA)["to"] == "+16505551234"
    body = request_body(KINDS["text"], "m", BSUID)
    assert body["recipient"] == BSUID["address"]
    assert "to" not in body


def test_a_reply_carries_its_context_and_a_reaction_its_target() -> None:
    assert request_body(KINDS["text"], "m", ANA, reply_to="wamid.known")["context"] == {"message_id": "wamid.known"}
    reaction = request_body(KINDS["reaction"], "m", ANA, reply_to="wamid.known")
    assert reaction["reaction"] == {"message_id": "wamid.known", "emoji": "👍"}
    assert "context" not in reaction


def test_an_uploaded_file_wins_over_a_link() -> None:
    body = request_body(KINDS["image by link"], "m", ANA, media_id="77")
    assert body["image"] == {"id": "77"}


def test_an_uploaded_file_becomes_the_header_of_a_template() -> None:
    body = request_body(KINDS["named template with an image"], "m", ANA, media_id="77")
    assert body["template"]["components"][0]["parameters"][0]["image"]["id"] == "77"


def test_a_preview_is_asked_for_only_where_there_is_a_link() -> None:
    assert request_body(KINDS["text"], "m", ANA)["text"]["preview_url"] is True
    assert request_body({"kind": "text", "text": "no link"}, "m", ANA)["text"]["preview_url"] is False


def test_parameters_go_in_the_order_of_their_numbers_and_once_each() -> None:
    body = template_components(POSITIONAL, POSITIONAL_PARAMETERS)
    assert [each["text"] for each in body[1]["parameters"]] == ["Ana", "the box"]
    assert [(each["sub_type"], each["index"]) for each in body[2:]] == [
        ("url", "0"),
        ("quick_reply", "1"),
        ("copy_code", "2"),
    ]


@pytest.mark.parametrize(
    "requested",
    [
        {"kind": "text", "text": ""},
        {"kind": "text", "text": "x" * (TEXT_LIMIT + 1)},
        {"kind": "image", "media": []},
        {"kind": "image", "media": [{"provider_id": "1"}], "text": "x" * (CAPTION_LIMIT + 1)},
        {"kind": "interactive", "text": "Which?", "interactive": {"buttons": _buttons(4)}},
        {"kind": "interactive", "text": "Which?", "interactive": {"button": "C", "sections": [{"rows": _rows(11)}]}},
        {"kind": "interactive", "text": "", "interactive": {"buttons": _buttons(1)}},
        {"kind": "interactive", "text": "Which?", "interactive": None},
        {"kind": "reaction", "content": {"emoji": "👍"}},
        {"kind": "template", "template": None},
        {"kind": "hologram"},
    ],
)
def test_what_cannot_be_sent_is_said_before_anybody_is_asked(requested: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as caught:
        request_body(requested, "m", ANA)
    assert caught.value.detail.endswith(".")


@pytest.mark.parametrize(
    "part",
    [
        {"type": "CAROUSEL", "cards": []},
        {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Hurry", "has_expiration": True}},
        {"type": "HEADER", "format": "GIF"},
        {"type": "HOLOGRAM"},
        *({"type": "BUTTONS", "buttons": [{"type": kind, "text": "x"}]} for kind in ("CATALOG", "MPM", "SPM", "NEW")),
    ],
)
def test_a_template_with_a_part_we_cannot_fill_is_refused_in_words(part: dict[str, Any]) -> None:
    described = [{"type": "BODY", "text": "Hello"}, part]
    for ask in (lambda: template_components(described, {}), lambda: blanks(described)):
        with pytest.raises(BadInput) as caught:
            ask()
        assert caught.value.detail.endswith(".")


def test_a_part_that_is_sent_as_it_is_needs_nothing() -> None:
    buttons = [{"type": kind, "text": "x"} for kind in ("PHONE_NUMBER", "VOICE_CALL", "REQUEST_CONTACT_INFO")]
    offer = {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Hurry", "has_expiration": False}}
    assert (
        template_components([{"type": "BODY", "text": "Hello"}, offer, {"type": "BUTTONS", "buttons": buttons}], {})
        == []
    )


@pytest.mark.parametrize(
    "button",
    [{"type": "OTP", "otp_type": "COPY_CODE"}, {"type": "URL", "url": "https://www.whatsapp.com/otp/code/?c={{1}}"}],
)
def test_a_one_time_code_is_sent_as_the_end_of_a_link(button: dict[str, Any]) -> None:
    described = [{"type": "BODY", "text": "{{1}} is your code."}, {"type": "BUTTONS", "buttons": [button]}]
    filled = template_components(described, {"1": "123456"})
    assert (filled[1]["sub_type"], filled[1]["parameters"]) == ("url", [{"type": "text", "text": "123456"}])
    assert [each.name for each in blanks(described)] == ["1"]


def test_a_flow_goes_with_metas_own_token_and_a_coupon_needs_its_code() -> None:
    flow = [{"type": "BUTTONS", "buttons": [{"type": "FLOW", "text": "Begin"}]}]
    assert template_components(flow, {})[0]["parameters"] == [{"type": "action", "action": {"flow_token": "unused"}}]
    coupon = [{"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "text": "Copy"}]}]
    with pytest.raises(BadInput, match="Copy"):
        template_components(coupon, {})
    assert [(each.name, each.label) for each in blanks(coupon)] == [("button_0", "Copy")]


def test_a_blank_may_be_called_anything() -> None:
    described = [{"type": "BODY", "text": "Hi {{first.name}}, {{ até-breve }}!"}]
    filled = template_components(described, {"first.name": "Ana", "até-breve": "x"})
    assert [each["parameter_name"] for each in filled[0]["parameters"]] == ["first.name", "até-breve"]


def test_a_header_is_a_file_that_is_there_or_nothing_is_sent() -> None:
    described = [{"type": "HEADER", "format": "DOCUMENT"}]
    with pytest.raises(BadInput):
        template_components(described, {"header": {}})
    with pytest.raises(BadInput):
        template_components(described, {}, HeaderFile("image", "a.png"))
    with pytest.raises(BadInput):
        template_components([{"type": "BODY", "text": "Hello"}], {}, HeaderFile("image", "a.png"))
    components = template_components(described, {}, HeaderFile("document", "bill.pdf"))
    requested = {"kind": "template", "template": {"name": "n", "language": "en", "components": components}}
    with pytest.raises(BadInput):
        request_body(requested, "m", ANA)
    (header,) = request_body(requested, "m", ANA, media_id="77")["template"]["components"]
    assert header["parameters"] == [{"type": "document", "document": {"filename": "bill.pdf", "id": "77"}}]


def test_a_place_above_a_template_needs_its_coordinates() -> None:
    described = [{"type": "HEADER", "format": "LOCATION"}]
    with pytest.raises(BadInput, match="latitude"):
        template_components(described, {"header": {"name": "Shop"}})
    (header,) = template_components(described, {"header": {"latitude": "1.5", "longitude": 2, "name": "Shop"}})
    assert header["parameters"][0]["location"] == {"latitude": "1.5", "longitude": "2", "name": "Shop"}


def test_a_group_is_written_to_as_a_group() -> None:
    body = request_body(KINDS["text"], "m", {"kind": "external", "address": "1203@g.us"})
    assert (body["recipient_type"], body["to"]) == ("group", "1203@g.us")


def test_messenger_has_all_buttons_in_one_component() -> None:
    buttons = [
        {"type": "URL", "text": "Track", "url": "https://shop.test/{{1}}"},
        {"type": "POSTBACK", "text": "Stop", "payload": "stop_{{1}}"},
    ]
    described = [{"type": "BODY", "text": "Hi {{1}}"}, {"type": "BUTTONS", "buttons": buttons}]
    assert page_components(described, {"1": "Ana", "button_0": "7", "button_1": "8"})[1] == {
        "type": "buttons",
        "parameters": [{"type": "URL", "url": "7"}, {"type": "POSTBACK", "payload": "8"}],
    }
    with pytest.raises(BadInput):
        page_components([{"type": "HEADER", "format": "IMAGE"}], {"header": {"link": "https://shop.test/a.jpg"}})


@pytest.mark.parametrize("missing", ["1", "2", "header", "button_0", "button_2"])
def test_a_placeholder_without_a_value_is_named(missing: str) -> None:
    given = {name: value for name, value in POSITIONAL_PARAMETERS.items() if name != missing}
    if missing == "header":
        given.pop("1")  # a header's placeholder may also be filled by its own name
    with pytest.raises(BadInput):
        template_components(POSITIONAL, given)


def test_reading_and_typing_name_the_message() -> None:
    for body in (read_body("wamid.known"), typing_body("wamid.known")):
        check(body, [], set(), KNOWN)
    assert typing_body("wamid.known")["typing_indicator"] == {"type": "text"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"messaging_product": None}, 100),
        ({"to": None}, 100),
        ({"type": "hologram"}, 100),
        ({"text": None}, 131008),
        ({"text": {"body": "x" * 4097}}, 100),
        ({"biz_opaque_callback_data": "x" * 513}, 100),
        ({"type": "image", "image": {"id": "nobody's"}}, 100),
        ({"type": "image", "image": {"caption": "no file"}}, 131008),
        ({"type": "template", "template": {"name": "no", "language": {"code": "en"}}}, 132001),
        ({"type": "template", "template": {"name": "positional", "language": {"code": "en"}}}, 132000),
        ({"type": "template", "template": {"name": "paused", "language": {"code": "en"}}}, 132015),
        ({"type": "template", "template": {"name": "named", "language": {"code": "pt_BR"}}}, 132012),
        ({"type": "interactive", "interactive": {"type": "button", "body": {"text": "x"}}}, 131009),
        ({"type": "reaction", "reaction": {"message_id": "wamid.other"}}, 131009),
        ({"type": "location", "location": {"latitude": 1}}, 131008),
    ],
)
def test_the_simulated_provider_refuses_what_meta_refuses(change: dict[str, Any], code: int) -> None:
    body = request_body(KINDS["text"], "m", ANA) | change
    with pytest.raises(Refusal) as caught:
        check(body, TEMPLATES, FILES, KNOWN)
    assert caught.value.code == code
    assert caught.value.envelope("T")["error"]["fbtrace_id"] == "T"
