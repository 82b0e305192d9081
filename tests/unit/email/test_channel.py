"""The declaration, and the guard against two machines that answer each other."""

from __future__ import annotations

from ingest.channels.email.channel import CHANNEL
from ingest.channels.email.loops import LoopGuard
from ingest.kit.clock import HOUR_US


def test_mail_has_no_window_and_has_a_subject() -> None:
    able = CHANNEL.capabilities
    assert (able.channel, able.window_s, able.is_threaded) == ("email", None, True)
    assert able.kinds == {"text", "image", "audio", "video", "document"}
    assert able.reports == frozenset()


def test_secrets_are_asked_for_as_secrets() -> None:
    assert {each.name for each in CHANNEL.fields if each.is_secret} == {
        "access_token",
        "secret",
        "verify_token",
        "dkim_key",
        "provider_key",
    }
    assert {each.name for each in CHANNEL.fields if each.is_required} == {"address", "smtp_host"}


def test_a_sender_is_answered_so_often_an_hour_and_no_more() -> None:
    guard = LoopGuard(limit=3)
    assert [guard.allows("Ana@x.example ", at) for at in range(5)] == [True, True, True, False, False]
    assert guard.allows("bo@x.example", 5)
    assert guard.allows("ana@x.example", HOUR_US)
    assert not guard.allows("ana@x.example", HOUR_US)


def test_what_is_automatic_is_never_answered_and_costs_nothing() -> None:
    guard = LoopGuard(limit=1)
    assert not guard.allows("ana@x.example", 0, is_auto=True)
    assert guard.allows("ana@x.example", 1)


def test_the_guard_forgets_and_stays_small() -> None:
    guard = LoopGuard(limit=1)
    for number in range(20_000):
        guard.allows(f"{number}@x.example", number)
    assert len(guard._answers) <= 10_000
