"""A code decides what happens next."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.channels.failures import Retry
from ingest.channels.meta.graph import read_error
from ingest.channels.whatsapp.errors import ERRORS, classify, to_exception
from ingest.domain.errors import ChannelError, Misconfigured, Rejected, Throttled
from tests.contracts.recordings import Recordings


@pytest.mark.parametrize(
    ("codes", "retry"),
    [
        ([1, 2, 4, 80007, 130429, 131000, 131016, 131057, 133004], "later"),
        ([131056], "slowly"),
        ([131026, 131047, 131049, 131050, 131051, 130472, 131021, 130497], "never"),
        ([100, 33, 131008, 131009, 131052, 131053, 132000, 132001, 132005, 132007, 132012, 132015, 132016], "fix"),
        ([132018, 132068, 132069, 134011, 135000, 131062, 131063], "fix"),
        (
            [0, 3, 10, 190, 200, 250, 299, 131005, 368, 131031, 131037, 131042, 131045, 133010, 131048, 131064],
            "account",
        ),
        ([134100, 134101, 134102], "account"),
    ],
)
def test_every_documented_code_has_its_class(codes: list[int], retry: Retry) -> None:
    assert {classify(code).retry for code in codes} == {retry}


def test_advice_is_one_sentence() -> None:
    assert all(each.advice[0].isupper() and each.advice.endswith(".") for each in ERRORS.values())


def test_without_a_known_code_the_status_decides() -> None:
    assert [classify(None, status).retry for status in (500, 503, 429, 401, 403, 400)] == [
        "later",
        "later",
        "later",
        "account",
        "account",
        "never",
    ]
    assert classify(131047, 500).retry == "never"
    assert classify(987654, None).retry == "never"


def test_an_answer_without_error_data_is_read() -> None:
    error = read_error(orjson.loads(Recordings("whatsapp").body("api_error_100_missing_recipient")))
    assert (error.code, error.subcode, error.detail) == (100, None, "The parameter to is required.")
    assert error.fbtrace_id == "ANPlYYIqhnaWG-FIJ-rABkS"


def test_throughput_becomes_throttled_with_its_facts() -> None:
    raised = to_exception(400, orjson.loads(Recordings("whatsapp").body("api_error_130429_throughput")))
    assert isinstance(raised, Throttled)
    assert raised.facts["code"] == 130429
    assert raised.facts["subcode"] == 2494055
    assert raised.facts["retry"] == "later"
    assert raised.facts["provider_detail"] == "Cloud API message throughput has been reached."


@pytest.mark.parametrize(
    ("code", "family"), [(131056, Throttled), (131047, Rejected), (132001, Rejected), (190, Misconfigured)]
)
def test_the_class_decides_the_exception(code: int, family: type[ChannelError]) -> None:
    assert type(to_exception(400, {"error": {"code": code}})) is family


def test_an_answer_that_says_nothing_still_names_its_status() -> None:
    assert to_exception(503, None).facts["code"] == "http_503"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.dictionaries(st.sampled_from(["error", "code", "error_data", "message", "title", "details"]), anything))
def test_reading_an_error_never_raises(body: dict[str, object]) -> None:
    read_error(body)
    read_error({"error": body})
