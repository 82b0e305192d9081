"""A message fits its channel, and loses nothing on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.channels.base import Capabilities
from ingest.channels.fit import MOST_PARTS, choices, length, split
from ingest.channels.registry import capabilities
from ingest.domain.errors import BadInput

ABLE = capabilities("whatsapp")
NOTHING_TO_PRESS = replace(ABLE, kinds=frozenset({"text"}), button_limit=0, list_row_limit=0)
BUTTONS_ONLY = replace(ABLE, list_row_limit=0)


@given(st.text(max_size=300), st.integers(60, 120), st.sampled_from(["characters", "bytes", "utf16"]))
def test_every_part_fits_and_together_they_say_the_same(text: str, limit: int, unit: str) -> None:
    try:
        parts = split(text, limit, unit)
    except BadInput:
        assert length(text, unit) > limit
        return
    assert all(length(part, unit) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_text_is_cut_between_paragraphs_before_lines_before_sentences_before_words() -> None:
    assert split("one two\n\nthree four", 12) == ["one two", "three four"]
    assert split("one two\nthree four", 12) == ["one two", "three four"]
    assert split("One two. Three four", 12) == ["One two.", "Three four"]
    assert split("onetwo three four", 9) == ["onetwo", "three", "four"]


def test_what_people_see_as_one_character_is_not_broken() -> None:
    family = "👨‍👩‍👧‍👦"
    parts = split(family * 6, 20)
    assert all(part.replace(family, "") == "" for part in parts)


def test_a_text_that_would_become_a_book_is_refused_with_its_length() -> None:
    with pytest.raises(BadInput) as refused:
        split("word " * 5000, 100)
    assert refused.value.facts["limit"] == 100
    assert str(MOST_PARTS) in refused.value.detail


def asked(count: int, title: str = "Choice") -> dict[str, Any]:
    rows = [{"id": f"r{n}", "title": f"{title} {n}", "description": None} for n in range(1, count + 1)]
    return {"button": "Choose", "sections": [{"title": None, "rows": rows}]}


@pytest.mark.parametrize(
    ("able", "count", "kind"),
    [
        (ABLE, 10, "sections"),
        (BUTTONS_ONLY, 3, "buttons"),
        (BUTTONS_ONLY, 4, None),
        (NOTHING_TO_PRESS, 2, None),
    ],
)
def test_a_list_becomes_buttons_and_then_numbered_text(able: Capabilities, count: int, kind: str | None) -> None:
    made = choices("Which?", asked(count), able)
    assert (next(iter(set(made.interactive) & {"sections", "buttons"})) if made.interactive else None) == kind
    if kind is None:
        assert made.text == "\n".join(["Which?", "", *(f"{n}. Choice {n}" for n in range(1, count + 1))])


def test_titles_that_no_button_holds_become_numbered_text() -> None:
    made = choices("Which?", asked(2, "A very long title indeed"), BUTTONS_ONLY)
    assert made.interactive is None


def test_more_choices_than_anybody_can_tell_apart_are_refused() -> None:
    with pytest.raises(BadInput):
        choices("Which?", asked(11), NOTHING_TO_PRESS)
