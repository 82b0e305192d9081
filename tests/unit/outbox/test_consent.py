"""What a contact allowed or forbade, and which of our messages that stops: one rule for composer and outbox."""

from __future__ import annotations

import pytest

from app.outbox.rules import Standing, objection
from ingest.channels.registry import capabilities
from ingest.domain.consent import MARKETING, MESSAGES, Said

WROTE, SAID, WROTE_AGAIN, NOW = 10, 20, 30, 40


def code(channel: str, said: dict[str, str], origin: str = "typed", wrote_us: int = WROTE, **more: str) -> str | None:
    told = {purpose: Said(value, SAID) for purpose, value in said.items()}  # type: ignore[arg-type]
    standing = Standing(10**18, wrote_us, more.get("category"), told)
    kind = "template" if "category" in more else "text"
    refusal = objection({"kind": kind, "origin": origin}, standing, capabilities(channel), NOW)
    assert refusal is None or refusal.retry == "never"
    return None if refusal is None else refusal.code


@pytest.mark.parametrize("origin", ["typed", "canned", "bot", "campaign"])
@pytest.mark.parametrize("purpose", [MARKETING, MESSAGES])
def test_after_a_stop_by_sms_nothing_goes_out_whoever_writes_it(origin: str, purpose: str) -> None:
    assert code("sms", {purpose: "withdrawn"}, origin, WROTE_AGAIN) == "no_consent"
    assert code("sms", {purpose: "granted"}, origin) is None
    assert code("sms", {}, origin) is None


@pytest.mark.parametrize("channel", ["telegram", "x", "whatsapp", "messenger"])
@pytest.mark.parametrize("purpose", [MARKETING, MESSAGES])
def test_elsewhere_it_stops_what_no_person_typed(channel: str, purpose: str) -> None:
    assert code(channel, {purpose: "withdrawn"}) is None
    assert code(channel, {purpose: "withdrawn"}, "bot") == "no_consent"
    assert code(channel, {purpose: "withdrawn"}, "campaign") == "no_consent"


def test_a_bot_may_answer_who_writes_after_it_and_a_campaign_may_not() -> None:
    assert code("whatsapp", {MARKETING: "withdrawn"}, "bot", WROTE_AGAIN) is None
    assert code("whatsapp", {MARKETING: "withdrawn"}, "campaign", WROTE_AGAIN) == "no_consent"


def test_marketing_needs_a_consent_that_was_given_and_a_contact_who_lets_us_write() -> None:
    given = {MARKETING: "granted"}
    assert code("whatsapp", {}, category="MARKETING") == "no_consent"
    assert code("whatsapp", {MARKETING: "withdrawn"}, category="MARKETING") == "no_consent"
    assert code("whatsapp", given, category="MARKETING") is None
    assert code("whatsapp", given | {MESSAGES: "withdrawn"}, category="MARKETING") == "no_consent"
    assert code("whatsapp", {}, category="UTILITY") is None


@pytest.mark.parametrize(("before", "after"), [({}, "no_consent"), ({MARKETING: "granted"}, None)])
def test_the_end_of_a_block_leaves_what_was_said_before(before: dict[str, str], after: str | None) -> None:
    assert code("whatsapp", before | {MESSAGES: "granted"}, category="MARKETING") == after
