"""Templates go the whole way: listed at the provider, folded, filled, sent; and what is said of them counts."""

from __future__ import annotations

from typing import Any

import pytest

from app.outbox.templates import UNLISTED, TemplateLister
from app.templates import want_templates
from ingest.channels.base import Delivery
from ingest.channels.simulator.business import listed_templates
from ingest.channels.simulator.webhooks import Contact, Number, inbound_body, report_body
from ingest.channels.whatsapp.parse import parse
from ingest.domain.connection import Connection
from ingest.domain.delivery import delivery_of
from ingest.kit.clock import DAY_US, SECOND_US
from ingest.store.live import template as table
from tests import builders
from tests.integration.outbox.street import ANA, Street

NUMBER = Number(builders.NUMBER)


def our_connection() -> Connection:
    return Connection("con_1", builders.WORKSPACE, "whatsapp", "Shop", "", "verify", ["secret"], "")


def hears_a_delivery(street: Street) -> None:
    """Let the webhook bring something, which names the business account."""
    body = inbound_body(
        NUMBER, Contact("Ana", "16505551234"), {"id": "wamid.x", "timestamp": "1750000000", "type": "text"}
    )
    street.emit(delivery_of(our_connection(), body, "application/json", street.clock.us()))


def hears_of_a_template(street: Street, at_us: int, **value: Any) -> None:
    """Let the provider say something of a template of the business account."""
    body = report_body(NUMBER, "message_template_status_update", value, at_us // SECOND_US)
    street.emit(*parse(Delivery(builders.WORKSPACE, "con_1", body, street.clock.us())))


async def listed(street: Street, rounds: int = 20) -> TemplateLister:
    """Run the lister until nothing is due."""
    lister = TemplateLister(street.store, street.gateways)
    for _ in range(rounds):
        await lister.run_once()
    return lister


def shown(street: Street) -> dict[str, str]:
    """Return name and state of the templates of the inbox."""
    with street.store.read() as sql:
        rows = sql.execute(table.select().where(table.c.inbox_id == builders.INBOX))
        return {row.name: row.template_status for row in rows}


async def test_a_template_of_the_shop_is_listed_and_sent_outside_the_window(street: Street) -> None:
    street.graph.templates = listed_templates("whatsapp")
    hears_a_delivery(street)
    await listed(street)
    assert set(shown(street)) == {each["name"] for each in street.graph.templates}
    street.hears()
    street.clock.advance(30 * DAY_US)
    body = {"type": "body", "parameters": [{"type": "text", "text": "Ana"}]}
    asked = {"name": "retomar_conversa", "language": "pt_BR", "category": "UTILITY", "components": [body]}
    street.asks("m1", kind="template", text="Olá, Ana!", template=asked)
    await street.send_all()
    assert street.in_state("accepted") == ["m1"]


async def test_until_somebody_says_whose_the_number_is_it_is_asked_again_later(street: Street) -> None:
    street.graph.templates = listed_templates("whatsapp")
    lister = await listed(street)
    assert not shown(street)
    assert not street.facts("channel.reported")
    hears_a_delivery(street)
    street.clock.advance(DAY_US)
    for _ in range(5):
        await lister.run_once()
    assert shown(street)


async def test_a_list_that_says_nothing_new_tells_nothing(street: Street) -> None:
    street.graph.templates = listed_templates("whatsapp")
    hears_a_delivery(street)
    await listed(street)
    told = len(street.facts("template.described"))
    street.clock.advance(DAY_US)
    want_templates(street.store, builders.WORKSPACE, [("whatsapp", builders.INBOX)])
    want_templates(street.store, builders.WORKSPACE, [("whatsapp", builders.INBOX)])
    await listed(street)
    assert len(street.facts("templates.requested")) == 1
    assert len(street.facts("template.described")) == told


async def test_a_changed_and_a_lost_template_are_told(street: Street) -> None:
    street.graph.templates = listed_templates("whatsapp")
    hears_a_delivery(street)
    await listed(street)
    first, second = street.graph.templates[0], street.graph.templates[1]
    street.graph.templates = [first | {"status": "PAUSED"}, *street.graph.templates[2:]]
    street.clock.advance(DAY_US)
    want_templates(street.store, builders.WORKSPACE, [("whatsapp", builders.INBOX)])
    await listed(street)
    assert (shown(street)[first["name"]], shown(street)[second["name"]]) == ("PAUSED", UNLISTED)


async def test_a_word_about_a_template_counts_at_once_and_has_the_list_asked_for(street: Street) -> None:
    street.graph.templates = listed_templates("whatsapp")
    hears_a_delivery(street)
    lister = await listed(street)
    paused = street.graph.templates[1]
    street.clock.advance(DAY_US)
    hears_of_a_template(street, street.clock.us(), event="PAUSED", message_template_id=int(paused["id"]))
    assert shown(street)[paused["name"]] == "PAUSED"
    calls = dict(street.graph.calls)
    street.graph.templates[1] = paused | {"status": "PAUSED"}
    street.clock.advance(SECOND_US)
    for _ in range(5):
        await lister.run_once()
    assert street.graph.calls != calls
    assert shown(street)[paused["name"]] == "PAUSED"


@pytest.mark.parametrize("is_asked", [False, True])
async def test_a_provider_that_does_not_tell_is_a_notice_that_presses_on_who_asked(
    street: Street, is_asked: bool
) -> None:
    street.graph._token = "another"
    hears_a_delivery(street)
    await listed(street)
    if is_asked:
        want_templates(street.store, builders.WORKSPACE, [("whatsapp", builders.INBOX)])
        await listed(street)
    notices = street.facts("channel.reported")
    assert [each.payload["severity"] for each in notices] == ["info", "warning"][: 1 + is_asked]
    assert "token" in notices[0].payload["title"]


async def test_a_one_time_code_goes_to_the_phone(street: Street) -> None:
    components = [{"type": "BODY", "text": "{{1}} is your code."}]
    code = {"id": "9", "name": "code", "language": "en", "status": "APPROVED", "category": "AUTHENTICATION"}
    street.graph.templates = [code | {"components": components}]
    filled = [{"type": "body", "parameters": [{"type": "text", "text": "123456"}]}]
    asked = {"name": "code", "language": "en", "category": "AUTHENTICATION", "components": filled}
    both = [builders.user_id("US.1"), ANA]
    street.asks("m1", kind="template", to=both, template=asked)
    street.asks("m2", kind="template", to=both[:1], template=asked)
    await street.send_all()
    assert street.in_state("accepted") == ["m1"]
    assert street.graph.sends[0].body["to"] == "+16505551234"
    (failed,) = street.facts("send.failed")
    assert "phone" in failed.payload["detail"]
