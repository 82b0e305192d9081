"""The simulated business: one seed, one past; believable rhythm; the same facts as the parser reads."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from random import Random

import pytest

from ingest.channels.registry import NAMES, capabilities
from ingest.channels.simulator.business import Teller
from ingest.channels.simulator.history import history
from ingest.channels.simulator.people import AGENTS, ALSO_ON_WHATSAPP, DOORS, SHARES, Customer, People, customer
from ingest.channels.simulator.rhythm import Rhythm, sale
from ingest.channels.simulator.talk import LANGUAGES, TOPICS, material
from ingest.channels.simulator.wire import Party, read, wire_of
from ingest.domain.event import Event
from ingest.domain.events import EVENTS
from ingest.kit.clock import DAY_US, HOUR_US, SECOND_US

WORKSPACE = "wsp_aurora"
START = 1_760_000_000 * SECOND_US
DAYS = 50


def told(seed: int = 7, days: int = DAYS, per_day: float = 20) -> list[Event]:
    batches = history(seed, WORKSPACE, START, START + days * DAY_US, per_day)
    return [event for batch in batches for event in batch]


@pytest.fixture(scope="module")
def past() -> list[Event]:
    return told()


def someone(*, phone: bool, user_id: bool) -> Customer:
    return next(
        each for each in (customer(7, index) for index in range(1, 500))
        if each.channels == ("whatsapp",) and (each.phone is not None, each.user_id is not None) == (phone, user_id)
    )  # fmt: skip


def test_one_seed_tells_the_same_past_byte_for_byte() -> None:
    assert repr(told(days=9)) == repr(told(days=9))
    assert [event.key for event in told(days=9)] != [event.key for event in told(seed=8, days=9)]


def test_a_past_is_told_once_in_the_order_it_was_recorded(past: list[Event]) -> None:
    assert len({event.key for event in past}) == len(past) == len({event.event_id for event in past})
    recorded = [event.recorded_us for event in past]
    assert recorded == sorted(recorded)
    assert recorded[0] >= START
    assert recorded[-1] < START + DAYS * DAY_US
    assert all(event.occurred_us <= event.recorded_us < event.occurred_us + HOUR_US for event in past)


def test_a_longer_past_begins_like_a_shorter_one() -> None:
    short, long = told(days=6), told(days=12)
    assert [event.key for event in long[: len(short) // 2]] == [event.key for event in short[: len(short) // 2]]


def test_every_kind_of_fact_happens_and_is_in_the_catalogue(past: list[Event]) -> None:
    kinds = Counter(event.type for event in past)
    assert set(kinds) <= set(EVENTS)
    for kind in (
        "message.received", "message.requested", "message.status_reported", "message.reacted", "message.edited",
        "message.revoked", "conversation.assigned", "conversation.tagged", "conversation.snoozed", "note.added",
        "conversation.resolved", "conversation.reopened", "contact.identified", "contact.named",
        "channel.reported", "template.described", "inbox.created", "person.added",
    ):  # fmt: skip
        assert kinds[kind], kind
    for event in past:
        assert set(event.payload) <= set(EVENTS[event.type].fields) | {"is_import", "identities"}, event.type
    assert any(event.type == "consent.recorded" for event in told(seed=3, days=90, per_day=12))


def test_messages_are_of_many_kinds_and_some_come_from_ads(past: list[Event]) -> None:
    received = [event for event in past if event.type == "message.received"]
    assert {event.payload["kind"] for event in received} >= {
        "text",
        "image",
        "audio",
        "document",
        "location",
        "order",
        "sticker",
    }
    assert any(event.payload["referral"] for event in received)
    assert {event.payload["language"] for event in received} >= set(LANGUAGES)
    reported = (each for each in past if each.type == "message.status_reported" and each.channel == "whatsapp")
    statuses = Counter(event.payload["status"] for event in reported)
    assert statuses["sent"] > statuses["delivered"] > statuses["read"] > statuses["failed"] > 0


def test_the_past_is_never_sent_again(past: list[Event]) -> None:
    requested = [event for event in past if event.type == "message.requested"]
    assert all(event.payload["is_import"] and event.payload["message_ref"] for event in requested)


def test_free_text_goes_out_only_inside_the_window_of_its_channel(past: list[Event]) -> None:
    last: dict[str | None, int] = {}
    for event in past:
        if event.type == "message.received":
            last[event.conversation_id] = event.occurred_us
        elif event.type == "message.requested" and event.payload["kind"] == "text":
            able = capabilities(event.channel or "")
            window_s = able.person_window_s or able.window_s
            waited_us = event.occurred_us - last[event.conversation_id]
            assert window_s is None or waited_us <= (window_s + 1) * SECOND_US


def test_agents_answer_at_their_own_speed(past: list[Event]) -> None:
    waits: dict[str | None, list[float]] = defaultdict(list)
    since: dict[str | None, int] = {}
    for event in past:
        if event.type == "message.received":
            since.setdefault(event.conversation_id, event.occurred_us)
        elif event.type == "message.requested" and event.conversation_id in since:
            waits[event.actor_id].append((event.occurred_us - since.pop(event.conversation_id)) / SECOND_US)
    quick, slow = (
        next(a for a in AGENTS if a.handle == handle).person_id(WORKSPACE) for handle in ("marina", "rafael")
    )
    assert statistics.median(waits[quick]) < statistics.median(waits[slow])


def test_the_week_has_a_rhythm_the_year_a_sale_and_the_shop_grows() -> None:
    rhythm = Rhythm("America/Sao_Paulo", START)
    assert rhythm.level(date(2025, 10, 13)) > rhythm.level(date(2025, 10, 12))
    assert sale(date(2025, 11, 28)) > 2 > sale(date(2025, 11, 10))
    assert rhythm.level(date(2026, 10, 13)) > 1.3 * rhythm.level(date(2025, 10, 14))
    hours = Counter(rhythm.local(us).hour for us in rhythm.arrivals(Random(1), date(2025, 10, 13), 3_000))
    assert hours[10] > 10 * hours[3]


def test_nobody_answers_off_shift() -> None:
    rhythm = Rhythm("America/Sao_Paulo", START)
    for agent in AGENTS:
        for hour in range(0, 24 * 7, 5):
            assert rhythm.is_on_shift(agent, rhythm.next_shift_us(agent, START + hour * HOUR_US))


def test_what_people_say_comes_in_several_hundred_sentences() -> None:
    said = {sentence for language in LANGUAGES for sentence in _sentences(material(language))}
    assert len(said) > 600
    for language in LANGUAGES:
        assert set(material(language)["topics"]) == set(TOPICS)


def test_customers_have_phones_user_ids_or_both() -> None:
    kinds = {
        (each.phone is not None, each.user_id is not None)
        for each in (customer(7, index) for index in range(1, 400))
        if each.channels == ("whatsapp",)
    }
    assert kinds == {(True, False), (True, True), (False, True)}


@pytest.mark.parametrize("status", ["sent", "delivered", "read", "failed"])
def test_whatsapp_tells_a_status_itself_as_the_parser_reads_its_webhook(status: str) -> None:
    party = Party(WORKSPACE, DOORS[1], someone(phone=True, user_id=True), Random(1))
    teller = Teller(Random(1), WORKSPACE, DOORS[1], party.customer)
    teller.reported(START + 5, "wamid.X", status)
    body = wire_of("whatsapp").reported(party, START + 5, "wamid.X", status)
    assert body is not None
    (told,) = teller.events
    (found,) = (each for each in read(party, body, START) if each.type == "message.status_reported")
    assert told.conversation_id is None  # known from the first message on, which there was none of
    assert replace(told, conversation_id=found.conversation_id, event_id="", recorded_us=0) == found


def test_shares_of_the_channels_are_those_of_the_seed(past: list[Event]) -> None:
    homes = Counter(customer(7, index).channels[0] for index in range(1, 4_001))
    for channel, share in SHARES.items():
        assert abs(homes[channel] / 4_000 - share) < 0.02
    assert {event.channel for event in past if event.type == "message.received"} == set(NAMES) == set(SHARES)


def test_of_those_who_can_be_known_as_many_are_on_whatsapp_too_as_are_meant_to_be() -> None:
    known = [
        each for each in (customer(7, index) for index in range(1, 4_001))
        if each.channels[0] in ("sms", "email") or each.is_member
    ]  # fmt: skip
    twice = [each for each in known if len(each.channels) == 2]
    assert abs(len(twice) / len(known) - ALSO_ON_WHATSAPP) < 0.06
    for each in twice:
        assert each.channels[1] == "whatsapp"
        assert each.phone in [who["address"] for who in wire_of("whatsapp").identities(each)]


def test_mail_has_a_conversation_for_each_matter_under_its_subject(past: list[Event]) -> None:
    mails = [event for event in past if event.type == "message.received" and event.channel == "email"]
    assert all(event.payload["content"]["subject"] for event in mails)
    threads: dict[str | None, set[str]] = defaultdict(set)
    for event in mails:
        threads[event.conversation_id].add(event.payload["content"]["thread"])
    assert all(len(each) == 1 for each in threads.values())
    assert len(threads) > len({event.contact_id for event in mails})


def test_statuses_are_those_that_a_channel_reports(past: list[Event]) -> None:
    told: dict[str, set[str]] = defaultdict(set)
    for event in past:
        if event.type in ("message.status_reported", "message.watermark_reported") and event.channel:
            told[event.channel].add(event.payload["status"])
    for channel in NAMES:
        assert told[channel] - {"failed"} <= capabilities(channel).reports
    assert {"delivered", "read"} <= told["messenger"]
    assert told["telegram"] == told["email"] == set()


def test_a_private_door_has_members_of_its_own() -> None:
    people = People()
    finance = next(door for door in people.doors if door.is_private)
    assert 0 < len(people.at(finance)) < len(people.agents)


def _sentences(node: object) -> list[str]:
    if isinstance(node, dict):
        return [sentence for value in node.values() for sentence in _sentences(value)]
    if isinstance(node, list):
        return [sentence for value in node for sentence in _sentences(value)]
    return [node] if isinstance(node, str) else []
