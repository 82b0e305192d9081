"""A subcode, else a code, decides what happens next."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.channels.failures import Retry
from ingest.channels.meta.errors import ERRORS, advice, classify, to_exception
from ingest.domain.errors import ChannelError, Misconfigured, Rejected, Throttled
from tests.contracts.recordings import Recordings

FAMILIES: dict[str, type[ChannelError]] = {"later": Throttled, "slowly": Throttled, "account": Misconfigured}


@pytest.mark.parametrize(
    ("errors", "retry"),
    [
        (
            [(613, None), (4, None), (32, None), (80001, None), (80006, None), (2, None), (1, None), (613, 2534040)],
            "later",
        ),
        ([(613, 2018338)], "slowly"),
        ([(10, 2018278), (10, 2534022), (10, 2018065), (10, 2018108), (200, 1545041), (551, None)], "never"),
        ([(551, 1545041), (100, 2018001), (100, 2534014), (100, 2534037), (2018300, None), (10, 2018300)], "never"),
        ([(9000001, None)], "never"),
        ([(100, None), (100, 33), (100, 2018008), (100, 2018047), (100, 2018109), (100, 2018074)], "fix"),
        ([(190, None), (190, 1234567), (10, None), (200, None), (10, 1893063), (368, None), (200, 2534041)], "account"),
        ([(10, 2534077), (100, 2534013), (200, 2018028), (0, None)], "account"),
    ],
)
def test_every_documented_error_has_its_class(errors: list[tuple[int, int | None]], retry: Retry) -> None:
    assert {classify(*each).retry for each in errors} == {retry}


@pytest.mark.parametrize("number", sorted(ERRORS))
def test_every_row_becomes_the_error_of_its_family(number: int) -> None:
    raised = to_exception(400, {"error": {"code": 100, "error_subcode": number, "message": "x"}})
    meaning = ERRORS[number]
    assert type(raised) is FAMILIES.get(meaning.retry, Rejected)
    assert (raised.facts["retry"], raised.detail) == (meaning.retry, meaning.advice)
    assert advice(str(raised.facts["code"])) == meaning.advice


def test_advice_is_a_sentence() -> None:
    assert all(each.advice[0].isupper() and each.advice.endswith(".") for each in ERRORS.values())


def test_a_subcode_that_nobody_knows_leaves_the_word_to_its_code() -> None:
    raised = to_exception(400, orjson.loads(Recordings("messenger").body("api_error_190_token_invalid")))
    assert isinstance(raised, Misconfigured)
    assert (raised.facts["code"], raised.facts["subcode"], raised.facts["fbtrace_id"]) == (190, 1234567, "BLBz/WZt8dN")


def test_a_subcode_that_says_more_is_part_of_the_code() -> None:
    assert to_exception(403, {"error": {"code": 10, "error_subcode": 2018278}}).facts["code"] == "10/2018278"


@pytest.mark.parametrize(("code", "purpose"), [(551, "messages"), (1893015, "marketing_messages"), (2018001, None)])
def test_a_contact_who_closed_the_door_forbade_a_purpose(code: int, purpose: str | None) -> None:
    assert to_exception(400, {"error": {"code": code}}).facts["withdraws"] == purpose


def test_who_is_over_the_rate_is_named() -> None:
    assert to_exception(400, {"error": {"code": 613}}).facts["rests"] == "account"
    assert to_exception(400, {"error": {"code": 613, "error_subcode": 2018338}}).facts["rests"] == "pair"
    assert to_exception(400, {"error": {"code": 100}}).facts["rests"] is None


@pytest.mark.parametrize(
    ("status", "retry"), [(500, "later"), (429, "later"), (401, "account"), (403, "account"), (400, "never")]
)
def test_without_a_known_code_the_status_decides(status: int, retry: Retry) -> None:
    raised = to_exception(status, {"error": {"code": 987654}})
    assert (raised.facts["retry"], raised.facts["code"]) == (retry, 987654)
    assert to_exception(status, None).facts["code"] == f"http_{status}"


@pytest.mark.parametrize("code", ["http_503", "window_closed", "", "10/", "1/2/3", "ten", "9" * 400])
def test_what_is_no_code_of_metas_has_no_advice(code: str) -> None:
    assert advice(code) is None


@given(st.dictionaries(st.sampled_from(["code", "error_subcode", "message"]), st.none() | st.integers() | st.text()))
def test_no_answer_at_all_raises_while_it_is_read(error: dict[str, object]) -> None:
    assert isinstance(to_exception(400, {"error": error}), ChannelError)
