"""A From is a claim; it is proven where the server we trust, or the provider, found the sender authentic."""

from __future__ import annotations

import pytest

from ingest.channels.email.letter import Letter, letter_of
from ingest.channels.email.mime import read_mail
from ingest.channels.email.proof import by_header, by_provider

OURS = "mx.shop.example"


def a_letter(*results: str, sender: str = "Ana <ana@example.com>") -> Letter:
    heads = [f"From: {sender}", *(f"Authentication-Results: {each}" for each in results)]
    return letter_of(read_mail("\r\n".join([*heads, "", "hello"]).encode()))


@pytest.mark.parametrize(
    "result",
    [
        f"{OURS}; dkim=pass header.d=example.com",
        f"{OURS}; dkim=pass (2048-bit key) header.i=@example.com header.s=s1; spf=fail",
        f"{OURS}; dkim=pass header.d=mail.example.com",
        f"{OURS}; spf=softfail; dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=example.com",
        f"{OURS} 1; dmarc=pass",
    ],
)
def test_the_word_of_the_server_we_trust_counts(result: str) -> None:
    assert by_header(a_letter(result, "elsewhere.example; dkim=fail"), OURS)


@pytest.mark.parametrize(
    "above",
    [f"{OURS}; dkim=none; dmarc=fail header.from=example.com", "elsewhere.example; dkim=pass header.d=example.com"],
)
def test_what_stands_below_the_topmost_header_came_with_the_mail(above: str) -> None:
    assert not by_header(a_letter(above, f"{OURS}; dmarc=pass header.from=example.com"), OURS)


def test_of_two_senders_none_is_proven() -> None:
    result = f"{OURS}; dmarc=pass header.from=example.com"
    assert not by_header(a_letter(result, sender="Ana <ana@example.com>, evil@evil.example"), OURS)
    assert by_header(a_letter(result), OURS)


@pytest.mark.parametrize(
    "result",
    [
        "evil.example; dkim=pass header.d=example.com; dmarc=pass header.from=example.com",
        f"{OURS}; dkim=fail header.d=example.com; spf=pass smtp.mailfrom=example.com",
        f"{OURS}; dkim=pass header.d=evil.example",
        f"{OURS}; dkim=pass header.d=com",
        f"{OURS}; dkim=pass",
        f"{OURS}; dmarc=pass header.from=evil.example",
        f"{OURS}; dmarc=none (dmarc=pass header.from=example.com)",
        f"{OURS}.evil.example; dkim=pass header.d=example.com",
        f'{OURS}; spf=pass smtp.mailfrom="a; dmarc=pass b"@evil.example',
        f'{OURS}; spf=pass smtp.mailfrom="a dmarc=pass; dkim=pass header.d=example.com; b"@evil.example',
        f'{OURS}; spf=pass smtp.mailfrom="a\\"; dmarc=pass; \\"b"@evil.example',
        f"{OURS}; spf=pass smtp.mailfrom==?utf-8?q?=3B_dmarc=3Dpass_?=@evil.example",
        f"{OURS}; spf=pass (a (nested) ; dmarc=pass) smtp.mailfrom=x@evil.example",
        f"{OURS}; spf=pass dmarc=pass dkim=pass header.d=example.com",
        f"{OURS}; spf=pass (; dmarc=pass",
        f"{OURS}",
        "",
        ";;;=;",
    ],
)
def test_anything_else_leaves_it_a_claim(result: str) -> None:
    assert not by_header(a_letter(result), OURS)


def test_no_header_counts_where_no_server_is_named() -> None:
    assert not by_header(a_letter("; dkim=pass header.d=example.com"), "")


def test_what_a_provider_found_counts() -> None:
    letter = a_letter()
    assert by_provider(letter, {"receipt": {"dmarcVerdict": {"status": "PASS"}}})
    assert by_provider(letter, {"dkim": "{@example.com : pass}"})
    assert not by_provider(letter, {"receipt": {"dmarcVerdict": {"status": "GRAY"}, "spfVerdict": {"status": "PASS"}}})
    assert not by_provider(letter, {"dkim": "{@example.com : pass, @evil.example : fail}"})
    assert not by_provider(letter, {"dkim": "{@evil.example : pass, @example.com : fail}"})
    assert not by_provider(letter, {"receipt": "odd", "dkim": 7})
