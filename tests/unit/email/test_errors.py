"""Every code means what its row says, and a server's answer decides by its code."""

from __future__ import annotations

import pytest

from ingest.channels.email.channel import CHANNEL
from ingest.channels.email.errors import ERRORS, advice, classify, code_of, to_exception
from ingest.domain.errors import Misconfigured, Rejected, Throttled

FAMILIES = {"later": Throttled, "never": Rejected, "fix": Rejected, "account": Misconfigured}


@pytest.mark.parametrize("code", [each for each in ERRORS if each[0].isdigit()])
def test_every_row_maps_to_its_family(code: str) -> None:
    words = f"{code} something" if "." in code else "something"
    error = to_exception(int(code) if "." not in code else {"4": 450, "5": 550}[code[0]], words)
    assert type(error) is FAMILIES[ERRORS[code].retry]
    assert (error.facts["code"], error.facts["retry"]) == (code, ERRORS[code].retry)
    assert error.detail == ERRORS[code].advice
    assert error.detail.endswith(".")


@pytest.mark.parametrize(("reply", "family"), [(499, Throttled), (421, Throttled), (599, Rejected), (500, Rejected)])
def test_unknown_codes_go_by_their_first_digit(reply: int, family: type) -> None:
    assert type(to_exception(reply, "no words")) is family


def test_the_enhanced_code_counts_only_where_it_fits_the_reply() -> None:
    assert code_of(550, "5.1.1 no such user") == "5.1.1"
    assert code_of(450, "5.1.1 no such user") == "450"
    assert code_of(550, "no 5.1.1 here") == "550"
    assert classify("5.9.9", 550) == ERRORS["550"]


def test_our_own_address_refused_is_the_administrators_matter() -> None:
    assert isinstance(to_exception(553, "no", about_sender=True), Misconfigured)
    assert isinstance(to_exception(451, "later", about_sender=True), Throttled)


def test_the_whole_account_rests_where_the_server_says_so() -> None:
    assert to_exception(421, "4.7.0 slow down").facts["rests"] == "account"
    assert to_exception(450, "4.2.2 full").facts["rests"] is None


def test_advice_is_given_for_servers_codes_only() -> None:
    assert advice("5.1.1") == ERRORS["5.1.1"].advice
    assert advice("5.9.9") is not None
    assert advice("131047") is None
    assert CHANNEL.advice("535") == ERRORS["535"].advice
