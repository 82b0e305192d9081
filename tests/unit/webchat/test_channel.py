"""The channel keeps its contract: what it declares it takes, and its settings mean what people meant."""

from __future__ import annotations

from typing import Any

import httpx2
import orjson
import pytest

from ingest.channels.base import Connection, Gateway, Sending
from ingest.channels.webchat.capabilities import CAPABILITIES, limit_of
from ingest.channels.webchat.channel import CHANNEL
from ingest.channels.webchat.rules import LANGUAGES, is_allowed, widget_of
from ingest.domain.errors import BadInput, Rejected
from ingest.kit.outward import resolve

KEY = "a key of at least thirty-two characters"


def connection(secrets: list[str] | None = None, **settings: Any) -> Connection:
    return Connection("con_1", "ws_1", "webchat", "Site", "", "v", secrets or [KEY], "", settings)


def gateway(**settings: Any) -> Gateway:
    assert CHANNEL.open is not None
    return CHANNEL.open(connection(**settings), "con_1", httpx2.AsyncClient(), resolve)


@pytest.mark.parametrize("kind", sorted(CAPABILITIES.kinds))
async def test_every_kind_that_is_declared_is_taken_under_our_own_id(kind: str) -> None:
    sending = Sending("msg_1", {"kind": kind, "text": "x"}, {"kind": "external", "address": "v"})
    assert (await gateway().send(sending)).external_id == "msg_1"


@pytest.mark.parametrize("kind", ["template", "location_request", "sticker"])
async def test_a_kind_without_a_form_is_refused_for_good(kind: str) -> None:
    with pytest.raises(BadInput) as error:
        await gateway().send(Sending("msg_1", {"kind": kind}, {"kind": "external", "address": "v"}))
    assert error.value.facts["code"] == "no_form"


async def test_nothing_is_asked_of_anybody(tmp_path: Any) -> None:
    await gateway().mark_read("v:1", None)
    await gateway().show_typing("v:1", None)
    with pytest.raises(Rejected), (tmp_path / "file").open("wb") as file:
        await gateway().fetch({"sha256": "ab"}, file, is_fresh=True)


async def test_a_check_says_what_is_missing() -> None:
    good = await gateway(allowed_origins=["https://shop.example"]).check()
    assert all(each.is_ok for each in good)
    assert CHANNEL.open is not None
    poor = await CHANNEL.open(connection(["short"]), "con_1", httpx2.AsyncClient(), resolve).check()
    assert {each.what for each in poor if not each.is_ok} == {"key", "sites"}
    assert "short" not in " ".join(each.said for each in poor).split()


@pytest.mark.parametrize(
    ("origin", "is_welcome"),
    [
        ("https://shop.example", True),
        ("https://eu.shops.example", True),
        ("https://house.example:8000", True),
        ("https://shops.example", False),
        ("http://shop.example", False),
        ("https://shop.example.evil.example", False),
        ("https://evilshops.example", False),
        ("https://shop.example/", False),
        ("https://shop.example:444", False),
        ("null", False),
        ("", False),
        ("javascript://shop.example", False),
    ],
)
def test_only_sites_that_are_named_may_embed_it(origin: str, is_welcome: bool) -> None:
    allowed = ("https://shop.example/", "https://*.shops.example")
    assert is_allowed(origin, allowed, "house.example:8000") is is_welcome


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"title": 7, "colour": "red", "greeting_rules": "x", "prechat": [], "allowed_origins": 3, "languages": None},
        {"greeting_rules": [{"text": "hi", "after_s": "soon"}, {"after_s": 1}, None], "prechat": {"fields": "age"}},
        {"colour": "#12345;", "languages": ["tlh"], "prechat": {"consent_text": ""}},
    ],
)
def test_settings_without_sense_are_as_if_they_were_not_there(settings: dict[str, Any]) -> None:
    shown = widget_of(connection(**settings)).public()
    assert (shown["title"], shown["colour"], shown["greetings"], shown["prechat"]) == ("Site", "", [], None)
    assert shown["languages"] == list(LANGUAGES)


def test_settings_are_shown_without_what_is_nobodys_business() -> None:
    settings = {
        "title": "Aurora",
        "colour": "#0F766E",
        "allowed_origins": "https://a.example, https://b.example",
        "greeting_rules": [{"path_glob": "/basket*", "after_s": 3, "text": "Hi"}],
        "prechat": {"fields": ["email", "name"], "consent_text": "ok?", "consent_version": 2},
    }
    widget = widget_of(connection(**settings))
    shown = widget.public()
    assert widget.allowed_origins == ("https://a.example", "https://b.example")
    assert shown["prechat"] == {"fields": ["name", "email"], "consent": {"version": "2", "text": "ok?"}}
    assert (shown["colour"], "allowed_origins" in shown) == ("#0f766e", False)


def test_what_a_browser_could_run_is_not_taken() -> None:
    for mime in ("text/html", "image/svg+xml", "text/xml", "application/javascript", "application/x-msdownload"):
        assert limit_of(mime) is None
    assert limit_of("application/vnd.openxmlformats-officedocument.wordprocessingml.document")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("shop.example", "https://shop.example"),
        (" https://Shop.Example/ ", "https://shop.example"),
        ("https://shop.example:443/basket?x=1", "https://shop.example"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://*.Shop.example", "https://*.shop.example"),
    ],
)
def test_a_site_is_kept_as_the_origin_that_browsers_send(written: str, kept: str) -> None:
    allowed = CHANNEL.settle({"allowed_origins": f"{written}\n{written}"})["allowed_origins"]
    assert allowed == [kept]
    assert is_allowed(kept.replace("*", "eu"), tuple(allowed))


@pytest.mark.parametrize(
    "settings",
    [
        {"allowed_origins": "ftp://shop.example"},
        {"allowed_origins": "https://"},
        {"allowed_origins": "https://[x"},
        {"allowed_origins": 3},
        {"colour": "red"},
        {"languages": "en, de"},
        {"prechat": "name and e-mail"},
        {"prechat": {"feilds": ["name"]}},
        {"prechat": {"fields": ["age"]}},
        {"prechat": {}},
        {"greeting_rules": "Hello!"},
        {"greeting_rules": [{"after_s": 3}]},
        {"greeting_rules": [{"text": "Hi", "after_s": "soon"}]},
        {"greeting_rules": [{"text": "Hi", "path_glob": 1}]},
    ],
)
def test_what_the_widget_would_ignore_is_refused_with_a_sentence(settings: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        CHANNEL.settle(settings)


def test_what_the_fields_show_as_an_example_is_taken_and_understood() -> None:
    examples = {each.name: each.help.partition(": ")[2] for each in CHANNEL.fields if each.form == "text"}
    given = {name: orjson.loads(example) for name, example in examples.items()}
    widget = widget_of(connection(**CHANNEL.settle(given)))
    assert (widget.fields, widget.consent is not None, len(widget.greetings)) == (("name", "email"), True, 1)


def test_the_one_script_tag_names_the_house_and_the_connection() -> None:
    assert CHANNEL.embed is not None
    assert CHANNEL.embed(connection(), "https://chat.shop.example") == (
        '<script src="https://chat.shop.example/chat/prosa-chat.js" data-connection="con_1" async></script>'
    )
