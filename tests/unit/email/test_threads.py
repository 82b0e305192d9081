"""Threads are decided by headers alone, so that any order of arrival agrees (channels.md §8)."""

from __future__ import annotations

import random
import re

import pytest

from ingest.channels.base import Sending
from ingest.channels.email.compose import mail_of
from ingest.channels.email.config import sender_of
from ingest.channels.email.threads import NEW, base_subject, our_message_id, read_ours, token_of
from ingest.channels.simulator.mailbox import a_mail, an_answer
from ingest.domain import identity
from tests.unit.email.wire import ANA, INBOX, MAIL, SENT, US, a_connection, contact, only, raw, read


def our_answer(mail: bytes | None, number: int, **settings: str) -> bytes:
    """Return what we answer to a mail, as the outbox has it; without one, what we begin."""
    thread = dict(only(read(mail), "message.received").payload["content"]) if mail else {}
    requested = {"kind": "text", "text": f"answer {number}", "origin": "typed"}
    recipient = {"kind": "email", "address": ANA}
    sending = Sending(f"msg_{number:032x}", requested, recipient, now_us=1_750_000_000_000_000, thread=thread)
    return mail_of(sending, sender_of(a_connection(**settings)))


def conversation_of(mail: bytes) -> str | None:
    is_ours = re.search(rb"^From: .*" + US.encode(), mail, re.MULTILINE) is not None
    return read(mail, SENT if is_ours else MAIL)[0].conversation_id


def a_thread(dice: random.Random, begins_with_us: bool) -> list[bytes]:
    """Return a thread as it grows: people answer any mail of it, with all headers or few."""
    first = our_answer(None, 0) if begins_with_us else a_mail(ANA, US, "Opening", "first")
    mails, theirs, ours = [first], [] if begins_with_us else [first], [first] if begins_with_us else []
    for number in range(1, dice.randint(2, 9)):
        if theirs and dice.random() < 0.5:
            ours.append(our_answer(dice.choice(theirs), number))
            mails.append(ours[-1])
            continue
        answered = dice.choice(ours or theirs)
        # What is not ours can only be followed by programs that write References.
        keeps = answered in theirs or dice.random() < 0.5
        theirs.append(
            an_answer(
                answered, ANA, f"text {number}", with_references=keeps, at_us=1_750_000_000_000_000 + number * 10**6
            )
        )
        mails.append(theirs[-1])
    return mails


@pytest.mark.parametrize("begins_with_us", [True, False])
@pytest.mark.parametrize("seed", range(40))
def test_a_thread_is_one_conversation_in_any_order(seed: int, begins_with_us: bool) -> None:
    dice = random.Random(seed)
    mails = a_thread(dice, begins_with_us)
    in_order = [conversation_of(each) for each in mails]
    assert len(set(in_order)) == 1
    shuffled = dice.sample(range(len(mails)), len(mails))
    assert [conversation_of(mails[each]) for each in shuffled] == [in_order[each] for each in shuffled]


def test_an_answer_to_what_we_began_comes_to_the_contacts_conversation_without_a_thread() -> None:
    answer = an_answer(our_answer(None, 1), ANA, "yes", with_references=False)
    assert conversation_of(answer) == identity.conversation_id("ws", INBOX, contact(ANA))


def test_two_threads_of_one_contact_are_two_conversations() -> None:
    assert conversation_of(a_mail(ANA, US, "a", "x")) != conversation_of(a_mail(ANA, US, "b", "x"))


def test_the_reply_address_finds_the_thread_when_a_provider_replaced_our_id() -> None:
    first = a_mail(ANA, US, "Opening", "first")
    ours = our_answer(first, 1, plus_addressing="yes").replace(b"Message-ID: <", b"Message-ID: <0102.replaced.")
    assert conversation_of(an_answer(ours, ANA, "yes", with_references=False)) == conversation_of(first)


def test_a_token_made_up_by_a_stranger_reaches_only_their_own() -> None:
    first = a_mail(ANA, US, "Opening", "first")
    forged = an_answer(our_answer(first, 1), "eve@x.example", "let me in")
    assert conversation_of(forged) != conversation_of(first)


@pytest.mark.parametrize(
    ("headers", "root"),
    [
        (["References: <a@x> <b@x>", "In-Reply-To: <b@x>"], "a@x"),
        (["In-Reply-To: <b@x>,\r\n <c@x>"], "b@x"),
        (["In-Reply-To: <b\r\n @x>"], "b@x"),
        (["References: nonsense-without-at <b@x>"], "b@x"),
        (["References: nonsense-without-at"], "nonsense-without-at"),
        (["Message-ID: <d@x>"], "d@x"),
    ],
)
def test_the_oldest_id_is_the_root(headers: list[str], root: str) -> None:
    assert read(raw(*headers))[0].payload["content"]["thread"] == token_of(root, [], [])


def test_without_any_id_equal_subjects_of_different_years_are_two_threads() -> None:
    dates = ("Thu, 1 Jan 2015 10:00:00 +0000", "Thu, 1 Jan 2026 10:00:00 +0000")
    mails = [read(raw("Subject: Invoice", f"Date: {each}"))[0].payload["content"]["thread"] for each in dates]
    assert len(set(mails)) == 2


@pytest.mark.parametrize("given", ["Re: x", "RE[2]: x", "Aw: Re: x", "回复：x", "Fwd: x", " x "])
def test_prefixes_of_answers_are_not_the_subject(given: str) -> None:
    assert base_subject(given) == "x"


def test_our_ids_say_thread_and_message() -> None:
    made = our_message_id(NEW, "msg_1", "example.com")
    assert read_ours(made) == (NEW, "msg_1")
    assert read_ours("msg_1@example.com") is None
