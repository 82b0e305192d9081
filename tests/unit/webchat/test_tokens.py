"""Tokens say what we said, to whom we said it, for as long as we said; and nobody else can make one."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from ingest.channels.webchat.tokens import is_proven, issue, proof, read
from ingest.domain.errors import NotSignedIn

KEY, OLD = "a key of at least thirty-two characters", "the key before it, which is still good"


def test_a_token_says_what_it_was_given_until_it_ends() -> None:
    token = issue(KEY, "visit", {"visitor_id": "v"}, 1_000)
    assert read(token, [KEY], "visit", 999)["visitor_id"] == "v"
    with pytest.raises(NotSignedIn):
        read(token, [KEY], "visit", 1_000)


def test_after_a_change_of_keys_old_tokens_are_good_as_long_as_the_old_key_is_kept() -> None:
    token = issue(OLD, "visit", {}, 1_000)
    assert read(token, [KEY, OLD], "visit", 0)
    with pytest.raises(NotSignedIn):
        read(token, [KEY], "visit", 0)


def test_a_token_for_one_thing_is_none_for_another() -> None:
    with pytest.raises(NotSignedIn):
        read(issue(KEY, "return", {}, 1_000), [KEY], "visit", 0)


@pytest.mark.parametrize("token", ["", ".", "a.b", "é.é", "x" * 5_000 + ".y", "e30.", "null"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(NotSignedIn):
        read(token, [KEY], "visit", 0)


def test_changing_any_character_is_noticed() -> None:
    token = issue(KEY, "visit", {"visitor_id": "v"}, 1_000)
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(NotSignedIn):
            read(changed, [KEY], "visit", 0)


def test_a_shop_proves_its_customer_with_plain_hmac_sha256() -> None:
    assert proof(KEY, "42") == hmac.new(KEY.encode(), b"42", hashlib.sha256).hexdigest()
    assert is_proven([OLD, KEY], proof(KEY, "42").upper(), "42")
    assert is_proven([KEY], proof(KEY, "42", "ana@example.com", "55"), "42", "ana@example.com", "55")


def test_a_proof_covers_all_that_is_claimed_and_nothing_can_be_moved_between_fields() -> None:
    assert not is_proven([KEY], proof(KEY, "42"), "43")
    assert not is_proven([KEY], proof(KEY, "42"), "42", "ana@example.com")
    assert not is_proven([KEY], proof(KEY, "42", "ana@example.com"), "42", "eve@example.com")
    assert not is_proven([KEY], proof(KEY, "42\nana@example.com\n"), "42", "ana@example.com\n")
    assert not is_proven([KEY], proof(KEY, "42\na\nb"), "42\na\nb")
    assert not is_proven([KEY], proof(KEY, ""), "")
    assert not is_proven([KEY], "é", "42")
